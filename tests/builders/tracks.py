"""Made-up tracks with plausible texture, for tests of what is shown. The same seed gives the same track."""

import numpy as np
import pandas as pd

from milevault_core import track


def ride(n: int = 3600, seed: int = 1, pause_at: int = 0, pause_s: int = 900) -> pd.DataFrame:
    """A wandering ride of n points, one a second, all columns filled; a pause before row `pause_at` if given."""
    chance = np.random.default_rng(seed)

    def drift(size: float, window: int) -> np.ndarray:
        steps = chance.normal(0, 1, n + window)
        return np.convolve(steps, np.full(window, window**-0.5), "valid")[:n] * size

    time = np.datetime64("2026-06-01T06:00:00", "us") + np.arange(n).astype("timedelta64[s]")
    if pause_at:
        time[pause_at:] += np.timedelta64(pause_s, "s")
    heading = np.cumsum(drift(0.02, 60))
    speed = np.clip(8 + drift(2, 120) + chance.normal(0, 0.3, n), 0.5, None)
    east, north = np.cumsum(speed * np.cos(heading)), np.cumsum(speed * np.sin(heading))
    return track.from_columns({
        "time": time,
        "lat": 47 + north / 111_195,
        "lon": 13 + east / 111_195 / np.cos(np.radians(47)),
        "altitude": np.round(600 + np.cumsum(drift(0.15, 300)), 1),
        "distance": np.cumsum(speed),
        "speed": np.round(speed, 3),
        "heart_rate": np.round(np.clip(140 + drift(10, 200), 80, 190)),
        "power": np.round(np.clip(190 + drift(40, 40) + chance.normal(0, 40, n), 0, None)),
        "cadence": np.round(np.clip(85 + drift(5, 30), 0, None)),
        "temperature": np.round(15 + 5 * np.sin(np.arange(n) / 6000)),
    })  # fmt: skip

"""Recordings along invented ways, for tests of routes: true paths, with heart rate, heights and temperature."""

import numpy as np

from bench import simulate
from milevault_core import formats, store, track
from milevault_core.derive import clean as derive
from milevault_core.formats import Recording
from milevault_core.formats.write_gpx import write_gpx
from milevault_core.routes.geometry import unproject
from milevault_core.store.activities import save
from milevault_core.store.imports import originals

PLACE = (52.5845, 13.28)  # Tegel
START = np.datetime64("2024-03-01T07:00:00", "us")


def run_along(
    path: np.ndarray, day: float, seed: int = 0, sport: str = "running", pauses: int = 0, **words
) -> Recording:
    """A recording of a true path (metres around PLACE), `day` days after the first."""
    rng = np.random.default_rng([seed, int(day * 10)])
    t, xy, s = simulate.record(rng, path, sigma=3.0, rate="5s", pauses=pauses)
    time = START + np.round((t + day * 86_400) * 1e6).astype("timedelta64[us]")
    lat, lon = unproject(xy, PLACE)
    height = 60 + 30 * np.sin(np.pi * s / s[-1]) ** 2
    made = track.from_columns({
        "time": time, "lat": lat, "lon": lon, "distance": s, "altitude": height, "heart_rate": 140 + 0 * t,
        "temperature": np.full(len(t), 10 + 10 * np.sin(day / 58)),
    })  # fmt: skip
    return Recording(sport, track.aware(time[0]), made, **words)


def ways() -> dict[str, np.ndarray]:
    """A loop, the same begun elsewhere, the other way round and twice; a trail, and one that goes the next street."""
    rng = np.random.default_rng(2)
    loop, trail = simulate.way(rng, 2_400, "loop"), simulate.way(rng, 2_000, "trail")
    half = len(loop) // 2
    return {
        "loop": loop, "elsewhere": np.concatenate([loop[half:], loop[:half]]), "back": loop[::-1],
        "twice": np.concatenate([loop, loop]), "trail": trail,
        "next": simulate.parallel(rng, trail, 60.0, 0.3),
    }  # fmt: skip


WAYS = ways()


def add(
    user: int, way: str, day: float, seed: int = 0, sport: str = "running", pauses: int = 0, **words
) -> int:
    """Save one run as a new activity with its file, a GPX that says the same; the id."""
    data = write_gpx(run_along(WAYS[way], day, seed, sport, pauses).track, sport=sport)
    (recording,) = formats.read(data, "run.gpx").recordings
    for name, value in words.items():
        setattr(recording, name, value)
    with store.session() as session:
        original = originals.keep(session, user, f"{way}.gpx", data)
        return save.save_activity(session, user, recording, original)


def clean(user: int) -> None:
    derive.clean(user)
    derive.clean(user, "routes")

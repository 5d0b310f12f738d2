"""The match line keeps positions and heart rate over time, accurate to the metre and the beat."""

import numpy as np

from milevault_core import track
from milevault_core.activities import match_line
from tests.builders.tracks import ride


def cleaned(n: int, **columns):
    made = ride(n)
    for name, values in columns.items():
        made[name] = values
    return track.clean(made[list(track.COLUMNS)])[0]


def test_what_is_packed_comes_back() -> None:
    points = cleaned(3600)
    found = match_line.unpack(match_line.pack(points) or b"")
    assert len(found.t) == 720 or len(found.t) == 721
    rows = np.searchsorted((points["time"] - points["time"].iloc[0]).dt.total_seconds(), found.t)
    assert np.abs(found.lat - points["lat"].to_numpy()[rows]).max() < 1e-6
    assert np.abs(found.lon - points["lon"].to_numpy()[rows]).max() < 1e-6
    assert (found.heart_rate == points["heart_rate"].to_numpy()[rows]).all()


def test_missing_stays_missing() -> None:
    gaps = ride(600)["heart_rate"].to_numpy().copy()
    gaps[100:300] = np.nan
    found = match_line.unpack(match_line.pack(cleaned(600, lat=np.nan, lon=np.nan, heart_rate=gaps)) or b"")
    assert np.isnan(found.lat).all()
    assert not found.has_track
    assert np.isnan(found.heart_rate[(found.t >= 100) & (found.t < 300)]).all()
    assert np.isfinite(found.heart_rate[found.t >= 300]).all()


def test_a_line_is_small() -> None:
    assert len(match_line.pack(cleaned(3600)) or b"") < 6_000
    assert match_line.pack(cleaned(1)) is None

"""Two recordings of one workout, with a planted lag, bias and drop-outs."""

import numpy as np
import pytest

from milevault_core.activities.compare_recordings import compare
from tests.builders.tracks import ride


def other(track, lag_s: float, bias: float, seed: int, begins_s: int = 0):
    """`track` as another device records it: later by a lag, off by a bias, with its own noise and a gap of 40 s."""
    chance = np.random.default_rng(seed)
    made = track.copy()
    made["time"] = made["time"] + np.timedelta64(round(lag_s * 1e6), "us")
    made["heart_rate"] = np.round(made["heart_rate"] + bias + chance.normal(0, 1.2, len(made)))
    made["power"] = made["power"] + 6 + chance.normal(0, 10, len(made))
    at = len(made) // 2
    made = made.drop(index=range(at, at + 40))
    return made.iloc[begins_s:].reset_index(drop=True)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("lag_s", "bias"), [(0.0, 0.0), (3.4, 2.0), (-17.0, -4.5), (61.0, 7.0)])
def test_what_was_planted_is_found(seed: int, lag_s: float, bias: float) -> None:
    track = ride(2_400, seed=seed + 1)
    found = compare(track, other(track, lag_s, bias, seed, 30))
    assert found is not None
    assert found.lag_s == pytest.approx(lag_s, abs=1.0)
    assert found.offset_s == pytest.approx(30 + lag_s, abs=0.01)
    assert found.bias["heart_rate"].mean == pytest.approx(bias, abs=0.5)
    assert found.bias["power"].mean == pytest.approx(6, abs=3)
    assert [round(d.duration_s) for d in found.dropouts[1]] == [41]
    assert found.dropouts[0] == []


def test_a_strap_that_shows_nonsense_is_not_a_bias() -> None:
    track = ride(1_800)
    second = other(track, 0, 0, 1)
    second.loc[300:420, "heart_rate"] = 220.0
    found = compare(track, second)
    assert abs(found.bias["heart_rate"].mean) < 0.5
    assert found.bias["heart_rate"].outliers == pytest.approx(121 / 1760, abs=0.01)


def test_nothing_in_common_says_nothing() -> None:
    track = ride(600)
    later = track.assign(time=track["time"] + np.timedelta64(1, "h"))
    assert compare(track, later) is None
    assert compare(track, track.iloc[:0]) is None
    flat = track.assign(heart_rate=120.0, power=np.nan, cadence=np.nan, speed=5.0, altitude=3.0)
    assert compare(flat, flat).lag_s is None, "what never changes tells no lag"

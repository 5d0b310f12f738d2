"""Altitudes that were not measured."""

import numpy as np
import pytest

from milevault_core import track
from milevault_core.metrics.climb import climbed
from milevault_core.track import TrackFacts
from tests.track.test_places import north


def cleaned(altitude: np.ndarray, sport: str = "cycling"):
    return track.clean(north(len(altitude), 6.0, altitude=altitude), given=TrackFacts(sport))


@pytest.mark.parametrize("first", [1, 5, 200])
@pytest.mark.parametrize("unmeasured", [0.0, -500.0, 900.0])
def test_a_beginning_that_was_not_measured(first: int, unmeasured: float) -> None:
    altitude = np.full(1200, 218.0)
    altitude[:first] = unmeasured
    frame, problems = cleaned(altitude)
    assert frame["altitude"].min() == 218.0
    assert climbed(frame) == (0.0, 0.0)
    assert [p.code for p in problems] == ["altitudes_dropped"]


@pytest.mark.parametrize("length", [1, 20, 300])
def test_a_spike_of_any_length(length: int) -> None:
    altitude = 200 + np.arange(1200) * 0.05
    altitude[600 : 600 + length] = 12_600
    assert climbed(cleaned(altitude)[0])[0] == pytest.approx(60, abs=1)


def test_a_calibration_on_the_way_is_not_climbed() -> None:
    altitude = 200 + np.arange(1200) * 0.05
    altitude[500:] += 80
    frame, problems = cleaned(altitude)
    assert [p.code for p in problems] == ["altitude_levelled"]
    assert climbed(frame)[0] == pytest.approx(60, abs=1)
    assert frame["altitude"].iloc[-1] == pytest.approx(altitude[-1])


def test_a_sawtooth_of_kilometres_climbs_nothing() -> None:
    altitude = np.where(np.arange(1200) // 20 % 2, 12_600.0, -400.0)
    frame, _ = cleaned(altitude)
    assert not climbed(frame)[0] > 60


def test_an_altimeter_that_jumps_for_half_of_the_time_is_not_believed_for_the_rest() -> None:
    altitude = np.where(np.arange(1200) // 20 % 2, 2_400.0, 400.0)
    frame, problems = cleaned(altitude)
    assert frame["altitude"].isna().all()
    assert [p.text for p in problems] == ["Left out: 1\u202f200 altitudes that cannot be right."]


def test_some_spikes_leave_the_rest_as_it_is() -> None:
    altitude = 200 + np.arange(1200) * 0.05
    for first in range(50, 1150, 50):
        altitude[first : first + 3] = 2_400.0
    frame, _ = cleaned(altitude)
    assert frame["altitude"].isna().sum() == 22 * 3
    assert climbed(frame)[0] == pytest.approx(60, abs=1)


def test_a_cable_car_and_stairs_stay() -> None:
    up = np.minimum(np.arange(1200) * 8.0, 1500)
    frame, problems = cleaned(500 + up, "alpine_skiing")
    assert not problems
    assert climbed(frame)[0] == pytest.approx(1500, abs=15)  # the sharp bend at the top is smoothed

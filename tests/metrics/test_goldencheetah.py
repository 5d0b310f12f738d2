"""Distance, average heart rate and mean-maximal power agree within 0.1 % with GoldenCheetah's rules, which are
implemented again here in a simple way, on a ride without pauses.

Its rules: the distance is that of the last point; the average heart rate is the mean over the points that have one;
power is taken for each second, and the best of a duration is the largest mean of that many seconds in a row.
"""

import numpy as np
import pytest

from milevault_core.activities.prepare import prepare
from milevault_core.formats import Recording
from milevault_core.records.mean_max import every_second, mean_max
from milevault_core.track import aware
from tests.builders.tracks import ride

DURATIONS = (1, 5, 20, 60, 300, 1_200, 3_000)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_ride_without_pauses(seed: int) -> None:
    made = ride(3_600, seed)
    row = prepare(Recording("cycling", aware(made["time"].to_numpy()[0]), made), lambda: "UTC").row
    metres, rate, watts = (made[name].to_numpy(float) for name in ("distance", "heart_rate", "power"))
    assert row["distance_m"] == pytest.approx(metres[-1], rel=1e-3)
    assert row["avg_heart_rate"] == pytest.approx(sum(rate[rate > 0]) / (rate > 0).sum(), rel=1e-3)
    assert row["avg_power"] == pytest.approx(sum(watts) / len(watts), rel=1e-3)
    assert row["elapsed_s"] == 3_599
    _, seconds = every_second(np.arange(3_600.0), watts, silent_is_zero=True)
    best, _ = mean_max(seconds, DURATIONS)
    for duration, ours in zip(DURATIONS, best, strict=True):
        theirs = 0.0
        for first in range(len(watts) - duration + 1):
            theirs = max(theirs, float(watts[first : first + duration].mean()))
        assert ours == pytest.approx(theirs, rel=1e-3), duration

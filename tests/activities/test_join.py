"""Two parts of one workout: what the laps of the second keep."""

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.activities.join import joined
from milevault_core.activities.prepare import prepare
from tests.examples.files import FILES


@pytest.mark.parametrize(("other", "steps"), [(False, [0, 1, 2, 1, 4, None]), (True, [None] * 6)])
def test_the_second_part_keeps_its_steps_only_where_it_is_of_the_same_workout(
    other: bool, steps: list
) -> None:
    parts = []
    for hour in (0, 1):
        (recording,) = formats.read(FILES["fit_workout_steps"](), "a.fit").recordings
        recording.track["time"] += np.timedelta64(hour, "h")
        recording.laps["start_time"] += np.timedelta64(hour, "h")
        recording.start_time = None
        if hour and other:
            recording.details["workout"] = {"name": "Another"}
        parts.append(prepare(recording, lambda: "UTC"))
    laps = joined(parts).recording.laps["workout_step"]
    assert [None if step != step else step for step in laps] == [0, 1, 2, 1, 4, None, *steps]

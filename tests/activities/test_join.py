"""Two parts of one workout joined: what the laps of the second part keep."""

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.activities.join import joined
from milevault_core.activities.prepare import prepare
from tests.builders import fit
from tests.builders.fit import START, Writer
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


@pytest.mark.parametrize("told", [[None, 7200, 3600], [7200, None, 3600], [None, None, 7200]])
def test_the_first_part_that_tells_its_time_zone_counts(told: list[int | None]) -> None:
    parts = []
    for hour, offset in enumerate(told):
        w, start = fit.file_id(Writer()), START + hour * 3600
        for i in range(60):
            w.add(20, (253, "uint32", start + i), (3, "uint8", 120), local=1)
        if offset is not None:
            w.add(
                34, (253, "uint32", start + 59), (5, "uint32", start + 59 + offset), (1, "uint16", 1), local=5
            )
        (recording,) = formats.read(w.file(), "a.fit").recordings
        parts.append(prepare(recording, lambda: "Asia/Tokyo"))
    assert joined(parts).row["utc_offset_s"] == 7200

"""Nights from the sleep levels of a watch, which are spread over many files per night."""

from datetime import date
from itertools import pairwise

from milevault_core.formats.health_data import (
    AWAKE,
    DEEP,
    LIGHT,
    REM,
    SLEEPING,
    UNMEASURABLE,
    HealthData,
    Night,
    Stage,
)
from milevault_core.formats.wellness_times import local_date
from milevault_core.health.days import offset_at

_LEVELS = (UNMEASURABLE, AWAKE, LIGHT, DEEP, REM)
# A longer gap between marks begins another night: three hours after being awake (the user is up), six after being
# asleep (no sleep stage lasts that long).
UP_S, SLEEP_S = 3 * 3600, 6 * 3600


def nights(data: HealthData, otherwise_s: int = 0) -> list[Night]:
    """The nights in the joined files of a source, and the naps that the files name.

    Each belongs to the local date of waking. Of several sleeps on one date the longest is the night and the others are
    naps. If all of it is awake or unmeasurable, the watch has no sleep stages, and there is no night.
    """
    found = [night for night in data.nights if night.is_nap or night.stages or night.seconds]
    for marks in _stretches(data):
        night = _night(marks, data, otherwise_s)
        if night is not None:
            found.append(night)
    return name_naps(found)


def name_naps(found: list[Night]) -> list[Night]:
    """For each date and source, keep the longest as the night and make the others naps; sorted by time."""
    longest: dict[tuple[str, date], Night] = {}
    for night in found:
        key = (night.source, night.day)
        if not night.is_nap and (key not in longest or night.asleep_s > longest[key].asleep_s):
            longest[key] = night
    out = [
        night if night.is_nap or longest[night.source, night.day] is night else _as_nap(night)
        for night in found
    ]
    return sorted(out, key=lambda night: (night.start, night.source))


def _as_nap(night: Night) -> Night:
    return Night(
        night.day, night.start, night.end, night.source, night.seconds, night.stages, night.utc_offset_s, True
    )


def _stretches(data: HealthData) -> list[list[tuple[int, str]]]:
    """The marks (time, stage), split at long gaps."""
    out: list[list[tuple[int, str]]] = []
    for time, level in zip(data.stage_marks.time.tolist(), data.stage_marks.value.tolist(), strict=True):
        if not out or time - out[-1][-1][0] > (SLEEP_S if out[-1][-1][1] in SLEEPING else UP_S):
            out.append([])
        out[-1].append((time, _LEVELS[int(level)]))
    return out


def _night(marks: list[tuple[int, str]], data: HealthData, otherwise_s: int) -> Night | None:
    asleep = [i for i, (_, stage) in enumerate(marks) if stage in SLEEPING]
    if not asleep:
        return None
    # A level lasts until the next mark. After the last sleep the user is up; the first mark there ends the night.
    last = min(asleep[-1] + 1, len(marks) - 1)
    marks = marks[asleep[0] : last + 1]
    stages: list[Stage] = []
    for (start, stage), (end, _) in pairwise(marks):
        if stages and stages[-1].stage == stage:
            stages[-1] = Stage(stages[-1].start, end, stage)
        else:
            stages.append(Stage(start, end, stage))
    if not stages:
        return None
    end = stages[-1].end
    offset = int(offset_at(data.stage_marks.time[:1] * 0 + end, data.offsets, otherwise_s)[0])
    return Night(
        local_date(end, offset), stages[0].start, end, data.source, seconds_of(stages), tuple(stages), offset
    )


def seconds_of(stages: list[Stage]) -> dict[str, int]:
    """The time in each stage, in s."""
    seconds: dict[str, int] = {}
    for start, end, stage in stages:
        seconds[stage] = seconds.get(stage, 0) + end - start
    return seconds

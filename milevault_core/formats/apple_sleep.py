"""Nights from Apple Health's sleep records. Every watch, phone and app writes its own."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from milevault_core.formats.health_data import ASLEEP, AWAKE, DEEP, LIGHT, REM, SLEEPING, Night, Stage
from milevault_core.formats.overlapping_nights import fullest
from milevault_core.formats.wellness_times import local_date

UP_S = 3 * 3600  # after this long awake, a new night begins
LONGEST_S = 2 * 86_400  # of one record: longer than anyone sleeps
STAGES = {
    "Asleep": ASLEEP,
    "AsleepUnspecified": ASLEEP,
    "AsleepCore": LIGHT,
    "AsleepDeep": DEEP,
    "AsleepREM": REM,
    "Awake": AWAKE,
}  # fmt: skip; "InBed" is not sleep


class SleepStretch(NamedTuple):
    start: int
    end: int
    kind: str
    source: int
    offset: int


def nights(stretches: Iterable[SleepStretch], source: str) -> list[Night]:
    """The nights and naps of all devices. Where they overlap, those of one device count (overlapping_nights.py)."""
    by_device: dict[int, list[SleepStretch]] = {}
    for one in stretches:
        if one.kind in STAGES and one.start < one.end:
            by_device.setdefault(one.source, []).append(one)
    return fullest([list(_of_device(sorted(own), source)) for own in by_device.values()])


def _of_device(own: list[SleepStretch], source: str) -> Iterable[Night]:
    groups: list[list[SleepStretch]] = []
    until = 0
    for one in own:
        if not groups or one.start - until > UP_S:
            groups.append([])
        groups[-1].append(one)
        until = max(until, one.end)
    for group in groups:
        stages = _without_overlap(group)
        while stages and stages[-1].stage not in SLEEPING:
            stages.pop()
        while stages and stages[0].stage not in SLEEPING:
            stages.pop(0)
        if stages:
            seconds: dict[str, int] = {}
            for start, end, stage in stages:
                seconds[stage] = seconds.get(stage, 0) + end - start
            offset = group[-1].offset
            day = local_date(stages[-1].end, offset)
            yield Night(day, stages[0].start, stages[-1].end, source, seconds, tuple(stages), offset)


def _without_overlap(group: list[SleepStretch]) -> list[Stage]:
    """Stages in order of time. A record without stages is dropped if the device has stages for half of it or more.
    Otherwise (the watch was put on late) the part of it outside the stages stays."""
    stages = _one_by_one(one for one in group if STAGES[one.kind] != ASLEEP)
    rest: list[Stage] = []
    for whole in _one_by_one(one for one in group if STAGES[one.kind] == ASLEEP):
        first = bisect_right(stages, whole.start, key=lambda one: one.end)
        inside = stages[first : bisect_left(stages, whole.end, key=lambda one: one.start)]
        told = sum(
            min(one.end, whole.end) - max(one.start, whole.start) for one in inside if one.stage in SLEEPING
        )
        if 2 * told >= whole.end - whole.start:
            continue
        ends = [whole.start, *(one.end for one in inside)]
        starts = [*(one.start for one in inside), whole.end]
        rest += [Stage(start, end, ASLEEP) for start, end in zip(ends, starts, strict=True) if start < end]
    return sorted(stages + rest)


def _one_by_one(group: Iterable[SleepStretch]) -> list[Stage]:
    stages: list[Stage] = []
    until = 0
    for one in group:
        start = max(one.start, until)
        if start < one.end:
            stages.append(Stage(start, one.end, STAGES[one.kind]))
            until = one.end
    return stages

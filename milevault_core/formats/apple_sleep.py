"""Nights from Apple Health's stretches of sleep, of which every watch, phone and app writes its own."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from milevault_core.formats.health_data import ASLEEP, AWAKE, DEEP, LIGHT, REM, SLEEPING, Night, Stage
from milevault_core.formats.wellness_times import local_date

UP_S = 3 * 3600  # up for so long: another night
LONGEST_S = 2 * 86_400  # of one stretch: longer than anyone sleeps
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
    """Each date's night and naps from one device: the one with stages, and among these the longest sleep."""
    by_device: dict[int, list[SleepStretch]] = {}
    for one in stretches:
        if one.kind in STAGES and one.start < one.end:
            by_device.setdefault(one.source, []).append(one)
    by_day: dict[date, dict[int, list[Night]]] = {}
    for device, own in by_device.items():
        for night in _of_device(sorted(own), source):
            by_day.setdefault(night.day, {}).setdefault(device, []).append(night)
    return [night for _, devices in sorted(by_day.items()) for night in max(devices.values(), key=_worth)]


def _worth(found: list[Night]) -> tuple[bool, int]:
    return any({DEEP, REM} & set(night.seconds) for night in found), sum(night.asleep_s for night in found)


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
    """In order of time; sleep without stages is dropped where the device also reports the stage."""
    staged = [one for one in group if STAGES[one.kind] != ASLEEP]
    chosen = staged if any(STAGES[one.kind] in SLEEPING for one in staged) else group
    stages: list[Stage] = []
    until = 0
    for one in chosen:
        start = max(one.start, until)
        if start < one.end:
            stages.append(Stage(start, one.end, STAGES[one.kind]))
            until = one.end
    return stages

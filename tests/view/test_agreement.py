"""Time, distance and speed at the top of an activity agree: the speed shown matches the distance and time shown, within
the rounding of all three.
"""

import re

import pytest

from milevault_core import formats
from milevault_core.activities.prepare import prepare
from milevault_core.demo.recording import recording
from milevault_core.problems import BadFile
from milevault_core.view import format as fmt
from milevault_core.view.activities import provenance
from tests.demo.made import one_of_each
from tests.samples import needs_samples, sample_files


def test_of_generated_activities() -> None:
    made = [recording(one) for one in one_of_each().values()]
    assert sum(check(one, units) for one in made for units in (fmt.METRIC, fmt.IMPERIAL)) >= 12


@needs_samples
@pytest.mark.samples
@pytest.mark.parametrize("path", sample_files(), ids=lambda p: p.name)
def test_of_real_files(path) -> None:
    try:
        found = formats.read(path.read_bytes(), path.name).recordings
    except BadFile:
        return
    for one in found:
        for units in (fmt.METRIC, fmt.IMPERIAL):
            check(one, units)


def check(one, units: fmt.Units) -> bool:
    """Check that the three agree; False if there was nothing to compare."""
    try:
        row = prepare(one, lambda: "UTC").row
    except BadFile:
        return False
    sport = one.sport
    said = {name: provenance.say(name, row[name], units, sport) for name in
            ("distance_m", "moving_s", "elapsed_s", "avg_speed")}  # fmt: skip
    if row["moving_s"] and row["elapsed_s"]:
        assert seconds(said["moving_s"]) <= seconds(said["elapsed_s"]), said
    if fmt.MISSING in (said["distance_m"], said["avg_speed"]) or not row["moving_s"]:
        return False
    metres, off = length(said["distance_m"], units)
    time = seconds(said["moving_s"])
    slowest, fastest = max(0.0, metres - off) / (time + 0.5), (metres + off) / max(time - 0.5, 0.5)
    low, high = rate(said["avg_speed"], units)
    assert low <= fastest * 1.0001, said
    assert high >= slowest * 0.9999, said
    return True


def seconds(text: str) -> int:
    return sum(60**n * int(part) for n, part in enumerate(reversed(text.split(":"))))


def length(text: str, units: fmt.Units) -> tuple[float, float]:
    """(metres, half of the last digit in metres)."""
    number, unit = re.fullmatch(r"([\d.\u202f]+) (\w+)", text).groups()  # type: ignore[union-attr]
    metres = {units.distance: units.distance_m, units.pool: units.pool_m}[unit]
    decimals = len(number.partition(".")[2])
    return float(number.replace("\u202f", "")) * metres, 0.5 * 10**-decimals * metres


def rate(text: str, units: fmt.Units) -> tuple[float, float]:
    """The slowest and fastest speed, m/s, that are shown as this text."""
    if found := re.fullmatch(r"(\d+:\d\d) /(.+)", text):
        metres = {units.distance: units.distance_m, f"100 {units.pool}": 100 * units.pool_m, "500 m": 500.0}[
            found[2]
        ]
        return metres / (seconds(found[1]) + 0.5), metres / max(seconds(found[1]) - 0.5, 0.5)
    value = float(text.split()[0].replace("\u202f", ""))
    return (value - 0.05) * units.distance_m / 3600, (value + 0.05) * units.distance_m / 3600

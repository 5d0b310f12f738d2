"""The planned workout that a recording followed: its name and steps. Laps refer to steps by the same numbers.

Source: the public FIT profile, messages workout and workout_step with their sub-fields.
"""

from collections.abc import Callable

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.words import INTENSITIES

MAX_STEPS = 1_000
MOST_STEPS = 0x0FFF  # the bits of a message's index above it are flags
_TIMES, _DISTANCE = (0, 28, 31), 1  # duration_type
_MOST_ZONES = 20
_LONGEST = 2**32  # limit of a four-byte field; a damaged file may have more
_REPEATS = frozenset([*range(6, 14), 17, 18, 27])  # steps that only say "again from step n"


def _above(base: float, plain: str, share: str) -> Callable[[float], tuple[float, str]]:
    """Reads a number as a percentage up to `base`; above it, the value is the number minus `base`."""
    return lambda value: (value - base, plain) if value > base else (value, share)


# target_type: (kind, stored number -> (value, unit)). The other target types have no unit in the profile.
_TARGETS: dict[int, tuple[str, Callable[[float], tuple[float, str]]]] = {
    0: ("speed", lambda value: (value / 1000, "m/s")),
    1: ("heart_rate", _above(100, "bpm", "% of maximum")),
    3: ("cadence", lambda value: (value, "rpm")),
    4: ("power", _above(1000, "W", "% of FTP")),
}  # fmt: skip


def workout(told: Table, steps: Table) -> dict:
    """name, description and `steps`. A step has number, name, notes, intensity, duration_s or distance_m, and `target`
    with kind and either zone or low, high and unit. Only what the file contains; {} if there is no workout."""
    found: dict = {}
    for ours, field in (("name", "wkt_name"), ("description", "wkt_description")):
        if words := _text(told.first(field)):
            found[ours] = words
    rows = steps.take(slice(0, MAX_STEPS)).rows()
    made = [_step(row, place) for place, row in enumerate(rows) if row.get("duration_type") not in _REPEATS]
    if made:
        found["steps"] = made
    return found


def _step(row: dict, place: int) -> dict:
    index = row.get("message_index", place)
    step: dict = {"number": int(index) & MOST_STEPS if 0 <= index <= 0xFFFF else place}
    for ours, field in (("name", "wkt_step_name"), ("notes", "notes")):
        if words := _text(row.get(field)):
            step[ours] = words
    if row.get("intensity") in INTENSITIES:
        step["intensity"] = INTENSITIES[int(row["intensity"])]
    kind, lasts = row.get("duration_type"), row.get("duration_value", 0.0)
    if not 0 < lasts < _LONGEST:
        pass
    elif kind in _TIMES:
        step["duration_s"] = lasts / 1000
    elif kind == _DISTANCE:
        step["distance_m"] = lasts / 100
    if target := _target(row):
        step["target"] = target
    return step


def _target(row: dict) -> dict:
    kind, read = _TARGETS.get(row.get("target_type", -1), ("", None))
    if read is None:
        return {}
    names = ("target_value", "custom_target_value_low", "custom_target_value_high")
    zone, low, high = (row.get(name, 0.0) for name in names)
    if 0 < zone <= _MOST_ZONES:
        return {"kind": kind, "zone": int(zone)}
    if not 0 < low <= high < _LONGEST:
        return {}
    (least, unit), (most, other) = read(low), read(high)
    return {"kind": kind, "low": least, "high": most, "unit": unit} if unit == other else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""

"""Menstrual cycles in Garmin's account export. Each entry has the first day of a cycle, its length, and the lengths
of its parts.

Only days that have passed are read: a cycle under way has only a predicted length, which is ignored.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from milevault_core.formats.health_metrics import CYCLE_PHASE

LONGEST = 120  # days of a cycle
_MENSTRUAL, _FOLLICULAR, _FERTILE, _LUTEAL = (
    CYCLE_PHASE.index(name) for name in ("menstruation", "follicular", "fertile window", "luteal")
)


def is_cycle(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the export is a menstrual cycle."""
    return "startDate" in entry and ("actualCycleLength" in entry or "predictedCycleLength" in entry)


def days(entry: Mapping[str, Any], first: date) -> Iterator[tuple[date, int, int | None]]:
    """(day, its number in the cycle from 1, phase) for each day of a cycle that began on `first`. The phase is an index
    into CYCLE_PHASE, or None where the export does not say enough. A pregnancy is not a cycle."""
    if "PREGNAN" in str(entry.get("cycleType", "")).upper():
        return
    whole, bleeding = _length(entry, "actualCycleLength"), _length(entry, "actualPeriodLength")
    begin = _length(entry, "fertileWindowStart")
    window = _length(entry, "fertileWindowLength", "lengthOfFertileWindow")
    for number in range(1, (whole or bleeding or 1) + 1):
        phase = None
        if bleeding and number <= bleeding:
            phase = _MENSTRUAL
        elif bleeding and begin and number < begin:
            phase = _FOLLICULAR
        elif begin and window and number >= begin:
            phase = _FERTILE if number < begin + window else _LUTEAL
        yield first + timedelta(days=number - 1), number, phase


def _length(entry: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        said = entry.get(name)
        if isinstance(said, int | float) and not isinstance(said, bool) and 1 <= said <= LONGEST:
            return int(said)
    return None

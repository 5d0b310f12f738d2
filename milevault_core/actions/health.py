"""What users enter about their health: measurements, notes and tags of days, which source counts. Each action is one
transaction, in which the affected days are computed at once."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.derive.steps.health_days import health_days
from milevault_core.formats.health_metrics import METRICS, is_meant
from milevault_core.formats.texts import straight
from milevault_core.store import marks
from milevault_core.store.health import entries
from milevault_core.store.health.rows import ENTERED

TAGS = ("ill", "travel", "alcohol", "race")
CHOICES = ("weight_goal_kg", "weight_goal_day", "shows_cycle")
NAMES = {
    "weight_kg": "weight", "fat_pct": "share of fat", "water_pct": "share of water", "muscle_kg": "muscle mass",
    "bone_kg": "bone mass", "bp_systolic": "systolic pressure", "bp_diastolic": "diastolic pressure",
    "hydration_ml": "amount",
}  # fmt: skip
_MOST_TAGS, _LONGEST_TAG, _LONGEST_NOTE = 12, 30, 2000


def add_entry(
    user_id: int, day: date, measured_at: datetime, entry: Mapping[str, float | None], note: str = ""
) -> int:
    """Add a body measurement (units of METRICS) and return its id. Raises ValueError with a sentence for the user."""
    checked = _checked(entry)
    with store.session() as session:
        number = entries.add(
            session, user_id, day, measured_at, checked, straight(note).strip()[:_LONGEST_NOTE]
        )
        _compute(session, user_id, {day})
        return number


def change_entry(
    user_id: int, entry_id: int, day: date, measured_at: datetime, entry: Mapping[str, float | None],
    note: str = "",
) -> None:  # fmt: skip
    """Replace a measurement. Raises ValueError as `add_entry` does, and LookupError."""
    checked, said = _checked(entry), straight(note).strip()[:_LONGEST_NOTE]
    with store.session() as session:
        before = entries.change(session, user_id, entry_id, day, measured_at, checked, said)
        _compute(session, user_id, {before, day})


def remove_entry(user_id: int, entry_id: int) -> dict[str, Any]:
    """Delete a measurement; returns the arguments with which `add_entry` restores it. Raises LookupError."""
    with store.session() as session:
        gone = entries.remove(session, user_id, entry_id)
        _compute(session, user_id, {gone["day"]})
    own = {name: gone[name] for name in ("day", "measured_at", "note")}
    return own | {"entry": {name: gone[name] for name in ENTERED}}


def set_note(user_id: int, day: date, note: str, tags: Sequence[str]) -> None:
    """Set the note and the tags of a day. Raises ValueError with a sentence for tags that are too many or too long."""
    with store.session() as session:
        entries.set_note(session, user_id, day, straight(note).strip()[:_LONGEST_NOTE], tags_of(tags))


def set_ranking(user_id: int, metric: str, sources: Sequence[str]) -> None:
    """Set which sources count for a metric ("*": for all), best first; none means the default. Raises ValueError."""
    if metric != "*" and metric not in METRICS:
        raise ValueError("There is no such metric.")
    with store.session() as session:
        entries.set_ranking(session, user_id, metric, list(dict.fromkeys(sources)))


def set_choice(user_id: int, name: str, value: str) -> None:
    """Set an option of the health pages; "" resets it. Raises ValueError."""
    if name not in CHOICES:
        raise ValueError("There is no such choice.")
    with store.session() as session:
        entries.set_choice(session, user_id, name, value[:40])


def tags_of(tags: Sequence[str]) -> list[str]:
    """The tags in lower case, without duplicates. Raises ValueError for tags that are too many or too long."""
    found = list(dict.fromkeys(re.sub(r"[\s,]+", " ", straight(tag)).strip().lower() for tag in tags))
    found = [tag for tag in found if tag]
    if len(found) > _MOST_TAGS:
        raise ValueError(f"A day has at most {_MOST_TAGS} tags.")
    if any(len(tag) > _LONGEST_TAG for tag in found):
        raise ValueError(f"A tag has at most {_LONGEST_TAG} characters.")
    return found


def _checked(entry: Mapping[str, float | None]) -> dict[str, float]:
    found = {name: float(value) for name in ENTERED if (value := entry.get(name)) is not None}
    if not found:
        raise ValueError("Enter at least one value.")
    for name, value in found.items():
        if not is_meant(name, value):
            known = METRICS[name]
            raise ValueError(
                f"The {NAMES[name]} must be between {known.low:g} and {known.high:g} {known.unit}."
            )
    if ("bp_systolic" in found) != ("bp_diastolic" in found):
        raise ValueError("Blood pressure needs both values.")
    if found.get("bp_systolic", 1.0) <= found.get("bp_diastolic", 0.0):
        raise ValueError("The systolic pressure is the higher one.")
    return found


def _compute(session: Session, user_id: int, days: set[date]) -> None:
    marks.lock_step(session, user_id, "days")  # the lock that workers take when they compute days
    for day in sorted(days):
        health_days(session, user_id, day)
    marks.raise_revision(session, user_id)

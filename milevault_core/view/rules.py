"""Rules in words, and the changes they would make as rows."""

from collections.abc import Mapping, Sequence
from datetime import date

from milevault_core.activities.rules import Change, Facts
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Column, Thing

LABELS = {
    "name": "Name",
    "sport": "Sport",
    "gear": "Gear",
    "tags": "Tags",
    "is_commute": "Commute",
    "leave_out": "Left out",
}
NAME = Column("Activity", is_number=False, rank=1)
COLUMNS = (
    Column("Date", is_number=False, rank=2),
    Column("Change", is_number=False, rank=1), Column("From", is_number=False, rank=2),
    Column("To", is_number=False, rank=1),
)  # fmt: skip


def condition(conditions: Mapping, units: Units) -> str:
    """ "When the sport is Cycling and it starts within 300 m of Tegel"."""
    parts = []
    if sports := conditions.get("sports"):
        parts.append("the sport is " + " or ".join(texts.sport_label(s) for s in sports))
    if name := conditions.get("name"):
        parts.append(f"the name contains “{name}”")
    if device := conditions.get("device"):
        parts.append(f"the device contains “{device}”")
    if days := conditions.get("weekdays"):
        *most, last = (dates.DAYS[d - 1] for d in days)
        parts.append(f"it is {', '.join(most)} or {last}" if most else f"it is {last}")
    if minutes := conditions.get("minutes"):
        begin, end = minutes
        parts.append(
            f"it starts at {dates.clock_of(begin)} or later" if end == 1440
            else f"it starts before {dates.clock_of(end)}" if not begin
            else f"it starts between {dates.clock_of(begin)} and {dates.clock_of(end)}"
        )  # fmt: skip
    if metres := conditions.get("metres"):
        least, most = metres
        if least:
            parts.append(f"it is at least {fmt.distance(least, units)} long")
        if most is not None:
            parts.append(f"it is at most {fmt.distance(most, units)} long")
    if near := conditions.get("near"):
        parts.append(
            f"it starts within {fmt.distance(near['radius_m'], units)} of the start of {near['label']}"
        )
    if tags := conditions.get("tags"):
        parts.append("it has " + _tags(tags))
    if "is_indoor" in conditions:
        parts.append("it is indoors" if conditions["is_indoor"] else "it is outdoors")
    return "When " + " and ".join(parts)


def _tags(tags: Sequence[str]) -> str:
    return f"the tag{'s' if len(tags) > 1 else ''} " + " and ".join(f"“{tag}”" for tag in tags)


def action(actions: Mapping, gear: Mapping[str, str] | None = None) -> str:
    """ "then set the gear to “Blue bike” and mark it as a commute". gear: what the user calls it
    (view.gear.called)."""
    parts = []
    for field, value in actions.items():
        match field:
            case "leave_out":
                parts.append("move it to the trash")
            case "is_commute":
                parts.append("mark it as a commute")
            case "tags":
                parts.append("add " + _tags(value.split(", ")))
            case "sport":
                parts.append(f"set the sport to {texts.sport_label(value)}")
            case "gear":
                parts.append(f"set the gear to “{(gear or {}).get(value, value)}”")
            case _:
                parts.append(f"set the {LABELS[field].lower()} to “{value}”")
    return "then " + " and ".join(parts)


def said(field: str, value: str, gear: Mapping[str, str] | None = None) -> str:
    """A value before or after a change, as text; gear as for `action`."""
    if field == "gear":
        return (gear or {}).get(value, value) or "None"
    if field == "sport":
        return texts.sport_label(value)
    if field in ("is_commute", "leave_out"):
        return "Yes" if value == "true" else "No"
    return value or "None"


def latest_first(facts: Sequence[Facts], changes: Sequence[Change]) -> list[Change]:
    """The changes a rule would make, latest day first."""
    days = {one.id: one.day or date.min for one in facts}
    return sorted(changes, key=lambda change: days[change.activity_id], reverse=True)


def things(
    facts: Sequence[Facts], changes: Sequence[Change], gear: Mapping[str, str] | None = None
) -> list[Thing]:
    """The changes a rule would make, one row each; gear as for `action`."""
    names = {one.id: one for one in facts}
    made = []
    for change in changes:
        one = names[change.activity_id]
        made.append(
            Thing(
                href=address("/activity", {"id": change.activity_id}),
                name=texts.named(one.name, one.sport, one.minute // 60),
                icon=texts.icon(one.sport),
                cells=(
                    dates.short_day(one.day) if one.day else fmt.MISSING,
                    LABELS[change.field],
                    said(change.field, change.before, gear),
                    said(change.field, change.after, gear),
                ),
            )
        )
    return made

"""Work that was set aside because it failed, in sentences for the user."""

from collections.abc import Hashable, Mapping
from datetime import date

from milevault_core.view import dates

_FIGURES = {
    "metrics": "The figures",
    "efforts": "The best efforts",
    "personal_records": "The records",
    "route_line": "The route",
    "routes": "The route",
    "route_profiles": "The comparison on its route",
    "day_totals": "The totals",
    "segment_track": "The segments",
    "segment_efforts": "The efforts on segments",
}
_ASKED = {
    "restore": "“{}” could not be restored from the trash.",
    "bring_back": "A file of a deleted activity could not be restored.",
    "judge": "“{}” could not be read again to apply your decision.",
    "put_together": "“{}” could not be merged with the other recordings of its workout.",
    "take_apart": "A recording could not be made an activity of its own.",
    "undo_rule": "The changes of a rule could not be undone completely.",
}


def sentence(row: Mapping[Hashable, object], time_zone: str) -> str:
    """What could not be done, and since when. `row`: from queries.set_aside.waiting."""
    scope, key, label = row["scope"], str(row["key"]), str(row["label"] or "")
    what = _FIGURES.get(str(row["step"]), "Some figures")
    match scope:
        case "day":
            told = f"{what} of {dates.day(date.fromisoformat(key), weekday=False)} could not be computed."
        case "activity" | "athlete" if key:
            told = f"{what} of “{label or 'an activity'}” could not be computed."
        case "athlete":
            told = f"{what} could not be brought up to date."
        case "undo" if row["step"] == "activity":
            told = f"“{label or 'An activity'}” could not be put back as it was before it was read again."
        case "undo" if row["step"] == "file":
            told = f"Reading the file “{label}” again could not be undone."
        case "undo" if ":" in key:
            told = f"The file “{label}” could not be removed when its import was undone."
        case "undo":
            told = f"The import “{label}” could not be undone completely."
        case "reread":
            told = f"“{label}” could not be read again completely."
        case "act":
            told = _ASKED.get(str(row["step"]), "A change could not be made.").format(label or "An activity")
        case _:
            told = "Something could not be done."
    reason = f" {row['reason']}" if row["reason"] else ""
    return f"{told}{reason} Since {dates.short_day_time(row['since'], time_zone)}."

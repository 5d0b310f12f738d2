"""Health files: what a file says about days and nights is kept as one piece per day, from which derive computes values
and nights."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from milevault_core.formats import health
from milevault_core.formats.garmin_export import days_of
from milevault_core.formats.health_data import NothingThere
from milevault_core.formats.questions import Question
from milevault_core.health.pack import divide
from milevault_core.problems import BadFile, Problem, thousands
from milevault_core.store.activities import save
from milevault_core.store.health import files
from milevault_core.store.imports import items, originals

QUESTION = "question"  # the code of a problem that only the owner can solve
_APART = timedelta(days=300)  # a clock that was not set is at least about a year behind
_FIRST_WATCH = date(
    2006, 1, 1
)  # after an empty battery a clock starts at the end of 1989, where FIT time begins
_FIRST, _LAST = date(1980, 1, 1), date(2100, 1, 1)


def keep(
    session: Session, user_id: int, item: items.Item, original: originals.Original, form: str, reason: str
) -> items.Result:
    """Keep what a file says about days and nights; returns the outcome of the file. Raises BadFile if all its days are
    impossible."""
    if files.is_here(session, user_id, original.id, item.import_id):
        return items.Result("duplicate", reason="This file is here already.")
    try:
        data = health.read(original.data, form, item.about.get("answers"))
    except NothingThere as error:
        return items.Result("health", days=days_of(original.data), reason=str(error))
    except Question as question:
        asked = {"code": QUESTION, "text": str(question), "where": question.code, "options": question.options}
        return items.Result("failed", reason=str(question), problems=[asked])
    if data is None:
        return items.Result("health", days=days_of(original.data), reason=reason)
    divided = divide(data)
    pieces = {day: piece for day, piece in divided.items() if _FIRST <= day <= _LAST}
    if not pieces:
        raise BadFile("The clock of the device was wrong: all of its days are impossible.")
    files.keep(session, user_id, original.id, item.import_id, pieces)
    problems = [
        save.as_json(problem)
        for problem in dict.fromkeys(
            [*data.problems, *_impossible(divided), *_ahead(pieces), *_behind(pieces, form)]
        )
    ]
    return items.Result("health", days=list(pieces), problems=problems)


def _impossible(days: Collection[date]) -> list[Problem]:
    """A problem for impossible days (outside _FIRST to _LAST), which are left out."""
    left_out = sorted(day for day in days if not _FIRST <= day <= _LAST)
    if not left_out:
        return []
    text = f"{thousands(len(left_out))} of its days cannot be right and were left out, the first of them {left_out[0]}."
    return [Problem("points_dropped", text)]


def _ahead(days: Collection[date]) -> list[Problem]:
    """A problem for days in the future, with two days of grace because clocks and time zones differ."""
    today = datetime.now(UTC).date() + timedelta(days=2)
    ahead = sorted(day for day in days if day > today)
    if not ahead:
        return []
    some = (
        f"One of its days is in the future, {ahead[0]}"
        if len(ahead) == 1
        else f"{thousands(len(ahead))} of its days are in the future, the last on {ahead[-1]}"
    )
    text = f"{some}: the clock of the device was ahead. {_kept(len(ahead))}"
    return [Problem("clock_ahead", text)]


def _behind(days: Collection[date], form: str) -> list[Problem]:
    """A problem for days of a FIT file that lie long before its other days, or before FIT files existed: the clock of
    the watch was behind, because such a file holds a few days in a row. Tables and exports may well skip years."""
    if form != "fit":
        return []
    ordered = sorted(days)
    breaks = [n for n in range(1, len(ordered)) if ordered[n] - ordered[n - 1] > _APART]
    early = ordered[: breaks[-1]] if breaks else [day for day in ordered if day < _FIRST_WATCH]
    if not early:
        return []
    than = "long before the others" if breaks else "from before there were such files"
    some = (
        f"One of its days is {than}, {early[0]}"
        if len(early) == 1
        else f"{thousands(len(early))} of its days are {than}, the first on {early[0]}"
    )
    return [Problem("clock_behind", f"{some}: the clock of the device was behind. {_kept(len(early))}")]


def _kept(count: int) -> str:
    it, is_it, them = ("It", "is", "it") if count == 1 else ("They", "are", "them")
    return f"{it} {is_it} kept where the clock put {them}. Undo this import if you do not want {them}."

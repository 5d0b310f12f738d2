"""What the import page shows: progress, tables, sentences."""

import json
from collections.abc import Mapping

import pandas as pd

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.imports.plan import duration
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Column, Thing

LABELS = {
    "imported": "Imported", "partial": "Imported in part", "merged": "Added to another", "duplicate": "Already here",
    "health": "Health", "photo": "Photos", "not_activity": "No activity", "left_out": "Left out",
    "not_read": "Not read", "failed": "Failed",
}  # fmt: skip
SOURCES = {"page": "Import page", "command": "Command line", "upload": "Phone or script", "folder": "Watched folder",
           "garmin": "Garmin Connect", "demo": "Demo data", "reread": "Read again"}  # fmt: skip

STOP = "What is already imported stays; the other files can be imported later, those of an archive for seven days."


def progress(batch: Mapping) -> tuple[float, str]:
    """(share done, "412 of 1,000 files · 24 a second · 25 s left") for a batch in progress."""
    done = batch["files"] - batch["waiting"]
    text = f"{fmt.number(done)} of {fmt.number(batch['files'])} files"
    rate = batch["recent"] / batch["recent_s"]
    if batch["waiting"] and rate > 0:
        each = f"{rate:.0f} a second" if rate >= 1.5 else f"{60 * rate:.0f} a minute"
        text += f" · {each} · {duration(batch['waiting'] / rate)} left"
    elif batch["waiting"] and not done:
        text = f"{fmt.number(batch['files'])} files · waiting for a worker"
    return (done / batch["files"] if batch["files"] else 0.0), text


def counts(batch: Mapping) -> list[tuple[str, str, int]]:
    """(outcome, its label, count) of the outcomes that occur, in the order of LABELS."""
    return [(o, label, batch["outcomes"][o]) for o, label in LABELS.items() if batch["outcomes"].get(o)]


def not_here(batch: Mapping) -> str:
    """A sentence if files that were not read are gone together with their archive; "" otherwise."""
    gone = batch["outcomes"].get("not_read", 0) - batch["again"].get("not_read", 0)
    if not gone:
        return ""
    were, them = ("was", "it") if gone == 1 else ("were", "them")
    return (
        f"{texts.count(gone, 'file')} {were} not read, and the archive is no longer here: after Stop it is kept for "
        f"seven days. To have {them}, import the archive again."
    )


def sentence(row, time_zone: str = "UTC") -> str:
    """What became of a file."""
    if row.state == "waiting":
        return "Waiting"
    problems = [p["text"] for p in json.loads(row.problems) if p["text"]]
    return texts.outcome(row.outcome, len(row.activities), len(row.days), reason(row, time_zone), problems)


_DELETED = {
    "deleted": "Deleted on {day}.",
    "deleted_like": "Another file of this workout was deleted on {day}.",
}


def reason(row, time_zone: str = "UTC") -> str:
    """The reason, from the item or else from its code; days are in the reader's time zone."""
    for problem in json.loads(row.problems):
        if problem["code"] in _DELETED and not row.reason:
            at = dates.local(pd.Timestamp(problem["where"]), time_zone)
            day = dates.day(at, weekday=False) if at else "an unknown day"
            return _DELETED[problem["code"]].format(day=day)
    return row.reason


def was_deleted(rows: pd.DataFrame) -> pd.Series:
    """Mask of the files that were not imported because their activity had been deleted."""
    return (
        rows["problems"].map(lambda text: any(p["code"] == "deleted" for p in json.loads(text))).astype(bool)
    )


def questions(rows: pd.DataFrame) -> list[tuple[int, dict]]:
    """(item, question) for files whose reader asks something; a question has name, text, where (its code), options."""
    return [
        (int(row.id), problem | {"name": row.name})
        for row in rows.itertuples()
        if row.outcome == "failed"
        for problem in json.loads(row.problems)
        if problem["code"] == "question"
    ]


UNDONE = {"": "", "asked": "Being undone", "done": "Undone"}
_BROUGHT = ("imported", "partial", "merged", "health", "photo")


FILE = Column("File", is_number=False, rank=1)
_RESULT, _FOLDER = Column("Result", is_number=False, rank=1), Column("Folder", is_number=False, rank=3)
_ICONS = {
    "imported": "check_circle", "partial": "check_circle", "merged": "join", "duplicate": "content_copy",
    "health": "favorite", "photo": "image", "failed": "error", "left_out": "block", "not_activity": "draft",
}  # fmt: skip


def file_columns(rows: pd.DataFrame) -> tuple[Column, ...]:
    """The columns of a page of files; the folder only if one of the files has a folder."""
    return (_RESULT, _FOLDER) if rows["name"].str.contains("/").any() else (_RESULT,)


def file_things(rows: pd.DataFrame, undo: str = "", time_zone: str = "UTC") -> list[Thing]:
    """A page of files as a list, each with a link to its (first) activity. `undo`: "", "asked" or "done"; if the import
    was undone, what it brought is gone."""
    made, has_folders = [], len(file_columns(rows)) > 1
    for row in rows.itertuples():
        where, _, name = row.name.rpartition("/")
        told = sentence(row, time_zone)
        has_activity = len(row.activities) and not undo
        taken = bool(undo) and row.outcome in _BROUGHT
        made.append(
            Thing(
                href=address("/activity", {"id": int(row.activities[0])}) if has_activity else "",
                name=name,
                icon=_ICONS.get(row.outcome or "", "schedule") if not taken else "undo",
                family="ride" if row.outcome == "failed" else "",
                cells=(f"{UNDONE[undo]}." if taken else told, *([where] if has_folders else [])),
            )
        )
    return made


BATCH = Column("Import", is_number=False, rank=1)
BATCH_COLUMNS = (
    Column("When", is_number=False, rank=1), Column("From", is_number=False, rank=3), Column("Files", rank=2),
    Column("Activities", rank=1, about=None), Column("Failed", rank=2),
)  # fmt: skip


def batch_things(rows: pd.DataFrame, time_zone: str) -> list[Thing]:
    """The log: every import with a link to it, latest first."""
    made = []
    for row in rows.itertuples():
        source = SOURCES.get(row.source, row.source)
        is_reread, undo = row.source == "reread", str(row.undo)
        to_go = f"{texts.count(int(row.waiting), 'file')} to go" if row.waiting else ""
        made.append(
            Thing(
                href=address("/read-again", {"id": row.id})
                if is_reread
                else address("/imports", {"import": row.id}),
                name=row.label or source,
                under=UNDONE[undo] or to_go,
                cells=(
                    dates.short_day_time(row.created_at, time_zone),
                    source,
                    fmt.number(int(row.files)),
                    "0" if undo == "done" else fmt.number(int(row.activities)),
                    fmt.number(int(row.failed)) if row.failed else "",
                ),
            )
        )
    return made


def size(count: int) -> str:
    """ "5.1 GB", "34 MB"."""
    value, unit = float(count), 0
    while value >= 1000 and unit < 3:
        value, unit = value / 1000, unit + 1
    return (
        f"{value:.1f} {('B', 'kB', 'MB', 'GB')[unit]}"
        if value < 10 and unit
        else f"{value:.0f} {('B', 'kB', 'MB', 'GB')[unit]}"
    )

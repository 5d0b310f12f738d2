"""Imports: the files that a user hands over, and what became of each.

    batch = imports.begin(user_id, "page")
    imports.add(user_id, batch, "run.fit", data)     keeps the bytes, makes the item, enqueues it: one transaction
    imports.process(item_id)                         in a worker: reads, saves, marks the item: one transaction

`add_and_process` does both at once, without the queue.

Outcomes: imported | partial | merged | duplicate | not_activity | health | photo | left_out | failed.
"""

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from milevault_core import formats, store
from milevault_core.formats import Reading, Recording, archive
from milevault_core.formats.texts import straight
from milevault_core.imports import courses, health, photos
from milevault_core.problems import LOSSES, BadFile, Problem
from milevault_core.store import deadlock
from milevault_core.store.activities import apply_names, apply_rules, assign_activity, save
from milevault_core.store.imports import archive_items, items, known_files, originals, uploads
from milevault_core.store.imports.reasons import STOPPED, UNDONE

MAX_ATTEMPTS = 3  # a file that has killed its worker this often is set aside


def begin(user_id: int, source: str, label: str = "") -> int:
    """Begin a new batch; returns its id. source: page | command | upload | folder | garmin | demo."""
    with store.session() as session:
        return items.begin(session, user_id, source, storable(label))


def storable(name: str) -> str:
    """A file name that the database can store: without NUL, "?" for what is not UTF-8, and without characters that
    change the reading direction, which can make a name appear to have another extension."""
    return straight(name).encode("utf-8", "replace").decode()


def add(user_id: int, import_id: int, name: str, data: bytes, about: dict | None = None) -> list[int]:
    """Put a file, or each file of an archive, into a batch and enqueue it; returns the ids of the items. `about` is
    what an archive says about a single file (its name, sport, gear …: activities/texts.py).

    A zip with a single activity (Garmin's ORIGINAL download, even if it is named `.fit`) is an archive too: its
    member is kept. Raises LookupError when the batch is not the user's.
    """
    name = storable(name)
    if not archive.is_archive(data[:4]):
        return [_add_one(user_id, import_id, name, data, about)]
    added: list[int] = []
    try:
        for member in archive.members(data, name):
            label = member.name if member.name.startswith(name) else f"{name}/{member.name}"
            if member.data is None:
                added.append(add_failed(user_id, import_id, label, member.problem or "It cannot be read."))
            else:
                added.append(_add_one(user_id, import_id, label, member.data, about))
    except BadFile as error:
        added.append(add_failed(user_id, import_id, name, str(error)))
    if not added:
        added.append(add_failed(user_id, import_id, name, "The archive holds no files."))
    return added


def _add_one(user_id: int, import_id: int, name: str, data: bytes, about: dict | None) -> int:
    with store.session() as session:
        return add_within(session, user_id, import_id, name, data, about)


def add_within(
    session: Session, user_id: int, import_id: int, name: str, data: bytes, about: dict | None = None
) -> int:
    """Put a file that is not an archive into a batch, in the caller's transaction; returns the id of its item. Raises
    LookupError like `add`."""
    name = storable(name)
    return items.add(session, user_id, import_id, name, originals.keep(session, user_id, name, data), about)


def add_failed(user_id: int, import_id: int, name: str, reason: str) -> int:
    """Add an item for a file that could not even be received; returns its id. Raises LookupError like `add`."""
    with store.session() as session:
        item_id = items.add(session, user_id, import_id, storable(name), None)
        items.finish(session, user_id, item_id, items.Result("failed", reason=reason))
        return item_id


def stop(user_id: int, import_id: int) -> int:
    """Stop an import: files that no worker has begun are skipped and can be retried; returns how many. What has been
    imported stays. Raises LookupError for another user's batch."""
    with store.session() as session:
        return items.stop(session, user_id, import_id, STOPPED)


def retry(user_id: int, import_id: int, item_ids: list[int] | None = None) -> int:
    """Retry the failed files of a batch (all, or these); returns how many. Files whose bytes are gone stay as they are.
    Raises LookupError when the batch is not the user's."""
    with store.session() as session:
        return items.retry(session, user_id, import_id, item_ids)


def answer(user_id: int, import_id: int, item_id: int, code: str, said: str) -> None:
    """Answer the question that reading a file raised, and read it again. Raises LookupError when the batch is not the
    user's."""
    with store.session() as session:
        items.set_answer(session, user_id, import_id, item_id, code, said)
        items.retry(session, user_id, import_id, [item_id])


def _work(item_id: int, attempts: int) -> list[int]:
    with store.session() as session:
        item = items.lock_waiting(session, item_id)
        if item is None:
            return []
        if item.undone:
            items.finish(session, item.user_id, item_id, items.Result("failed", reason=UNDONE))
            return []
        if attempts > MAX_ATTEMPTS:
            reason = f"This file stopped the import {MAX_ATTEMPTS} times and was set aside."
            items.finish(session, item.user_id, item_id, items.Result("failed", reason=reason))
            return []
        result = _by_rules(session, item, _import(session, item))
        items.finish(session, item.user_id, item_id, result)
        return result.activities


def process(item_id: int) -> list[int]:
    """Read and save one item; returns the activities it became. May be called several times but works only once:
    saving and marking the item are one transaction under its row lock; a caller that finds it locked or done returns
    []."""
    # Counted in its own transaction before the work, so that a file that kills its worker is counted.
    with store.session() as session:
        attempts = items.count_attempt(session, item_id)
    return [] if attempts is None else work(item_id, attempts)


def work(item_id: int, attempts: int) -> list[int]:
    """Like `process`, for an item whose attempt is already counted."""
    try:
        return deadlock.repeated(lambda: _work(item_id, attempts))
    except BadFile as error:  # everything saved so far has been rolled back
        with store.session() as session:
            item = items.lock_waiting(session, item_id)
            if item is not None:
                with contextlib.suppress(BadFile):  # keep the file anyway: a better reader may read it later
                    _original(session, item)
                items.finish(session, item.user_id, item_id, items.Result("failed", reason=str(error)))
        return []


def _by_rules(session, item: items.Item, result: items.Result) -> items.Result:
    """Apply the user's rules to the activities just imported; those that a rule leaves out are in the trash."""
    if result.outcome not in ("imported", "partial"):
        return result
    left_out = set(apply_rules.apply_new(session, item.user_id, result.activities))
    if not left_out:
        return result
    stay = [activity for activity in result.activities if activity not in left_out]
    if stay:
        return dataclasses.replace(result, activities=stay)
    return items.Result("left_out", reason="One of your rules leaves it out. It is in the trash.")


def try_out(session, item: items.Item) -> items.Result:
    """What a file would become, found by importing it; the caller rolls the transaction back."""
    try:
        return _import(session, item)
    except BadFile as error:
        return items.Result("failed", reason=str(error))


def _original(session, item: items.Item) -> originals.Original:
    """The item's original file, with its row locked; a member of an archive is kept as an original now."""
    if item.original_id is None and item.place is not None:
        original = originals.take(session, item.user_id, item.name, archive_items.read(item))
        items.set_original(session, item.user_id, item.id, original.id)
        return original
    found = originals.fetch(session, item.user_id, item.original_id or 0, lock=True)
    if found is None:
        raise BadFile("The file is no longer stored here.")
    return found


def add_and_process(user_id: int, import_id: int, name: str, data: bytes, about: dict | None = None) -> int:
    """`add` and `process` one file at once, without the queue and in one transaction; returns the id of its item.

    For callers that make hundreds of files inside a worker (demo). Raises LookupError like `add`.
    """
    name = storable(name)
    try:
        with store.session() as session:
            items.hold(
                session, user_id, import_id
            )  # so that nobody, not even an undo, sees the item before it is done
            original_id = originals.keep(session, user_id, name, data)
            item_id = items.add(session, user_id, import_id, name, original_id, about, enqueue=False)
            items.count_attempt(session, item_id)
            item = items.lock_waiting(session, item_id)
            assert item is not None
            result = _import(session, item)
            items.finish(session, user_id, item_id, result)
            return item_id
    except BadFile as error:
        return add_failed(user_id, import_id, name, str(error))


def _import(session, item: items.Item) -> items.Result:
    original = _original(session, item)
    if "photo_of" in item.about:
        return photos.keep(session, item, original)
    known = known_files.known(session, item.user_id, original.id)
    if known.alive or known.trashed:
        return _here_already(session, item, original, known)
    reading = formats.read(original.data, item.name)
    if reading.kind in ("health", "weight"):
        return health.keep(session, item.user_id, item, original, reading.format, reading.reason)
    if reading.kind == "route":
        return courses.keep(session, item.user_id, original.id, reading)
    if reading.kind != "activity":
        return items.Result("not_activity", reason=reading.reason or "This is not an activity.")
    several = len(reading.recordings) > 1
    reading.recordings = [r for r in reading.recordings if r.part not in known.buried]
    if not reading.recordings:
        return items.Result("duplicate", problems=[known_files.deleted_on(max(known.buried.values()))])
    return _save_all(session, item, original, reading, several)


def _here_already(session, item: items.Item, original, known: known_files.KnownFile) -> items.Result:
    if item.about or item.upload_id is not None:  # another archive may have a name for it
        assign_activity.lock(session, item.user_id)
        parts = known_files.times(session, item.user_id, original.id)
        _remember(
            session,
            item,
            {part: item.about or _noted(item, *times, session) for part, times in parts.items()},
        )
        apply_names.tell_again(session, item.user_id, original.id)
    assign_activity.weigh_entry(session, item.user_id, original.id, original.name)
    if known.alive:
        return items.Result("duplicate", known.alive, reason="This file is here already.")
    return items.Result("duplicate", problems=[known_files.deleted_on(max(known.trashed.values()))])


def _remember(session, item: items.Item, abouts: dict[int, dict]) -> None:
    """Keep with the item what the archive's list says about its activities: each batch that holds the file has its own
    list."""
    if not item.about and any(abouts.values()):
        parts = {str(part): about for part, about in abouts.items()}
        items.set_about(
            session,
            item.user_id,
            item.id,
            parts["0"] if len(parts) == 1 and "0" in parts else {"parts": parts},
        )


def _save_all(session, item, original, reading: Reading, several: bool) -> items.Result:
    """Save every recording as an activity or as part of one; the recordings of one file are one event."""
    event = hashlib.sha256(original.data).hexdigest()[:16] if several else ""
    placed: list[assign_activity.Placement] = []
    refused: list[str] = []
    problems = list(reading.problems)
    abouts = {
        r.part: item.about or _noted(item, r.start_time, _lasted(r), session) for r in reading.recordings
    }
    _remember(session, item, abouts)
    for recording in reading.recordings:
        recording.format = recording.format or reading.format
        try:
            placed.append(
                assign_activity.place(
                    session,
                    item.user_id,
                    recording,
                    original.id,
                    item.import_id,
                    event,
                    abouts[recording.part],
                )
            )
        except BadFile as error:
            refused.append(str(error))
            problems.append(Problem("part_unusable", str(error), f"part {recording.part + 1}"))
    if not placed:
        raise BadFile(refused[0] if refused else "The file holds no activity.")
    problems += [problem for recording in reading.recordings for problem in recording.problems]
    partial = any(p.code in LOSSES for p in problems) or any(r.understood < 0.999 for r in reading.recordings)
    outcome = "merged" if all(one.merged for one in placed) else "partial" if partial else "imported"
    found = [save.as_json(p) for p in dict.fromkeys(problems)]
    new = [one.activity_id for one in placed if not one.merged]
    gone = known_files.deleted_like(session, item.user_id, new) if new else None
    if gone:
        found.append(known_files.other_deleted_on(gone))
    return items.Result(outcome, [one.activity_id for one in placed], problems=found)


def _noted(item: items.Item, start: datetime | None, seconds: float, session) -> dict:
    """What the archive's list says about the activity that began then."""
    if item.upload_id is None or start is None:
        return {}
    return uploads.note_near(session, item.upload_id, start, seconds)


def _lasted(recording: Recording) -> float:
    return recording.totals.get("elapsed_s") or recording.totals.get("timer_s") or 0.0


def paths_below(path) -> Iterator:
    """The files of a path: itself, or everything below a folder except hidden files, sorted by name."""
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            if found.is_file() and not any(part.startswith(".") for part in found.relative_to(path).parts):
                yield found
    else:
        yield path

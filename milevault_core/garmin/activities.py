"""Activities: read Garmin's list page by page, and fetch each activity's original file once."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from milevault_core import store
from milevault_core.formats import archive, garmin_list
from milevault_core.garmin import client
from milevault_core.garmin.asking import Failing, Garmin
from milevault_core.garmin.batch import Batch
from milevault_core.problems import BadFile
from milevault_core.store.activities import apply_names
from milevault_core.store.garmin import activities as rows
from milevault_core.store.garmin import connection
from milevault_core.store.imports import items

PAGE = 100
OVERLAP = 5  # between pages, because activities deleted while we read the list move the rest up
PATIENCE = 3  # failures of one activity before the run goes on without it
_RETRY = timedelta(days=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_MARGIN = timedelta(days=1)  # because the list is sorted by local time


def read_list(user_id: int, account: connection.Connection, garmin: Garmin, budget: int) -> None:
    """Read the list: new activities first, then on from where the last run stopped, until `budget` calls are made."""
    page, known, is_last = _page(user_id, garmin, 0)
    seen = set(page)
    offset = 0
    if known and not account.is_listed and account.listed:
        offset = account.listed
        page, known, is_last = _page(user_id, garmin, offset)
        seen |= set(page)
    elif account.is_listed and (known or is_last):
        return
    while True:
        is_end = is_last or (account.is_listed and bool(known - seen))
        _note(user_id, offset, is_end)
        if is_end or garmin.calls >= budget:
            return
        offset += PAGE - OVERLAP
        page, known, is_last = _page(user_id, garmin, offset)
        while page and not known and offset > 0 and garmin.calls < budget:
            # The page does not overlap the previous one, because too many activities were deleted meanwhile; go back.
            offset = max(0, offset - PAGE // 2)
            page, known, is_last = _page(user_id, garmin, offset)
        known, seen = known - seen, seen | set(page)


def _note(user_id: int, listed: int, is_listed: bool) -> None:
    with store.session() as session:
        connection.change(session, user_id, {"listed": listed, "is_listed": is_listed})


def _page(user_id: int, garmin: Garmin, offset: int) -> tuple[list[int], set[int], bool]:
    """Read a page of the list and save it; returns (its ids, those known before, whether it is the last page)."""
    answer = garmin.ask("get_activities", offset, PAGE) or []
    if not isinstance(answer, list):
        raise Failing("not_data")
    listed: dict[int, tuple[datetime | None, dict[str, Any]]] = {}
    for entry in answer:
        garmin_id = garmin_list.activity_id(entry) if isinstance(entry, dict) else None
        if garmin_id is not None:
            listed[garmin_id] = (garmin_list.start_time(entry), entry)
    with store.session() as session:
        known = rows.known(session, user_id, list(listed))
        starts = [start for start, _ in listed.values() if start is not None]
        is_last = len(answer) < PAGE
        if offset == 0 and starts:
            # A list of one page is complete. If more pages follow, activities that began at about the same time as the
            # page's oldest may be on the next page.
            since = _EVER if is_last else min(starts) + _MARGIN
            rows.note_missing(session, user_id, since, list(listed), garmin.clock.now())
        for retold in rows.note_listed(session, user_id, listed):
            items.set_about(session, user_id, retold.item_id, garmin_list.about(retold.entry))
            apply_names.tell_again(session, user_id, retold.original_id)
    return list(listed), known, is_last


def fetch(user_id: int, garmin: Garmin, batch: Batch, budget: int) -> bool:
    """Fetch the missing originals of activities, newest first; returns whether none is left to fetch now."""
    while True:
        with store.session() as session:
            waiting = rows.to_fetch(session, user_id, garmin.clock.now(), 20)
        for one in waiting:
            if garmin.calls >= budget or not _is_wanted(user_id):
                return False
            _fetch_one(user_id, garmin, batch, one)
        if not waiting:
            return True


def _is_wanted(user_id: int) -> bool:
    with store.session() as session:
        return connection.is_wanted(session, user_id)


def _fetch_one(user_id: int, garmin: Garmin, batch: Batch, one: rows.PendingActivity) -> None:
    try:
        found = _files(garmin, one)
    except Failing:
        retry_at = garmin.clock.now() + (_RETRY if one.attempts + 1 >= PATIENCE else timedelta(0))
        with store.session() as session:
            rows.note_failed(session, user_id, one.garmin_id, retry_at)
        if one.attempts + 1 < PATIENCE:
            raise
        return  # continue with the other activities
    batch.begin()
    about = garmin_list.about(one.entry)
    with store.session() as session:
        added = [batch.add(session, name, data, about) for name, data in found.items()]
        rows.note_fetched(session, user_id, one.garmin_id, added[0], garmin.clock.now())


def _files(garmin: Garmin, one: rows.PendingActivity) -> dict[str, bytes]:
    """The files of an activity by name: the content of its zip, or its list entry if it has no file. Raises Failing."""
    entry = {f"Garmin Connect {one.garmin_id}.json": garmin_list.entry_file(one.entry)}
    if one.entry.get("manualActivity") is True:
        return entry
    data = garmin.ask("download_activity", str(one.garmin_id), client.ORIGINAL)
    if data is None:
        if garmin.status == 200 and one.attempts + 1 < PATIENCE:
            raise Failing("not_data")  # an empty file; it may be there later
        return entry
    if data.lstrip()[:1] in (b"{", b"[") or data.lstrip()[:9].lower() in (
        b"<!doctype",
        b"<html>",
        b"<html lan",
    ):
        raise Failing("not_data")
    if not archive.is_archive(data[:4]):
        return {f"Garmin Connect {one.garmin_id}": data}
    return unpacked(data) or entry


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a zip by name. Raises Failing for an incomplete zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            if opened.testzip() is not None:
                raise Failing("not_data")
        return {member.name: member.data for member in archive.members(data) if member.data is not None}
    except (*archive.ERRORS, BadFile):
        raise Failing("not_data") from None

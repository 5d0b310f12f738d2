"""Two jobs that work on the same file at once wait for each other without a deadlock, because everything that changes
an item, its original and its archive locks them in this order."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.accounts import deletion
from milevault_core.actions import trash
from milevault_core.imports import archives, files, undo
from milevault_core.store import deadlock
from milevault_core.store.imports import archive_items, items, originals, uploads
from tests.builders.archive import zipped
from tests.imports.test_archives import planned, run, value
from tests.waiting import wait_for

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(autouse=True)
def nothing_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch retries off, so that a deadlock fails the test."""
    monkeypatch.setattr(deadlock, "AGAIN", 0)


@pytest.fixture
def batch(user: int) -> int:
    """An import of an archive in progress: its first file is imported."""
    upload_id, _ = planned(user, zipped({f"{n}.gpx": run(n) for n in range(3)}))
    import_id = archives.start(user, upload_id)
    archives.take_in(upload_id)
    files.process(waiting()[0])
    return import_id


def waiting() -> list[int]:
    with store.session() as session:
        return list(session.scalars(text("SELECT id FROM import_items WHERE state = 'waiting' ORDER BY id")))


@contextmanager
def another(work: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Gives a function that starts `work` in another thread and returns as soon as that waits for a lock of ours. The
    thread is joined after the block, and a failure in it fails the test."""
    failed: list[BaseException] = []

    def try_it() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=try_it)

    def begin() -> None:
        thread.start()
        wait_for(lambda: value(WAITING) or not thread.is_alive(), "a lock of ours", every_s=0.01)
        assert thread.is_alive(), failed

    try:
        yield begin
    finally:
        thread.join()
    assert failed == []


def as_a_worker(session: Session, user: int) -> int:
    """Do what a worker does with the next item of an archive before it reads the file: lock it, and keep its bytes."""
    item = waiting()[0]
    assert items.lock_waiting(session, item) is not None
    original = originals.take(session, user, "a.gpx", run(7))
    items.set_original(session, user, item, original.id)
    return item


def test_an_undo_waits_for_the_file_that_is_being_read(user: int, batch: int) -> None:
    undo.ask(user, batch)
    with another(lambda: undo.run(user, batch)) as begin, store.session() as session:
        item = as_a_worker(session, user)
        begin()
        items.finish(session, user, item, items.Result("not_activity"))
    assert value("SELECT count(*) FROM activities") + value("SELECT count(*) FROM uploads") == 0
    assert value("SELECT undone_at IS NOT NULL FROM imports")


def test_deleting_an_account_waits_for_the_file_that_is_being_read(user: int, batch: int) -> None:
    with store.session() as session:
        session.execute(text("UPDATE users SET deletion_asked_at = now()"))
    with another(lambda: deletion.run(user)) as begin, store.session() as session:
        item = waiting()[0]
        assert items.lock_waiting(session, item) is not None
        begin()
        originals.keep(session, user, "b.gpx", b"this asks for the row of the user")
        items.finish(session, user, item, items.Result("not_activity"))
    assert value("SELECT count(*) FROM users") == 0


def test_an_archive_is_kept_for_files_that_are_just_being_tried_again(user: int, batch: int) -> None:
    files.stop(user, batch)
    with store.session() as session:
        session.execute(text("UPDATE import_items SET finished_at = finished_at - interval '8 days'"))

    def forget() -> None:
        with store.session() as other:
            uploads.forget_old(other)

    with another(forget) as begin, store.session() as session:
        assert items.retry(session, user, batch, None) == 2
        begin()
        # A second update of the row makes PostgreSQL check, and so lock, the rows it points at.
        session.execute(text("UPDATE import_items SET attempts = 0 WHERE state = 'waiting'"))
    archives.work(batch, 1)
    assert value("SELECT count(*) FROM activities") == 3


def test_an_archive_that_is_listed_when_its_import_is_undone_goes(user: int) -> None:
    """Its items are created while the undo waits; none of them is left waiting."""
    upload_id, _ = planned(user, zipped({f"{n}.gpx": run(n) for n in range(3)}))
    import_id = archives.start(user, upload_id)
    undo.ask(user, import_id)
    with another(lambda: undo.run(user, import_id)) as begin, store.session() as session:
        upload = uploads.one(session, user, upload_id, lock=True)
        assert upload is not None
        begin()
        archive_items.add_items(session, upload, archives._contents(upload))
    assert waiting() == []
    assert value("SELECT count(*) FROM uploads") == 0


@pytest.fixture
def read_again(user: int) -> tuple[int, int]:
    """(import, item that reads the import's file again, which a worker is about to take)."""
    import_id = files.begin(user, "page")
    files.add_and_process(user, import_id, "a.gpx", run(0))
    again = files.begin(user, "reread")
    with store.session() as session:
        original = session.scalar(text("SELECT id FROM original_files"))
        return import_id, items.add(session, user, again, "a.gpx", original)


@pytest.mark.parametrize("how", ["undo", "purge"])
def test_an_original_goes_after_it_was_read_again(user: int, read_again: tuple[int, int], how: str) -> None:
    import_id, item = read_again
    activity = value("SELECT id FROM activities")
    if how == "undo":
        undo.ask(user, import_id)
    else:
        trash.delete(user, activity)
    work = {"undo": lambda: undo.run(user, import_id), "purge": lambda: trash.purge(user, activity)}[how]
    with another(work) as begin, store.session() as session:
        locked = items.lock_waiting(session, item)
        assert locked is not None
        begin()
        assert originals.fetch(session, user, locked.original_id or 0, lock=True) is not None
        items.finish(session, user, item, items.Result("duplicate"))
    assert value("SELECT count(*) FROM original_files") == 0

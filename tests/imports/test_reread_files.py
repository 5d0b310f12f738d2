"""Files that gave no activity, read again by a better reader: previewed, done, and undone to the last bit."""

from collections.abc import Iterator

import pytest

from milevault_core import formats, store
from milevault_core.actions import set_aside as actions
from milevault_core.derive import clean
from milevault_core.formats import READERS, Reader, Reading
from milevault_core.imports import files, reread, undo
from milevault_core.store.imports import undo as undoing
from milevault_core.store.queries import import_log
from milevault_core.store.queries import imports as import_queries
from milevault_core.store.queries import rereads as queries
from milevault_core.store.queries import set_aside as set_aside_queries
from milevault_core.view import set_aside as view
from tests.digest import differing, digest
from tests.imports.test_courses import course
from tests.imports.test_files import brought_in, count, run

HEAD = b"NEWFORMAT\n"


def hidden(data: bytes) -> bytes:
    """A file of the new format: a header and a GPX file with its bytes reversed."""
    return HEAD + data[::-1]


@pytest.fixture
def better() -> Iterator[None]:
    """A version of MileVault that knows one more format."""
    formats.read(run())  # loads all other readers
    READERS["newformat"] = Reader("newformat", is_new, lambda data: formats.read(data[len(HEAD) :][::-1]))
    yield
    del READERS["newformat"]


def is_new(head: bytes) -> bool:
    return head.startswith(HEAD)


def process_waiting() -> None:
    for item in store.read("SELECT id FROM import_items WHERE state = 'waiting' ORDER BY id")["id"]:
        files.process(int(item))


@pytest.fixture
def batch(user: int) -> int:
    """An earlier import: a file that could not be read, two that never will be, and a run."""
    brought_in(
        user,
        ("new.bin", hidden(run())),
        ("noise.bin", b"noise"),
        ("empty.fit", b""),
        ("here.gpx", run(day=3)),
    )
    clean.clean(user)
    return int(store.read("SELECT max(id) AS id FROM imports")["id"].iloc[0])


def looked_at(user: int) -> int:
    found = reread.begin(user, "Everything")
    reread.work(user, found)
    return found


def test_a_course_that_is_a_route_stays_one(user: int) -> None:
    brought_in(
        user, ("lake.gpx", course("loop", "Lake")), ("short.gpx", b"<gpx><rte><name>x</name></rte></gpx>")
    )
    clean.clean(user)
    before = digest(user)
    found = queries.summary(user, looked_at(user))
    assert found["becomes"] == []
    assert differing(before, digest(user)) == []


def test_a_failed_file_becomes_an_activity_and_back(user: int, batch: int, better) -> None:
    before = digest(user)
    again = looked_at(user)
    assert differing(before, digest(user)) == []
    looked = queries.summary(user, again)
    assert looked["becomes"] == [{"before": "failed", "after": "imported", "count": 1}]
    assert looked["files"] == {"looking": 0, "looked": 1, "waiting": 0, "done": 0}
    shown = import_log.summary(user, again)
    assert shown is not None
    assert (shown["files"], shown["outcomes"]) == (0, {})  # nothing has been done yet
    assert again not in set(import_queries.batches(user)["id"])
    assert again not in set(import_log.recent(user)["id"])
    reread.do(user, again)
    reread.work(user, again)
    process_waiting()
    clean.clean(user)
    assert count("activities") == 2
    done = queries.summary(user, again)
    assert done["files"]["done"] == 1
    assert done["becomes"] == looked["becomes"]
    assert list(import_queries.items(user, again)["outcome"]) == ["imported"]
    assert reread.begin(user, "Everything")  # the file that has become an activity is not looked at any more
    assert queries.summary(user, queries.latest(user)[0])["files"]["looking"] == 2
    undo.ask(user, again)
    undo.run(user, again)
    clean.clean(user)
    assert differing(before, digest(user)) == []
    assert import_queries.items(user, batch)["outcome"].tolist()[0] == "failed"
    assert queries.summary(user, looked_at(user))["becomes"] == looked["becomes"]  # it can be done again


@pytest.fixture
def two_unread(user: int) -> None:
    """Two files from an earlier import that could not be read."""
    brought_in(user, ("one.bin", hidden(run())), ("two.bin", hidden(run(day=3))))
    clean.clean(user)


def test_a_file_that_cannot_be_undone_is_set_aside_alone(
    user: int, two_unread: None, better: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(user)
    again = looked_at(user)
    reread.do(user, again)
    process_waiting()
    clean.clean(user)
    assert count("activities") == 2
    first = int(store.read("SELECT min(id) AS id FROM original_files")["id"].iloc[0])
    whole = undoing.remove_recordings

    def breaks(session, user_id: int, originals: list[int], import_id: int | None = None) -> None:
        if first in originals:
            raise ValueError("It is in use.")
        whole(session, user_id, originals, import_id)

    undo.ask(user, again)
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "remove_recordings", breaks)
        undo.run(user, again)
        assert count("original_files") == 2  # they belong to the first import
        assert count("activities") == 1
    (row,) = set_aside_queries.waiting(user).to_dict("records")
    told = "Reading the file “one.bin” again could not be undone. It is in use. Since"
    assert told in view.sentence(row, "UTC")
    actions.try_again(user, row["scope"], row["step"], row["key"])
    undo.run(user, again)
    clean.clean(user)
    assert differing(before, digest(user)) == []
    assert set_aside_queries.waiting(user).empty


def test_health_becomes_an_activity(user: int, better) -> None:
    """A file can become an activity whatever it was kept as."""
    as_health = Reader("newformat", is_new, lambda data: Reading("newformat", "health"))
    READERS["newformat"], known = as_health, READERS["newformat"]
    (item,) = brought_in(user, ("new.bin", hidden(run())))
    assert item["outcome"] == "health"
    READERS["newformat"] = known
    assert queries.summary(user, looked_at(user))["becomes"] == [
        {"before": "health", "after": "imported", "count": 1}
    ]


def test_nothing_is_said_of_what_stays(user: int, batch: int) -> None:
    looked = queries.summary(user, looked_at(user))
    assert looked["becomes"] == []
    assert looked["files"] == {"looking": 0, "looked": 0, "waiting": 0, "done": 0}


def test_the_undo_of_the_first_import_takes_what_was_read_again(user: int, batch: int, better) -> None:
    again = looked_at(user)
    reread.do(user, again)
    process_waiting()
    undo.ask(user, batch)
    undo.run(user, batch)
    clean.clean(user)
    assert count("activities") == count("original_files") == count("activity_recordings") == 0


def test_what_came_again_meanwhile_stays(user: int, batch: int, better) -> None:
    """The file is imported again after the new version has read it; that import keeps it when the batch is undone."""
    again = looked_at(user)
    reread.do(user, again)
    process_waiting()
    clean.clean(user)
    before = digest(user)
    (item,) = brought_in(user, ("new.bin", hidden(run())))
    assert item["outcome"] == "duplicate"
    undo.ask(user, again)
    undo.run(user, again)
    clean.clean(user)
    assert differing(before, digest(user)) == []


def test_a_file_that_kills_the_worker_that_looks_is_left_alone(user: int, batch: int, better) -> None:
    def die(data: bytes) -> Reading:
        raise KeyboardInterrupt  # as close to a kill as one process can get

    READERS["newformat"] = Reader("newformat", is_new, die)
    again = reread.begin(user, "Everything")
    for _ in range(files.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            reread.work(user, again)
    reread.work(user, again)
    assert queries.summary(user, again)["files"]["looking"] == 0
    assert count("import_items") == 4


def test_others_files_are_not_looked_at(user: int, other_user: int, batch: int, better) -> None:
    assert queries.summary(other_user, looked_at(other_user))["becomes"] == []

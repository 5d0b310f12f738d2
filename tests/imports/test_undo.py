"""Undoing an import removes all of it, everything that followed from it, and nothing else."""

import random
import threading
from dataclasses import replace
from functools import cache

import pytest
from sqlalchemy import text

from bench import duplicate_changes as changes
from bench.duplicate_pairs import Workouts
from milevault_core import store
from milevault_core.actions import set_aside as actions
from milevault_core.actions import trash
from milevault_core.demo.dirty import dirty
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.made import Activity
from milevault_core.demo.tcx_writer import write_tcx as tcx
from milevault_core.derive import clean
from milevault_core.formats import READERS
from milevault_core.imports import files as imports
from milevault_core.imports import undo
from milevault_core.problems import BadFile
from milevault_core.store import set_aside, unfinished
from milevault_core.store.activities import save
from milevault_core.store.imports import undo as undoing
from milevault_core.store.queries import imports as import_queries
from milevault_core.store.queries import set_aside as set_aside_queries
from milevault_core.view import set_aside as view
from tests import digest as digests
from tests.conftest import make_user
from tests.digest import differing, digest


@cache
def made() -> list[Activity]:
    workouts = Workouts(9)
    return [changes.cut(workouts.take("easy", "commute", "tempo"), 0, 900) for _ in range(4)]


@cache
def pool() -> list[tuple[str, bytes, dict]]:
    return (
        [
            item
            for number, one in enumerate(made())
            for item in (
                (f"{number}.fit", fit(one), {}),
                (f"{number}.gpx", gpx(changes.moved(one, 30)), {"name": f"Name {number}", "gear": "Shoes"}),
                (f"{number}.tcx", tcx(changes.cropped(one, 0.01, 0.02)), {}),
            )
        ]
        + [
            (name, data, {})  # as devices really write them
            for number, kind in enumerate(
                ("clock_of_1970", "clock_of_1970", "several_records_a_second", "jittered_times")
            )
            for name, data in dirty(made()[number], kind).files
        ]
        + [("notes.txt", b"not an activity", {}), ("0.fit", fit(made()[0]), {"name": "Said elsewhere"})]
    )


def brought(user: int, files: list[tuple[str, bytes, dict]]) -> int:
    """Import these files as a batch; returns its id."""
    batch = imports.begin(user, "page")
    for name, data, about in files:
        for item in imports.add(user, batch, name, data, about):
            imports.process(item)
    return batch


def undone(user: int, batch: int) -> None:
    undo.ask(user, batch)
    undo.run(user, batch)


def state(user: int) -> dict[str, list[str]]:
    clean.clean(user)
    return digest(user)


def test_every_table_is_listed(database) -> None:
    """A new table must be in the digest, so that an undo has to restore it, or there is a reason why it is left out."""
    generic = digests.tables() - digests.LEFT_OUT - digests.USERS
    with store.session() as session:
        columns = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            )
        ).all()
    for table in generic:
        own = {column for name, column in columns if name == table}
        assert own & {"user_id", "activity_id"}, f"{table}: whose rows are these? Add it to tests/digest.py"


def test_after_the_undo_everything_is_as_before(user: int) -> None:
    """Of the import, some files are new, some duplicates, some merged with what was here, and some better than that."""
    brought(user, pool()[1:5])
    brought(user, [pool()[0], pool()[2]])
    with store.session() as session:
        first = session.execute(text("SELECT min(id) FROM activities")).scalar_one()
        save.rename_activity(session, user, first, "Mine")
    before = state(user)
    batch = brought(user, [*pool()[:4], *pool()[6:9], pool()[-1], pool()[-2]])
    assert differing(before, state(user))
    undone(user, batch)
    after = state(user)
    assert differing(before, after) == []
    log = import_queries.items(user, batch)
    assert len(log) == 9
    assert (log["state"] == "done").all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_imports_undone_in_any_order_leave_what_the_others_brought(database, seed: int) -> None:
    """Ten overlapping imports. Some undone: as if only the others had come, in any order. All undone: as if none."""
    chance = random.Random(seed)
    user, other = make_user("ann"), make_user("bob")
    empty = state(user)
    contents = [chance.sample(pool(), chance.randint(1, 5)) for _ in range(10)]
    batches = [brought(user, files) for files in contents]
    order = chance.sample(range(10), 10)
    for number in order[:6]:
        undone(user, batches[number])
    for number in sorted(order[6:], key=lambda n: chance.random()):
        brought(other, contents[number])
    mine, theirs = state(user), state(other)
    mine["original_files"] = theirs["original_files"] = []  # names are those of the first import
    assert differing(mine, theirs) == []
    for number in order[6:]:
        undone(user, batches[number])
    assert differing(empty, state(user)) == []
    assert store.read("SELECT count(*) AS n FROM activity_data_points p WHERE NOT EXISTS (SELECT 1 FROM activities a "
                      "WHERE a.id = p.activity_id)")["n"].iloc[0] == 0  # fmt: skip


def test_an_undone_import_can_be_imported_again(user: int) -> None:
    batch = brought(user, pool()[:4])
    before = state(user)
    undone(user, batch)
    brought(user, pool()[:4])
    assert differing(before, state(user)) == []


def test_a_file_that_another_import_brought_too_stays_with_that_one(user: int) -> None:
    first, second = brought(user, [pool()[0]]), brought(user, [pool()[-1]])
    assert list(store.read("SELECT import_id FROM activity_recordings")["import_id"]) == [first]
    undone(user, first)
    kept = store.read("SELECT import_id, about::text AS about FROM activity_recordings")
    assert list(kept["import_id"]) == [second]
    assert list(store.read("SELECT name FROM activities")["name"]) == ["Said elsewhere"]
    undone(user, second)
    assert len(store.read("SELECT 1 FROM activities")) == len(store.read("SELECT 1 FROM original_files")) == 0


def test_what_is_in_the_trash_goes_too(user: int) -> None:
    batch = brought(user, pool()[:2])
    trash.delete(user, int(store.read("SELECT id FROM activities")["id"].iloc[0]))
    undone(user, batch)
    for table in ("trashed_activities", "activity_recordings", "original_files", "activity_edits"):
        assert len(store.read(f"SELECT 1 FROM {table}")) == 0, table


def test_files_still_waiting_stay_out(user: int) -> None:
    batch = imports.begin(user, "page")
    (item,) = imports.add(user, batch, "a.fit", pool()[0][1])
    undo.ask(user, batch)
    imports.process(item)
    assert len(store.read("SELECT 1 FROM activities")) == 0
    undo.run(user, batch)
    (row,) = import_queries.items(user, batch).to_dict("records")
    assert row["reason"] == undoing.UNDONE
    assert len(store.read("SELECT 1 FROM original_files")) == 0
    with pytest.raises(LookupError):
        imports.add(user, batch, "b.fit", pool()[3][1])


def test_a_killed_undo_goes_on(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(user)
    batch = brought(user, pool()[:9])
    monkeypatch.setattr(undoing, "PIECE", 2)
    undo.ask(user, batch)
    calls = iter([True, False])
    whole = undoing.take_back

    def dies(*arguments) -> int:
        if next(calls):
            return whole(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(undoing, "take_back", dies)
    with pytest.raises(KeyboardInterrupt):
        undo.run(user, batch)
    monkeypatch.setattr(undoing, "take_back", whole)
    with store.session() as session:
        assert unfinished.undos(session) == [(user, batch)]
    undo.run(user, batch)
    assert differing(before, state(user)) == []
    with store.session() as session:
        assert unfinished.undos(session) == []


def test_a_file_that_cannot_be_undone_is_set_aside_alone(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The TCX file of a run was imported first and stays. When a second import, with the FIT file of that run and files
    of other runs, is undone, that TCX file can no longer be read."""
    kept = brought(user, [pool()[2]])
    before = state(user)
    batch = brought(user, [pool()[0], *pool()[3:9]])

    def refuse(data: bytes):
        raise BadFile("The new reader refuses this file.")

    with monkeypatch.context() as broken:
        broken.setitem(READERS, "tcx", replace(READERS["tcx"], read=refuse))
        undone(user, batch)
    assert list(store.read("SELECT name FROM original_files ORDER BY id")["name"]) == ["0.tcx", "0.fit"]
    (row,) = set_aside_queries.waiting(user).to_dict("records")
    said = view.sentence(row, "UTC")
    assert "“0.fit”" in said
    assert "The new reader refuses this file. Since" in said
    with store.session() as session:
        assert set_aside.resting(session, "undo") == {(user, batch)}
        assert unfinished.undos(session) == [(user, batch)]
    undo.run(user, batch)  # too early: it still rests
    assert len(set_aside_queries.waiting(user)) == 1
    actions.try_again(user, row["scope"], row["step"], row["key"])
    undo.run(user, batch)
    assert differing(before, state(user)) == []
    assert set_aside_queries.waiting(user).empty
    with store.session() as session:
        assert unfinished.undos(session) == []
    undone(user, kept)


def test_nobody_undoes_anothers_import_nor_one_twice(user: int, other_user: int) -> None:
    batch = brought(user, pool()[:1])
    with pytest.raises(LookupError):
        undo.ask(other_user, batch)
    undo.run(other_user, batch)  # takes nothing, even when it is run by mistake
    assert len(store.read("SELECT 1 FROM activities")) == 1
    undone(user, batch)
    with pytest.raises(LookupError):
        undo.ask(user, batch)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_undo_beside_a_running_import_of_the_same_files(database, seed: int) -> None:
    """Whichever reaches a file first, in the end it is as if only the second import had ever happened."""
    chance = random.Random(seed)
    user, other = make_user("ann"), make_user("bob")
    first = brought(user, chance.sample(pool()[:12], 9))
    files = chance.sample(pool()[:12], 9)
    brought(other, files)
    batch = imports.begin(user, "page")
    waiting = [item for name, data, about in files for item in imports.add(user, batch, name, data, about)]
    failed: list[BaseException] = []

    def work(do, *arguments) -> None:
        try:
            do(*arguments)
        except BaseException as error:
            failed.append(error)

    def some(numbers: list[int]) -> None:
        for item in numbers:
            imports.process(item)

    undo.ask(user, first)
    jobs = [threading.Thread(target=work, args=(undo.run, user, first))]
    jobs += [threading.Thread(target=work, args=(some, waiting[n::3])) for n in range(3)]
    jobs += [threading.Thread(target=work, args=(clean.clean, user))]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert failed == []
    assert (import_queries.items(user, batch)["state"] == "done").all()
    mine, theirs = state(user), state(other)
    mine["original_files"] = theirs["original_files"] = []
    assert differing(mine, theirs) == []


def test_the_digest_would_see_an_undo_that_takes_too_much(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(user, pool()[:2])
    before = state(user)
    batch = brought(user, pool()[1:4])
    monkeypatch.setattr(undoing, "_pass_on", lambda *_: False)
    undone(user, batch)
    assert {"activity_recordings", "original_files"} <= set(differing(before, state(user)))

"""No mark is lost, neither when it meets one that is being taken, nor with two workers at once."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.derive.step import Step
from milevault_core.imports import files as imports
from milevault_core.store import marks
from milevault_core.store.activities import save
from milevault_core.store.imports import undo
from milevault_core.store.models import Activity
from milevault_core.store.records import rows
from tests.conftest import make_user
from tests.derive.test_clean import (
    CHANGES,
    apply,
    files,
    recompute_everything,
    recording,
    snapshot,
)
from tests.segments.test_stored import THROUGH, add, block

DAY = dt.date(2024, 5, 1)
STEP = "personal_records"


@pytest.mark.parametrize(
    ("mark", "take"),
    [
        (lambda s, u, a: marks.mark_day(s, u, DAY), lambda s, u: marks.take_days(s, u, 9)),
        (lambda s, u, a: marks.mark_steps(s, u, a, (STEP,)), lambda s, u: marks.take_step(s, u, STEP)),
        (lambda s, u, a: marks.mark_activity(s, u, a), lambda s, u: marks.take_activities(s, u, 9)),
        (
            lambda s, u, a: marks.mark_computed(s, u, {DAY}, {a}, (STEP,)),
            lambda s, u: (marks.take_days(s, u, 9), marks.take_step(s, u, STEP)),
        ),
    ],
    ids=["day", "step", "activity", "computed"],
)
def test_a_mark_that_meets_one_being_taken_is_kept(user: int, mark: Callable, take: Callable) -> None:
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    clean.clean(user)
    clean.clean(user, "routes")
    with store.session() as session:
        mark(session, user, activity)
    with store.session() as session:
        mark(session, user, activity)  # a change …
        with store.session() as worker:  # … that a worker, which takes the first mark, does not see
            assert take(worker, user)
    with store.session() as session:
        again = take(session, user)
    assert again
    assert all(again) if isinstance(again, tuple) else True
    with store.session() as session:  # each is taken only once
        left = take(session, user)
    assert not any(left) if isinstance(left, tuple) else not left


def test_the_days_of_an_undone_import_are_computed_though_a_worker_was_at_them(user: int) -> None:
    batch = imports.begin(user, "command")
    imports.add_and_process(user, batch, *files.pool[0])
    clean.clean(user)
    day = store.read("SELECT local_day FROM activities")["local_day"].iloc[0]
    originals = store.read("SELECT id FROM original_files")["id"].tolist()
    with store.session() as session:
        marks.mark_day(session, user, day)  # an earlier change of that day
        undo.ask(session, user, batch)
    with store.session() as session:
        undo.take_back(session, user, batch, originals)
        session.flush()
        worker = threading.Thread(target=clean._clean_days, args=(user,))
        worker.start()
        worker.join()  # it does not wait for the uncommitted change
    clean.clean(user)
    assert len(store.read("SELECT 1 FROM activities UNION ALL SELECT 1 FROM day_totals")) == 0


def test_only_one_worker_computes_from_an_activity(user: int) -> None:
    with store.session() as session:
        several = [save.save_activity(session, user, recording(day, "running", 50)) for day in range(3)]
    with store.session() as first:
        assert set(marks.take_activities(first, user, 2)) == set(several[:2])
        with store.session() as session:
            marks.mark_activity(session, user, several[0])  # changed again
        with store.session() as second:
            assert set(marks.take_activities(second, user, 9)) == {several[2]}
    with store.session() as session:
        assert set(marks.take_activities(session, user, 9)) == {several[0]}


def test_a_step_over_all_activities_begins_again_when_one_of_them_went(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The activity that it began with is gone; nothing is set aside because of that."""
    with store.session() as session:
        stays, goes = (save.save_activity(session, user, recording(day, "running", 50)) for day in range(2))
    clean.clean(user)
    seen: list[set[int]] = []

    def compute(session, user_id: int, changed: set[int]) -> None:
        seen.append(changed)
        if len(seen) == 1:
            with store.session() as meanwhile:
                save.delete_activity(meanwhile, user, goes)
            raise KeyError(goes)

    one = Step("a step", "athlete", (), "1", "derive", compute)
    monkeypatch.setitem(clean.STEPS, "a step", one)
    with store.session() as session:
        marks.mark_steps(session, user, stays, ("a step",))
    assert clean.clean_step(user, one) == 2
    assert seen == [{stays}, {stays, goes}]
    assert store.read("SELECT problems::text AS p FROM activities")["p"].tolist() == ["[]"]


def test_what_a_step_computed_reaches_those_who_need_it_though_another_worker_is_at_them(user: int) -> None:
    """One worker finds the passes of a segment while the other computes the records from the old state."""
    activities = [add(user, day, *THROUGH) for day in (0, 1)]
    block(user)
    clean.clean(user)
    before = snapshot()
    assert before["segment_efforts"]
    with store.session() as session:
        session.execute(text("DELETE FROM segment_efforts"))
        marks.mark_steps(session, user, 0, ("personal_records",))
    clean.clean(user)
    assert snapshot()["personal_records"] != before["personal_records"], "passes make records"
    with store.session() as session:
        for activity in activities:
            marks.mark_steps(session, user, activity, ("segment_efforts", "personal_records"))
    with store.session() as first:
        marks.lock_step(first, user, "segment_efforts")
        one, changed = clean.STEPS["segment_efforts"], marks.take_step(first, user, "segment_efforts")
        one.compute(first, user, changed)
        clean.mark_needing(first, user, one, changed)
        clean.clean_step(user, clean.STEPS["personal_records"])
    clean.clean(user)
    assert snapshot() == before


def test_raising_one_step_alone_has_what_needs_it_computed_again(user: int) -> None:
    with store.session() as session:
        for day in (0, 1):
            save.save_activity(session, user, recording(day, "running", 130, 0.8))
    settle(user)
    before = snapshot()
    assert before["named_routes"]
    with store.session() as session:
        one = clean.STEPS["routes"]
        marks.raise_version(session, one.name, one.version, one.scope)
    settle(user)
    assert snapshot() == before


def test_records_are_read_as_of_one_moment(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An effort changes while the records of another activity are computed, and changes back before its mark is taken.
    Then nothing seems to have changed, so no value from in between may have become a record."""
    with store.session() as session:
        first, second = (
            save.save_activity(session, user, recording(day, "running", 130, 0.8)) for day in (0, 1)
        )
    clean.clean(user)
    read, left = rows.history, [0.5]

    def and_meanwhile(*given):
        if left:
            _times_longer(first, left.pop())
        return read(*given)

    monkeypatch.setattr(rows, "history", and_meanwhile)
    _times_longer(second, 0.99)
    for changed, factor in ((second, 1.0), (first, 2.0)):
        _times_longer(first, factor)
        with store.session() as session:
            marks.mark_steps(session, user, changed, ("personal_records",))
        clean.clean(user)
    assert not left
    stored = snapshot()["personal_records"]
    with store.session() as session:
        marks.mark_steps(session, user, 0, ("personal_records",))
    clean.clean(user)
    assert stored == snapshot()["personal_records"]


def _times_longer(activity: int, factor: float) -> None:
    with store.session() as session:
        session.execute(
            text(
                "UPDATE activity_efforts SET value = value * :f WHERE activity_id = :a AND kind = 'best_time'"
            ),
            {"a": activity, "f": factor},
        )


def test_two_changes_at_once_raise_an_activitys_version_twice(user: int) -> None:
    """The version stamps everything that is cached about an activity."""
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    with store.session() as late:
        stale = late.get(Activity, activity)
        assert stale is not None
        before = stale.version
        with store.session() as first:
            save.rename_activity(first, user, activity, "One")
        save.rename_activity(late, user, activity, "Two")
    version, name = store.read("SELECT version, name FROM activities").iloc[0]
    assert (version, name) == (before + 2, "Two")


@contextmanager
def two_workers(user: int) -> Iterator[None]:
    """Two threads that keep computing what is marked; a failure in one fails the test."""
    over, failed = threading.Event(), []

    def work(queue: str) -> None:
        try:
            while not over.is_set():
                clean.clean(user)
                clean.clean(user, queue)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(queue,)) for queue in ("derive", "routes")]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        over.set()
        for worker in workers:
            worker.join()
    assert failed == []


def settle(user: int) -> None:
    """Compute until nothing is marked, as the workers do in turn, because a step may mark others or itself."""
    left = "SELECT 1 FROM dirty_steps UNION ALL SELECT 1 FROM dirty_activities UNION ALL SELECT 1 FROM dirty_days"
    for _ in range(6):
        clean.clean(user)
        clean.clean(user, "routes")
        if store.read(left).empty:
            return
    raise AssertionError("derive does not come to rest")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_stored_equals_recomputed_with_two_workers_at_once(database, changes) -> None:
    user = make_user(f"u{dt.datetime.now(dt.UTC).timestamp()}")
    try:
        alive: list[int] = []
        with two_workers(user):
            for change in changes:
                apply(user, alive, change)
        settle(user)
        stored = snapshot()
        recompute_everything(user)
        assert stored == snapshot()
        assert "not_computed" not in "".join(store.read("SELECT problems::text AS p FROM activities")["p"])
    finally:  # so that the next example begins without this user's rows
        with store.session() as session:
            session.execute(text("DELETE FROM activity_data_points"))
            session.execute(text("DELETE FROM wellness_samples"))
            session.execute(text("DELETE FROM users"))


def test_nothing_is_left_of_an_import_that_is_undone_while_workers_run(user: int) -> None:
    from milevault_core.imports import undo as undo_import

    batch = imports.begin(user, "command")
    with two_workers(user):
        for file in files.pool:
            imports.add_and_process(user, batch, *file)
        undo_import.ask(user, batch)
        undo_import.run(user, batch)
    settle(user)
    left = {name: rows for name, rows in snapshot().items() if rows and name != "route_states"}
    assert left == {}

"""A failing step, in every scope: it is set aside, reported to the user, tried again on demand, and hides nothing."""

import datetime as dt

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import set_aside as actions
from milevault_core.actions import trouble
from milevault_core.derive import clean
from milevault_core.derive import step as steps
from milevault_core.problems import BadFile
from milevault_core.store import marks, queue, set_aside
from milevault_core.store.activities import save
from milevault_core.store.queries import set_aside as queries
from milevault_core.view import set_aside as view
from tests.derive.test_clean import recording


class Broken:
    """A step that counts its calls and fails."""

    def __init__(self, scope: str) -> None:
        self.calls = 0
        self.step = steps.Step("broken", scope, (), "1", "derive", self)

    def __call__(self, session, user_id, what) -> None:
        self.calls += 1
        session.execute(text("SELECT 1"))
        raise ZeroDivisionError("a defect of a new step")


@pytest.fixture
def activities(user: int) -> list[int]:
    steps.load_steps()
    with store.session() as session:
        return [save.save_activity(session, user, recording(day, "running", 50)) for day in range(12)]


def broken(monkeypatch: pytest.MonkeyPatch, scope: str) -> Broken:
    made = Broken(scope)
    monkeypatch.setitem(steps.STEPS, "broken", made.step)
    return made


def count(table: str) -> int:
    return len(store.read(f"SELECT 1 FROM {table}"))


@pytest.mark.parametrize(("scope", "rows"), [("activity", 12), ("day", 12), ("athlete", 9)])
def test_it_hides_nothing_and_rests(
    user: int, activities: list[int], scope: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = broken(monkeypatch, scope)
    clean.clean(user)
    computed = store.read("SELECT DISTINCT activity_id FROM activity_metrics WHERE origin = 'computed'")
    assert len(computed) == 12
    assert store.read("SELECT sum(activity_count)::int AS n FROM day_totals")["n"][0] == 12
    assert count("record_seen") == 12
    waiting = queries.waiting(user)
    assert len(waiting) == rows
    assert set(waiting["scope"]) == {scope}
    calls = one.calls
    for _ in range(5):
        clean.clean(user)
        clean.clean(user, "routes")
    assert one.calls == calls
    with store.session() as session:  # no job is requested that could only fail again
        assert marks.users_with_marks(session) == []


class Clock:
    """Stands in for the module `time`: seconds pass only when the test says so."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize("scope", ["activity", "day", "athlete"])
@pytest.mark.parametrize("cost_s", [0.01, 30.0])
def test_it_costs_no_more_than_a_hundredth_of_a_core(
    user: int, activities: list[int], scope: str, cost_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again only after a hundred times the duration of the last try, if at all."""
    clock, one = Clock(), Broken(scope)

    def costly(*given) -> None:
        clock.now += cost_s
        one(*given)

    monkeypatch.setattr(clean, "time", clock)
    monkeypatch.setitem(steps.STEPS, "broken", steps.Step("broken", scope, (), "1", "derive", costly))
    rest = "SELECT extract(epoch FROM retry_at - now())::float8 AS s FROM set_aside WHERE key = ''"
    rests: list[float] = []
    for turn in range(4):
        before = clock.now
        clean.clean(user)
        for _ in range(0 if turn else 3):  # what the other steps mark for each other
            clean.clean(user, "routes")
            clean.clean(user)
        tried_s = clock.now - before
        with store.session() as session:
            assert marks.users_with_marks(session) == []
        if scope == "athlete":
            rests.append(store.read(rest)["s"][0])
            assert rests[-1] >= 99.0 * tried_s > 0
            store_minutes(user, -1)
        elif turn:
            assert tried_s == 0, "without a change nothing is tried again"
    if scope == "athlete":
        assert rests[-1] >= 7 * 60  # it doubles, however short a try is


@pytest.mark.parametrize("scope", ["activity", "day"])
def test_a_change_costs_two_tries(
    user: int, activities: list[int], scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = broken(monkeypatch, scope)
    clean.clean(user)
    for _ in range(3):
        before = one.calls
        with store.session() as session:
            marks.mark_activity(session, user, activities[0])
        clean.clean(user)
        assert one.calls == before + 2  # once with the others of its transaction, and once alone


def test_a_step_over_all_keeps_its_marks_and_recovers(
    user: int, activities: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = broken(monkeypatch, "athlete")
    clean.clean(user)
    assert count("dirty_steps WHERE step = 'broken'") > 0
    store_minutes(user, -1)
    clean.clean(user)
    tries = store.read(
        "SELECT tries, extract(epoch FROM retry_at - now())::float8 AS rest FROM set_aside WHERE key = ''"
    )
    assert tries["tries"][0] == 2
    assert tries["rest"][0] > 100
    seen: list[int] = []
    good = steps.Step("broken", "athlete", (), "1", "derive", lambda s, u, changed: seen.extend(changed))
    monkeypatch.setitem(steps.STEPS, "broken", good)
    for row in queries.waiting(user).to_dict("records"):
        actions.try_again(user, row["scope"], row["step"], row["key"])
    clean.clean(user)
    assert sorted(seen) == sorted(activities)
    assert queries.waiting(user).empty
    assert one.calls < 40


def store_minutes(user: int, minutes: int) -> None:
    with store.session() as session:
        session.execute(
            text("UPDATE set_aside SET retry_at = now() + :m * interval '1 min' WHERE user_id = :u"),
            {"m": minutes, "u": user},
        )


def test_tried_again_on_demand(
    user: int, other_user: int, activities: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, "day")
    clean.clean(user)
    (first, *_) = queries.waiting(user).to_dict("records")
    assert view.sentence(first, "UTC").startswith("Some figures of 1 June 2026 could not be computed. Since ")
    with pytest.raises(LookupError):
        actions.try_again(other_user, first["scope"], first["step"], first["key"])
    fine: list[dt.date] = []
    good = steps.Step("broken", "day", (), "1", "derive", lambda session, user_id, day: fine.append(day))
    monkeypatch.setitem(steps.STEPS, "broken", good)
    actions.try_again(user, first["scope"], first["step"], first["key"])
    clean.clean(user)
    assert fine == [dt.date.fromisoformat(first["key"])]
    assert len(queries.waiting(user)) == 11


def test_another_version_forgets_what_it_failed_on(
    user: int, activities: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, "activity")
    clean.mark_raised_versions()
    clean.clean(user)
    assert len(queries.waiting(user)) == 12
    monkeypatch.setitem(
        steps.STEPS, "broken", steps.Step("broken", "activity", (), "2", "derive", lambda *_: None)
    )
    assert clean.mark_raised_versions() == ["broken"]
    clean.clean(user)
    assert queries.waiting(user).empty


def test_one_metric_in_the_place_of_another_is_another_version() -> None:
    assert steps.version_of(1, {"a": 1, "b": 2}) == steps.version_of(1, {"b": 2, "a": 1})
    assert len({steps.version_of(1, {"a": 1, "b": 2}), steps.version_of(1, {"a": 2, "b": 1}),
                steps.version_of(1, {"a": 1, "c": 2}), steps.version_of(2, {"a": 1, "b": 2}), "1"}) == 5  # fmt: skip


def test_a_removed_activity_marks_every_step_over_all(user: int, activities: list[int]) -> None:
    clean.clean(user)
    with store.session() as session:
        save.delete_activity(session, user, activities[0])
    with store.session() as session:
        marks.spread_all_steps(session, user, steps.athlete_steps())
    marked = store.read("SELECT step FROM dirty_steps WHERE activity_id = $1", (activities[0],))
    assert set(marked["step"]) == set(steps.athlete_steps())


def test_the_revision_rises_with_what_is_derived(user: int, other_user: int, activities: list[int]) -> None:
    def revision(of: int) -> int:
        return store.read(
            "SELECT coalesce(max(revision), 0)::int AS r FROM derive_revisions WHERE user_id = $1", (of,)
        )["r"][0]

    before = revision(user)
    clean.clean(user)
    after = revision(user)
    assert after > before
    clean.clean(user)
    assert revision(user) == after
    assert revision(other_user) == 0


def test_other_work_that_fails_rests_and_says_why(user: int) -> None:
    with trouble.aside(user, "undo", "7"):
        raise BadFile("The file ends too early.")
    with store.session() as session:
        assert set_aside.resting(session, "undo") == {(user, 7)}
    (row,) = queries.waiting(user).to_dict("records")
    assert "The file ends too early." in view.sentence(row, "UTC")
    with trouble.aside(user, "undo", "7"):
        pass
    assert queries.waiting(user).empty


def test_jobs_that_failed_long_ago_are_forgotten(user: int) -> None:
    with store.session() as session:
        for _ in range(3):
            queue.defer(session, "look_into_folder", "import")
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'failed' WHERE id <> (SELECT max(id) FROM procrastinate_jobs)"
            )
        )
        session.execute(text(
            "UPDATE procrastinate_events SET at = now() - interval '30 days' "
            "WHERE job_id <> (SELECT min(id) FROM procrastinate_jobs)"
        ))  # fmt: skip
    with store.session() as session:
        assert queue.forget_old_jobs(session) == 1
    assert len(store.read("SELECT 1 FROM procrastinate_jobs")) == 2


def test_what_failed_beside_it_is_tried_again_with_it(user: int, activities: list[int]) -> None:
    """It may have failed because that step did, and would not be computed after a step that now changes nothing."""
    clean.clean(user)
    with store.session() as session:
        for step in ("metrics", "efforts"):
            set_aside.put(session, user, "activity", step, str(activities[0]), 0.1)
        set_aside.put(session, user, "activity", "efforts", str(activities[1]), 0.1)
    actions.try_again(user, "activity", "metrics", str(activities[0]))
    marked = store.read("SELECT activity_id AS id, step FROM dirty_activities ORDER BY step")
    assert marked.to_numpy().tolist() == [[activities[0], "efforts"], [activities[0], "metrics"]]
    assert store.read("SELECT key FROM set_aside")["key"].tolist() == [str(activities[1])]

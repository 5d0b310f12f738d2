"""`doctor --derived`: what is stored against what would be computed."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess

from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import check, clean
from milevault_core.store import marks
from milevault_core.store.activities import save
from tests.commands import command
from tests.derive.test_clean import recording, snapshot


def test_it_says_what_differs_and_changes_nothing(user: int) -> None:
    with store.session() as session:
        first, _ = (
            save.save_activity(session, user, recording(day, "running", 130, 0.8)) for day in range(2)
        )
    clean.clean(user)
    good = check.check()
    assert (good.activities, good.days, good.differences) == (2, 2, [])
    with store.session() as session:
        session.execute(
            text("UPDATE day_totals SET distance_m = 1 WHERE day = (SELECT min(day) FROM day_totals)")
        )
        session.execute(
            text("DELETE FROM activity_efforts WHERE activity_id = :a AND kind = 'best_time'"), {"a": first}
        )
        session.execute(text("UPDATE personal_records SET value = value + 1"))
    stored = snapshot()
    found = check.check()
    assert len(found.differences) == 3, found.differences
    assert f"ann, activity {first}: " in found.differences[0]
    assert "in activity_efforts, 1 row differs: computed ('best_time'" in found.differences[0]
    assert "in day_totals, 2 rows differ: stored" in found.differences[1]
    assert "ann, records: " in found.differences[2]
    assert snapshot() == stored


def test_it_sees_training_figures_and_routes_of_nothing(user: int) -> None:
    with store.session() as session:
        first, second = (
            save.save_activity(session, user, recording(day, "running", 130, 0.8)) for day in range(2)
        )
    clean.clean(user)
    clean.clean(user, "routes")
    assert check.check().differences == []
    with store.session() as session:
        assert session.scalar(text("SELECT id FROM named_routes")) == first
        session.execute(
            text("UPDATE activity_training SET metrics = '{}' WHERE activity_id = :a"), {"a": second}
        )
        session.execute(text("UPDATE named_routes SET id = 99999"))
    said = "\n".join(check.check().differences)
    assert "in named_routes, 1 row belongs to activities that are gone" in said
    assert f"activity {second}: in activity_training, 2 rows differ" in said


def test_what_is_marked_is_left_to_the_workers(user: int) -> None:
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    clean.clean(user)
    with store.session() as session:
        session.execute(text("UPDATE day_totals SET distance_m = 1"))
        marks.mark_day(session, user, session.scalar(text("SELECT local_day FROM activities")))
        marks.mark_activity(session, user, activity)
    assert check.check().differences == []


def test_a_day_waits_with_its_activities(
    user: int, command_here: Callable[..., CompletedProcess[str]]
) -> None:
    """As in a backup that was made during an import: the activity is marked, its day is not yet."""
    with store.session() as session:
        activities = [save.save_activity(session, user, recording(day, "running", 50)) for day in range(2)]
    clean.clean(user)
    with store.session() as session:
        session.execute(
            text(
                "DELETE FROM day_totals t USING activities a WHERE a.id = :a AND t.day = a.local_day "
                "AND t.user_id = a.user_id"
            ),
            {"a": activities[0]},
        )
        session.execute(text("UPDATE personal_records SET value = value + 1"))
        marks.mark_activity(session, user, activities[0])
        session.execute(text("DELETE FROM dirty_days"))
        session.execute(text("DELETE FROM dirty_steps"))
    found = check.check()
    assert (found.differences, found.activities, found.days) == ([], 1, 1)
    assert (found.activities_waiting, found.days_waiting) == (1, 1)
    done = command_here("doctor", "--derived")
    assert done.returncode == 0
    assert "Not checked, because they are waiting to be computed: 1 activities, 1 days." in done.stdout


def test_the_command(user: int, command_here: Callable[..., CompletedProcess[str]]) -> None:
    with store.session() as session:
        save.save_activity(session, user, recording(0, "running", 50))
    clean.clean(user)
    done = command("doctor", "--derived", env={"DATABASE_URL": store.database().dsn})
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "What is stored equals what would be computed now.",
    )
    with store.session() as session:
        session.execute(text("DELETE FROM day_totals"))
    done = command_here("doctor", "--derived", "--json")
    assert done.returncode == 1
    assert "day_totals" in json.loads(done.stdout)["differences"][0]

"""What a user requests on a page is done by a worker, once, only for that user, with a message if it cannot be done."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from jobs import tasks
from milevault_core import store
from milevault_core.actions import by_worker, recordings, rules, set_aside, trash
from milevault_core.activities import compare_recordings
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.formats import READERS
from milevault_core.problems import BadFile
from milevault_core.store import queue
from milevault_core.store.queries import set_aside as set_aside_queries
from milevault_core.view import set_aside as view
from milevault_core.view.imports import log
from tests.imports.test_files import brought_in, count
from tests.imports.test_undo import made


@pytest.fixture
def activity(user: int) -> int:
    """A run from two files."""
    item, _ = brought_in(user, ("watch.fit", fit(made()[0])), ("strava.gpx", gpx(made()[0])))
    return int(item["activities"][0])


def run_jobs(fails: bool = False) -> int:
    """Run the waiting jobs, as a worker does; how many there were."""
    with store.session() as session:
        waiting = session.execute(
            text("DELETE FROM procrastinate_jobs WHERE task_name = 'act' AND status = 'todo' RETURNING args")
        ).all()
    for (arguments,) in waiting:
        tasks.act(**arguments)
    return len(waiting)


def test_taken_apart_and_put_together_by_a_job(user: int, activity: int) -> None:
    (recording,) = store.read("SELECT id FROM activity_recordings WHERE format = 'gpx'")["id"]
    asked = by_worker.ask(user, "take_apart", int(recording))
    by_worker.ask(user, "take_apart", int(recording))
    assert by_worker.state(asked) == "waiting"
    assert count("activities") == 1
    assert run_jobs() == 1
    assert (by_worker.state(asked), count("activities")) == ("done", 2)
    apart = by_worker.result(asked)
    assert apart not in (activity, None)
    again = by_worker.ask(user, "put_together", int(apart or 0))
    run_jobs()
    assert by_worker.result(again) == activity
    by_worker.work(user, "take_apart", 10**8)  # as a second run, or after it is gone


def test_restored_by_a_job(user: int, activity: int) -> None:
    trash.delete(user, activity)
    asked = by_worker.ask(user, "restore", activity)
    run_jobs()
    assert by_worker.result(asked) == activity


def test_another_persons_are_not_there(user: int, other_user: int, activity: int) -> None:
    (recording,) = store.read("SELECT max(id) AS id FROM activity_recordings")["id"]
    for verb, number in (("take_apart", recording), ("put_together", activity), ("restore", activity)):
        with pytest.raises(LookupError):
            by_worker.ask(other_user, verb, int(number))
    mine = by_worker.ask(user, "take_apart", int(recording))
    assert by_worker.result(replace(mine, user_id=other_user)) is None
    by_worker.work(other_user, "put_together", activity)
    by_worker.work(other_user, "take_apart", int(recording))
    assert count("activities") == 1


def refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the reader of this format refuses every file."""

    def refuse(data: bytes):
        raise BadFile("The new reader refuses this file.")

    monkeypatch.setitem(READERS, kind, replace(READERS[kind], read=refuse))


def test_what_fails_is_set_aside_with_its_sentence_and_tried_again(
    user: int, activity: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    trash.delete(user, activity)
    asked = by_worker.ask(user, "restore", activity)
    with monkeypatch.context() as broken:
        refused("gpx", broken)
        run_jobs()
    assert by_worker.state(asked) == "failed"
    assert by_worker.reason(asked) == "The new reader refuses this file."
    (row,) = set_aside_queries.waiting(user).to_dict("records")
    said = view.sentence(row, "UTC")
    assert "could not be restored from the trash. The new reader refuses this file. Since" in said
    set_aside.try_again(user, row["scope"], row["step"], row["key"])
    assert run_jobs() == 1
    assert (by_worker.state(asked), by_worker.result(asked)) == ("done", activity)
    assert set_aside_queries.waiting(user).empty


def test_two_recordings_are_compared_by_a_job_and_the_answer_is_taken_once(
    user: int, other_user: int, activity: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other,) = store.read("SELECT id FROM activity_recordings WHERE NOT is_primary")["id"]
    asked = by_worker.ask(user, "compare", int(other))
    run_jobs()
    assert by_worker.state(asked) == "done"
    assert by_worker.answer(replace(asked, user_id=other_user)) is None
    found = compare_recordings.unpack(by_worker.answer(asked))
    assert found == recordings.compare(user, int(other))
    assert found is not None
    assert found.bias
    assert by_worker.answer(asked) is None
    with monkeypatch.context() as broken:
        refused("gpx", broken)
        asked = by_worker.ask(user, "compare", int(other))
        run_jobs()
        assert (by_worker.state(asked), by_worker.answer(asked)) == ("failed", None)
        assert by_worker.reason(asked) == "The new reader refuses this file."
    assert set_aside_queries.waiting(user).empty
    with pytest.raises(LookupError):  # the one that is already shown
        by_worker.ask(
            user, "compare", int(store.read("SELECT id FROM activity_recordings WHERE is_primary")["id"][0])
        )


def test_recordings_with_too_little_in_common_are_an_answer_too() -> None:
    assert compare_recordings.unpack(compare_recordings.pack(None)) is None


def test_edits_are_made_by_a_job_and_a_refused_one_says_why(user: int, activity: int) -> None:
    begin = store.read("SELECT extract(epoch FROM start_time)::float8 AS s FROM activities")["s"][0]
    for edit, said in (
        (TrackEdit("trim", begin + 60, begin + 300), ""),
        (TrackEdit("cut", begin, begin + 3600), "The edits leave nothing of this activity."),
    ):
        asked = by_worker.ask(user, "edit_track", activity, edit.pack())
        assert by_worker.state(asked) == "waiting"
        run_jobs()
        assert by_worker.state(asked) == ("failed" if said else "done")
        assert by_worker.reason(asked) == said
    assert store.read("SELECT elapsed_s::float8 AS s FROM activities")["s"][0] == 240
    assert set_aside_queries.waiting(user).empty


def test_the_undo_of_a_rule_leaves_only_what_cannot_be_read_in_the_trash(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(user, ("a.fit", fit(made()[0])))
    brought_in(user, ("b.gpx", gpx(made()[1])))
    _, changes = rules.try_out(user, {"metres": [1.0, 1e7]}, {"leave_out": "true"})
    rule = rules.add(user, {"metres": [1.0, 1e7]}, {"leave_out": "true"})
    list(rules.apply(user, rule, changes))
    assert count("activities") == 0
    refused("gpx", monkeypatch)
    asked = by_worker.ask(user, "undo_rule", rule)
    run_jobs()
    assert by_worker.state(asked) == "done"
    assert (count("activities"), count("trashed_activities")) == (1, 1)
    (row,) = set_aside_queries.waiting(user).to_dict("records")
    assert row["step"] == "restore"
    with pytest.raises(LookupError):
        by_worker.ask(user, "undo_rule", 10**8)


def test_a_job_that_failed_is_said(user: int, activity: int) -> None:
    (recording,) = store.read("SELECT id FROM activity_recordings WHERE format = 'gpx'")["id"]
    asked = by_worker.ask(user, "take_apart", int(recording))
    with store.session() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'act'"))
    assert by_worker.state(asked) == "failed"
    with store.session() as session:
        assert queue.state_of(session, "no such job") == "done"


def test_what_was_deleted_is_a_code_and_said_in_the_readers_day(user: int, activity: int) -> None:
    trash.delete(user, activity)
    with store.session() as session:
        session.execute(text("UPDATE trashed_activities SET deleted_at = '2024-03-31 23:30+00'"))
    (again,) = brought_in(user, ("again.fit", fit(made()[0])))
    assert again["reason"] == ""
    row = type("Row", (), again)
    assert log.reason(row) == "Deleted on 31 March 2024."
    assert log.reason(row, "Asia/Tokyo") == "Deleted on 1 April 2024."

"""Two of everything at once: jobs processes, runs of one job, schedulers."""

import threading

import pytest

from jobs.sweep import sweep
from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store import marks
from tests.jobs import processes
from tests.jobs.processes import hand_over, original_held, running_jobs, sql, value
from tests.waiting import wait_for


def test_two_jobs_processes_on_one_database(user: int) -> None:
    hand_over(user, 24)
    with running_jobs() as start:
        both = [start(), start()]
        wait_for(lambda: all(len(processes.worker_pids(one)) == 1 for one in both), "two crews")
        processes.wait_until_done(30)
    processes.assert_each_once(24)


def test_a_job_started_again_while_its_first_run_still_works(user: int) -> None:
    (item,) = hand_over(user, 1)
    with original_held(item):
        first = threading.Thread(target=files.process, args=(item,))
        first.start()
        wait_for(processes.waiting_backends, "the first run in the middle of its import")
        files.process(item)  # returns at once, because the first run works on it
        assert first.is_alive()
        assert value("SELECT state FROM import_items") == "waiting"
    first.join()
    clean.clean(user)
    sql("DELETE FROM procrastinate_jobs")
    processes.assert_each_once(1)
    files.process(item)  # and once more when it is done
    processes.assert_each_once(1)
    assert value("SELECT attempts FROM import_items") == 1


def jobs_by_task() -> list[tuple]:
    return sql("SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")


def test_looking_twice_doubles_nothing(user: int) -> None:
    hand_over(user, 3)
    before = jobs_by_task()
    looks = [threading.Thread(target=sweep) for _ in range(4)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    assert jobs_by_task() == before == [("process_activity_file", 3)]


def test_looking_misses_nothing(user: int) -> None:
    """Whatever is waiting or dirty gets a new job, however the old one was lost; a second sweep adds none."""
    items = hand_over(user, 3)
    files.process(items[0])
    sql("DELETE FROM procrastinate_jobs")
    for _ in range(2):
        sweep()
        assert jobs_by_task() == [("derive", 1), ("process_activity_file", 2)]
    # A failed job does not count either.
    sql("UPDATE procrastinate_jobs SET status = 'doing'")
    sql("UPDATE procrastinate_jobs SET status = 'failed'")
    sweep()
    waiting = "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY 1 ORDER BY 1"
    assert sql(waiting) == [("derive", 1), ("process_activity_file", 2)]


def test_a_lost_job_whose_twin_waits_already_is_dropped(user: int) -> None:
    """Two waiting jobs cannot have the same queueing lock, so sending the lost one back must not fail forever."""
    with store.session() as session:
        marks.mark_activity(session, user, made_activity(user))
    sql("UPDATE procrastinate_jobs SET status = 'doing'")  # its worker is gone: worker_id is NULL
    with store.session() as session:
        marks.users_with_marks(session)
    sweep()
    sweep()
    assert jobs_by_task() == [("derive", 1)]
    assert value("SELECT status::text FROM procrastinate_jobs") == "todo"


def made_activity(user: int) -> int:
    (item,) = hand_over(user, 1)
    files.process(item)
    sql("DELETE FROM procrastinate_jobs")
    return value("SELECT id FROM activities")


@pytest.mark.parametrize("count", [2])
def test_two_cleaners_at_once_compute_each_activity_once(user: int, count: int) -> None:
    for item in hand_over(user, 12):
        files.process(item)
    cleaners = [threading.Thread(target=clean.clean, args=(user,)) for _ in range(count)]
    for cleaner in cleaners:
        cleaner.start()
    for cleaner in cleaners:
        cleaner.join()
    clean.clean(user)
    sql("DELETE FROM procrastinate_jobs")
    processes.assert_each_once(12)

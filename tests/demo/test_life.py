"""A user's demo data: started, made by real jobs, removed again without leftovers and without touching anything
else.
"""

from datetime import UTC, date, datetime

import pytest

from milevault_core import cli, store
from milevault_core.actions import gear, goals
from milevault_core.demo import life
from milevault_core.demo.athlete import sized
from milevault_core.derive import clean
from milevault_core.imports import files as imports
from milevault_core.imports import undo
from milevault_core.store.activities import save
from milevault_core.store.queries import demo as queries
from tests.conftest import make_user
from tests.demo.tables import everything_of
from tests.jobs import processes
from tests.jobs.processes import gpx_file, running_jobs
from tests.pages.runs import run
from tests.waiting import wait_for
from tests.walls import digest

END = date(2025, 12, 31)
PLANS = {"goals", "gear_items", "gear_services", "rules"}


def parts_of(user_id: int) -> list[dict]:
    rows = processes.sql(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'make_demo_part' AND (args->>'user_id')::int = %s "
        "ORDER BY id",
        user_id,
    )
    return [args for (args,) in rows]


def derive_all(user_id: int) -> None:
    for _ in range(4):  # repeatedly, as workers do, because a step may mark others or itself
        clean.clean(user_id)
        clean.clean(user_id, "routes")
        if not processes.value("SELECT count(*) FROM dirty_steps"):
            return
    raise AssertionError("derive does not come to rest")


def remove(user_id: int) -> None:
    """Remove the demo, and run the job for it."""
    (batch,) = queries.batches(user_id)["id"]
    life.remove(user_id)
    undo.run(user_id, int(batch))


def make(user_id: int, parts: int = 1) -> None:
    for args in parts_of(user_id)[:parts]:
        life.make_part(**args | {"end": date.fromisoformat(args["end"])})


def test_the_parts_are_all_of_it(user: int) -> None:
    life.begin(user, seed=3, end=END)
    starts = [args["start"] for args in parts_of(user)]
    assert starts == list(range(0, life.ACTIVITIES, life.PART))
    assert sized("demo", 3, END)[0].activities == life.ACTIVITIES
    (row,) = queries.batches(user).to_dict("records")
    assert (row["files"], row["activities"], row["jobs"]) == (0, 0, len(starts))
    with pytest.raises(life.AlreadyThere):
        life.begin(user)


def test_it_ends_yesterday() -> None:
    (athlete,) = sized("demo", 1, life.yesterday())
    assert athlete.last_day == life.yesterday() < datetime.now(UTC).date()


def test_removed_it_is_as_if_it_had_never_been(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PART", 4)
    batch = imports.begin(user, "page")
    for item in imports.add(user, batch, "mine.gpx", gpx_file(1)):
        imports.process(item)
    derive_all(user)
    before = everything_of(user)
    life.begin(user, seed=3, end=END)
    make(user, parts=2)
    derive_all(user)
    assert queries.batches(user)["activities"].sum() == 8
    remove(user)
    derive_all(user)
    now = everything_of(user)
    log = {"imports", "import_items"}  # an undone import stays in the log
    assert {table for table in now if now[table] != before[table]} == log
    assert processes.value("SELECT count(DISTINCT activity_id) FROM activity_data_points") == 1
    assert queries.batches(user).empty


def test_its_goals_gear_and_rule_go_with_it_and_nobodys_else(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "PART", 4)
    goals.add(user, "distance", 1000.0, "week")
    gear.save(user, "Trainers", kind="shoe", label="Mine")
    mine = {table: rows for table, rows in everything_of(user).items() if table in PLANS}
    life.begin(user, seed=3, end=END)
    there = everything_of(user)
    assert {table: len(there[table]) - len(mine[table]) for table in PLANS} == {
        "goals": 3, "gear_items": 2, "gear_services": 2, "rules": 1,
    }  # fmt: skip
    assert not processes.value("SELECT bool_or(is_active) FROM rules"), "it changes nothing that is imported"
    remove(user)
    now = everything_of(user)
    assert {table: now[table] for table in PLANS} == mine


def test_it_comes_again(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PART", 4)
    for _ in range(2):
        life.begin(user, seed=3, end=END)
        make(user)
        assert queries.batches(user)["activities"].sum() == 4
        processes.sql("DELETE FROM procrastinate_jobs")
        remove(user)


def test_parts_that_come_after_the_removal_make_nothing(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PART", 4)
    batch = life.begin(user, seed=3, end=END)
    make(user)
    life.remove(user)
    make(user, parts=3)
    undo.run(user, batch)
    make(user, parts=3)
    assert processes.value("SELECT count(*) FROM activities") == 0
    assert processes.value("SELECT count(*) FROM original_files") == 0


def test_nobody_removes_what_is_anothers(user: int, other_user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PART", 2)
    life.begin(other_user, seed=3, end=END)
    make(other_user)
    before = digest()
    life.remove(user)
    assert digest() == before


def test_the_same_seed_is_the_same_athlete_for_everyone(user: int, other_user: int, monkeypatch) -> None:
    monkeypatch.setattr(life, "PART", 2)
    for user_id in (user, other_user):
        life.begin(user_id, seed=3, end=END)
        make(user_id)
    files = processes.sql("SELECT sha256, count(DISTINCT user_id) FROM original_files GROUP BY 1")
    assert len(files) > 2  # activities and days of this part
    assert {owners for _, owners in files} == {2}


def test_the_command_brings_its_own_workers(user: int, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """One part of eight activities is made and derived by real jobs, and removed again."""
    url = store.database().dsn
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("JOBS_WORKERS", "1")
    monkeypatch.setattr(life, "PART", 8)
    monkeypatch.setattr(life, "ACTIVITIES", 8)

    def said(*words: str) -> tuple[int, str]:
        code = cli.main(["demo", *words])
        store.open(url)  # the command closed it
        out, err = capsys.readouterr()
        return code, out + err

    assert said("--user", "nobody") == (1, "There is no account called nobody.\n")
    code, out = said("--seed", "3", "--end", "2025-12-31")
    assert (code, "8 activities made, and everything computed from them." in out) == (0, True), out
    assert processes.value("SELECT count(*) FROM activities") == 8
    assert processes.value("SELECT sum(activity_count) FROM day_totals") == 8
    code, out = said("--user", "ann")
    assert (code, out.endswith("--remove deletes it.\n")) == (1, True)
    code, out = said("--user", "ann", "--remove")
    assert (code, "8 activities removed." in out) == (0, True), out
    assert processes.value("SELECT count(*) FROM activity_data_points") == 0
    make_user("bob")
    assert said()[1].startswith("Which account?")


def test_the_command_leaves_an_account_with_activities_alone(user: int, monkeypatch, capsys) -> None:
    """The demo's weight and thresholds would change the figures of the owner's activities."""
    monkeypatch.setenv("DATABASE_URL", url := store.database().dsn)
    with store.session() as session:
        save.save_activity(session, user, run(0))
    assert cli.main(["demo", "--user", "ann"]) == 1
    store.open(url)  # the command closed it
    assert "There are activities in this account already." in capsys.readouterr().err
    assert queries.batches(user).empty
    begun: list[int] = []
    monkeypatch.setattr(life, "begin", lambda user_id, *_: begun.append(user_id))
    monkeypatch.setattr(life, "ACTIVITIES", 0)
    assert cli.main(["demo", "--user", "ann", "--yes"]) == 0
    store.open(url)
    assert begun == [user]


def test_a_killed_worker_loses_nothing(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PART", 8)
    monkeypatch.setattr(life, "ACTIVITIES", 12)
    life.begin(user, seed=3, end=END)
    with running_jobs(1) as start:
        jobs = start()
        wait_for(lambda: queries.batches(user)["files"].sum() >= 3, "some activities", 60)
        for pid in processes.worker_pids(jobs):
            processes.kill(pid)
        wait_for(lambda: queries.batches(user)["jobs"].sum() == 0, "all parts", 120)
    assert queries.batches(user)["files"].sum() == queries.batches(user)["activities"].sum() == 12
    processes.assert_nothing_half()

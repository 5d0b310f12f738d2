"""`manage.py bench make S|L1|L2`: an athlete of numbers in the database of `--data` or DATABASE_URL, everything
derived, for other benches and for looking around with a life's worth of data.

    S     user "athlete": 100 activities in 110 days
    L1    user "athlete": 5,000 activities, 18 million points, 15 years
    L2    users "athlete1" to "athlete10": 1,000 activities each

Two processes write the watch's FIT files and import them as any file is (milevault_core/demo/make.py).
"""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import psutil
import psycopg

from milevault_core import derive, store
from milevault_core.accounts import rules, users
from milevault_core.bench import figure, scratch
from milevault_core.commands import Unhappy
from milevault_core.demo import make
from milevault_core.demo.athlete import Athlete, sized

PASSWORD = "numbers all the way"  # of every user made here
PROCESSES, PART = 2, 25
BUDGET_S = {"S": 30, "L1": 360, "L2": 720}


def run(size: str = "S") -> list[dict]:
    """Raises Unhappy for a size there is not, and when a user of that name is there."""
    if size not in BUDGET_S:
        raise Unhappy(f"There is no size {size!r}: S, L1 or L2.")
    began = time.monotonic()
    database = store.open()
    try:
        scratch.note_database()
        derive.mark_raised_versions()  # as the jobs process does at its start; it would else derive all anew
        people = {_user(size, number): athlete for number, athlete in enumerate(sized(size), 1)}
        metres, cpu_s = _import(database.dsn, people)
        imported_s = time.monotonic() - began
        for user_id in people:
            derive.clean(user_id)
            derive.clean(user_id, "routes")
        took_s = time.monotonic() - began
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")  # as a database that has grown over time has been
        return [*_content(metres, people), *_cost(size, took_s, imported_s, cpu_s)]
    finally:
        store.close()


def _user(size: str, number: int) -> int:
    try:
        name = "athlete" if size != "L2" else f"athlete{number}"
        return users.create(name, PASSWORD, time_zone="America/Toronto").id
    except rules.Refused as refused:
        raise Unhappy(str(refused)) from None


def _import(dsn: str, people: dict[int, Athlete]) -> tuple[float, float]:
    """All activities imported, and what is derived from single ones; (true metres, CPU seconds of the processes)."""
    with ProcessPoolExecutor(
        PROCESSES, multiprocessing.get_context("spawn"), initializer=_open, initargs=(dsn,)
    ) as pool:
        parts = []
        for user_id, athlete in people.items():
            batch = make.begin(user_id, athlete)
            for start in range(0, athlete.activities, PART):
                parts.append(pool.submit(_part, user_id, batch, athlete, start, start + PART))
        done = [part.result() for part in parts]
    return sum(metres for metres, _ in done), sum(cpu_s for _, cpu_s in done)


def _open(dsn: str) -> None:
    # Waiting for the disk at every commit is for what cannot be made again.
    store.open(dsn + ("&" if "?" in dsn else "?") + "options=-c%20synchronous_commit%3Doff")


def _part(user_id: int, batch: int, athlete: Athlete, start: int, stop: int) -> tuple[float, float]:
    began = time.process_time()
    metres = make.some(user_id, batch, athlete, start, stop)
    derive.clean_activities(user_id)
    return metres, time.process_time() - began


def _content(metres: float, people: dict[int, Athlete]) -> list[dict]:
    rows = store.read(
        "SELECT count(*) AS activities, sum(a.point_count)::int8 AS points, sum(a.distance_m) AS metres, "
        "count(*) FILTER (WHERE i.outcome = 'imported') AS imported "
        "FROM activities a JOIN import_items i ON a.id = ANY (i.activities) WHERE a.user_id = ANY ($1::int[])",
        (list(people),),
    ).iloc[0]
    wanted = sum(athlete.activities for athlete in people.values())
    return [
        figure("activities", rows["activities"], "", f"at least {wanted}"),
        figure("of them imported without a complaint", rows["imported"], "", f"at least {wanted}"),
        figure("points", rows["points"] / 1e6, "million"),
        figure("distance", rows["metres"] / 1000, "km"),
        figure("distance off the truth", 100 * abs(rows["metres"] / metres - 1), "%", "at most 0.01"),
    ]


def _cost(size: str, took_s: float, imported_s: float, cpu_s: float) -> list[dict]:
    bytes_ = store.read("SELECT pg_database_size(current_database()) AS n")["n"].iloc[0]
    return [
        figure("made and imported after", imported_s, "s"),
        figure("everything derived after", took_s, "s", f"at most {BUDGET_S[size]}"),
        figure("CPU of the importing processes", cpu_s, "s"),
        figure("CPU of this process", time.process_time(), "s"),
        figure("database", bytes_ / 2**20, "MB"),
        figure("processors", psutil.cpu_count() or 1, ""),
    ]

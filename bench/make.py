"""`manage.py bench make S|D|L1|L2`: an invented athlete in the database of `--data` or DATABASE_URL, with everything
derived, for other benches and for trying the app with a lifetime of data.

    S     user "athlete": 100 activities in 110 days
    D     user "athlete": 240 activities as devices really write them (demo/dirty.py), one import; compared with the
    truth L1    user "athlete": 5,000 activities, 18 million points, 15 years; five years of days and nights L2    users
    "athlete1" to "athlete10": 1,000 activities each

Two processes write the watch's FIT files and import them like any file (milevault_core/demo/make.py).
"""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import pairwise

import psutil
import psycopg

from bench import figure, scratch, speed, truth_made
from milevault_core import store
from milevault_core.accounts import rules, users
from milevault_core.commands import CommandError
from milevault_core.demo import make
from milevault_core.demo.athlete import Athlete, sized
from milevault_core.derive import clean
from milevault_core.imports import files

PASSWORD = "numbers all the way"  # of every user made here
PROCESSES, PART, DAYS_IN = 2, 25, 40
BUDGET_S = {"S": 30, "D": 0, "L1": 360, "L2": 720}  # 0: no budget, the CPU is checked instead
WITH_DAYS = ("L1",)  # sizes that have days and nights too
LOOPS_EACH = 20.0  # CPU per activity of the dirty twin, with everything derived, in loops of bench/speed.py


def run(size: str = "S") -> list[dict]:
    """Raises CommandError for an unknown size, and if a user of that name exists."""
    if size not in BUDGET_S:
        raise CommandError(f"There is no size {size!r}: S, D, L1 or L2.")
    began = time.monotonic()
    database = store.open()
    try:
        scratch.note_database()
        clean.mark_raised_versions()  # as jobs does at its start; else it would derive everything again
        people = {_user(size, number): athlete for number, athlete in enumerate(sized(size), 1)}
        metres, cpu_s = _import(database.dsn, people, make.some_dirty if size == "D" else make.some)
        imported_s = time.monotonic() - began
        if size in WITH_DAYS:
            cpu_s += _days(database.dsn, people)
        for user_id in people:
            clean.clean(user_id)
            clean.clean(user_id, "routes")
            clean.clean(user_id)  # times along routes are records
        took_s = time.monotonic() - began
        own_s = time.process_time()
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")  # as autovacuum would have done over time
        content = truth_made.figures_of(*people.popitem()) if size == "D" else _content(metres, people)
        return [*content, *_cost(size, took_s, imported_s, cpu_s, own_s)]
    finally:
        store.close()


def athlete(size: str) -> Athlete:
    """The only athlete of a size."""
    (found,) = sized(size)
    return found


def fill(dsn: str, people: dict[int, Athlete]) -> None:
    """Athletes' activities for existing users, with everything derived."""
    _import(dsn, people, make.some)
    for user_id in people:
        clean.clean(user_id)
        clean.clean(user_id, "routes")
        clean.clean(user_id)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _user(size: str, number: int) -> int:
    try:
        name = "athlete" if size != "L2" else f"athlete{number}"
        return users.create(name, PASSWORD, time_zone="America/Toronto").id
    except rules.Refused as refused:
        raise CommandError(str(refused)) from None


def _import(dsn: str, people: dict[int, Athlete], some: Callable[..., float]) -> tuple[float, float]:
    """Import all activities, with what is derived from each; (true metres, CPU seconds of the processes)."""
    with ProcessPoolExecutor(
        PROCESSES, multiprocessing.get_context("spawn"), initializer=_open, initargs=(dsn,)
    ) as pool:
        parts = []
        for user_id, athlete in people.items():
            batch = make.begin(user_id, athlete)
            for start in range(0, athlete.activities, PART):
                parts.append(pool.submit(_part, some, user_id, batch, athlete, start, start + PART))
        done = [part.result() for part in parts]
    return sum(metres for metres, _ in done), sum(cpu_s for _, cpu_s in done)


def _days(dsn: str, people: dict[int, Athlete]) -> float:
    """Import every day and night as the watch's files, in a batch of their own; CPU seconds of the processes."""
    with ProcessPoolExecutor(
        PROCESSES, multiprocessing.get_context("spawn"), initializer=_open, initargs=(dsn,)
    ) as pool:
        parts: list[Future[float]] = []
        for user_id, athlete in people.items():
            batch = files.begin(user_id, "command", "days and nights")
            edges = [k / DAYS_IN for k in range(DAYS_IN + 1)]
            parts += [pool.submit(_part_of_days, user_id, batch, athlete, *edge) for edge in pairwise(edges)]
        return sum(part.result() for part in parts)


def _part_of_days(user_id: int, batch: int, athlete: Athlete, start: float, stop: float) -> float:
    began = time.process_time()
    make.days(user_id, batch, athlete, start, stop, athlete.health_days)
    return time.process_time() - began


def _open(dsn: str) -> None:
    # No waiting for the disk at each commit: this data can be made again.
    store.open(dsn + ("&" if "?" in dsn else "?") + "options=-c%20synchronous_commit%3Doff")


def _part(
    some: Callable[..., float], user_id: int, batch: int, athlete: Athlete, start: int, stop: int
) -> tuple[float, float]:
    began = time.process_time()
    metres = some(user_id, batch, athlete, start, stop)
    clean.clean_activities(user_id)
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


def _cost(size: str, took_s: float, imported_s: float, cpu_s: float, own_s: float) -> list[dict]:
    """`cpu_s`, `own_s`: CPU seconds of the importing processes and of this one."""
    loop_s = speed.reference_s()
    each = (cpu_s + own_s) / sum(one.activities for one in sized(size)) / loop_s
    against = f"the reference loop of bench speed, {1000 * loop_s:.1f} ms"
    bytes_ = store.read("SELECT pg_database_size(current_database()) AS n")["n"].iloc[0]
    return [
        figure("made and imported after", imported_s, "s"),
        figure("everything derived after", took_s, "s", f"at most {BUDGET_S[size]}" if BUDGET_S[size] else ""),
        figure("CPU of an activity, made, imported and derived", each, "loops",
               f"at most {LOOPS_EACH:g}" if size == "D" else "", against),
        figure("CPU of the importing processes", cpu_s, "s"),
        figure("CPU of this process", own_s, "s"),
        figure("database", bytes_ / 2**20, "MB"),
        figure("processors", psutil.cpu_count() or 1, ""),
    ]  # fmt: skip

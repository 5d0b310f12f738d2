"""Merging and undo by two workers at once, with files as devices really write them: whatever the order and whichever
worker comes first, the activities are those of the files that are left."""

import datetime as dt
import threading
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files, undo
from tests.conftest import make_user
from tests.lives import Files

POOL = Files()
N = 14


def stored(user: int) -> list[tuple]:
    """Each activity's files and shown figures, and the day totals."""
    activities = store.read(
        "SELECT string_agg(r.fingerprint || CASE WHEN r.is_primary THEN '*' ELSE '' END, ' ' ORDER BY r.fingerprint) "
        "AS files, a.start_time::text AS start, a.sport, a.date_doubted, a.distance_m, a.moving_s, a.elapsed_s, "
        "a.ascent_m FROM activities a JOIN activity_recordings r ON r.activity_id = a.id WHERE a.user_id = $1 "
        "GROUP BY a.id ORDER BY 1",
        (user,),
    )
    days = store.read(
        "SELECT day::text, sport, activity_count, distance_m, moving_s FROM day_totals "
        "WHERE user_id = $1 ORDER BY 1, 2",
        (user,),
    )
    return [tuple(map(str, row)) for table in (activities, days) for row in table.itertuples(index=False)]


def at_once(*works: Callable[[], object]) -> None:
    """Run each of these in a thread of its own; a failure in one fails the test."""
    failed: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def bring(user: int, batch: int, numbers: list[int]) -> None:
    for number in numbers:
        files.add_and_process(user, batch, *POOL.pool[number])
        clean.clean_activities(user)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(N)), first=st.integers(2, 5), second=st.integers(2, 5))
def test_two_workers_make_what_one_makes_and_an_undo_leaves_the_rest(database, order, first, second) -> None:
    assert len(POOL.pool) >= N
    mine, other = order[:first], order[first : first + second]
    stamp = dt.datetime.now(dt.UTC).timestamp()
    both, alone, rest = (make_user(f"{name}{stamp}") for name in ("both", "alone", "rest"))
    goes, stays = files.begin(both, "command"), files.begin(both, "command")
    at_once(lambda: bring(both, goes, mine), lambda: bring(both, stays, other))
    clean.clean(both)
    bring(alone, files.begin(alone, "command"), sorted([*mine, *other]))
    clean.clean(alone)
    assert stored(both) == stored(alone)
    undo.ask(both, goes)
    at_once(lambda: undo.run(both, goes), lambda: clean.clean(both))
    clean.clean(both)
    bring(rest, files.begin(rest, "command"), other)
    clean.clean(rest)
    assert stored(both) == stored(rest)

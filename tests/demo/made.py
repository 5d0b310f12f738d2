"""The small athlete, and one activity of each kind, for the tests in this folder."""

from functools import cache

from milevault_core.demo import plan
from milevault_core.demo.activity import activities, build
from milevault_core.demo.athlete import Athlete, sized
from milevault_core.demo.made import Activity

S = sized("S")[0]
YEARS = sized("L1")[0]  # its diary is quick to make, and single activities can be made separately


@cache
def all_of_s() -> tuple[Activity, ...]:
    return tuple(activities(S))


@cache
def one_of_each() -> dict[str, Activity]:
    """An activity of each kind: easy, long, tempo, intervals, pool, strength …"""
    found = {made.session.kind: made for made in reversed(all_of_s())}
    for session in plan.sessions(YEARS)[2_500:]:
        if session.kind not in found:
            found[session.kind] = build(YEARS, session)
    return found


def some_days(athlete: Athlete = S, n: int = 12):
    from itertools import islice

    from milevault_core.demo.health import days

    return list(islice(days(athlete), n))

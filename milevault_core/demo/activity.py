"""The activities of the athlete, one after the other."""

from collections.abc import Iterator

from milevault_core.demo import gym, indoor, outdoor, plan, pool
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity


def activities(athlete: Athlete, start: int = 0, stop: int | None = None) -> Iterator[Activity]:
    """The athlete's activities number `start` up to `stop`, in order of time. Any part can be made on its own."""
    for session in plan.sessions(athlete)[start:stop]:
        yield build(athlete, session)


def build(athlete: Athlete, session: plan.Session) -> Activity:
    """One activity of the diary, second by second."""
    if session.route is not None:
        return outdoor.build(athlete, session)
    makers = {"pool": pool.build, "strength": gym.build, "treadmill": indoor.build, "trainer": indoor.build}
    return makers[session.kind](athlete, session)

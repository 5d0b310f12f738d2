"""Derive: the one mechanism behind everything computed from activities (stage 2).

A step is a file in milevault_core/steps with a function registered by @step. It belongs to

    activity   compute(session, user_id, activity)   one activity's rows, from its points
    day        compute(session, user_id, day)        one local day's rows, from that day's activities
    athlete    compute(session, user_id, changed)    rows over all activities; `changed` are the ids to look at
                                                     again (some may be gone), None means all

and replaces what it stored before. Import, edit, undo, merge, delete, re-read and a raised `version` only mark
activities, days or athlete steps dirty; `clean` computes what is marked. So stored derived rows always equal a
full recomputation, whatever the order things came in; tests/test_derive.py holds every step to that.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

import pandas as pd
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.registry import load_all
from milevault_core.store import marks, points
from milevault_core.store import queue as queues
from milevault_core.store.models import Activity

BATCH = 20  # activities a transaction
log = logging.getLogger("milevault.derive")


@dataclass
class Work:
    """One activity to derive from: its row, and its track once a step asks for it."""

    user_id: int
    row: Activity
    results: dict = field(default_factory=dict)  # what earlier steps leave for those that need them

    @cached_property
    def track(self) -> pd.DataFrame:
        return points.take_or_load(self.user_id, self.row.id, self.row.version)


@dataclass(frozen=True)
class Step:
    name: str
    scope: str  # activity | day | athlete
    needs: tuple[str, ...]  # steps of the same scope that come first; a mark on one of them is a mark on this
    version: int
    queue: str  # "derive", or "routes" for what only the one worker with tslearn may do
    compute: Callable


STEPS: dict[str, Step] = {}


def step(name: str, scope: str, needs: tuple[str, ...] = (), version: int = 1, queue: str = "derive"):
    """Register a step; raising `version` recomputes it for everyone at the next start."""

    def register(function: Callable):
        if name in STEPS:
            raise ValueError(f"two steps are called {name!r}")
        STEPS[name] = Step(name, scope, needs, version, queue, function)
        return function

    return register


def steps_of(scope: str, queue: str = "derive") -> list[Step]:
    """Steps of a scope, each after those it needs."""
    _load()
    ordered: list[Step] = []

    def put(one: Step) -> None:
        for need in one.needs:
            put(STEPS[need])
        if one not in ordered:
            ordered.append(one)

    for name in sorted(STEPS):
        if STEPS[name].scope == scope and STEPS[name].queue == queue:
            put(STEPS[name])
    return ordered


def clean(user_id: int, queue: str = "derive") -> int:
    """Compute everything marked dirty for a user in one queue; how many activities and days were computed.

    Each batch is a transaction: a killed worker loses one batch's work, and its marks come back.
    """
    done = 0
    if queue == "derive":
        done += clean_activities(user_id)
        while count := _clean_days(user_id):
            done += count
        if steps_of("athlete", "routes"):
            with store.session() as session:
                queues.defer_derive(session, user_id, "routes")
    for one in steps_of("athlete", queue):
        if queue == "derive" and _comes_again_soon(user_id, one):
            continue
        while count := clean_step(user_id, one):  # a step may leave itself a mark for the next batch
            done += count
    return done


def clean_activities(user_id: int) -> int:
    """Only the steps that look at one activity; several processes share the work. How many were computed."""
    done = 0
    while count := _clean_or_set_aside(user_id):
        done += count
    return done


def clean_some(user_id: int, activity_ids: list[int]) -> None:
    """Compute what concerns these activities alone, and their days, right after they were written: their tracks are
    still at hand. What fails here stays marked, for `clean` to try again or set aside."""
    try:
        _clean_activities(user_id, len(activity_ids), activity_ids)
        _clean_days(user_id)
    except store.UNAVAILABLE:
        raise
    except Exception:
        log.exception("A step failed on one of %s activities of user %s.", len(activity_ids), user_id)


def _clean_or_set_aside(user_id: int) -> int:
    """A batch; if a step fails on it, one activity at a time, and the one it fails on is set aside with a note."""
    for limit in (BATCH, 1):
        try:
            return _clean_activities(user_id, limit)
        except store.UNAVAILABLE:
            raise
        except Exception:
            log.exception("A step failed on one of the next %s activities of user %s.", limit, user_id)
    with store.session() as session:
        taken = marks.take_activities(session, user_id, 1)
        for activity_id in taken:
            marks.set_aside(session, user_id, activity_id)
        return len(taken)


def _clean_activities(user_id: int, limit: int, among: list[int] | None = None) -> int:
    with store.session() as session:
        taken = marks.take_activities(session, user_id, limit, among)
        days: set[date] = set()
        for row in marks.activities_of(session, user_id, taken):
            marked = taken[row.id]
            work = Work(user_id, row)
            for one in _wanted(steps_of("activity"), marked):
                one.compute(session, user_id, work)
            days.add(row.local_day)
        # In one order and at the end: two processes whose activities share days would wait for each other for ever.
        marks.mark_computed(session, user_id, days, set(taken), athlete_steps())
        return len(taken)


def _clean_days(user_id: int) -> int:
    with store.session() as session:
        taken = marks.take_days(session, user_id, 200)
        for day, marked in taken.items():
            for one in _wanted(steps_of("day"), marked):
                one.compute(session, user_id, day)
        return len(taken)


def _comes_again_soon(user_id: int, one: Step) -> bool:
    """While files of an import are still waiting, a step over all activities rests until a twentieth of them has
    changed: at each few files it would cost more than the import. The marks stay, and the sweep asks again."""
    with store.session() as session:
        return marks.files_waiting(session, user_id) and not marks.is_worth(session, user_id, one.name)


def clean_step(user_id: int, one: Step) -> int:
    """Compute a step over all of a user's activities, if it is marked; how many activities it looked at.

    If it fails, half of the marked activities are tried at a time, down to the ones it fails on: these are set aside
    with a note. Where all were marked, each is.
    """
    try:
        return _clean_step(user_id, one)
    except store.UNAVAILABLE:
        raise
    except Exception:
        log.exception("The step %s failed for user %s.", one.name, user_id)
    with store.session() as session:
        changed = marks.spread_step(session, user_id, one.name)
    return _clean_or_halve(user_id, one, changed)


def _clean_or_halve(user_id: int, one: Step, changed: list[int]) -> int:
    try:
        return _clean_step(user_id, one, changed)
    except store.UNAVAILABLE:
        raise
    except Exception:
        log.exception("The step %s failed on %s activities of user %s.", one.name, len(changed), user_id)
    middle = len(changed) // 2
    if middle:
        return sum(_clean_or_halve(user_id, one, part) for part in (changed[:middle], changed[middle:]))
    with store.session() as session:
        for activity_id in marks.take_step(session, user_id, one.name, changed):
            marks.set_aside(session, user_id, activity_id)
    return len(changed)


def _clean_step(user_id: int, one: Step, among: list[int] | None = None) -> int:
    with store.session() as session:
        marks.lock_step(session, user_id, one.name)
        changed = marks.take_step(session, user_id, one.name, among)
        if changed:
            one.compute(session, user_id, None if 0 in changed else changed)
        return len(changed)


def _wanted(ordered: list[Step], marked: set[str]) -> list[Step]:
    """The marked steps ("" is all) and those that need one of them."""
    if "" in marked:
        return ordered
    wanted: list[Step] = []
    names = set(marked)
    for one in ordered:
        if one.name in names or names.intersection(one.needs):
            names.add(one.name)
            wanted.append(one)
    return wanted


def mark_raised_versions() -> list[str]:
    """Mark dirty whatever was computed with an older version of its step; the names of those steps."""
    _load()
    with store.session() as session:
        stored = marks.stored_versions(session)
        raised = [s for s in STEPS.values() if stored.get(s.name) != s.version]
        for one in raised:
            marks.raise_version(session, one.name, one.version, one.scope)
    return [one.name for one in raised]


def athlete_steps() -> tuple[str, ...]:
    return tuple(s.name for queue in ("derive", "routes") for s in steps_of("athlete", queue))


def mark_gone(session: Session, user_id: int, activity_id: int, day: date) -> None:
    """An activity was removed in this transaction: mark what was computed from it."""
    marks.mark_gone(session, user_id, activity_id, day, athlete_steps())


@cache
def _load() -> None:
    from milevault_core import steps  # the steps import this module

    load_all(steps.__name__, steps.__path__)

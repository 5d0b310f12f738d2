"""Derive: the one mechanism behind everything computed from activities (stage 2).

A step is a file in milevault_core/derive/steps with a function registered by @step. It has one of three scopes:

    activity   compute(session, user_id, work)       one activity's rows, from its points
    day        compute(session, user_id, day)        one local day's rows, from that day's activities
    athlete    compute(session, user_id, changed)    rows over all activities; `changed` are the ids to look at
                                                     again (some may be gone), None means all

A step replaces what it stored before. Import, edit, undo, merge, delete, re-read and a raised version only mark
activities, days or athlete steps dirty; `clean` computes what is marked. So stored derived rows always equal a full
recomputation, in whatever order the data arrived; tests/derive checks that for every step.

A step that fails is set aside for the activity or day it failed on (store/set_aside.py), with a sentence for the
owner; steps that do not need it still run.
"""

import logging
import time
from collections.abc import Callable, Hashable
from datetime import date

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.derive.step import STEPS, UNCHANGED, Step, Work, athlete_steps, load_steps, steps_of
from milevault_core.store import marks, set_aside
from milevault_core.store import queue as queues

BATCH = 20  # activities per transaction
DAYS = 200  # days per transaction
PATIENT = ("grade_curve",)  # a new result recomputes every run, so they wait until all files are read
MOST_ASIDE = 8  # a step over all activities that fails on more activities than this is set aside as a whole
log = logging.getLogger("milevault.derive")


def clean(user_id: int, queue: str = "derive") -> int:
    """Compute everything marked dirty for a user in one queue; returns how many activities and days were computed.

    Each batch is one transaction: a killed worker loses the work of one batch, whose marks come back.
    """
    done = 0
    if queue == "derive":
        with store.session() as session:
            marks.spread_all_steps(session, user_id, athlete_steps())
        done += clean_activities(user_id)
        while count := _clean_days(user_id):
            done += count
        if steps_of("athlete", "routes"):
            with store.session() as session:
                queues.defer_derive(session, user_id, "routes")
    with store.session() as session:
        resting = set_aside.resting_steps(session, user_id)
    for one in steps_of("athlete", queue):
        if one.name in resting or (queue == "derive" and _comes_again_soon(user_id, one)):
            continue
        while count := clean_step(user_id, one):  # a step may leave itself a mark for the next batch
            done += count
    return done


def clean_activities(user_id: int) -> int:
    """Run only the activity steps; several processes share the work. Returns how many activities were computed."""
    return _in_batches(lambda limit, careful: _clean_activities(user_id, limit, careful=careful), BATCH)


def _clean_days(user_id: int) -> int:
    return _in_batches(lambda limit, careful: _clean_some_days(user_id, limit, careful), DAYS)


def clean_some(user_id: int, activity_ids: list[int]) -> None:
    """Run the activity and day steps of these activities right after they were written, while their tracks are still
    in memory. What fails here stays marked; `clean` retries it or sets it aside."""
    try:
        _clean_activities(user_id, len(activity_ids), activity_ids)
        _clean_some_days(user_id, DAYS)
    except store.UNAVAILABLE:
        raise
    except Exception:
        log.exception("A step failed on one of %s activities of user %s.", len(activity_ids), user_id)


def _in_batches(clean_batch: Callable[[int, bool], int], size: int) -> int:
    """Compute batch after batch until nothing is marked; returns how many items. A batch that fails is repeated in
    careful mode (see `_compute`)."""
    done = 0
    while True:
        try:
            count = clean_batch(size, False)
        except store.UNAVAILABLE:
            raise
        except Exception as error:
            log.info("A step failed (%r); looking for what it failed on.", error)
            count = clean_batch(size, True)
        if not count:
            return done
        done += count


def _clean_activities(user_id: int, limit: int, among: list[int] | None = None, careful: bool = False) -> int:
    with store.session() as session:
        taken = marks.take_activities(session, user_id, limit, among)
        days: set[date] = set()
        for row in marks.activities_of(session, user_id, taken):
            failed = _compute(
                session, user_id, steps_of("activity"), taken[row.id], Work(user_id, row), row.id, careful
            )
            if failed:
                marks.note_not_computed(session, user_id, row.id)
            days.add(row.local_day)
        # Marked at the end, in a fixed order: otherwise two processes whose activities share days would deadlock.
        marks.mark_computed(session, user_id, days, set(taken), athlete_steps())
        if taken:
            marks.raise_revision(session, user_id)
        return len(taken)


def _clean_some_days(user_id: int, limit: int, careful: bool = False) -> int:
    with store.session() as session:
        taken = marks.take_days(session, user_id, limit)
        for day, marked in taken.items():
            _compute(session, user_id, steps_of("day"), marked, day, day.isoformat(), careful)
        if taken:
            marks.raise_revision(session, user_id)
        return len(taken)


def _compute(
    session: Session, user_id: int, ordered: list[Step], marked: set[str], what: object, key: Hashable,
    careful: bool,
) -> set[str]:  # fmt: skip
    """Run the marked steps ("" is all) on one activity or day, and the steps that need one that changed something;
    returns the names of the steps that failed.

    In careful mode each step is a nested transaction: a step that fails is set aside, and so are those that need it.
    """
    failed: set[str] = set()
    changed: set[str] = set()
    for one in ordered:
        if not ("" in marked or one.name in marked or changed.intersection(one.needs)):
            continue
        if not careful:
            if one.compute(session, user_id, what) != UNCHANGED:
                changed.add(one.name)
            continue
        began = time.monotonic()
        changed.add(one.name)  # also if it fails, so that the steps that need it are set aside too
        try:
            if failed.intersection(one.needs):
                raise LookupError(f"{one.name} needs a step that failed.")
            with session.begin_nested():
                if one.compute(session, user_id, what) == UNCHANGED:
                    changed.discard(one.name)
        except store.UNAVAILABLE:
            raise
        except Exception as error:
            failed.add(one.name)
            _complain(one, user_id, key, error)
            set_aside.put(session, user_id, one.scope, one.name, str(key), time.monotonic() - began)
        else:
            set_aside.forget(session, user_id, one.scope, one.name, str(key))
    return failed


_complained: set[str] = set()


def _complain(one: Step, user_id: int, key: Hashable, error: Exception) -> None:
    """Log the first failure of a step in this process with its traceback, later ones in one line: there may be
    thousands."""
    is_first = one.name not in _complained
    _complained.add(one.name)
    log.error("The step %s failed on %s of user %s: %r", one.name, key, user_id, error, exc_info=is_first)


def _comes_again_soon(user_id: int, one: Step) -> bool:
    """Whether a step over all activities waits. While files of an import are queued, it runs only when at least a
    twentieth of all activities has changed, or it would cost more than the import. The marks stay, and the sweep
    comes back to them."""
    with store.session() as session:
        return marks.files_waiting(session, user_id) and (
            one.name in PATIENT or not marks.is_worth(session, user_id, one.name)
        )


def clean_step(user_id: int, one: Step) -> int:
    """Compute a step over all of a user's activities, if it is marked; returns how many activities it looked at.

    If it fails, the marked activities are halved again and again to find those it fails on, which are set aside. If
    there are more than MOST_ASIDE of them, or the step failed before, the whole step is set aside and keeps its marks.
    """
    began = time.monotonic()
    try:
        count = _clean_step(user_id, one)
    except store.UNAVAILABLE:
        raise
    except Exception as error:
        _complain(one, user_id, "all that is marked", error)
    else:
        if count:
            with store.session() as session:
                set_aside.forget(session, user_id, "athlete", one.name)
        return count
    with store.session() as session:
        has_failed_before = set_aside.has(session, user_id, "athlete", one.name)
        changed = [] if has_failed_before else marks.spread_step(session, user_id, one.name)
    left = [MOST_ASIDE]
    done = _clean_or_halve(user_id, one, changed, left) if changed else 0
    if has_failed_before or left[0] < 0:
        with store.session() as session:
            set_aside.put(session, user_id, "athlete", one.name, "", time.monotonic() - began)
        return 0
    return done


def _clean_or_halve(user_id: int, one: Step, changed: list[int], left: list[int]) -> int:
    """`left`: a list of one number, how many more activities may be set aside; below 0 it gives up."""
    if left[0] < 0:
        return 0
    began = time.monotonic()
    try:
        return _clean_step(user_id, one, changed)
    except store.UNAVAILABLE:
        raise
    except Exception as error:
        _complain(one, user_id, changed[0] if len(changed) == 1 else f"{len(changed)} activities", error)
    middle = len(changed) // 2
    if middle:
        return sum(_clean_or_halve(user_id, one, part, left) for part in (changed[:middle], changed[middle:]))
    left[0] -= 1
    if left[0] < 0:
        return 0
    with store.session() as session:
        for activity_id in marks.take_step(session, user_id, one.name, changed):
            marks.note_not_computed(session, user_id, activity_id)
            set_aside.put(session, user_id, "athlete", one.name, str(activity_id), time.monotonic() - began)
    return len(changed)


def _clean_step(user_id: int, one: Step, among: list[int] | None = None) -> int:
    """Compute a step in one transaction. If it fails because an activity was removed meanwhile, the removal has set a
    new mark: then it is not a failure, and the step starts again with everything that is marked by now."""
    while True:
        with store.session() as session:
            before = marks.state_of_step(session, user_id, one.name)
        try:
            return _compute_step(user_id, one, among)
        except store.UNAVAILABLE:
            raise
        except Exception as error:
            with store.session() as session:
                if marks.state_of_step(session, user_id, one.name) == before:
                    raise
                marks.spread_all_steps(session, user_id, athlete_steps())
            log.info("The step %s begins again, things have changed: %r.", one.name, error)
            among = None


def _compute_step(user_id: int, one: Step, among: list[int] | None) -> int:
    with store.session() as session:
        marks.lock_step(session, user_id, one.name)
        changed = marks.take_step(session, user_id, one.name, among)
        if changed:
            one.compute(session, user_id, None if 0 in changed else changed)
            mark_needing(session, user_id, one, changed)
            marks.raise_revision(session, user_id)
        return len(changed)


def mark_needing(session: Session, user_id: int, one: Step, changed: set[int]) -> None:
    """Mark the steps over all activities that need this one, for what it has just computed: another worker may be
    running them now without seeing these results, and a raised version marks only the step itself."""
    later = tuple(
        other.name for other in STEPS.values() if other.scope == "athlete" and one.name in other.needs
    )
    marks.mark_computed(session, user_id, set(), changed, later)


def mark_raised_versions() -> list[str]:
    """Mark dirty everything that was computed with another version of its step; returns the names of those steps. On a
    new server, where nothing has been computed yet, the list is empty."""
    load_steps()
    with store.session() as session:
        stored = marks.stored_versions(session)
        raised = [s for s in STEPS.values() if stored.get(s.name) != s.version]
        for one in raised:
            marks.raise_version(session, one.name, one.version, one.scope)
            # Also the other steps that failed on the same activity or day, perhaps because this one did: if it now
            # returns UNCHANGED, they would not run by themselves.
            for user_id, scope, step, key in set_aside.with_step(session, one.name):
                marks.mark_again(session, user_id, scope, step, key)
                set_aside.forget(session, user_id, scope, step, key)
            set_aside.forget_step(session, one.name)
    return [one.name for one in raised] if stored else []

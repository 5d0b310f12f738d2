"""User actions that read files again. A worker runs them, like an import, while the page waits a moment.

asked = by_worker.ask(user_id, "take_apart", recording_id)     enqueue a job, ahead of the imports
by_worker.state(asked)                                         waiting | done | failed
by_worker.result(asked)                                        the resulting activity
by_worker.answer(asked)                                        the answer of one of ANSWERS; can be taken once
by_worker.reason(asked)                                        why it failed, in a sentence

A failed action is set aside, and its owner can retry it from the dashboard. Failed edits are not kept; the page says
why they failed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from milevault_core import store
from milevault_core.actions import edits, judgement, recordings, rules, segment_files, trash, trouble
from milevault_core.activities import track_edits
from milevault_core.activities.compare_recordings import pack
from milevault_core.store import queue, set_aside, worker_answers
from milevault_core.store.activities import apply_rules
from milevault_core.store.activities import recordings as rows
from milevault_core.store.imports import courses

Argument = str | int | float


def _edit_track(user_id: int, activity_id: int, packed: str) -> None:
    edits.edit_track(user_id, activity_id, track_edits.unpack(packed))


EDITS: dict[str, Callable[..., Any]] = {  # of an activity
    "edit_track": _edit_track,
    "choose_figure": edits.choose_figure,
    "revoke": edits.revoke,
    "split": edits.split,
    "join": edits.join,
    "unjoin": edits.unjoin,
}
ANSWERS: dict[str, Callable[..., Any]] = {  # change nothing and return something that JSON can hold
    "compare": lambda user_id, recording_id: pack(recordings.compare(user_id, recording_id)),
    "figures": recordings.figures,  # of another recording of the workout
    "segments_of_file": segment_files.of_file,  # of an uploaded file
    "segments_of_course": segment_files.of_course,  # of a route
}
VERBS: dict[str, Callable[..., Any]] = (
    EDITS
    | ANSWERS
    | {
        "take_apart": recordings.take_apart,  # a recording
        "put_together": recordings.put_together,  # an activity
        "judge": judgement.judge,  # an activity
        "restore": trash.restore,  # an activity in the trash
        "bring_back": trash.bring_back,  # an item of an import
        "undo_rule": rules.take_back,  # a rule
    }
)
_IS_THERE: dict[str, Callable[..., bool]] = {  # for verbs whose number is not an activity or a recording
    "undo_rule": apply_rules.is_there,
    "segments_of_file": lambda session, user_id, n: worker_answers.has(
        session, user_id, segment_files.job(n)
    ),
    "segments_of_course": courses.is_there,
}
TASK, SCOPE = "act", "act"
GONE = "It is no longer here."


@dataclass(frozen=True)
class Request:
    user_id: int
    verb: str
    number: int
    more: tuple[Argument, ...]
    recording_id: int | None  # used to find the result, because the action may replace the activity

    @property
    def key(self) -> str:
        return _key(self.number, self.more)

    @property
    def job(self) -> str:
        return _job(self.user_id, self.verb, self.key)


def ask(user_id: int, verb: str, number: int, *more: Argument) -> Request:
    """Enqueue one of VERBS with its arguments; a request that is already waiting is not enqueued again. Raises
    LookupError if the user has no such thing."""
    with store.session() as session:
        recording_id = None
        if verb in _IS_THERE:
            if not _IS_THERE[verb](session, user_id, number):
                raise LookupError(GONE)
        elif verb != "bring_back":
            recording_id = rows.one_of(session, user_id, verb, number)
            if recording_id is None:
                raise LookupError(GONE)
        asked = Request(user_id, verb, number, more, recording_id)
        set_aside.forget(session, user_id, SCOPE, verb, asked.key)
        queue.defer(
            session, TASK, "import", once=asked.job, priority=queue.FILES + 1,
            user_id=user_id, verb=verb, number=number, more=list(more),
        )  # fmt: skip
    return asked


def ask_again(user_id: int, verb: str, key: str) -> Request:
    """Enqueue what was set aside under this key. Raises LookupError."""
    number, _, more = key.partition(":")
    return ask(user_id, verb, int(number), *(json.loads(more) if more else ()))


def work(user_id: int, verb: str, number: int, more: tuple[Argument, ...] = ()) -> None:
    """Run the action, in a worker. A second run finds nothing to do. A failed action is set aside."""
    with trouble.aside(user_id, SCOPE, _key(number, more), verb):
        try:
            given = VERBS[verb](user_id, number, *more)
        except LookupError:
            return  # already done, or the object no longer exists
        if verb in ANSWERS:
            with store.session() as session:
                worker_answers.save(session, user_id, _job(user_id, verb, _key(number, more)), given)


def state(asked: Request) -> str:
    """waiting | done | failed"""
    with store.session() as session:
        now = queue.state_of(session, asked.job)
        if now == "done" and set_aside.has(session, asked.user_id, SCOPE, asked.verb, asked.key):
            return "failed"
        return now


def reason(asked: Request) -> str:
    """Why it failed; "" if there is no reason that the user would understand. A failed edit or question is forgotten
    by this, since the user now knows why it failed."""
    with store.session() as session:
        found = set_aside.reason(session, asked.user_id, SCOPE, asked.verb, asked.key) or ""
        if asked.verb in EDITS | ANSWERS:
            set_aside.forget(session, asked.user_id, SCOPE, asked.verb, asked.key)
        return found


def result(asked: Request) -> int | None:
    """The id of the resulting activity; None if there is none."""
    with store.session() as session:
        return rows.activity_of(session, asked.user_id, asked.recording_id)


def answer(asked: Request) -> Any:
    """The answer of one of ANSWERS; None if it is gone or was taken already."""
    with store.session() as session:
        return worker_answers.take(session, asked.user_id, asked.job)


def _job(user_id: int, verb: str, key: str) -> str:
    return f"{TASK}-{verb}-{user_id}-{key}"


def _key(number: int, more: tuple[Argument, ...]) -> str:
    return f"{number}:{json.dumps(list(more))}" if more else str(number)

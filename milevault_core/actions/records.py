"""A user's decision about a record; the records are recomputed at once, so that the page can show the result."""

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.derive.step import STEPS, steps_of
from milevault_core.store.records import decisions


def decide_record(user_id: int, activity_id: int, kind: str, key: float, decision: str) -> None:
    """Say "keep" or "not a record" of an effort (kind "*": of the whole activity); "" takes it back.

    Raises NotFound when the user has no such activity.
    """
    with store.session() as session:
        decisions.decide(session, user_id, activity_id, kind, key, decision)
    steps_of("athlete")
    clean.clean_some(user_id, [activity_id])  # a stretch taken out changes what else the activity did best
    clean.clean_step(user_id, STEPS[decisions.STEP])

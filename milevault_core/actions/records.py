"""A user's decisions about records; the records are computed again at once, so that the page can show the result."""

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.derive.step import STEPS, steps_of
from milevault_core.store.records import decisions


def decide_record(user_id: int, activity_id: int, kind: str, key: float, decision: str) -> None:
    """Decide "keep" or "not a record" for an effort (kind "*": the whole activity); "" removes the decision.

    Raises NotFound if the user has no such activity.
    """
    with store.session() as session:
        decisions.decide(session, user_id, activity_id, kind, key, decision)
    steps_of("athlete")
    clean.clean_some(user_id, [activity_id])  # without one effort, others may be the activity's best
    clean.clean_step(user_id, STEPS[decisions.STEP])

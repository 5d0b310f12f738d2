"""What a person says of a record, with the records computed anew at once, so that the page can show it."""

from milevault_core import derive, store
from milevault_core.store import record_decisions


def decide_record(user_id: int, activity_id: int, kind: str, key: float, decision: str) -> None:
    """Say "keep" or "not a record" of an effort (kind "*": of the whole activity); "" takes it back.

    Raises NotFound when the user has no such activity.
    """
    with store.session() as session:
        record_decisions.decide(session, user_id, activity_id, kind, key, decision)
    derive.steps_of("athlete")
    derive.clean_step(user_id, derive.STEPS[record_decisions.STEP])

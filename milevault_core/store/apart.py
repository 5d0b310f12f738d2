"""A person's decision that a recording is a workout of its own, and the way back."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import placing
from milevault_core.store.recordings import NotFound


def take_apart(session: Session, user_id: int, recording_id: int) -> int:
    """Make a recording an activity of its own, apart from those it is together with now; the activity's id.

    The decision is about the files: it outlives reading them again and importing them again. Raises NotFound when the
    user has no such recording or it is alone already.
    """
    placing.lock(session, user_id)
    own = {"u": user_id, "r": recording_id}
    members = session.execute(
        text(
            "SELECT o.id, o.fingerprint, r.fingerprint AS own FROM activity_recordings r JOIN activity_recordings o "
            "ON o.activity_id = r.activity_id AND o.id <> r.id WHERE r.user_id = :u AND r.id = :r"
        ),
        own,
    ).all()
    if not members:
        raise NotFound("There is no such recording, or it is an activity of its own already.")
    for other in members:
        first, second = sorted((other.fingerprint, other.own))
        session.execute(
            text(
                "INSERT INTO recordings_apart (user_id, first, second) VALUES (:u, :first, :second) "
                "ON CONFLICT DO NOTHING"
            ),
            {"u": user_id, "first": first, "second": second},
        )
    placing.regroup(session, user_id, [recording_id, *(other.id for other in members)])
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, own).scalar_one())


def put_together(session: Session, user_id: int, activity_id: int) -> int:
    """Forget that the recordings of an activity are to be kept apart from others; the id of what it is part of now.

    Raises NotFound when the user has no such activity with recordings.
    """
    placing.lock(session, user_id)
    members = session.execute(
        text("SELECT id, fingerprint FROM activity_recordings WHERE user_id = :u AND activity_id = :a"),
        {"u": user_id, "a": activity_id},
    ).all()
    if not members:
        raise NotFound("There is no such activity.")
    session.execute(
        text("DELETE FROM recordings_apart WHERE user_id = :u AND (first = ANY(:own) OR second = ANY(:own))"),
        {"u": user_id, "own": [one.fingerprint for one in members]},
    )
    placing.regroup(session, user_id, [one.id for one in members])
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, {"u": user_id, "r": members[0].id}).scalar_one())

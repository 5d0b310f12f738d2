"""Edits of joined activities: what was said of a part before the join is kept while the whole has its own, and comes
back when the parts are separated."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities import sources, track_edits
from milevault_core.activities.part_edits import BEFORE, DatedEdit, Joining

# How a file is read: a decision about the file, which stays with it.
_OF_FILES = ("start_time", "as_recorded")
_HOMES = "SELECT home_id FROM activity_recordings WHERE user_id = :u AND activity_id = :a"


def joinings(session: Session, user_id: int, fingerprints: Sequence[str]) -> list[Joining]:
    """The user's decisions that two of these recordings are parts of one workout, oldest first."""
    rows = session.execute(
        text(
            "SELECT first, second, decided_at FROM recordings_joined WHERE user_id = :u AND first = ANY(:f) "
            "AND second = ANY(:f) ORDER BY decided_at, first, second"
        ),
        {"u": user_id, "f": list(fingerprints)},
    ).all()
    return [Joining(*row) for row in rows]


def is_rest(session: Session, user_id: int, fingerprints: Sequence[str]) -> bool:
    """Whether one of these recordings was joined with one that is not among them."""
    query = text(
        "SELECT 1 FROM recordings_joined WHERE user_id = :u AND (first = ANY(:f)) <> (second = ANY(:f)) LIMIT 1"
    )
    return session.execute(query, {"u": user_id, "f": list(fingerprints)}).first() is not None


def homes(session: Session, user_id: int, fingerprints: Sequence[str]) -> dict[str, int]:
    """fingerprint -> the id of the activity that the recording is when it is alone."""
    query = text(
        "SELECT fingerprint, home_id FROM activity_recordings WHERE user_id = :u AND fingerprint = ANY(:f)"
    )
    return {
        row.fingerprint: row.home_id
        for row in session.execute(query, {"u": user_id, "f": list(fingerprints)})
    }


def dated_edits(
    session: Session, user_id: int, activity_id: int, fingerprints: Sequence[str]
) -> list[DatedEdit]:
    """The edits of an activity that is, or will be, made of these recordings, and of its parts, oldest first."""
    rows = session.execute(
        text(
            "SELECT activity_id, field, value, edited_at FROM activity_edits WHERE user_id = :u AND (activity_id = :a "
            "OR activity_id IN (SELECT home_id FROM activity_recordings WHERE user_id = :u AND fingerprint = ANY(:f))) "
            "AND NOT starts_with(field, :before) ORDER BY edited_at, activity_id"
        ),
        {"u": user_id, "a": activity_id, "f": list(fingerprints), "before": BEFORE},
    ).all()
    return [DatedEdit(*row) for row in rows]


def without_parts_left_out(edits: Sequence[DatedEdit], joins: Sequence[Joining]) -> list[DatedEdit]:
    """The edits without those that leave a part out of totals, unless all parts were left out before the join."""
    if not joins:
        return list(edits)
    of_parts = [one for one in edits if one.field == "is_left_out" and one.at < joins[-1].at]
    if len(of_parts) > len(joins) and all(one.value == "true" for one in of_parts):
        return list(edits)
    return [one for one in edits if one not in of_parts]


def make_way(session: Session, user_id: int, activity_id: int, field: str, is_removed: bool) -> bool:
    """Before an edit of an activity is saved or removed: keep, without effect, what was said of its parts before they
    were joined. Undoing an edit of the whole's track or figures gives those of its parts their effect back. Returns
    False if the activity is not joined, or the edit is not one of the whole."""
    since = _joined_at(session, user_id, activity_id, "max")
    if since is None or field in _OF_FILES:
        return False
    own = {"u": user_id, "a": activity_id, "f": field, "since": since, "kept": BEFORE + field}
    of_parts = f" OR activity_id IN ({_HOMES})" if is_removed else ""
    where = f"user_id = :u AND field = :f AND (activity_id = :a{of_parts})"
    if is_removed and field.startswith((track_edits.PREFIX, sources.PREFIX)):
        gone = session.execute(
            text(f"DELETE FROM activity_edits WHERE {where} AND edited_at >= :since RETURNING 1"), own
        ).all()
        if not gone:
            session.execute(text(f"DELETE FROM activity_edits WHERE {where}"), own)
        else:
            _give_back(session, user_id, activity_id, field)
        return True
    session.execute(
        text(
            f"DELETE FROM activity_edits WHERE {where} AND (edited_at >= :since OR activity_id IN (SELECT activity_id "
            "FROM activity_edits WHERE user_id = :u AND field = :kept))"
        ),
        own,
    )
    session.execute(
        text(f"UPDATE activity_edits SET field = :kept WHERE {where} AND edited_at < :since"), own
    )
    return True


def end_edits_of_whole(session: Session, user_id: int, activity_id: int) -> None:
    """Before a joined activity is separated: remove the edits made since it was joined, and let those of its parts
    count again. A trim that split something off stays, because the second half is still there."""
    since = _joined_at(session, user_id, activity_id, "min")
    if since is None:
        return
    session.execute(
        text(
            "DELETE FROM activity_edits WHERE user_id = :u AND edited_at >= :since AND field <> ALL(:files) "
            "AND NOT (starts_with(field, :track) AND strpos(value, '\"split_off\":') > 0) "
            f"AND (activity_id = :a OR activity_id IN ({_HOMES}))"
        ),
        {
            "u": user_id,
            "a": activity_id,
            "since": since,
            "files": list(_OF_FILES),
            "track": track_edits.PREFIX,
        },
    )
    _give_back(session, user_id, activity_id)


def _give_back(session: Session, user_id: int, activity_id: int, field: str = "") -> None:
    """Let the kept edits of parts count again: of one field, or all."""
    session.execute(
        text(
            "UPDATE activity_edits e SET field = substr(field, length(:before) + 1) WHERE user_id = :u AND "
            "starts_with(field, :before) AND (:f = '' OR field = :before || :f) AND NOT EXISTS (SELECT 1 FROM "
            "activity_edits o WHERE o.user_id = :u AND o.activity_id = e.activity_id "
            f"AND o.field = substr(e.field, length(:before) + 1)) AND (activity_id = :a OR activity_id IN ({_HOMES}))"
        ),
        {"u": user_id, "a": activity_id, "before": BEFORE, "f": field},
    )


def _joined_at(session: Session, user_id: int, activity_id: int, which: str) -> datetime | None:
    """When the parts of an activity were joined, the first (`min`) or the last time (`max`); None if they were not."""
    query = text(
        f"SELECT {which}(j.decided_at) FROM recordings_joined j JOIN activity_recordings a ON a.user_id = j.user_id "
        "AND a.fingerprint = j.first JOIN activity_recordings b ON b.user_id = j.user_id AND b.fingerprint = j.second "
        "WHERE j.user_id = :u AND a.activity_id = :a AND b.activity_id = :a"
    )
    return session.scalar(query, {"u": user_id, "a": activity_id})

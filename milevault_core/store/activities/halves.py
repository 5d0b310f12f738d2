"""The halves of a split activity: which edits are their ends, and undoing a split.

A split trims the first half at its end and the second at its beginning, by two edits of one name; the first half's edit
says which activity was split off. Each half has at most one such edit at either end, so that halves split again form a
chain, and every stretch of the file belongs to one of them.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities import track_edits
from milevault_core.activities.grouping import SLICE
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store.activities import activity_rows, assign_activity, edits, recordings


def ends(known: Mapping[str, str]) -> list[str]:
    """The names of the edits by which something was split off from an activity, the nearest first. `known`: its edits.
    Versions before this rule could leave several; only the first still has an effect."""
    trims = {name: track_edits.unpack(known[name]) for name in known if name.startswith(track_edits.PREFIX)}
    return sorted(
        (name for name, edit in trims.items() if edit.split_off), key=lambda name: trims[name].stop or 0.0
    )


def beginnings(session: Session, user_id: int, homes: Collection[int], names: Collection[str]) -> set[str]:
    """Of these edits of an activity, those by which it was split off from another one. `homes`: the activity's ids."""
    found = session.execute(
        text("SELECT activity_id, field, value FROM activity_edits WHERE user_id = :u AND field = ANY(:f) "
             "AND starts_with(field, :prefix)"),
        {"u": user_id, "f": list(names), "prefix": track_edits.PREFIX},
    ).all()  # fmt: skip
    return {row.field for row in found if track_edits.unpack(row.value).split_off in homes}


def undo_split(session: Session, user_id: int, activity_id: int, field: str) -> bool:
    """Undo the split that this edit of one of its halves made: the second half is removed with its edits, and the first
    one has its stretch again, up to where the second was itself split. Returns False if the edit is not of a split.

    Raises ValueError if the first half is in the trash.
    """
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    homes = {activity_id, *(one.home_id for one in members)}
    made = _made_by(session, user_id, field)
    mine = [edit for home, edit in made.items() if home in homes or edit.split_off in homes]
    if not members or not mine:
        return False
    second = mine[0].split_off or 0
    first = next((home for home in made if ends(_edits(session, user_id, [home]))[0] == field), min(made))
    shown = recordings.shown_in(session, user_id, first)
    whole = assign_activity.of_activity(session, user_id, shown)
    if not whole:
        raise ValueError("The first half is in the trash. Restore it, then undo the split.")
    handed = _next_end(session, user_id, [one.id for one in whole], second, made[first].stop or 0.0)
    at = session.scalars(
        text("DELETE FROM activity_edits WHERE user_id = :u AND field = :f RETURNING edited_at"),
        {"u": user_id, "f": field},
    ).all()
    for name, value in handed.items():
        recordings.save_edit(session, user_id, first, name, value)
        session.execute(  # if the first half was joined since, this is still an edit of that part
            text(
                "UPDATE activity_edits SET edited_at = :at WHERE user_id = :u AND activity_id = :a AND field = :f"
            ),
            {"u": user_id, "a": first, "f": name, "at": min(at)},
        )
    beside = _remove(session, user_id, second)
    edits.rebuild_now(session, user_id, shown, [one.id for one in whole])
    for other in sorted(beside - {shown}):  # what the second half was grouped with
        left = assign_activity.of_activity(session, user_id, other)
        if left:
            edits.rebuild_now(session, user_id, other, [one.id for one in left])
        elif activity_rows.exists(session, user_id, other):
            activity_rows.remove(session, user_id, other)
    if not recordings.is_home(session, user_id, second):
        recordings.forget_decisions(session, user_id, second)
    return True


def _edits(session: Session, user_id: int, homes: Collection[int]) -> dict[str, str]:
    query = text("SELECT field, value FROM activity_edits WHERE user_id = :u AND activity_id = ANY(:a)")
    return {row.field: row.value for row in session.execute(query, {"u": user_id, "a": list(homes)})}


def _made_by(session: Session, user_id: int, field: str) -> dict[int, TrackEdit]:
    """The edits of this name by which an activity was split off, by the first half's id. More than one only where an
    earlier version copied them."""
    if not field.startswith(track_edits.PREFIX):
        return {}
    query = text(
        "SELECT activity_id, value FROM activity_edits WHERE user_id = :u AND field = :f ORDER BY activity_id"
    )
    rows = session.execute(query, {"u": user_id, "f": field}).all()
    made = {int(row.activity_id): track_edits.unpack(row.value) for row in rows}
    return {home: edit for home, edit in made.items() if edit.split_off}


def _next_end(
    session: Session, user_id: int, whole: Collection[int], second: int, after: float
) -> dict[str, str]:
    """The edit by which the first half ends once the second is gone, if the second was split too: name -> value. If the
    second was deleted for good, the next half of the same file tells. `whole`: the first half's recordings."""
    own = _edits(session, user_id, [second])
    names = [name for name in ends(own) if (track_edits.unpack(own[name]).stop or 0.0) > after]
    if names or recordings.is_home(session, user_id, second):
        return {name: own[name] for name in names[:1]}
    rows = session.execute(
        text(
            "SELECT e.activity_id, e.field, e.value FROM activity_recordings r JOIN activity_recordings o "
            "ON o.user_id = r.user_id AND o.original_id = r.original_id AND o.part % :slice = r.part % :slice "
            "AND o.id <> r.id JOIN activity_edits e ON e.user_id = o.user_id AND e.activity_id = o.home_id "
            "WHERE r.user_id = :u AND r.id = ANY(:r) AND starts_with(e.field, :prefix)"
        ),
        {"u": user_id, "r": list(whole), "slice": SLICE, "prefix": track_edits.PREFIX},
    ).all()
    found = [(track_edits.unpack(row.value), row.field, int(row.activity_id)) for row in rows]
    later = [
        (edit.start, *more) for edit, *more in found if edit.kind == "trim" and (edit.start or 0.0) > after
    ]
    if not later:
        return {}
    start, name, home = min(later)
    return {name: TrackEdit("trim", stop=start, split_off=home).pack()}


def _remove(session: Session, user_id: int, second: int) -> set[int]:
    """Remove the recording of a second half, also from the trash; returns the activities it was in."""
    own = {"u": user_id, "a": second}
    gone = session.execute(
        text(
            "DELETE FROM activity_recordings WHERE user_id = :u AND home_id = :a AND part >= :slice "
            "RETURNING activity_id, fingerprint"
        ),
        own | {"slice": SLICE},
    ).all()
    for table in ("recordings_joined", "recordings_apart"):
        session.execute(
            text(f"DELETE FROM {table} WHERE user_id = :u AND (first = ANY(:f) OR second = ANY(:f))"),
            {"u": user_id, "f": [row.fingerprint for row in gone]},
        )
    session.execute(
        text("DELETE FROM trashed_activities t WHERE user_id = :u AND activity_id = :a AND NOT EXISTS "
             "(SELECT 1 FROM activity_recordings r WHERE r.trashed_id = t.activity_id)"),
        own,
    )  # fmt: skip
    return {second, *(int(row.activity_id) for row in gone if row.activity_id)}

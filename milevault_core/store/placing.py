"""Which activity a recording belongs to, in the database: milevault_core/merging over what is stored.

One person's recordings are placed one after the other, under a lock that is held from the look around to the end of
the transaction: two workers with the two recordings of one workout make one activity of them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from psycopg.rows import namedtuple_row
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats import Recording
from milevault_core.merging import groups
from milevault_core.merging.same import MAX_HOURS, SHORTEST, Facts, clocks
from milevault_core.prepare import prepare
from milevault_core.sports import SPORTS
from milevault_core.store import engine, rebuilding, recordings, rows


@dataclass(frozen=True)
class Placed:
    activity_id: int
    merged: bool


def lock(session: Session, user_id: int) -> None:
    """One person's recordings are placed one after the other. Comes after the locks of originals, never before."""
    engine.raw(session).execute("SELECT pg_advisory_xact_lock(hashtext('placing'), %s)", (user_id,))


def place(
    session: Session,
    user_id: int,
    recording: Recording,
    original_id: int,
    import_id: int | None,
    event_key: str = "",
    about: dict | None = None,
) -> Placed:
    """Write a new recording: as an activity of its own, or into that of the same workout.

    Raises BadFile for one that cannot be an activity, NotFound when the original or the batch is not the user's.
    """
    prepared = prepare(recording, lambda: rows.user_zone(session, user_id), event_key)
    # Mostly it is alone, and writing it first keeps what follows, which is locked, short.
    activity_id = rows.insert(session, user_id, prepared, about or {}, original_id)
    lock(session, user_id)
    new = recordings.add(session, user_id, activity_id, prepared.facts, original_id, import_id, about or {})
    start_s, elapsed_s = prepared.facts["start_time"].timestamp(), prepared.facts["elapsed_s"]
    if not any(
        clocks(start_s, elapsed_s, *times) for times in _around(session, user_id, new, start_s, elapsed_s)
    ):
        return Placed(activity_id, False)
    regroup(session, user_id, [new])
    now = session.scalar(
        text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r"),
        {"u": user_id, "r": new},
    )
    members = session.scalar(
        text("SELECT count(*) FROM activity_recordings WHERE user_id = :u AND activity_id = :a"),
        {"u": user_id, "a": now},
    )
    return Placed(int(now or 0), bool(members and members > 1))


# One index, on (user_id, start_time). The longer one of two of the same workout lasts at most three times as long.
_AROUND = (
    "FROM activity_recordings WHERE user_id = %(u)s AND activity_id IS NOT NULL AND start_time BETWEEN "
    "to_timestamp(%(start)s::float8 - %(hours)s * 3600 - %(elapsed)s::float8 / %(shortest)s) "
    "AND to_timestamp(%(start)s::float8 + %(elapsed)s::float8 + %(hours)s * 3600)"
)
_TIMES_AROUND = f"SELECT extract(epoch FROM start_time)::float8, elapsed_s {_AROUND} AND id <> %(but)s"


def _range(user_id: int, start_s: float, elapsed_s: float) -> dict:
    return {
        "u": user_id,
        "start": start_s,
        "elapsed": elapsed_s,
        "hours": MAX_HOURS + 1,
        "shortest": SHORTEST,
    }


def _around(
    session: Session, user_id: int, but: int, start_s: float, elapsed_s: float
) -> list[tuple[float, float]]:
    """(start, elapsed) of the recordings about that time."""
    which = _range(user_id, start_s, elapsed_s) | {"but": but}
    return engine.raw(session).execute(_TIMES_AROUND, which).fetchall()


@dataclass(frozen=True)
class Stored:
    """A recording with its place."""

    id: int
    activity_id: int | None
    home_id: int
    facts: Facts


_COLUMNS = (
    "id, activity_id, home_id, fingerprint, extract(epoch FROM start_time)::float8 AS start_s, elapsed_s, distance_m, "
    "line, words->>'sport' AS sport, format, device, point_count, channel_count"
)


def _stored(row) -> Stored:
    sport = SPORTS.get(row.sport or "other", SPORTS["other"])
    return Stored(
        row.id, row.activity_id, row.home_id,
        Facts(row.fingerprint, row.start_s, row.elapsed_s, row.distance_m,
              bytes(row.line) if row.line is not None else None, sport.group, row.format, row.device,
              row.point_count, row.channel_count),
    )  # fmt: skip


def neighbours(session: Session, user_id: int, one: Facts) -> list[Stored]:
    """The recordings alive that are of the same workout as this one, which itself need not be stored (any more)."""
    found = engine.raw(session).cursor(row_factory=namedtuple_row).execute(
        f"SELECT {_COLUMNS} {_AROUND} AND fingerprint <> %(f)s",
        _range(user_id, one.start_s, one.elapsed_s) | {"f": one.fingerprint},
    )  # fmt: skip
    return [other for other in map(_stored, found) if groups.same_cached(one, other.facts)]


def regroup(session: Session, user_id: int, seeds: Iterable[int], changed: Collection[int] = ()) -> list[int]:
    """Put these recordings, and all that are of the same workout with them, into the activities where they belong;
    the ids of the activities that were written. `changed`: activities to be written though their recordings seem
    the same (one was taken away, or is to be read again). The caller holds the lock."""
    known = _connected(session, user_id, seeds)
    apart = _apart(session, user_id)
    by_fingerprint = {one.facts.fingerprint: one for one in known.values()}
    written: list[int] = []
    before = {one.activity_id for one in known.values() if one.activity_id is not None}
    wanted: dict[int, list[Stored]] = {}
    for group in groups.partition([one.facts for one in known.values()], apart, groups.same_cached):
        members = [by_fingerprint[facts.fingerprint] for facts in group]
        wanted[min(one.home_id for one in members)] = members
    for activity_id, members in sorted(wanted.items()):
        there = {one.id for one in known.values() if one.activity_id == activity_id}
        if there != {one.id for one in members} or activity_id in changed:
            rebuilding.rebuild(session, user_id, activity_id, [one.facts for one in members])
            written.append(activity_id)
    for activity_id in sorted(before - set(wanted)):
        rows.remove(session, user_id, activity_id)
    return written


def _connected(session: Session, user_id: int, seeds: Iterable[int]) -> dict[int, Stored]:
    """The seeds, and whatever is of the same workout as one of them, or shares its activity, and so on."""
    found: dict[int, Stored] = {}
    waiting = _by_ids(session, user_id, seeds)
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        waiting += [other for other in neighbours(session, user_id, one.facts) if other.id not in found]
        waiting += [
            other for other in of_activity(session, user_id, one.activity_id) if other.id not in found
        ]
    return found


def _by_ids(session: Session, user_id: int, ids: Iterable[int]) -> list[Stored]:
    query = f"SELECT {_COLUMNS} FROM activity_recordings WHERE user_id = :u AND id = ANY(:ids) AND trashed_id IS NULL"
    return [_stored(row) for row in session.execute(text(query), {"u": user_id, "ids": list(ids)})]


def of_originals(session: Session, user_id: int, originals: Sequence[int]) -> list[Stored]:
    """The recordings alive that were made of these originals."""
    query = (
        f"SELECT {_COLUMNS} FROM activity_recordings WHERE user_id = :u AND original_id = ANY(:ids) "
        "AND activity_id IS NOT NULL"
    )
    return [_stored(row) for row in session.execute(text(query), {"u": user_id, "ids": list(originals)})]


def of_activity(session: Session, user_id: int, activity_id: int | None) -> list[Stored]:
    """The recordings of an activity."""
    query = f"SELECT {_COLUMNS} FROM activity_recordings WHERE user_id = :u AND activity_id = :a"
    return [_stored(row) for row in session.execute(text(query), {"u": user_id, "a": activity_id})]


def _apart(session: Session, user_id: int) -> set[tuple[str, str]]:
    query = text("SELECT first, second FROM recordings_apart WHERE user_id = :u")
    return {(first, second) for first, second in session.execute(query, {"u": user_id})}

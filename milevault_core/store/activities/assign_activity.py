"""Which activity a recording belongs to: milevault_core/activities applied to what is stored.

One user's recordings are assigned one at a time, under a lock held from the search for the same workout to the end of
the transaction, so two workers that each hold a recording of one workout make one activity of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg.rows import namedtuple_row
from sqlalchemy.orm import Session

from milevault_core.activities import entries, grouping, sources
from milevault_core.activities.clocks import (
    DAY_S,
    HOUR_S,
    ROLLOVER_S,
    SHORTEST,
    HasTimes,
    Times,
    clock_errors,
    may_hold,
)
from milevault_core.activities.dates import CROWD, is_plausible
from milevault_core.activities.prepare import prepare
from milevault_core.activities.same_workout import Facts
from milevault_core.formats import Recording
from milevault_core.sports import SPORTS
from milevault_core.store import engine
from milevault_core.store.activities import activity_rows, crowds, rebuild, recordings


@dataclass(frozen=True)
class Placement:
    activity_id: int
    merged: bool


def lock(session: Session, user_id: int) -> None:
    """Let only this transaction assign a user's recordings. Take this lock after those of originals, never before."""
    engine.raw(session).execute("SELECT pg_advisory_xact_lock(hashtext('placing'), %s)", (user_id,))


def place(
    session: Session,
    user_id: int,
    recording: Recording,
    original_id: int,
    import_id: int | None,
    event_key: str = "",
    about: dict | None = None,
) -> Placement:
    """Write a new recording as an activity of its own, or into the activity of the same workout.

    Raises BadFile for a recording that cannot be an activity, NotFound when the original or the batch is not the
    user's.
    """
    said = {"sport": (about or {}).get("sport") or ""}
    prepared = prepare(recording, lambda: activity_rows.user_zone(session, user_id), event_key, said)
    sources.choose(prepared, {}, recordings.figure_defaults(session, user_id))
    # Most recordings are alone. Writing the activity before taking the lock keeps the locked part short.
    activity_id = activity_rows.insert(session, user_id, prepared, about or {}, original_id)
    lock(session, user_id)
    new = recordings.add(session, user_id, activity_id, prepared.facts, original_id, import_id, about or {})
    facts = prepared.facts
    at = crowds.moment(facts["clock_start"])
    crowd = crowds.count(session, user_id, at)
    is_dated = is_plausible(facts["start_time"], recording.sport, datetime.now(UTC), facts["format"])
    if crowd == CROWD or (
        crowd > CROWD and is_dated
    ):  # the recording that completes a crowd also changes the earlier ones
        both = crowds.members(session, user_id, [at]) if crowd == CROWD else [(new, activity_id)]
        regroup(session, user_id, [one for one, _ in both], changed={activity for _, activity in both})
    else:
        times = Times(facts["start_time"].timestamp(), facts["elapsed_s"], is_dated)
        around = _around(session, user_id, times)
        if not set(around) - {new} and facts["format"] not in entries.FORMATS:
            return Placement(activity_id, False)
        regroup(session, user_id, [new], around={new: around})
    (placed,) = _rows(
        session,
        "SELECT activity_id, (SELECT count(*) FROM activity_recordings WHERE user_id = %(u)s "
        "AND activity_id = r.activity_id) AS members FROM activity_recordings r WHERE user_id = %(u)s AND id = %(r)s",
        {"u": user_id, "r": new},
    )
    return Placement(int(placed.activity_id or 0), placed.members > 1)


@dataclass(frozen=True)
class StoredRecording:
    """A stored recording and the activity it belongs to."""

    id: int
    activity_id: int | None
    home_id: int
    facts: Facts


type Pairs = set[tuple[str, str]]

_COLUMNS: LiteralString = (
    "r.id, r.activity_id, r.home_id, r.fingerprint, extract(epoch FROM r.start_time)::float8 AS start_s, r.elapsed_s, "
    "r.distance_m, r.line, r.words->>'sport' AS sport, r.words->>'event_key' AS event, r.format, r.device, "
    f"r.point_count, r.channel_count, o.received_at, {crowds.IS_IN_ONE} AS in_crowd, o.name, {recordings.TOLD} AS told "
    "FROM activity_recordings r JOIN original_files o ON o.id = r.original_id"
)


def _stored(row) -> StoredRecording:
    sport = SPORTS.get(row.sport or "other", SPORTS["other"])
    return StoredRecording(
        row.id, row.activity_id, row.home_id,
        Facts(row.fingerprint, row.start_s, row.elapsed_s, row.distance_m,
              bytes(row.line) if row.line is not None else None, sport.group, row.format, row.device,
              row.point_count, row.channel_count, _is_dated(row), bool(row.event) and row.format == "fit",
              entries.entry_of(row.format, row.name), row.told or 0),
    )  # fmt: skip


def _is_dated(row) -> bool:
    start = datetime.fromtimestamp(row.start_s, UTC)
    return not row.in_crowd and is_plausible(start, row.sport or "other", row.received_at, row.format)


# Uses the index on (user_id, start_time). `shortest`: the least share of the longer duration that the shorter of two
# recordings of the same workout has.
_AROUND: LiteralString = f"""
SELECT r.id, extract(epoch FROM r.start_time)::float8 AS start_s, r.elapsed_s, r.words->>'sport' AS sport, r.format,
    o.received_at, {crowds.IS_IN_ONE} AS in_crowd
FROM unnest(%(clocks)s::float8[]) AS clock
JOIN activity_recordings r ON r.user_id = %(u)s AND r.start_time BETWEEN
    to_timestamp(clock - %(slack)s::float8 - %(elapsed)s::float8 / %(shortest)s)
    AND to_timestamp(clock + %(elapsed)s::float8 + %(slack)s::float8)
JOIN original_files o ON o.id = r.original_id
WHERE r.activity_id IS NOT NULL
"""


def _around(session: Session, user_id: int, one: HasTimes) -> list[int]:
    """Ids of recordings (not in the trash) that may be of the same workout, judging by their times alone; includes the
    recording itself."""
    # A recording without a meaningful date can only match one that is 1,024 weeks away.
    errors = (-ROLLOVER_S, 0.0, ROLLOVER_S) if one.is_dated else (-ROLLOVER_S, ROLLOVER_S)
    which = {
        "u": user_id, "elapsed": one.elapsed_s, "shortest": SHORTEST, "slack": DAY_S + HOUR_S,
        "clocks": [one.start_s + error for error in errors],
    }  # fmt: skip
    found = _rows(session, _AROUND, which)
    return [row.id for row in found if _may_fit(one, Times(row.start_s, row.elapsed_s, _is_dated(row)))]


def _rows(session: Session, statement: LiteralString, values: dict[str, Any]) -> list[Any]:
    """The rows of a query as named tuples. Uses psycopg directly: an import sends a dozen such queries per file, and
    SQLAlchemy would take as much time for each as the database."""
    session.flush()  # as the session's own statements do
    return engine.raw(session).cursor(row_factory=namedtuple_row).execute(statement, values).fetchall()


def _may_fit(a: HasTimes, b: HasTimes) -> bool:
    return bool(clock_errors(a, b)) or may_hold(a, b) or may_hold(b, a)


def neighbours(
    session: Session, user_id: int, one: Facts, around: Sequence[int] | None = None
) -> list[StoredRecording]:
    """Recordings (not in the trash) of the same workout as this one, or of a part or the whole of it. The recording
    itself need not be stored. `around`: the result of `_around` for it."""
    found = _by_ids(session, user_id, _around(session, user_id, one) if around is None else around)
    return [other for other in found if grouping.related(one, other.facts)]


def regroup(
    session: Session,
    user_id: int,
    seeds: Iterable[int],
    changed: Collection[int] = (),
    around: Mapping[int, Sequence[int]] | None = None,
) -> list[int]:
    """Put these recordings, and all others of the same workouts, into the activities they belong to; returns the ids
    of the activities written. `changed`: activities to write even if their set of recordings is the same (one was
    removed, or is to be read again). `around`: results of `_around` for recordings that are alone in their activities.
    The caller holds the lock."""
    joined, apart = _said(session, user_id)
    known = _connected(session, user_id, seeds, joined, around or {})
    by_fingerprint = {one.facts.fingerprint: one for one in known.values()}
    written: list[int] = []
    before = {one.activity_id for one in known.values() if one.activity_id is not None}
    wanted: dict[int, list[StoredRecording]] = {}
    groups = grouping.partition(
        [one.facts for one in known.values()], apart, grouping.same_cached, grouping.within_cached
    )
    for group in grouping.join(groups, joined):
        members = [by_fingerprint[facts.fingerprint] for facts in group]
        wanted[min(one.home_id for one in members)] = members
    for activity_id, members in sorted(wanted.items()):
        there = {one.id for one in known.values() if one.activity_id == activity_id}
        if there != {one.id for one in members} or activity_id in changed:
            rebuild.rebuild(session, user_id, activity_id, [one.facts for one in members])
            written.append(activity_id)
    for activity_id in sorted(before - set(wanted)):
        activity_rows.remove(session, user_id, activity_id)
    return written


def _connected(
    session: Session, user_id: int, seeds: Iterable[int], joined: Pairs, around: Mapping[int, Sequence[int]]
) -> dict[int, StoredRecording]:
    """The seeds and everything connected to them: of the same workout, in the same activity, and so on, by id."""
    found: dict[int, StoredRecording] = {}
    waiting = _by_ids(session, user_id, seeds)
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        near = neighbours(session, user_id, one.facts, around.get(one.id))
        near += _of_entry(session, user_id, one.facts.entry)
        if one.id not in around:
            near += of_activity(session, user_id, one.activity_id)
        waiting += [other for other in near if other.id not in found]
        beside = {f for pair in joined if one.facts.fingerprint in pair for f in pair}
        waiting += [other for other in _by_fingerprints(session, user_id, beside) if other.id not in found]
    return found


def _by_ids(session: Session, user_id: int, ids: Iterable[int]) -> list[StoredRecording]:
    where: LiteralString = "r.id = ANY(%(ids)s) AND r.trashed_id IS NULL"
    return _stored_where(session, user_id, where, {"ids": list(ids)})


def _by_fingerprints(session: Session, user_id: int, fingerprints: Collection[str]) -> list[StoredRecording]:
    if not fingerprints:
        return []
    where: LiteralString = "r.fingerprint = ANY(%(f)s) AND r.activity_id IS NOT NULL"
    return _stored_where(session, user_id, where, {"f": list(fingerprints)})


def weigh_entry(session: Session, user_id: int, original_id: int, name: str) -> None:
    """After the imports that hold an original of this name have changed: if it is an entry of a list, regroup it, since
    what the latest import says about it counts."""
    if not entries.is_named_so(name):
        return
    lock(session, user_id)
    for one in of_originals(session, user_id, [original_id]):
        if one.activity_id is not None and len(_of_entry(session, user_id, one.facts.entry)) > 1:
            regroup(session, user_id, [one.id], changed=[one.activity_id])


def _of_entry(session: Session, user_id: int, entry: str) -> list[StoredRecording]:
    if not entry:
        return []
    where: LiteralString = (
        "r.format = ANY(%(formats)s) AND right(o.name, length(%(entry)s)) = %(entry)s "
        "AND r.activity_id IS NOT NULL"
    )
    return _stored_where(session, user_id, where, {"entry": entry, "formats": list(entries.FORMATS)})


def of_originals(session: Session, user_id: int, originals: Sequence[int]) -> list[StoredRecording]:
    """The recordings (not in the trash) made from these originals."""
    where: LiteralString = "r.original_id = ANY(%(ids)s) AND r.activity_id IS NOT NULL"
    return _stored_where(session, user_id, where, {"ids": list(originals)})


def of_activity(session: Session, user_id: int, activity_id: int | None) -> list[StoredRecording]:
    """The recordings of an activity."""
    return _stored_where(session, user_id, "r.activity_id = %(a)s", {"a": activity_id})


def _stored_where(
    session: Session, user_id: int, where: LiteralString, values: dict[str, Any]
) -> list[StoredRecording]:
    query = f"SELECT {_COLUMNS} WHERE r.user_id = %(u)s AND {where} ORDER BY r.id"
    return [_stored(row) for row in _rows(session, query, values | {"u": user_id})]


def _said(session: Session, user_id: int) -> tuple[Pairs, Pairs]:
    """(joined, kept apart): the pairs of recordings (fingerprints) for which the user decided so."""
    rows = _rows(
        session,
        "SELECT true AS is_joined, first, second FROM recordings_joined WHERE user_id = %(u)s "
        "UNION ALL SELECT false, first, second FROM recordings_apart WHERE user_id = %(u)s",
        {"u": user_id},
    )
    joined, apart = ({(r.first, r.second) for r in rows if r.is_joined == told} for told in (True, False))
    return joined, apart

"""What the derived steps for personal records read and write. Each write replaces what was stored before."""

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.records import EFFORTS, KINDS, Effort
from milevault_core.records.calendar import FIRST_WEEKDAYS
from milevault_core.records.eligibility import DECISIONS, KEEP, NOT_A_RECORD, WHOLE, History
from milevault_core.records.progress import GROUP, RECORDS
from milevault_core.records.recompute import WAITING, Group, Records
from milevault_core.store import engine
from milevault_core.store.models import Activity


def save_efforts(
    session: Session, user_id: int, activity_id: int, found: list[Effort], curves: dict[str, np.ndarray]
) -> None:
    """Replace an activity's efforts and curves."""
    packed = {name: values[: _length(values)].astype("<f4").tobytes() for name, values in curves.items()}
    rows = [(kind, float(k), float(v), float(t0), float(t1), src) for kind, k, v, t0, t1, src in found]
    columns = list(map(list, zip(*rows, strict=True))) or [[] for _ in Effort._fields]
    own = {"u": user_id, "a": activity_id, "names": list(packed), "curves": list(packed.values())}
    connection = engine.raw(session)  # two plain statements: this is the import's hot path
    connection.execute(_DELETE_EFFORTS, own)
    connection.execute(_INSERT_EFFORTS, own | dict(zip(Effort._fields, columns, strict=True)))


def _length(values: np.ndarray) -> int:
    held = np.flatnonzero(np.isfinite(values))
    return int(held[-1]) + 1 if len(held) else 0


_DELETE_EFFORTS = """
WITH mine AS (SELECT id FROM activities WHERE user_id = %(u)s AND id = %(a)s),
curves AS (DELETE FROM activity_curves WHERE activity_id IN (SELECT id FROM mine))
DELETE FROM activity_efforts WHERE activity_id IN (SELECT id FROM mine)
"""
_INSERT_EFFORTS = """
WITH mine AS (SELECT id, user_id FROM activities WHERE user_id = %(u)s AND id = %(a)s),
curves AS (
    INSERT INTO activity_curves (activity_id, name, values) SELECT mine.id, c.name, c.values
    FROM mine, unnest(%(names)s::text[], %(curves)s::bytea[]) AS c (name, values))
INSERT INTO activity_efforts (activity_id, user_id, kind, key, value, t0_s, t1_s, source)
SELECT mine.id, mine.user_id, e.* FROM mine, unnest(%(kind)s::text[], %(key)s::float8[], %(value)s::float8[],
    %(t0_s)s::float8[], %(t1_s)s::float8[], %(source)s::text[]) AS e
"""

# ── What the records are computed from ──────────────────────────────────────────────────────────────────────


def date_doubted(table: str = "activities") -> str:
    """SQL for whether an activity's date is in doubt; such an activity holds no records."""
    return f"{table}.date_doubted" if "date_doubted" in Activity.__table__.columns else "false"


_ACTIVITIES = f"""
SELECT id AS activity_id, fingerprint, sport, start_time, local_day, is_indoor, is_virtual, is_transition,
       {date_doubted()} AS date_doubted
FROM activities WHERE user_id = $1 {{}} ORDER BY id
"""
# The best efforts of each activity, its best pass of each segment, and its time along its route.
_EFFORTS = f"""
SELECT {", ".join(EFFORTS)} FROM (
    SELECT user_id, {", ".join(EFFORTS)} FROM activity_efforts
    UNION ALL (SELECT DISTINCT ON (user_id, segment_id, activity_id) user_id, activity_id, 'segment',
        segment_id::float8, time_s, t0_s, t1_s, 'gps' FROM segment_efforts
        ORDER BY user_id, segment_id, activity_id, time_s, number)
    UNION ALL SELECT m.user_id, m.activity_id, 'route', m.route::float8, m.route_s, 0, 0, 'gps' FROM route_members m
        JOIN activities a ON a.id = m.activity_id AND a.user_id = m.user_id
        WHERE m.route_s IS NOT NULL AND NOT a.is_left_out
) AS every WHERE user_id = $1"""
_DECISIONS = f"SELECT {', '.join(DECISIONS)} FROM record_decisions WHERE user_id = $1"
_IDS = "ANY(string_to_array($2, ',')::int[])"


def history(user_id: int, rows: set[tuple[str, float | None]] | None = None) -> History:
    """All of a user's activities and decisions, and their efforts: all of them, or those of `rows`
    (recompute.rows_needed)."""
    if rows is None:
        efforts = engine.read(_EFFORTS + " ORDER BY activity_id", (user_id,))
    else:
        pairs = [(kind, key) for kind, key in rows if key is not None]
        whole = ",".join(sorted(kind for kind, key in rows if key is None))
        efforts = engine.read(
            f"{_EFFORTS} AND (kind, key) IN (SELECT * FROM unnest(string_to_array($2, ','), "
            f"string_to_array($3, ',')::float8[])) UNION ALL "
            f"{_EFFORTS} AND kind = ANY(string_to_array($4, ',')) ORDER BY activity_id",
            (user_id, ",".join(k for k, _ in pairs), ",".join(repr(float(v)) for _, v in pairs), whole),
        ).drop_duplicates(["activity_id", "kind", "key"], ignore_index=True)
    activities = engine.read(_ACTIVITIES.format(""), (user_id,))
    return History(_times(activities), efforts, _decisions(engine.read(_DECISIONS, (user_id,))))


def history_of(user_id: int, activity_ids: Iterable[int]) -> History:
    """The same for some activities, with all of their efforts."""
    ids = ",".join(str(int(i)) for i in sorted(activity_ids))
    return History(
        _times(engine.read(_ACTIVITIES.format(f"AND id = {_IDS}"), (user_id, ids))),
        engine.read(f"{_EFFORTS} AND activity_id = {_IDS} ORDER BY activity_id", (user_id, ids)),
        _decisions(engine.read(f"{_DECISIONS} AND activity_id = {_IDS}", (user_id, ids))),
    )


def first_weekday(user_id: int) -> int:
    """The day on which the user's week begins; Monday is 0."""
    found = engine.read("SELECT week_start FROM users WHERE id = $1", (user_id,))["week_start"]
    return FIRST_WEEKDAYS.get(found.iloc[0], 0) if len(found) else 0


def _decisions(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype({"t0_s": float, "t1_s": float})


def _times(activities: pd.DataFrame) -> pd.DataFrame:
    """Convert start times to UTC without zone and days to times, as milevault_core.records expects them."""
    start = pd.to_datetime(activities["start_time"], utc=True).dt.tz_localize(None)
    day = pd.to_datetime(activities["local_day"])
    return activities.assign(
        start_time=start.astype("datetime64[us]"), local_day=day.astype("datetime64[us]")
    )


def decided_of(
    session: Session, user_id: int, activity_id: int
) -> tuple[bool, dict[str, list[tuple[float, float]]]]:
    """(whether the user said that the whole activity is right, the stretches taken out of it by their type)."""
    rows = engine.raw(session).execute(
        "SELECT kind, decision, t0_s, t1_s FROM record_decisions WHERE user_id = %s AND activity_id = %s",
        (user_id, activity_id),
    )
    is_vouched = False
    rejected: dict[str, list[tuple[float, float]]] = {}
    for kind, decision, t0_s, t1_s in rows.fetchall():
        is_vouched |= kind == WHOLE and decision == KEEP
        of = KINDS[kind].stretch if kind in KINDS else ""
        if of and decision == NOT_A_RECORD and t0_s is not None:
            rejected.setdefault(of, []).append((t0_s, t1_s))
    return is_vouched, {of: sorted(found) for of, found in rejected.items()}


# ── The records ─────────────────────────────────────────────────────────────────────────────────────────────


def seen(session: Session, user_id: int, activity_ids: Iterable[int]) -> set[tuple]:
    """What counted of these activities when the records were last computed (recompute.counted)."""
    rows = session.execute(
        text("SELECT counted FROM record_seen WHERE user_id = :u AND activity_id = ANY(:a)"),
        {"u": user_id, "a": sorted(activity_ids)},
    ).scalars()
    return {tuple(row) for counted in rows for row in json.loads(counted)}


def save_seen(
    session: Session, user_id: int, counted: set[tuple], activity_ids: Iterable[int] | None
) -> None:
    """Remember what counts of these activities (None: of all)."""
    own: dict = {"u": user_id}
    if activity_ids is not None:
        own["a"] = sorted(activity_ids)
    where = "" if activity_ids is None else " AND activity_id = ANY(:a)"
    session.execute(text(f"DELETE FROM record_seen WHERE user_id = :u{where}"), own)
    of: dict[int, list] = {}
    for row in counted:
        of.setdefault(int(row[len(GROUP)]), []).append(row)
    rows = [(user_id, activity_id, json.dumps(sorted(r))) for activity_id, r in sorted(of.items())]
    _copy(session, "record_seen", ("user_id", "activity_id", "counted"), rows)


def save_records(session: Session, user_id: int, fresh: Records, groups: set[Group] | None) -> None:
    """Replace the records and waiting efforts of these groups (None: all), the records over periods, and everything
    left out."""
    for table in ("personal_records", "record_waiting"):
        _delete(session, user_id, table, groups)
    if groups is not None:
        over_periods = [k.name for k in KINDS.values() if k.over == "periods"]
        session.execute(
            text("DELETE FROM personal_records WHERE user_id = :u AND kind = ANY(:k)"),
            {"u": user_id, "k": over_periods},
        )
    session.execute(text("DELETE FROM record_left_out WHERE user_id = :u"), {"u": user_id})
    numbered = fresh.records.assign(
        number=fresh.records.groupby(list(GROUP), sort=False).cumcount(), user_id=user_id
    )
    _copy_frame(session, "personal_records", numbered, ("user_id", "number", *RECORDS))
    _copy_frame(session, "record_waiting", fresh.waiting.assign(user_id=user_id), ("user_id", *WAITING))
    _copy_frame(session, "record_left_out", fresh.left_out.assign(user_id=user_id), ("user_id", *EFFORTS))


def _delete(session: Session, user_id: int, table: str, groups: set[Group] | None) -> None:
    if groups is None:
        session.execute(text(f"DELETE FROM {table} WHERE user_id = :u"), {"u": user_id})
    elif groups:
        kind, sport, is_indoor, key = map(list, zip(*groups, strict=True))
        session.execute(
            text(
                f"DELETE FROM {table} r USING unnest(CAST(:kind AS text[]), CAST(:sport AS text[]), "
                "CAST(:indoor AS bool[]), CAST(:key AS float8[])) AS g (kind, sport, is_indoor, key) "
                "WHERE r.user_id = :u AND r.kind = g.kind AND r.sport = g.sport AND r.is_indoor = g.is_indoor "
                "AND (g.key IS NULL OR r.key = g.key)"
            ),
            {"u": user_id, "kind": kind, "sport": sport, "indoor": is_indoor, "key": key},
        )


def _copy_frame(session: Session, table: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    values = []
    for name in columns:
        column = frame[name]
        if column.dtype.kind == "M":
            column = column.dt.strftime("%Y-%m-%d %H:%M:%S.%f+00")
        values.append(column.astype(object).where(column.notna(), None).tolist())
    _copy(session, table, columns, list(zip(*values, strict=True)))


def _copy(session: Session, table: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    if rows:
        with (
            engine.raw(session).cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

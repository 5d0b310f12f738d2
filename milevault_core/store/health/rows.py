"""Writing what was computed for a day: all values, those that count, nights with their stages, and samples."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats.health_data import DayValue, Night
from milevault_core.formats.health_metrics import DAILY, SERIES
from milevault_core.health.of_day import DayValues
from milevault_core.store import engine

_EPOCH_S = 946_684_800  # PostgreSQL's, in seconds since 1970
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8, b"\xff\xff"
_ROW = np.dtype([("fields", ">i2"), ("l1", ">i4"), ("time", ">i8"), ("l2", ">i4"), ("user_id", ">i4"),
                 ("l3", ">i4"), ("value", ">f4"), ("l4", ">i4"), ("metric", ">i2")])  # fmt: skip
_COPY = "COPY wellness_samples (time, user_id, value, metric) FROM STDIN (FORMAT binary)"
_OF_DAY = ("health_values", "health_metrics", "sleep_sessions", "sleep_stages")
ENTERED = ("weight_kg", "fat_pct", "water_pct", "muscle_kg", "bone_kg", "bp_systolic", "bp_diastolic",
           "hydration_ml")  # fmt: skip


def save_day(session: Session, user_id: int, day: date, found: DayValues, otherwise_s: int) -> None:
    """Replace all computed health rows of a day. otherwise_s: UTC offset of nights that do not have their own."""
    connection, own = engine.raw(session), {"u": user_id, "d": day}
    for table in _OF_DAY:
        connection.execute(f"DELETE FROM {table} WHERE user_id = %(u)s AND day = %(d)s", own)
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    connection.execute(
        "DELETE FROM wellness_samples WHERE user_id = %(u)s AND metric = ANY(%(m)s) AND time >= %(b)s AND time < %(e)s",
        own | {"m": list(range(len(SERIES))), "b": begin, "e": begin + timedelta(days=1)},
    )  # fmt: skip
    if found.values:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO health_values (user_id, day, metric, source, value, observed_at, original_id) "
                "VALUES (%s, %s, %s, %s, %s, to_timestamp(%s), %s)",
                [(user_id, day, v.metric, v.source, v.value, v.observed_at, found.origin.get((v.metric, v.source)))
                 for v in found.values],
            )  # fmt: skip
    if found.winners:
        won = {v.metric: v for v in found.winners}
        names = [name for name in DAILY if name in won]
        connection.execute(
            f"INSERT INTO health_metrics (user_id, day, sources, {', '.join(names)}) "
            f"VALUES (%s, %s, %s::jsonb, {', '.join(['%s'] * len(names))})",
            (user_id, day, json.dumps({n: won[n].source for n in names}), *(won[n].value for n in names)),
        )
    _save_nights(connection, user_id, day, found, otherwise_s)
    body = b"".join(
        _packed(user_id, number, *found.samples[name])
        for number, name in enumerate(SERIES)
        if name in found.samples
    )
    if body:
        with connection.cursor().copy(_COPY) as copy:
            copy.write(_HEADER + body + _TRAILER)


def _save_nights(connection, user_id: int, day: date, found: DayValues, otherwise_s: int) -> None:
    with connection.cursor() as cursor:
        for night in found.nights:
            offset = otherwise_s if night.utc_offset_s is None else night.utc_offset_s
            cursor.execute(
                "INSERT INTO sleep_sessions (user_id, day, source, start_time, end_time, is_nap, is_shown, "
                "utc_offset_s, seconds) VALUES (%s, %s, %s, to_timestamp(%s), to_timestamp(%s), %s, %s, %s, %s::jsonb) "
                "ON CONFLICT DO NOTHING",
                (user_id, day, night.source, night.start, night.end, night.is_nap, _is_shown(night, found),
                 offset, json.dumps(night.seconds)),
            )  # fmt: skip
        stages = [(user_id, day, n.source, s.start, s.end, s.stage) for n in found.nights for s in n.stages]
        cursor.executemany(
            "INSERT INTO sleep_stages (user_id, day, source, start_time, end_time, stage) "
            "VALUES (%s, %s, %s, to_timestamp(%s), to_timestamp(%s), %s) ON CONFLICT DO NOTHING",
            stages,
        )


def _is_shown(night: Night, found: DayValues) -> bool:
    return any(
        night.source == one.source and night.start == one.start and night.is_nap == one.is_nap
        for one in found.shown
    )


def _packed(user_id: int, number: int, time: np.ndarray, value: np.ndarray) -> bytes:
    rows = np.empty(len(time), _ROW)
    rows["fields"], rows["l1"], rows["l2"], rows["l3"], rows["l4"] = 4, 8, 4, 4, 2
    rows["time"], rows["user_id"] = (time - _EPOCH_S) * 1_000_000, user_id
    rows["value"], rows["metric"] = value, number
    return rows.tobytes()


def entered_on(session: Session, user_id: int, day: date) -> list[DayValue]:
    """What the user entered for a day: the last value of each metric, the sum for hydration."""
    rows = session.execute(
        text(
            f"SELECT extract(epoch FROM measured_at)::bigint AS at, {', '.join(ENTERED)} FROM weight_logs "
            "WHERE user_id = :u AND day = :d ORDER BY measured_at, id"
        ),
        {"u": user_id, "d": day},
    ).mappings()
    found: dict[str, DayValue] = {}
    for row in rows:
        for name in ENTERED:
            if row[name] is not None:
                before = found[name].value if name == "hydration_ml" and name in found else 0.0
                found[name] = DayValue(day, name, before + row[name], "manual", row["at"])
    return list(found.values())


def ranking_of(session: Session, user_id: int) -> dict[str, tuple[str, ...]]:
    """The user's own order of sources, by metric ("*": for all others)."""
    rows = session.execute(
        text("SELECT metric, sources FROM health_ranks WHERE user_id = :u"), {"u": user_id}
    )
    return {metric: tuple(sources) for metric, sources in rows}


def time_zone_of(session: Session, user_id: int) -> str:
    query = text("SELECT time_zone FROM users WHERE id = :u")
    return session.scalar(query, {"u": user_id}) or "UTC"

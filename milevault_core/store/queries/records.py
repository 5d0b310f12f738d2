"""Personal records: those of a sport and of an activity, what is waiting, what is left out, decisions, curves."""

import numpy as np
import pandas as pd

from milevault_core import store
from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.store.queries import derived
from milevault_core.store.records.rows import date_doubted

_ACTIVITY = "a.name, a.sport_name, a.time_zone, a.utc_offset_s"
_RECORDS = f"""
SELECT r.kind, r.sport, r.is_indoor, r.key, r.number, r.activity_id, r.start_time, r.day, r.last_day, r.value,
       r.previous, r.gain, r.t0_s, r.t1_s, r.source, r.season, r.is_improvement, r.is_current, r.is_season_best,
       coalesce(s.name, n.value, c.name, '') AS about, {_ACTIVITY}
FROM personal_records r LEFT JOIN activities a ON a.id = r.activity_id AND a.user_id = r.user_id
LEFT JOIN route_segments s ON r.kind = 'segment' AND s.user_id = r.user_id AND s.id = r.key
LEFT JOIN route_overrides n ON r.kind = 'route' AND n.user_id = r.user_id AND n.activity_id = r.key
    AND n.decision = 'name'
LEFT JOIN route_courses c ON r.kind = 'route' AND c.user_id = r.user_id AND -c.id = r.key
WHERE r.user_id = $1 AND (r.activity_id IS NULL OR a.id IS NOT NULL)
"""


def sports(user_id: int) -> pd.DataFrame:
    """Sports with records, those with most activities first: sport, activities."""
    return store.read(
        "SELECT sport, count(*) AS activities FROM activities WHERE user_id = $1 AND sport IN "
        "(SELECT sport FROM personal_records WHERE user_id = $1) GROUP BY sport ORDER BY 2 DESC, 1",
        (user_id,),
    )


def of_sport(user_id: int, sport: str) -> pd.DataFrame:
    """Records, improvements and season bests of a sport, in order of time within kind, is_indoor and key, with the name
    and the time zone of their activity (None for those of a period). about: the name of a segment or a named route."""
    rows = store.read(
        f"{_RECORDS} AND r.sport = $2 ORDER BY r.kind, r.is_indoor, r.key, r.number", (user_id, sport)
    )
    return rows.astype(
        {"kind": object, "sport": object}
    )  # compared again and again, at which Arrow's text is slow


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """The same for one activity: what it was the best at when it was recorded, and in its year."""
    return store.read(f"{_RECORDS} AND r.activity_id = $2 ORDER BY r.kind, r.key", (user_id, activity_id))


def waiting(user_id: int) -> pd.DataFrame:
    """Efforts that wait to be confirmed, newest first: activity_id, kind, key, sport, is_indoor, start_time, day,
    value, typical (what it is compared with), share (0.19: 19 % better), t0_s, t1_s, source, is_asked (true for one
    effort of each stretch)."""
    return store.read(
        f"SELECT w.activity_id, w.kind, w.key, w.sport, w.is_indoor, w.start_time, w.day, w.value, w.typical, w.share, "
        f"w.t0_s, w.t1_s, w.source, w.is_asked, {_ACTIVITY} FROM record_waiting w "
        "JOIN activities a ON a.id = w.activity_id AND a.user_id = w.user_id "
        "WHERE w.user_id = $1 ORDER BY w.start_time DESC, w.activity_id, w.kind, w.key",
        (user_id,),
    )


def left_out(user_id: int) -> pd.DataFrame:
    """Activities, or sensors of them (kind "impossible_power" …), that do not count, newest first, with the
    impossible effort: activity_id, kind, key, value, t0_s, t1_s, source, sport, start_time, day."""
    return store.read(
        f"SELECT l.activity_id, l.kind, l.key, l.value, l.t0_s, l.t1_s, l.source, a.sport, a.start_time, "
        f"a.local_day AS day, {_ACTIVITY} FROM record_left_out l "
        "JOIN activities a ON a.id = l.activity_id AND a.user_id = l.user_id "
        "WHERE l.user_id = $1 ORDER BY a.start_time DESC, l.activity_id, l.kind",
        (user_id,),
    )


def decided(user_id: int) -> pd.DataFrame:
    """The user's decisions, latest first: activity_id, kind ("*": the whole activity), key, decision, decided_at, and
    the effort's value (NaN for a whole activity), sport, start_time, day."""
    return store.read(
        "SELECT d.activity_id, d.kind, d.key, d.decision, d.decided_at, d.value, d.t0_s, d.t1_s, a.sport, "
        f"a.start_time, a.local_day AS day, {_ACTIVITY} FROM record_decisions d "
        "JOIN activities a ON a.id = d.activity_id AND a.user_id = d.user_id "
        "WHERE d.user_id = $1 ORDER BY d.decided_at DESC, d.activity_id, d.kind, d.key",
        (user_id,),
    )


def curve_stamp(user_id: int, sport: str) -> str:
    """A cache key for what is built from the curves of a sport: it changes when they may have. "" if nothing is derived
    yet."""
    revision = derived.revision(user_id)
    return f"{sport} {revision}" if revision else ""


def curves(user_id: int, sport: str, curve_name: str) -> pd.DataFrame:
    """Highest means of every activity of a sport that counts: activity_id, local_day, is_indoor, values (float32 for
    mean_max.CURVE_DURATIONS, NaN where the activity is too short). curve_name: power | heart_rate | speed."""
    rows = store.read(
        "SELECT c.activity_id, a.local_day, a.is_indoor, c.values FROM activity_curves c "
        "JOIN activities a ON a.id = c.activity_id "
        "WHERE a.user_id = $1 AND a.sport = $2 AND c.name = $3 AND NOT a.is_transition "
        f"AND NOT {date_doubted('a')} AND NOT a.is_left_out "
        "AND NOT ($3 = 'speed' AND a.is_virtual) AND NOT EXISTS (SELECT 1 FROM record_waiting w "
        "WHERE w.user_id = a.user_id "
        "AND w.activity_id = a.id AND w.kind = CASE $3 WHEN 'speed' THEN 'best_time' ELSE $3 END) "
        "AND NOT EXISTS (SELECT 1 FROM record_left_out l "
        "WHERE l.user_id = a.user_id AND l.activity_id = a.id AND l.kind IN ('impossible', 'impossible_' || $3)) "
        "AND NOT EXISTS (SELECT 1 FROM record_decisions d WHERE d.user_id = a.user_id AND d.activity_id = a.id "
        "AND d.kind = '*' AND d.decision = 'not a record') ORDER BY a.local_day, a.fingerprint",
        (user_id, sport, curve_name),
    )
    width = len(CURVE_DURATIONS)
    values = []
    for packed in rows["values"]:
        row = np.full(width, np.nan, "f4")
        held = np.frombuffer(packed, "<f4")[:width]
        row[: len(held)] = held
        values.append(row)
    return rows.assign(values=values)

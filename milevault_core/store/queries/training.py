"""Training: the metrics of one activity, the history for trends, the athlete's values and zones."""

import json
from collections.abc import Collection
from datetime import date

import pandas as pd

from milevault_core import store
from milevault_core.metrics import METRICS
from milevault_core.store.training.rows import GRADE_SUMS

_FIGURES = (
    "load", "load_basis", "easy_s", "moderate_s", "hard_s", "efficiency_factor", "decoupling", "rpe", "vo2max",
    "normalized_power",
)  # fmt: skip
_COUNTS = "NOT a.date_doubted AND NOT a.is_left_out"
_HISTORY = f"""
SELECT a.id AS activity_id, a.start_time, a.local_day, a.sport, a.is_indoor, a.is_commute, a.gear, a.tags, r.route,
       a.elapsed_s, coalesce(a.moving_s, a.elapsed_s) AS moving_s, a.distance_m, a.ascent_m, a.avg_heart_rate,
       {", ".join(f"(t.metrics->>'{name}')::float8 AS {name}" for name in _FIGURES)}
FROM activities a LEFT JOIN activity_training t ON t.activity_id = a.id
LEFT JOIN route_members r ON r.activity_id = a.id AND r.user_id = a.user_id
WHERE a.user_id = $1 AND NOT a.is_transition AND {_COUNTS} ORDER BY a.start_time, a.id
"""


def of_activity(user_id: int, activity_id: int) -> dict | None:
    """The training data of an activity: metrics (the winner for each name), reasons (why others are absent), inputs
    (the athlete values that were used), zones (by kind). None until it is computed, and for other users' activities."""
    rows = store.read(
        "SELECT t.metrics::text AS metrics, t.reasons::text AS reasons, t.inputs::text AS inputs, "
        "t.zones::text AS zones FROM activity_training t JOIN activities a ON a.id = t.activity_id "
        "WHERE a.user_id = $1 AND a.id = $2",
        (user_id, activity_id),
    )
    return None if rows.empty else {name: json.loads(rows[name].iloc[0]) for name in rows.columns}


def listed(user_id: int, metric_names: Collection[str]) -> pd.DataFrame:
    """The winners of some metrics of every activity: activity_id and one column per name, NaN where there is none."""
    names = [name for name in metric_names if name in METRICS]  # they become part of the statement
    columns = "".join(f", (t.metrics->>'{name}')::float8 AS {name}" for name in names)
    return store.read(
        f"SELECT a.id AS activity_id{columns} FROM activities a "
        "JOIN activity_training t ON t.activity_id = a.id WHERE a.user_id = $1 ORDER BY a.id",
        (user_id,),
    )


def stamp(user_id: int) -> str:
    """A cache key that changes whenever the data behind trends does; "" without activities."""
    rows = store.read(
        "SELECT count(*) AS n, coalesce(max(t.xmin::text::int8), 0) AS last, coalesce(sum(a.version), 0) AS versions, "
        "coalesce((SELECT revision FROM derive_revisions WHERE user_id = $1), 0) AS derived "
        "FROM activities a LEFT JOIN activity_training t ON t.activity_id = a.id WHERE a.user_id = $1",
        (user_id,),
    )
    return " ".join(str(value) for value in rows.iloc[0]) if rows["n"].iloc[0] else ""


def waiting(user_id: int) -> list[int]:
    """The activities whose metrics are still to be computed."""
    rows = store.read(
        "SELECT DISTINCT activity_id FROM dirty_activities WHERE user_id = $1 AND step IN ('', 'metrics') ORDER BY 1",
        (user_id,),
    )
    return rows["activity_id"].tolist()


def history(user_id: int) -> pd.DataFrame:
    """One row per activity that counts, in order of time: activity_id, start_time, local_day, sport, is_indoor,
    is_commute, gear, tags, route (NaN: none), elapsed_s, moving_s, distance_m, ascent_m, avg_heart_rate, and the
    winners of the metrics that trends use (NaN where there is none)."""
    return store.read(_HISTORY, (user_id,))


def daily_loads(user_id: int, first: date) -> pd.DataFrame:
    """The load of each local day since `first` with activities that count: local_day, load (None: not known)."""
    return store.read(
        "SELECT a.local_day, sum((t.metrics->>'load')::float8) AS load FROM activities a "
        "LEFT JOIN activity_training t ON t.activity_id = a.id WHERE a.user_id = $1 AND a.local_day >= $2 "
        "AND NOT a.is_transition AND NOT a.is_left_out AND NOT a.date_doubted GROUP BY 1 ORDER BY 1",
        (user_id, first),
    )


def zone_seconds(user_id: int, zone_kind: str, sport: str) -> pd.DataFrame:
    """Seconds in the zones of a kind ("heart_rate", "power", "pace"), one row per activity and zone: activity_id,
    local_day, zone (its number), seconds."""
    return store.read(
        "SELECT a.id AS activity_id, a.local_day, (z.n - 1 + (t.zones->$2->>'first')::int)::int AS zone, "
        "z.seconds::text::float8 AS seconds "
        "FROM activities a JOIN activity_training t ON t.activity_id = a.id "
        "CROSS JOIN LATERAL jsonb_array_elements(t.zones->$2->'seconds') WITH ORDINALITY AS z (seconds, n) "
        f"WHERE a.user_id = $1 AND {_COUNTS} AND a.sport = $3 AND t.zones ? $2 ORDER BY a.start_time, a.id, z.n",
        (user_id, zone_kind, sport),
    )


def race_efforts(user_id: int, sport: str = "running") -> pd.DataFrame:
    """The best efforts of every run (or activity of another sport) over distances from 1 km to a marathon, except
    doubtful ones, in order of time: local_day, distance_m, seconds, activity_s (duration of the whole activity),
    avg_heart_rate, threshold_heart_rate (of that day), rpe."""
    return store.read(
        "SELECT a.local_day, e.key AS distance_m, e.value AS seconds, a.elapsed_s AS activity_s, a.avg_heart_rate, "
        "(t.inputs->'athlete'->>'threshold_heart_rate')::float8 AS threshold_heart_rate, "
        "(t.metrics->>'rpe')::float8 AS rpe FROM activity_efforts e JOIN activities a ON a.id = e.activity_id "
        "LEFT JOIN activity_training t ON t.activity_id = a.id "
        f"WHERE a.user_id = $1 AND {_COUNTS} AND a.sport = $2 AND e.kind = 'best_time' "
        "AND e.key BETWEEN 1000 AND 42195 "
        "AND NOT EXISTS (SELECT 1 FROM record_waiting w WHERE w.user_id = a.user_id AND w.activity_id = a.id "
        "AND w.kind = 'best_time') "
        "AND NOT EXISTS (SELECT 1 FROM record_left_out l WHERE l.user_id = a.user_id AND l.activity_id = a.id "
        "AND l.kind IN ('impossible', 'impossible_speed')) "
        "AND NOT EXISTS (SELECT 1 FROM record_decisions d WHERE d.user_id = a.user_id AND d.activity_id = a.id "
        "AND d.kind = '*' AND d.decision = 'not a record') "
        "ORDER BY a.start_time, a.id, e.key",
        (user_id, sport),
    )


def grade_sums(user_id: int) -> pd.DataFrame:
    """The grade curve sums of each run that counts, in order of time: activity_id, grades (bytes for
    grade_curve.unpack)."""
    return store.read(GRADE_SUMS.format(user_id="$1"), (user_id,))


def athlete_values(user_id: int) -> pd.DataFrame:
    """Every dated value of the athlete, newest first: value_id, name, sport, valid_from, value, origin, told_at. A
    value that devices repeat is listed once."""
    rows = store.read(
        "SELECT id AS value_id, name, sport, valid_from, value, origin, told_at FROM athlete_values "
        "WHERE user_id = $1 ORDER BY name, sport, origin, valid_from, told_at, value",
        (user_id,),
    )
    group = ["name", "sport", "origin"]
    same = (rows[[*group, "value"]] == rows[[*group, "value"]].shift()).all(axis=1)
    kept = rows[~same | (rows["origin"] == "person")]
    return kept.sort_values(["valid_from", "told_at"], ascending=False, ignore_index=True)


def athlete_rows(user_id: int) -> pd.DataFrame:
    """The athlete's values as input for training.values.Timeline: name, sport, valid_from, value, origin, told_at."""
    return store.read(
        "SELECT name, sport, valid_from, value, origin, told_at FROM athlete_values WHERE user_id = $1 ORDER BY id",
        (user_id,),
    )


def zone_settings(user_id: int) -> pd.DataFrame:
    """The athlete's zone settings, newest first: kind, sport, valid_from, method, bounds (a list)."""
    rows = store.read(
        "SELECT kind, sport, valid_from, method, bounds::text AS bounds FROM athlete_zones WHERE user_id = $1 "
        "ORDER BY valid_from DESC, kind, sport",
        (user_id,),
    )
    return rows.assign(bounds=[json.loads(text) for text in rows["bounds"]])


def first_day(user_id: int) -> date | None:
    """The local day of the first activity that counts; None if there is none."""
    rows = store.read(
        f"SELECT min(local_day) AS day FROM activities a WHERE user_id = $1 AND {_COUNTS}", (user_id,)
    )
    day = rows["day"].iloc[0]
    return None if pd.isna(day) else pd.Timestamp(day).date()

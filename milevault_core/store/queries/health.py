"""Days, nights and the body, as they are shown. What files contain and the user entered is in store/health."""

from collections.abc import Collection
from datetime import date, datetime

import pandas as pd

from milevault_core import store
from milevault_core.formats.health_metrics import DAILY, SERIES
from milevault_core.store.health.rows import ENTERED


def extent(user_id: int, today: date) -> dict | None:
    """The first and last day with health data, the number of days per metric, and the series that have samples:
    {"first", "last", "counts", "series"}; None without any data. A day after `today`, from a clock that was ahead, is
    only the last if there is no other."""
    counts = ", ".join(f"count({name}) AS {name}" for name in DAILY)
    there = ", ".join(
        f"EXISTS (SELECT 1 FROM wellness_samples WHERE user_id = $1 AND metric = {number}) AS series_{number}"
        for number in range(len(SERIES))
    )
    row = store.read(
        "SELECT min(day) AS first, coalesce(max(day) FILTER (WHERE day <= $2), max(day)) AS last, "
        f"{counts}, {there} FROM health_metrics WHERE user_id = $1",
        (user_id, today),
    ).iloc[0]
    if row["first"] is None:
        return None
    return {
        "first": row["first"], "last": row["last"], "counts": {n: int(row[n]) for n in DAILY if row[n]},
        "series": [name for number, name in enumerate(SERIES) if row[f"series_{number}"]],
    }  # fmt: skip


def daily(user_id: int, metric_names: Collection[str], first: date, last: date) -> pd.DataFrame:
    """The values that count of some metrics: day and one column per metric, NaN where there is none; days without any
    health data are left out."""
    names = [name for name in metric_names if name in DAILY]  # they become part of the statement
    columns = "".join(f", {name}" for name in names)
    return store.read(
        f"SELECT day{columns} FROM health_metrics WHERE user_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day",
        (user_id, first, last),
    )


def mornings(user_id: int, metric_names: Collection[str], first: date, last: date) -> pd.DataFrame:
    """Like `daily`, with the night that ended on each day: start_time, end_time, utc_offset_s (empty if there is
    none)."""
    columns = "".join(f", m.{name}" for name in metric_names if name in DAILY)
    return store.read(
        f"SELECT m.day, s.start_time, s.end_time, s.utc_offset_s{columns} FROM health_metrics m "
        "LEFT JOIN sleep_sessions s ON s.user_id = m.user_id AND s.day = m.day AND s.is_shown AND NOT s.is_nap "
        "WHERE m.user_id = $1 AND m.day BETWEEN $2 AND $3 ORDER BY m.day",
        (user_id, first, last),
    )


def samples(
    user_id: int, metric_names: Collection[str], since: datetime, until: datetime, bucket_s: int
) -> pd.DataFrame:
    """Some series: metric, time (UTC), value (mean), low and high of each `bucket_s` seconds; 0: every sample."""
    codes = ", ".join(str(SERIES.index(name)) for name in metric_names if name in SERIES) or "-1"
    # Times are passed as seconds: with a timestamp, ADBC asks for the server's time zone for each statement.
    where = (
        f"user_id = $1 AND metric IN ({codes}) "
        "AND time >= to_timestamp($2::float8) AND time < to_timestamp($3::float8)"
    )
    if bucket_s:
        width = f"interval '{int(bucket_s)} seconds'"
        query = (
            f"SELECT metric, date_bin({width}, time, to_timestamp($2::float8)) + {width} / 2 AS time, "
            "avg(value)::float8 AS value, min(value)::float8 AS low, max(value)::float8 AS high "
            f"FROM wellness_samples WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2"
        )
    else:
        query = (
            "SELECT metric, time, value::float8 AS value, value::float8 AS low, value::float8 AS high "
            f"FROM wellness_samples WHERE {where} ORDER BY 1, 2"
        )
    found = store.read(query, (user_id, since.timestamp(), until.timestamp()))
    return found.assign(metric=[SERIES[number] for number in found["metric"]])


_STAGES = """(
SELECT json_agg(json_build_array(extract(epoch FROM t.start_time)::bigint, extract(epoch FROM t.end_time)::bigint,
    t.stage) ORDER BY t.start_time)
FROM sleep_stages t WHERE t.user_id = s.user_id AND t.day = s.day AND t.source = s.source
    AND t.start_time >= s.start_time AND t.end_time <= s.end_time)::text AS stages"""
_SECONDS = ", ".join(
    f"(s.seconds->>'{name}')::float8 AS {name}_s" for name in ("deep", "light", "rem", "awake", "asleep")
)
_NIGHT = f"s.day, s.source, s.start_time, s.end_time, s.is_nap, s.utc_offset_s, {_SECONDS}, {_STAGES}"


def nights(user_id: int, first: date, last: date) -> pd.DataFrame:
    """The nights and naps that count: day, source, start_time, end_time, is_nap, utc_offset_s, asleep_s and the seconds
    of each stage (NaN if not known), stages (JSON: a list of [start, end, stage], in s since 1970; None without
    any)."""
    found = store.read(
        f"SELECT {_NIGHT} FROM sleep_sessions s WHERE s.user_id = $1 AND s.is_shown AND s.day BETWEEN $2 AND $3 "
        "ORDER BY s.start_time",
        (user_id, first, last),
    )
    return _with_sums(found)


def _with_sums(found: pd.DataFrame) -> pd.DataFrame:
    parts = found[["deep_s", "light_s", "rem_s", "asleep_s"]].astype(float)
    return found.assign(asleep_s=parts.sum(axis=1, min_count=1))


def of_day(user_id: int, day: date) -> tuple[pd.DataFrame, str, list[str]]:
    """The nights of a day and of the day after, as in `nights`, and the day's note and tags, by one statement."""
    found = store.read(
        f"SELECT n.note, n.tags, {_NIGHT} FROM (SELECT 1) one "
        "LEFT JOIN day_notes n ON n.user_id = $1 AND n.day = $2 "
        "LEFT JOIN sleep_sessions s ON s.user_id = $1 AND s.is_shown AND s.day BETWEEN $2 AND $2 + 1 "
        "ORDER BY s.start_time",
        (user_id, day),
    )
    note, tags = found["note"].iloc[0], found["tags"].iloc[0]  # without a row, pandas may return NaN
    slept = found[found["start_time"].notna().to_numpy(bool)].drop(columns=["note", "tags"])
    is_said = isinstance(note, str)
    return _with_sums(slept.reset_index(drop=True)), note if is_said else "", list(tags) if is_said else []


def notes(user_id: int, first: date, last: date) -> pd.DataFrame:
    """The user's notes on days: day, note, tags (a list)."""
    return store.read(
        "SELECT day, note, tags FROM day_notes WHERE user_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day",
        (user_id, first, last),
    )


def day_tags(user_id: int) -> pd.DataFrame:
    """The tags of days, one row each: tag, day."""
    return store.read(
        "SELECT tag, day FROM day_notes, unnest(tags) AS tag WHERE user_id = $1 ORDER BY tag, day", (user_id,)
    )


def entries(user_id: int, limit: int) -> pd.DataFrame:
    """The latest measurements that the user entered, newest first."""
    return store.read(
        f"SELECT id, day, measured_at, {', '.join(ENTERED)}, note FROM weight_logs WHERE user_id = $1 "
        "ORDER BY measured_at DESC, id DESC LIMIT $2",
        (user_id, limit),
    )


def choices(user_id: int) -> dict[str, str]:
    """The user's choices for the health pages, by name."""
    found = store.read("SELECT name, value FROM health_settings WHERE user_id = $1", (user_id,))
    return dict(zip(found["name"], found["value"], strict=True))


def values_on(user_id: int, day: date) -> pd.DataFrame:
    """Every source's value of every metric of a day: metric, source, value, observed_at, is_used, and file_name (the
    file it is from; "" if the user entered it)."""
    return store.read(
        "SELECT v.metric, v.source, v.value, v.observed_at, m.sources->>v.metric = v.source AS is_used, "
        "coalesce(o.name, '') AS file_name FROM health_values v JOIN health_metrics m USING (user_id, day) "
        "LEFT JOIN original_files o ON o.id = v.original_id "
        "WHERE v.user_id = $1 AND v.day = $2 ORDER BY v.metric, is_used DESC, v.source",
        (user_id, day),
    )


def sources(user_id: int) -> dict[str, list[str]]:
    """The sources of the user's values by metric, and under "*" of all metrics, those with most values first."""
    found = store.read(
        "SELECT metric, source, count(*) AS n FROM health_values WHERE user_id = $1 GROUP BY GROUPING SETS "
        "((metric, source), (source)) ORDER BY n DESC, source",
        (user_id,),
    )
    told: dict[str, list[str]] = {}
    for metric, source in zip(found["metric"], found["source"], strict=True):
        told.setdefault(metric if isinstance(metric, str) else "*", []).append(source)
    return told


def rankings(user_id: int) -> dict[str, list[str]]:
    """The user's own order of sources, best first, by metric ("*": for all others)."""
    found = store.read(
        "SELECT metric, sources FROM health_ranks WHERE user_id = $1 ORDER BY metric", (user_id,)
    )
    return {metric: list(own) for metric, own in zip(found["metric"], found["sources"], strict=True)}


def loads(user_id: int, first: date, last: date) -> pd.DataFrame:
    """Training by local day: day, load (NaN if it is not known for any activity), minutes."""
    return store.read(
        "SELECT a.local_day AS day, sum((t.metrics->>'load')::float8) AS load, "
        "(sum(coalesce(a.moving_s, a.elapsed_s)) / 60)::float8 AS minutes FROM activities a "
        "LEFT JOIN activity_training t ON t.activity_id = a.id WHERE a.user_id = $1 AND NOT a.is_transition "
        "AND NOT a.is_left_out AND NOT a.date_doubted AND a.local_day BETWEEN $2 AND $3 GROUP BY 1 ORDER BY 1",
        (user_id, first, last),
    )


def stamp(user_id: int) -> int:
    """A cache key that changes whenever derived data does."""
    found = store.read("SELECT revision FROM derive_revisions WHERE user_id = $1", (user_id,))
    return int(found["revision"].iloc[0]) if len(found) else 0

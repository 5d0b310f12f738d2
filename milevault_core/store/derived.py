"""Writing derived rows: each function replaces what was stored before."""

from datetime import date

from sqlalchemy.orm import Session

from milevault_core.metrics import METRICS
from milevault_core.store import engine


def save_metrics(session: Session, user_id: int, activity_id: int, values: dict[str, float]) -> None:
    """Replace an activity's computed metrics; those of the device and the edited ones stay."""
    own = {"u": user_id, "a": activity_id, "names": list(values), "values": list(values.values()),
           "versions": [METRICS[name].version for name in values]}  # fmt: skip
    engine.raw(session).execute(_REPLACE_METRICS, own)  # a plain statement: this is the import's hot path


_REPLACE_METRICS = """
WITH mine AS (SELECT id FROM activities WHERE user_id = %(u)s AND id = %(a)s),
gone AS (DELETE FROM activity_metrics WHERE origin = 'computed' AND activity_id IN (SELECT id FROM mine)
    AND name <> ALL (%(names)s::text[]))
INSERT INTO activity_metrics (activity_id, name, origin, value, version)
SELECT mine.id, v.name, 'computed', v.value, v.version
FROM mine, unnest(%(names)s::text[], %(values)s::float8[], %(versions)s::int[]) AS v(name, value, version)
ON CONFLICT (activity_id, name, origin) DO UPDATE SET value = excluded.value, version = excluded.version
"""


def save_day_totals(session: Session, user_id: int, day: date) -> None:
    """Replace a local day's totals by those of its activities; transitions of a triathlon do not count."""
    connection, own = engine.raw(session), {"u": user_id, "d": day}
    connection.execute("DELETE FROM day_totals WHERE user_id = %(u)s AND day = %(d)s", own)
    connection.execute(_INSERT_TOTALS, own)


_INSERT_TOTALS = """
INSERT INTO day_totals (user_id, day, sport, activity_count, elapsed_s, moving_s, distance_m, ascent_m)
SELECT user_id, local_day, sport, count(*), sum(elapsed_s), sum(coalesce(moving_s, elapsed_s)),
       coalesce(sum(distance_m), 0), coalesce(sum(ascent_m), 0) FROM activities
WHERE user_id = %(u)s AND local_day = %(d)s AND NOT is_transition GROUP BY user_id, local_day, sport
"""

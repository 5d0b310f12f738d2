"""Writing derived rows: each function replaces what was stored before."""

from datetime import date

from sqlalchemy.orm import Session

from milevault_core.metrics import METRICS
from milevault_core.store import engine


def save_metrics(session: Session, user_id: int, activity_id: int, values: dict[str, float]) -> None:
    """Replace an activity's computed metrics; those of the device and the edited ones stay."""
    own = {"u": user_id, "a": activity_id, "names": list(values), "values": list(values.values()),
           "versions": [METRICS[name].version for name in values]}  # fmt: skip
    connection = engine.raw(session)  # plain statements: this is the import's hot path
    connection.execute(_DELETE_METRICS, own)
    if values:
        connection.execute(_INSERT_METRICS, own)


_DELETE_METRICS = """
DELETE FROM activity_metrics WHERE origin = 'computed' AND activity_id =
    (SELECT id FROM activities WHERE user_id = %(u)s AND id = %(a)s)
"""
_INSERT_METRICS = """
INSERT INTO activity_metrics (activity_id, name, origin, value, version)
SELECT id, v.name, 'computed', v.value, v.version
FROM activities, unnest(%(names)s::text[], %(values)s::float8[], %(versions)s::int[]) AS v(name, value, version)
WHERE user_id = %(u)s AND id = %(a)s
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

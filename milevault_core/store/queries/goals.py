"""Goals, and how far each has been reached."""

from datetime import date

import pandas as pd

from milevault_core import store

_SUM = {"distance": "distance_m", "time": "moving_s", "ascent": "ascent_m", "count": "activity_count"}
_WHICH = " ".join(f"WHEN '{measure}' THEN sum({column})" for measure, column in _SUM.items())
_LOAD = (
    "(SELECT sum((t.metrics->>'load')::float8) FROM activities a JOIN activity_training t ON t.activity_id = a.id "
    "WHERE a.user_id = g.user_id AND a.local_day BETWEEN p.first AND p.last AND NOT a.is_left_out "
    "AND NOT a.date_doubted AND NOT a.is_transition AND (g.sport = '' OR a.sport = g.sport))"
)
# Weeks that begin k days after Monday: move the day back by k days, take its week from Monday, and move that forward.
_START = (
    "(date_trunc(nullif(g.period, 'between'), $2::timestamp - CASE g.period WHEN 'week' THEN $3 ELSE 0 END "
    "* interval '1 day') + CASE g.period WHEN 'week' THEN $3 ELSE 0 END * interval '1 day')"
)
_FIRST = f"CASE WHEN g.period = 'between' THEN g.first_day ELSE {_START}::date END"
_LENGTH = "('1 ' || nullif(g.period, 'between'))::interval"
_LAST = f"CASE WHEN g.period = 'between' THEN g.last_day ELSE ({_START} + {_LENGTH})::date - 1 END"


def progress(user_id: int, today: date, first_weekday: int = 0) -> pd.DataFrame:
    """Every goal with the period that contains `today`: id, measure, amount, period, sport, first and last (day of the
    period), done (in the unit of amount, up to the last day). Weeks begin on `first_weekday`, Monday is 0."""
    return store.read(
        "SELECT g.id, g.measure, g.amount, g.period, g.sport, p.first, p.last, "
        f"coalesce(CASE WHEN g.measure = 'load' THEN {_LOAD} ELSE (SELECT CASE g.measure {_WHICH} END "
        "FROM day_totals d WHERE d.user_id = g.user_id AND d.day BETWEEN p.first AND p.last "
        "AND (g.sport = '' OR d.sport = g.sport)) END, 0)::float8 AS done "
        f"FROM goals g CROSS JOIN LATERAL (SELECT {_FIRST} AS first, {_LAST} AS last) p "
        "WHERE g.user_id = $1 ORDER BY g.id",
        (user_id, today, first_weekday),
    )

"""Writing derived rows, which replaces what was stored before."""

from datetime import date

from sqlalchemy.orm import Session

from milevault_core.store import engine


def save_day_totals(session: Session, user_id: int, day: date) -> None:
    """Replace a local day's totals with the sums of its activities. Not counted: triathlon transitions, activities with
    a doubtful date, and those that the user leaves out."""
    connection, own = engine.raw(session), {"u": user_id, "d": day}
    connection.execute("DELETE FROM day_totals WHERE user_id = %(u)s AND day = %(d)s", own)
    connection.execute(_INSERT_TOTALS, own)


_INSERT_TOTALS = """
INSERT INTO day_totals (user_id, day, sport, activity_count, elapsed_s, moving_s, distance_m, ascent_m)
SELECT user_id, local_day, sport, count(*), sum(elapsed_s), sum(coalesce(moving_s, elapsed_s)),
       coalesce(sum(distance_m), 0), coalesce(sum(ascent_m), 0) FROM activities
WHERE user_id = %(u)s AND local_day = %(d)s AND NOT is_transition AND NOT date_doubted AND NOT is_left_out
GROUP BY user_id, local_day, sport
"""

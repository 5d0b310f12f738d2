"""Reads the stored derived rows, for comparison with what would be computed now."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

# scope -> table -> the columns compared
_ROWS = {
    "activity": {
        "activity_metrics": "SELECT name, value FROM activity_metrics WHERE activity_id = :k AND origin = 'computed'",
        "activity_training": "SELECT metrics::text, reasons::text, inputs::text, zones::text, md5(grades) "
        "FROM activity_training WHERE activity_id = :k",
        "athlete_values": "SELECT name, sport, valid_from, value FROM athlete_values WHERE activity_id = :k "
        "AND origin = 'device'",
        "activity_lines": "SELECT sport_group, length_m, md5(line) FROM activity_lines WHERE activity_id = :k",
        "activity_efforts": "SELECT kind, key, value, t0_s FROM activity_efforts WHERE activity_id = :k",
        "segment_tracks": "SELECT sport_group, md5(track) FROM segment_tracks WHERE activity_id = :k",
        "activity_curves": "SELECT name, md5(c::text) FROM activity_curves c WHERE activity_id = :k",
    },
    "day": {
        "day_totals": "SELECT sport, activity_count, elapsed_s, moving_s, distance_m, ascent_m FROM day_totals "
        "WHERE user_id = :u AND day = :k",
        "health_values": "SELECT metric, source, value, observed_at, original_id FROM health_values "
        "WHERE user_id = :u AND day = :k",
        "health_metrics": "SELECT md5(h::text) FROM health_metrics h WHERE user_id = :u AND day = :k",
        "sleep_sessions": "SELECT source, start_time, end_time, is_nap, is_shown FROM sleep_sessions "
        "WHERE user_id = :u AND day = :k",
        "sleep_stages": "SELECT source, start_time, end_time, stage FROM sleep_stages "
        "WHERE user_id = :u AND day = :k",
        "wellness_samples": "SELECT metric, time, value FROM wellness_samples WHERE user_id = :u "
        "AND time >= CAST(:k AS date)::timestamp AT TIME ZONE 'UTC' "
        "AND time < (CAST(:k AS date) + 1)::timestamp AT TIME ZONE 'UTC'",
    },
    "athlete": {
        "athlete_values": "SELECT name, sport, valid_from, value FROM athlete_values WHERE user_id = :u "
        "AND origin = 'computed'",
        "personal_records": "SELECT kind, sport, is_indoor, key, number, activity_id, value FROM personal_records "
        "WHERE user_id = :u",
        "segment_efforts": "SELECT segment_id, activity_id, number, t0_s, time_s FROM segment_efforts "
        "WHERE user_id = :u",
        "record_waiting": "SELECT activity_id, kind, key FROM record_waiting WHERE user_id = :u",
        "record_left_out": "SELECT activity_id, kind FROM record_left_out WHERE user_id = :u",
    },
}

# The day of an activity that waits is marked only when the activity has been computed.
_WAITING_DAYS = (
    "SELECT day FROM dirty_days WHERE user_id = :u UNION SELECT a.local_day FROM dirty_activities d "
    "JOIN activities a ON a.id = d.activity_id WHERE d.user_id = :u"
)


def rows_of(
    session: Session, user_id: int, scope: str, key: int | date | None = None
) -> dict[str, set[tuple]]:
    """The derived rows of an activity, a day or the athlete, by table."""
    own = {"u": user_id, "k": key}
    return {
        table: {tuple(row) for row in session.execute(text(query), own)}
        for table, query in _ROWS[scope].items()
    }


def sample(session: Session, user_id: int, count: int) -> tuple[list[int], list[date]]:
    """Up to `count` random activities, and as many random days with activities, totals or health values, that have no
    dirty mark; a day counts as marked while one of its activities is."""
    own = {"u": user_id, "n": count}
    activities = session.scalars(
        text(
            "SELECT id FROM activities a WHERE user_id = :u AND NOT EXISTS (SELECT 1 FROM dirty_activities d "
            "WHERE d.activity_id = a.id) ORDER BY random() LIMIT :n"
        ),
        own,
    ).all()
    days = session.scalars(
        text(
            "SELECT day FROM (SELECT local_day AS day FROM activities WHERE user_id = :u UNION SELECT day "
            "FROM day_totals WHERE user_id = :u UNION SELECT day FROM health_metrics WHERE user_id = :u) each_day "
            f"WHERE day NOT IN ({_WAITING_DAYS}) ORDER BY random() LIMIT :n"
        ),
        own,
    ).all()
    return sorted(activities), sorted(days)


def waiting(session: Session, user_id: int) -> tuple[int, int]:
    """How many activities and days of a user are still to be computed."""
    query = (
        "SELECT (SELECT count(DISTINCT activity_id) FROM dirty_activities WHERE user_id = :u), "
        f"(SELECT count(*) FROM ({_WAITING_DAYS}) AS waiting)"
    )
    activities, days = session.execute(text(query), {"u": user_id}).one()
    return activities, days


def orphans(session: Session, user_id: int) -> dict[str, int]:
    """How many rows of steps over all activities refer to a deleted activity, by table. Users with dirty marks for such
    steps are skipped: the workers will get to them."""
    found = {}
    for table in ("route_members", "record_seen", "record_waiting", "record_left_out"):
        found[table] = session.scalar(
            text(
                f"SELECT count(*) FROM {table} t WHERE user_id = :u AND activity_id > 0 AND NOT EXISTS (SELECT 1 FROM "
                "activities a WHERE a.id = t.activity_id) AND NOT EXISTS (SELECT 1 FROM dirty_steps d "
                "WHERE d.user_id = :u)"
            ),
            {"u": user_id},
        )
    # The id of a route is that of its head: an activity, or a drawn course with a negative id.
    found["named_routes"] = session.scalar(
        text(
            "SELECT count(*) FROM named_routes t WHERE user_id = :u AND id > 0 AND NOT EXISTS (SELECT 1 FROM "
            "activities a WHERE a.id = t.id) AND NOT EXISTS (SELECT 1 FROM dirty_steps d WHERE d.user_id = :u "
            "AND d.step IN ('', 'routes'))"
        ),
        {"u": user_id},
    )
    return {table: count for table, count in found.items() if count}


def is_marked(session: Session, user_id: int, steps: list[str]) -> bool:
    """Whether any of these steps over all of a user's activities is still to be computed."""
    query = "SELECT EXISTS (SELECT 1 FROM dirty_steps WHERE user_id = :u AND (step = '' OR step = ANY(:s)))"
    return bool(session.scalar(text(query), {"u": user_id, "s": steps}))


def all_users(session: Session) -> list[tuple[int, str]]:
    """(id, name) of every user."""
    return [
        (row.id, row.username) for row in session.execute(text("SELECT id, username FROM users ORDER BY id"))
    ]

"""What a database holds, told without the numbers of its rows: equal after a quiet import and after one with faults."""

import psycopg

_CONTENT = """
SELECT a.start_time, a.sport, a.local_day, a.elapsed_s, a.moving_s, a.distance_m, a.ascent_m, a.point_count,
       (SELECT md5(string_agg((p.time, p.seq, p.lat_e7, p.lon_e7, p.altitude, p.distance, p.speed)::text, ',' ORDER BY
        p.time, p.seq)) FROM activity_data_points p WHERE p.activity_id = a.id),
       (SELECT md5(string_agg((m.name, m.origin, m.value)::text, ',' ORDER BY m.name, m.origin))
        FROM activity_metrics m WHERE m.activity_id = a.id),
       (SELECT count(*) FROM activity_recordings r WHERE r.activity_id = a.id),
       (SELECT count(*) FROM activity_laps l WHERE l.activity_id = a.id)
FROM activities a ORDER BY a.start_time, a.sport
"""
_REST = (
    "SELECT name, state, outcome, reason FROM import_items ORDER BY name",
    "SELECT day, sport, activity_count, elapsed_s, moving_s, distance_m FROM day_totals ORDER BY day, sport",
    "SELECT encode(sha256, 'hex'), size_bytes, md5(content) FROM original_files ORDER BY 1",
    "SELECT count(*) FROM activity_data_points WHERE activity_id NOT IN (SELECT id FROM activities)",
    "SELECT count(*) FROM dirty_activities",
)


def content(dsn: str) -> list:
    """Activities with their points and figures, what became of each file, days, originals; and no orphans."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        return [connection.execute(query).fetchall() for query in (_CONTENT, *_REST)]

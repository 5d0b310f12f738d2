"""What was special about activities, and what needs attention, for the dashboard and lists."""

import json

import pandas as pd

from milevault_core import store
from milevault_core.store.imports.reasons import WANTED

_KINDS = ("best_time", "longest_distance", "longest_time", "biggest_climb", "most_climb", "power")


def of(user_id: int, activity_ids: list[int]) -> pd.DataFrame:
    """How activities compare with others: activity_id, sport, rank and timed (on their route: 1 is the fastest, None
    without a known time; and how many have a time), earlier and longer (activities of the sport in the year before, and
    how many of them were as long or longer), records (current records that beat an earlier one: a list of kind, key,
    sport, value)."""
    rows = store.read(
        "SELECT a.id AS activity_id, a.sport, "
        "CASE WHEN m.route_s IS NOT NULL THEN (SELECT count(*) + 1 FROM route_members o WHERE o.user_id = a.user_id "
        "AND o.route = m.route AND o.route_s < m.route_s) END AS rank, "
        "(SELECT count(o.route_s) FROM route_members o WHERE o.user_id = a.user_id AND o.route = m.route) AS timed, "
        "y.earlier, y.longer, coalesce((SELECT json_agg(json_build_object("
        "'kind', r.kind, 'key', r.key, 'sport', r.sport, 'value', r.value) "
        "ORDER BY r.kind, r.key)::text FROM personal_records r WHERE r.user_id = a.user_id "
        "AND r.activity_id = a.id AND r.is_current AND r.previous IS NOT NULL "
        "AND r.kind = ANY(string_to_array($3, ','))), '[]') AS records FROM activities a "
        "LEFT JOIN route_members m ON m.user_id = a.user_id AND m.activity_id = a.id "
        "CROSS JOIN LATERAL (SELECT count(b.id) FILTER (WHERE a.distance_m > 0 AND b.id > 0) AS earlier, "
        "count(b.id) FILTER (WHERE b.distance_m >= a.distance_m) AS longer "
        "FROM activities b WHERE b.user_id = a.user_id AND b.sport = a.sport AND b.id <> a.id "
        "AND NOT a.date_doubted AND NOT b.date_doubted AND b.start_time < a.start_time "
        "AND b.start_time > a.start_time - interval '365 days') y "
        "WHERE a.user_id = $1 AND a.id = ANY(string_to_array($2, ',')::int[]) ORDER BY a.id",
        (user_id, ",".join(str(int(i)) for i in activity_ids), ",".join(_KINDS)),
    )
    rows["records"] = [json.loads(one) for one in rows["records"]]
    return rows


def to_do(user_id: int) -> dict[str, int]:
    """How many of each need attention: efforts (to be decided on), plans (archives looked through but not imported),
    importing (files still to be read), failed (files of the last seven days that could not be read), matching
    (activities that steps over all activities still have to look at), dates (activities whose date cannot be right),
    demo (batches of demo data)."""
    rows = store.read(
        "SELECT (SELECT count(*) FROM record_waiting WHERE user_id = $1 AND is_asked) AS efforts, "
        "(SELECT count(*) FROM uploads WHERE user_id = $1 AND state = 'planned' AND plan IS NOT NULL) AS plans, "
        "(SELECT count(*) FROM import_items WHERE user_id = $1 AND state = 'waiting') AS importing, "
        "(SELECT count(*) FROM import_items t JOIN imports i ON i.id = t.import_id WHERE t.user_id = $1 "
        "AND t.outcome = 'failed' AND t.finished_at > now() - interval '7 days' AND i.undo_asked_at IS NULL "
        "AND t.reason <> ALL(string_to_array($2, chr(31)))) AS failed, "
        "(SELECT count(*) FROM dirty_steps WHERE user_id = $1) AS matching, "
        "(SELECT count(*) FROM activities WHERE user_id = $1 AND date_doubted AND NOT is_transition) AS dates, "
        "(SELECT count(*) FROM imports WHERE user_id = $1 AND source = 'demo' AND undone_at IS NULL) AS demo "
        "FROM users WHERE id = $1",
        (user_id, "\x1f".join(WANTED)),
    )
    return {str(name): int(value) for name, value in rows.iloc[0].items()} if len(rows) else {}

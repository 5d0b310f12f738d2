"""Bikes, shoes and parts: as imports named them, their totals and services."""

import pandas as pd

from milevault_core import store


def gear(user_id: int) -> pd.DataFrame:
    """Every bike and pair of shoes from imports, each once: kind, name, brand, model."""
    return store.read(
        "SELECT DISTINCT kind, name, brand, model FROM gear WHERE user_id = $1 ORDER BY kind, name",
        (user_id,),
    )


_NAMED = """
    SELECT gear AS name FROM activities WHERE user_id = $1 AND gear <> '' UNION
    SELECT name FROM gear WHERE user_id = $1 UNION SELECT name FROM gear_items WHERE user_id = $1
"""
# A part counts the activities of its bike while it was mounted. An activity whose gear is a part counts for that part
# and, while it was mounted, as one of its bike.
_MOUNTED = """(p.mounted_on IS NULL OR a.local_day >= p.mounted_on)
    AND (p.retired_on IS NULL OR a.local_day <= p.retired_on)"""
_USED = f"""
thing AS (
    SELECT n.name, i.id, coalesce(i.label, '') AS label, coalesce(nullif(i.kind, 'other'), g.kind, 'other') AS kind,
           coalesce(g.brand, '') AS brand, coalesce(g.model, '') AS model, coalesce(i.opening_m, 0) AS opening_m,
           i.cost, coalesce(i.sports, '[]')::text AS sports, i.part_of, p.name AS parent,
           coalesce(nullif(p.label, ''), p.name) AS parent_label, i.mounted_on, i.retired_on
    FROM ({_NAMED}) n
    LEFT JOIN gear_items i ON i.user_id = $1 AND i.name = n.name LEFT JOIN gear_items p ON p.id = i.part_of
    LEFT JOIN (SELECT name, min(kind) AS kind, max(brand) AS brand, max(model) AS model FROM gear
               WHERE user_id = $1 GROUP BY name) g ON g.name = n.name
), ridden AS (
    SELECT a.id, a.gear, coalesce(p.parent, a.gear) AS whole, a.distance_m,
           coalesce(a.moving_s, a.elapsed_s) AS time_s, a.local_day, a.sport
    FROM activities a LEFT JOIN thing p ON p.name = a.gear AND p.parent IS NOT NULL AND {_MOUNTED}
    WHERE a.user_id = $1 AND a.gear <> '' AND NOT a.is_transition AND NOT a.date_doubted
), used AS (
    SELECT a.gear AS name, a.* FROM ridden a
    UNION ALL SELECT a.whole, a.* FROM ridden a WHERE a.whole <> a.gear
    UNION ALL SELECT p.name, a.* FROM ridden a JOIN thing p ON p.parent = a.whole AND p.name <> a.gear AND {_MOUNTED}
)
"""


def totals(user_id: int) -> pd.DataFrame:
    """All gear with its totals, last used first: name, id (None while the user has entered nothing about it), label,
    kind, brand, model, opening_m, cost, sports (JSON text), part_of, parent, parent_label, mounted_on, retired_on,
    activities, distance_m (including opening_m), time_s, first_day, last_day, sport (the most frequent), recent_m (last
    90 days), year_m (last 365 days)."""
    return store.read(
        f"WITH {_USED} SELECT t.*, count(u.name) AS activities, "
        "(t.opening_m + coalesce(sum(u.distance_m), 0))::float8 AS distance_m, "
        "coalesce(sum(u.time_s), 0)::float8 AS time_s, min(u.local_day) AS first_day, max(u.local_day) AS last_day, "
        "coalesce(mode() WITHIN GROUP (ORDER BY u.sport), '') AS sport, "
        "coalesce(sum(u.distance_m) FILTER (WHERE u.local_day > current_date - 90), 0)::float8 AS recent_m, "
        "coalesce(sum(u.distance_m) FILTER (WHERE u.local_day > current_date - 365), 0)::float8 AS year_m "
        "FROM thing t LEFT JOIN used u ON u.name = t.name GROUP BY t.name, t.id, t.label, t.kind, t.brand, t.model, "
        "t.opening_m, t.cost, t.sports, t.part_of, t.parent, t.parent_label, t.mounted_on, t.retired_on "
        "ORDER BY max(u.local_day) DESC NULLS LAST, t.name",
        (user_id,),
    )


def services(user_id: int) -> pd.DataFrame:
    """The services of gear: id, gear_id, name and label (of the gear), what, every_m, last_on, since_m (metres since
    then)."""
    return store.read(
        f"WITH {_USED} SELECT s.id, s.gear_id, t.name, t.label, s.what, s.every_m, s.last_on, "
        "coalesce(sum(u.distance_m) FILTER (WHERE u.local_day > s.last_on), 0)::float8 AS since_m "
        "FROM gear_services s JOIN thing t ON t.id = s.gear_id LEFT JOIN used u ON u.name = t.name "
        "WHERE s.user_id = $1 GROUP BY s.id, t.name, t.label ORDER BY t.name, s.what",
        (user_id,),
    )


def names(user_id: int) -> pd.DataFrame:
    """All gear, by name: name (as activities call it), label (as the user calls it, "" for the same), is_part."""
    return store.read(
        "SELECT n.name, coalesce(i.label, '') AS label, coalesce(i.kind = 'part', false) AS is_part "
        f"FROM ({_NAMED}) n LEFT JOIN gear_items i ON i.user_id = $1 AND i.name = n.name ORDER BY n.name",
        (user_id,),
    )


def activities(user_id: int, gear_name: str) -> list[int]:
    """The activities that count for this gear (see `totals`)."""
    found = store.read(f"WITH {_USED} SELECT id FROM used WHERE name = $2 ORDER BY id", (user_id, gear_name))
    return [int(each) for each in found["id"]]

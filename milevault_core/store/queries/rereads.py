"""Re-read batches, which read originals again: what they would change, or have changed."""

import pandas as pd

from milevault_core import store

FIGURES = ("distance_m", "moving_s", "elapsed_s", "ascent_m")


def summary(user_id: int, reread_id: int) -> dict:
    """A batch: label, phase ("look" | "do"), undone, activities, and how many of them are waiting, changed, read,
    failed; `before` and `after`: sums of FIGURES over those looked at. `files`: of the files that are no activity, how
    many are to be looked at ("looking"), would become something else ("looked"), are waiting for that ("waiting"), and
    have been read again ("done"). `becomes`: [{before, after, count}] of looked and done files. Empty if the batch is
    not the user's."""
    sums = ", ".join(
        f"coalesce(sum((b.{side}->>'{name}')::float8), 0) AS {side}_{name}"
        for side in ("before", "after")
        for name in FIGURES
    )
    rows = store.read(
        "SELECT i.label, i.scope->>'phase' AS phase, i.undo_asked_at IS NOT NULL AS undone, "
        "count(b.activity_id) AS activities, count(*) FILTER (WHERE b.state = 'waiting') AS waiting, "
        "count(*) FILTER (WHERE b.state = 'changed') AS changed, count(*) FILTER (WHERE b.state = 'read') AS read, "
        f"count(*) FILTER (WHERE b.state = 'failed') AS failed, {sums} FROM imports i "
        "LEFT JOIN activities_before b ON b.import_id = i.id WHERE i.user_id = $1 AND i.id = $2 "
        "AND i.source = 'reread' GROUP BY i.id",
        (user_id, reread_id),
    )
    if rows.empty:
        return {}
    row = rows.iloc[0].to_dict()
    found = {
        name: row[name]
        for name in ("label", "phase", "undone", "activities", "waiting", "changed", "read", "failed")
    }
    for side in ("before", "after"):
        found[side] = {name: float(row[f"{side}_{name}"]) for name in FIGURES}
    return found | _files(user_id, reread_id)


def _files(user_id: int, reread_id: int) -> dict:
    """`files` and `becomes` of `summary`: outcomes in this batch compared with those of each file's last import."""
    rows = store.read(
        "SELECT t.state, coalesce(t.outcome, '') AS after, coalesce(l.outcome, '') AS before, count(*) AS n "
        "FROM import_items t LEFT JOIN LATERAL (SELECT b.outcome FROM import_items b "
        "JOIN imports i ON i.id = b.import_id WHERE b.user_id = t.user_id AND b.original_id = t.original_id "
        "AND b.id < t.id AND b.state = 'done' AND i.undo_asked_at IS NULL ORDER BY b.id DESC LIMIT 1) l ON true "
        "WHERE t.user_id = $1 AND t.import_id = $2 GROUP BY 1, 2, 3 ORDER BY 3, 2",
        (user_id, reread_id),
    )
    states = {
        s: int(rows.loc[rows["state"] == s, "n"].sum()) for s in ("looking", "looked", "waiting", "done")
    }
    changing = rows[rows["state"].isin(["looked", "done"]) & (rows["before"] != "")]
    becomes = [{"before": b, "after": a, "count": int(n)} for b, a, n in
               zip(changing["before"], changing["after"], changing["n"], strict=True)]  # fmt: skip
    return {"files": states, "becomes": becomes}


def changes(user_id: int, reread_id: int, limit: int = 200) -> pd.DataFrame:
    """The activities that a batch would change, has changed or could not read, by time: activity_id, name, sport,
    start_time, time_zone, utc_offset_s, state, reason, and FIGURES with the suffixes _before and _after."""
    figures = ", ".join(
        f"(b.{side}->>'{name}')::float8 AS {name}_{side}" for name in FIGURES for side in ("before", "after")
    )
    return store.read(
        "SELECT b.activity_id, a.name, a.sport, a.start_time, a.time_zone, a.utc_offset_s, b.state, b.reason, "
        f"{figures} FROM activities_before b JOIN activities a ON a.id = b.activity_id AND a.user_id = b.user_id "
        "WHERE b.user_id = $1 AND b.import_id = $2 AND b.state IN ('changed', 'read', 'failed') "
        "ORDER BY a.start_time, a.fingerprint LIMIT $3",
        (user_id, reread_id, limit),
    )


def latest(user_id: int) -> list[int]:
    """The latest 20 re-read batches, newest first."""
    rows = store.read(
        "SELECT id FROM imports WHERE user_id = $1 AND source = 'reread' ORDER BY id DESC LIMIT 20",
        (user_id,),
    )
    return [int(one) for one in rows["id"]]

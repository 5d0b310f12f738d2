"""One batch: its progress, what became of its files, and the files a page at a time."""

import pandas as pd

from milevault_core import store
from milevault_core.store.imports.reasons import HAS_BYTES, WANTED

_NOT_READ = "\x1f".join(WANTED)
_OUTCOME = (
    "CASE WHEN t.outcome = 'failed' AND t.reason = ANY(string_to_array($3, chr(31))) THEN 'not_read' "
    "ELSE t.outcome END"
)  # files that were stopped or undone before their turn do not count as failed
_RECENT_S = 20  # seconds over which the rate is measured


def summary(user_id: int, import_id: int) -> dict | None:
    """A batch: id, source, label, created_at, files, waiting, outcomes {outcome, or "not_read": count}, again (the same
    for files whose bytes are here), activities, finished_at (of the last file), undo ("", asked, done), recent (files
    done in the last seconds) and recent_s (how many seconds that is)."""
    rows = store.read(
        f"SELECT i.id, i.source, i.label, i.created_at, i.undo_asked_at, i.undone_at, {_OUTCOME} AS outcome, "
        f"t.state, count(t.id) AS n, count(t.id) FILTER (WHERE {HAS_BYTES}) AS again, "
        "coalesce(sum(cardinality(t.activities)) FILTER (WHERE t.outcome IN ('imported', 'partial')), 0)::int8 "
        "AS activities, "
        "max(t.finished_at) AS finished_at, min(t.finished_at) AS begun_at, "
        f"count(*) FILTER (WHERE t.finished_at > now() - interval '{_RECENT_S} s') AS recent, now() AS now "
        "FROM imports i LEFT JOIN import_items t ON t.import_id = i.id AND t.state IN ('waiting', 'done') "
        "WHERE i.user_id = $1 AND i.id = $2 "
        f"GROUP BY i.id, {_OUTCOME}, t.state",
        (user_id, import_id, _NOT_READ),
    )
    if not len(rows):
        return None
    first = rows.iloc[0]
    done = rows[rows["state"] == "done"]
    age_s = (first["now"] - rows["begun_at"].min()).total_seconds() if rows["begun_at"].notna().any() else 0.0
    return {
        "id": int(first["id"]), "source": first["source"], "label": first["label"], "created_at": first["created_at"],
        "files": int(rows["n"].sum()), "waiting": int(rows.loc[rows["state"] == "waiting", "n"].sum()),
        "outcomes": {o: int(n) for o, n in zip(done["outcome"], done["n"], strict=True)},
        "again": {o: int(n) for o, n in zip(done["outcome"], done["again"], strict=True)},
        "undo": "done" if pd.notna(first["undone_at"]) else "asked" if pd.notna(first["undo_asked_at"]) else "",
        "activities": int(rows["activities"].sum()), "finished_at": rows["finished_at"].max(),
        "recent": int(rows["recent"].sum()), "recent_s": max(1.0, min(float(_RECENT_S), age_s)),
    }  # fmt: skip


def activities_left(user_id: int, import_id: int) -> pd.DataFrame:
    """The existing activities for which a batch brought a recording: id."""
    return store.read(
        "SELECT DISTINCT activity_id AS id FROM activity_recordings WHERE user_id = $1 AND import_id = $2 "
        "AND activity_id IS NOT NULL ORDER BY 1",
        (user_id, import_id),
    )


def progress(user_id: int, import_id: int) -> tuple[int, int, bool]:
    """(files, waiting files, whether an archive is still being listed) of a batch."""
    row = store.read(
        "SELECT (SELECT count(*) FROM import_items WHERE user_id = $1 AND import_id = $2 AND state IN ('waiting', "
        "'done')) AS files, (SELECT count(*) FROM import_items WHERE user_id = $1 AND import_id = $2 "
        "AND state = 'waiting') AS waiting, "
        "EXISTS (SELECT 1 FROM uploads WHERE user_id = $1 AND import_id = $2 AND state = 'listing') AS is_listing",
        (user_id, import_id),
    ).iloc[0]
    return int(row["files"]), int(row["waiting"]), bool(row["is_listing"])


def page(
    user_id: int, import_id: int, outcome: str = "", words: str = "", limit: int = 200, offset: int = 0
) -> pd.DataFrame:
    """Files of a batch, failed ones first, then in the order they came: id, name, state, outcome, activities, days,
    reason, problems (JSON text), finished_at, has_bytes, found (how many there are in total). outcome: "" for all,
    "waiting" for those not done, "not_read" for those that were stopped or undone before their turn. words: part of the
    name, the reason or the problems."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return store.read(
        "SELECT *, count(*) OVER () AS found FROM ("
        f"SELECT id, name, state, {_OUTCOME} AS outcome, activities, days, reason, problems::text AS problems, "
        f"finished_at, {HAS_BYTES} AS has_bytes FROM import_items t WHERE user_id = $1 AND import_id = $2 "
        "AND state IN ('waiting', 'done') "
        "AND (name ILIKE $5 OR reason ILIKE $5 OR problems::text ILIKE $5)) f "
        "WHERE $4 = '' OR outcome = $4 OR ($4 = 'waiting' AND state = 'waiting') "
        "ORDER BY outcome IS DISTINCT FROM 'failed', id LIMIT $6::int8 OFFSET $7::int8",
        (user_id, import_id, _NOT_READ, outcome, like, limit, offset),
    )


def recent(user_id: int, limit: int = 5) -> pd.DataFrame:
    """Batches that are in progress or ended in the last ten minutes, newest first: id, is_moving (in progress). Without
    re-read batches, which have their own page."""
    return store.read(
        "SELECT id, is_moving FROM (SELECT i.id, i.created_at, "
        "EXISTS (SELECT 1 FROM import_items t WHERE t.import_id = i.id AND t.state = 'waiting') "
        "OR EXISTS (SELECT 1 FROM uploads u WHERE u.import_id = i.id AND u.state = 'listing') AS is_moving, "
        "(SELECT max(finished_at) FROM import_items t WHERE t.import_id = i.id) AS ended FROM imports i "
        "WHERE i.user_id = $1 AND i.source <> 'reread' ORDER BY i.id DESC LIMIT 50) b WHERE is_moving "
        "OR coalesce(ended, created_at) > now() - interval '10 minutes' ORDER BY id DESC LIMIT $2::int8",
        (user_id, limit),
    )

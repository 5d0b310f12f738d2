"""Batches of files, and what became of each file."""

import pandas as pd

from milevault_core import store
from milevault_core.store.imports.reasons import WANTED


def counts(user_id: int, import_id: int) -> dict[str, int]:
    """How many items of a batch are in each state ("waiting", "done")."""
    rows = store.read(
        "SELECT state, count(*) AS n FROM import_items WHERE user_id = $1 AND import_id = $2 GROUP BY state",
        (user_id, import_id),
    )
    return dict(zip(rows["state"], (int(n) for n in rows["n"]), strict=True))


def items(user_id: int, import_id: int) -> pd.DataFrame:
    """Items of a batch in the order they came: id, name, state, outcome (None while waiting), activities (list of
    ids), days, reason, problems (JSON text), finished_at."""
    return store.read(
        "SELECT id, name, state, outcome, activities, days, reason, problems::text AS problems, finished_at "
        "FROM import_items WHERE user_id = $1 AND import_id = $2 ORDER BY id",
        (user_id, import_id),
    )


def batches(user_id: int) -> pd.DataFrame:
    """All batches, newest first: id, source, label, created_at, undo ("", asked, done), files, waiting, failed,
    activities (counts). Files that were stopped or undone before their turn do not count as failed. Re-read batches
    that only looked for changes are left out."""
    return store.read(
        "SELECT i.id, i.source, i.label, i.created_at, CASE WHEN undone_at IS NOT NULL THEN 'done' "
        "WHEN undo_asked_at IS NOT NULL THEN 'asked' ELSE '' END AS undo, count(t.id) AS files, "
        "count(t.id) FILTER (WHERE t.state = 'waiting') AS waiting, "
        "count(t.id) FILTER (WHERE t.outcome = 'failed' AND i.undo_asked_at IS NULL "
        "AND t.reason <> ALL(string_to_array($2, chr(31)))) AS failed, "
        "coalesce(sum(cardinality(t.activities)) FILTER (WHERE t.outcome IN ('imported', 'partial')), 0)::int8 "
        "AS activities FROM imports i LEFT JOIN import_items t ON t.import_id = i.id "
        "AND t.state IN ('waiting', 'done') "
        "WHERE i.user_id = $1 AND (i.source <> 'reread' OR i.scope->>'phase' = 'do') GROUP BY i.id ORDER BY i.id DESC",
        (user_id, "\x1f".join(WANTED)),
    )

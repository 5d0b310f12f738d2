"""What a user already has, for the plan of an import."""

from milevault_core import store


def sums_here(user_id: int, sums: list[bytes]) -> set[bytes]:
    """Those of the SHA-256 sums whose original has already become an activity."""
    found: set[bytes] = set()
    for at in range(0, len(sums), 5000):
        rows = store.read(
            "SELECT DISTINCT o.sha256 FROM original_files o JOIN activity_recordings r ON r.original_id = o.id "
            "AND r.user_id = o.user_id WHERE o.user_id = $1 AND o.sha256 = ANY ($2::bytea[])",
            (user_id, sums[at : at + 5000]),
        )
        found |= {bytes(value) for value in rows["sha256"]}
    return found


def last_import(user_id: int, enough: int) -> tuple[float, dict[str, tuple[int, float]]] | None:
    """The last import of at least `enough` files handed over at once: (seconds of work, kind (imports/estimate.py) ->
    (files, bytes)); None if there is none."""
    rows = store.read(_LAST_IMPORT, (user_id, enough))
    if rows.empty or not rows["seconds"].sum() > 0:
        return None
    read = {row.kind: (int(row.files), float(row.bytes)) for row in rows.itertuples()}
    return float(rows["seconds"].sum()), read


# The time between the ends of two files of a batch counts as work, at most 10 s: beyond that, the machine or the sender
# paused.
_LAST_IMPORT = """
WITH last AS (
    SELECT i.import_id FROM import_items i JOIN imports b ON b.id = i.import_id AND b.user_id = i.user_id
    WHERE i.user_id = $1 AND i.outcome IN ('imported', 'partial', 'merged') AND b.source IN ('page', 'command')
    GROUP BY i.import_id HAVING count(*) >= $2 ORDER BY max(i.finished_at) DESC LIMIT 1),
file AS (
    SELECT CASE WHEN i.name ILIKE '%.fit%' THEN 'fit' ELSE 'xml' END AS kind, o.size_bytes,
           least(10, extract(epoch FROM i.finished_at - lag(i.finished_at) OVER (ORDER BY i.finished_at))) AS seconds
    FROM import_items i JOIN last ON last.import_id = i.import_id
    JOIN original_files o ON o.id = i.original_id AND o.user_id = i.user_id
    WHERE i.user_id = $1 AND i.outcome IN ('imported', 'partial', 'merged'))
SELECT kind, count(*) AS files, sum(size_bytes)::float8 AS bytes, coalesce(sum(seconds), 0)::float8 AS seconds
FROM file GROUP BY kind
"""


def starts(user_id: int) -> list[tuple[float, float]]:
    """(start in seconds since 1970, elapsed seconds) of every activity, sorted by start."""
    rows = store.read(
        "SELECT extract(epoch FROM start_time)::float8 AS start, elapsed_s FROM activities WHERE user_id = $1 "
        "ORDER BY start_time",
        (user_id,),
    )
    return list(zip(rows["start"], rows["elapsed_s"], strict=True))

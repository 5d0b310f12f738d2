"""What of a user is here already: for the plan of an import."""

from milevault_core import store


def sums_here(user_id: int, sums: list[bytes]) -> set[bytes]:
    """Those of the sha256 sums that are of originals an activity was made from."""
    found: set[bytes] = set()
    for at in range(0, len(sums), 5000):
        rows = store.read(
            "SELECT DISTINCT o.sha256 FROM original_files o JOIN activity_recordings r ON r.original_id = o.id "
            "AND r.user_id = o.user_id WHERE o.user_id = $1 AND o.sha256 = ANY ($2::bytea[])",
            (user_id, sums[at : at + 5000]),
        )
        found |= {bytes(value) for value in rows["sha256"]}
    return found


def starts(user_id: int) -> list[tuple[float, float]]:
    """(start as seconds since 1970, elapsed seconds) of every activity, by start."""
    rows = store.read(
        "SELECT extract(epoch FROM start_time)::float8 AS start, elapsed_s FROM activities WHERE user_id = $1 "
        "ORDER BY start_time",
        (user_id,),
    )
    return list(zip(rows["start"], rows["elapsed_s"], strict=True))

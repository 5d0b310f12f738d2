"""The revision of a user's derived data."""

from milevault_core import store


def revision(user_id: int) -> int:
    """How often derived rows of the user have changed: the stamp of every cached view of them."""
    found = store.read("SELECT revision FROM derive_revisions WHERE user_id = $1", (user_id,))
    return int(found["revision"].iloc[0]) if len(found) else 0

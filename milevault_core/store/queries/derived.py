"""The revision of a user's derived data."""

from milevault_core import store


def revision(user_id: int) -> int:
    """How often the user's derived rows have changed; cached views of them are valid for one revision."""
    found = store.read("SELECT revision FROM derive_revisions WHERE user_id = $1", (user_id,))
    return int(found["revision"].iloc[0]) if len(found) else 0

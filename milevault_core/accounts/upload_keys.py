"""Keys with which phones and scripts hand over files: made and revoked on the Profile page, shown once."""

from milevault_core import store
from milevault_core.accounts import tokens
from milevault_core.formats.texts import straight
from milevault_core.store.imports import upload_tokens


def make(user_id: int, label: str) -> str:
    """A new key; this is the only time it is seen. Raises ValueError when there are too many."""
    key = tokens.random_token()
    with store.session() as session:
        if upload_tokens.count(session, user_id) >= upload_tokens.MOST:
            raise ValueError("You have too many keys; revoke one that you no longer use.")
        upload_tokens.add(session, user_id, straight(label).strip()[:80] or "Phone", key)
    return key


def revoke_all(user_id: int) -> int:
    """Revoke every key of a user; returns how many."""
    with store.session() as session:
        return upload_tokens.revoke_all(session, user_id)


def revoke(user_id: int, token_id: int) -> None:
    """Revoke a key. Raises LookupError when the user has no such key."""
    with store.session() as session:
        if not upload_tokens.revoke(session, user_id, token_id):
            raise LookupError("There is no such key.")

"""Keys with which phones and scripts upload files. They are created and revoked on the Profile page, and shown once."""

from milevault_core import store
from milevault_core.accounts import tokens
from milevault_core.formats.texts import straight
from milevault_core.store.imports import upload_tokens


def make(user_id: int, label: str) -> str:
    """A new key, which cannot be read again later. Raises ValueError if the user has too many."""
    key = tokens.random_token()
    with store.session() as session:
        if upload_tokens.count(session, user_id) >= upload_tokens.MOST:
            raise ValueError("You have too many keys; revoke one that you no longer use.")
        upload_tokens.add(session, user_id, straight(label).strip()[:80] or "Phone", key)
    return key


def revoke_all(user_id: int) -> int:
    """Revoke all keys of a user; returns how many there were."""
    with store.session() as session:
        return upload_tokens.revoke_all(session, user_id)


def revoke(user_id: int, token_id: int) -> None:
    """Revoke a key. Raises LookupError if the user has no such key."""
    with store.session() as session:
        if not upload_tokens.revoke(session, user_id, token_id):
            raise LookupError("There is no such key.")

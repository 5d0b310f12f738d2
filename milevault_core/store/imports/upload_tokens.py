"""Upload tokens (keys) of phones and scripts. Only the hash of a key is stored."""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 50  # keys per user


def add(session: Session, user_id: int, label: str, token: str) -> int:
    """Save the hash of a new key; returns its id."""
    return session.execute(
        text("INSERT INTO upload_tokens (user_id, label, token_hash) VALUES (:u, :l, :h) RETURNING id"),
        {"u": user_id, "l": label, "h": sum_of(token)},
    ).scalar_one()


def count(session: Session, user_id: int) -> int:
    query = "SELECT count(*) FROM upload_tokens WHERE user_id = :u"
    return session.execute(text(query), {"u": user_id}).scalar_one()


def revoke(session: Session, user_id: int, token_id: int) -> bool:
    query = "DELETE FROM upload_tokens WHERE user_id = :u AND id = :i RETURNING id"
    return session.execute(text(query), {"u": user_id, "i": token_id}).scalar() is not None


def revoke_all(session: Session, user_id: int) -> int:
    """Revoke every key of a user; returns how many."""
    query = "DELETE FROM upload_tokens WHERE user_id = :u RETURNING id"
    return len(session.execute(text(query), {"u": user_id}).all())


def owner(session: Session, token: str) -> tuple[int, int] | None:
    """(key's id, user's id) of a valid key, whose use is noted; None for anything else, and for the key of a disabled
    account."""
    row = session.execute(
        text(
            "UPDATE upload_tokens t SET last_used_at = now() FROM users u WHERE t.token_hash = :h AND u.id = t.user_id "
            "AND u.disabled_at IS NULL RETURNING t.id, t.user_id"
        ),
        {"h": sum_of(token)},
    ).one_or_none()
    return (row[0], row[1]) if row else None


def uploads_lately(session: Session, user_id: int, minutes: int) -> int:
    """How many batches came through a user's keys in the last `minutes`."""
    query = (
        "SELECT count(*) FROM imports WHERE user_id = :u AND source = 'upload' "
        "AND created_at > now() - :m * interval '1 minute'"
    )
    return session.execute(text(query), {"u": user_id, "m": minutes}).scalar_one()


def bytes_lately(session: Session, user_id: int, hours: int) -> int:
    """How many bytes were stored through a user's keys in the last `hours`, including unfinished archives."""
    query = (
        "SELECT coalesce((SELECT sum(octet_length(o.content)) FROM original_files o WHERE o.user_id = :u AND o.id IN ("
        "SELECT t.original_id FROM import_items t JOIN imports b ON b.id = t.import_id WHERE b.user_id = :u "
        "AND b.source = 'upload' AND b.created_at > now() - :h * interval '1 hour')), 0) + "
        "coalesce((SELECT sum(received_bytes) FROM uploads WHERE user_id = :u AND source = 'upload' "
        "AND created_at > now() - :h * interval '1 hour'), 0)"
    )
    return int(session.execute(text(query), {"u": user_id, "h": hours}).scalar_one())


def sum_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

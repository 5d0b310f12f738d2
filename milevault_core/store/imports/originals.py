"""Original files: the bytes as they came, kept once per user and content."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from isal import isal_zlib
from sqlalchemy.orm import Session

from milevault_core.formats import MAX_BYTES, archive
from milevault_core.store import engine

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Original:
    id: int
    name: str
    data: bytes  # as it came


def keep(session: Session, user_id: int, name: str, data: bytes) -> int:
    """Save a file; returns its row's id, an existing one if this user already has the same content.

    A `.gz` and its content are the same file: sha256 is that of the content. isal writes what zlib can read; compared
    with zlib's level 1, the result is 7 % larger for FIT and smaller for XML, in a sixth of the time. With zlib this
    was the most expensive part of an import.
    """
    # A damaged file or a decompression bomb is kept as it is; reading it will report what is wrong.
    unpacked = archive.sum_of_gzip(data, MAX_BYTES) if data[:2] == _GZIP else None
    encoding, content = ("gzip", data) if unpacked else ("zlib", b"")
    sha256, size = unpacked or (hashlib.sha256(data).digest(), len(data))
    connection = engine.raw(session)  # plain statements: this is the import's hot path
    row = {"u": user_id, "sha256": sha256, "name": name, "encoding": encoding, "size": size}
    # Look first: inserting a duplicate would compress and send the bytes for nothing. If two arrive at the same time,
    # the unique key decides.
    if known := connection.execute(_SAME, row).fetchone():
        return known[0]
    row["content"] = content or isal_zlib.compress(data, 1)
    found = connection.execute(_INSERT, row).fetchone() or connection.execute(_SAME, row).fetchone()
    assert found is not None
    return found[0]


# The lock keeps a concurrent undo from removing the original before the new item exists.
_SAME = "SELECT id FROM original_files WHERE user_id = %(u)s AND sha256 = %(sha256)s FOR KEY SHARE"
_INSERT = """
INSERT INTO original_files (user_id, sha256, name, encoding, size_bytes, content)
VALUES (%(u)s, %(sha256)s, %(name)s, %(encoding)s, %(size)s, %(content)s)
ON CONFLICT (user_id, sha256) DO NOTHING RETURNING id
"""


def take(session: Session, user_id: int, name: str, data: bytes) -> Original:
    """Save a file and lock its row, like `fetch` with `lock`, but without reading back what was just written."""
    original_id = keep(session, user_id, name, data)
    query = "SELECT id FROM original_files WHERE user_id = %s AND id = %s FOR UPDATE"
    engine.raw(session).execute(query, (user_id, original_id))
    return Original(original_id, name, data)


def fetch(session: Session, user_id: int, original_id: int, lock: bool = False) -> Original | None:
    """One of the user's originals, or None. `lock` locks its row, so two imports of one file wait for each other."""
    query = "SELECT id, name, encoding, content FROM original_files WHERE user_id = %s AND id = %s"
    cursor = engine.raw(session).cursor(binary=True)  # otherwise the bytes would come as hex
    row = cursor.execute(f"{query} FOR UPDATE" if lock else query, (user_id, original_id)).fetchone()
    if row is None:
        return None
    number, name, encoding, content = row
    return Original(number, name, content if encoding == "gzip" else isal_zlib.decompress(content))


def hold_items(session: Session, user_id: int, originals: Sequence[int]) -> None:
    """Lock the items of originals, before the originals are locked and perhaps deleted: workers lock an item before its
    original, and deleting an original changes its items."""
    engine.raw(session).execute(
        "SELECT 1 FROM import_items WHERE user_id = %s AND original_id = ANY(%s) ORDER BY id FOR UPDATE",
        (user_id, list(originals)),
    )

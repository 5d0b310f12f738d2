"""Original files: the bytes as they came, kept once per user and content."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from milevault_core.store.models import OriginalFile

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Original:
    id: int
    name: str
    data: bytes  # as it came


def keep(session: Session, user_id: int, name: str, data: bytes) -> int:
    """Keep a file; the id of the row, an older one if this user already has the same content.

    A `.gz` and its content are the same file: sha256 is of the content. zlib level 1 costs 2 % of size and is
    two to three times faster than the default.
    """
    encoding, content, unpacked = "zlib", b"", data
    if data[:2] == _GZIP:
        try:
            unpacked = _gunzip(data)
            encoding, content = "gzip", data
        except (OSError, EOFError, zlib.error, ValueError):
            pass  # damaged or a bomb: kept as it is, reading it will say what is wrong
    sha256 = hashlib.sha256(unpacked).digest()
    row = {
        "user_id": user_id, "sha256": sha256, "name": name, "encoding": encoding, "size_bytes": len(unpacked),
        "content": content or zlib.compress(data, 1),
    }  # fmt: skip
    # Look first: an insert that meets its twin would have compressed and sent the bytes for nothing, but only
    # the unique key decides when two come at once.
    # The lock keeps an undo that runs at the same time from taking it away before the new item stands.
    same = select(OriginalFile.id).filter_by(user_id=user_id, sha256=sha256)
    same = same.with_for_update(read=True, key_share=True)
    known = session.scalar(same)
    if known is not None:
        return known
    statement = insert(OriginalFile).values(row).on_conflict_do_nothing(index_elements=["user_id", "sha256"])
    new = session.scalar(statement.returning(OriginalFile.id))
    return new if new is not None else session.scalars(same).one()


def take(session: Session, user_id: int, name: str, data: bytes) -> Original:
    """Keep a file and hold its row, as `fetch` with `lock` does, without reading back what was just written."""
    original_id = keep(session, user_id, name, data)
    session.execute(select(OriginalFile.id).filter_by(user_id=user_id, id=original_id).with_for_update())
    return Original(original_id, name, data)


def fetch(session: Session, user_id: int, original_id: int, lock: bool = False) -> Original | None:
    """One of the user's originals, or None. `lock` holds its row: two imports of one file wait for each other."""
    query = select(OriginalFile).filter_by(user_id=user_id, id=original_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        return None
    data = row.content if row.encoding == "gzip" else zlib.decompress(row.content)
    return Original(row.id, row.name, data)


def _gunzip(data: bytes) -> bytes:
    from milevault_core.formats import MAX_BYTES

    reader = zlib.decompressobj(47)
    unpacked = reader.decompress(data, MAX_BYTES + 1)
    if len(unpacked) > MAX_BYTES:
        raise ValueError("too large")
    return unpacked if reader.eof and not reader.unused_data else gzip.decompress(data)

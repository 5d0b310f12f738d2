"""Which files of the watched folder have been imported."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from milevault_core.store import engine


@contextmanager
def alone() -> Iterator[bool]:
    """A block that yields whether no other process is scanning the folder; if so, none will until it ends."""
    with engine.session() as session:
        yield bool(
            session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('watched folder'))")).scalar()
        )


def known(user_id: int) -> dict[str, tuple[int, int]]:
    """path -> (size, modification time in ns) of the files imported for a user."""
    with engine.session() as session:
        rows = session.execute(
            text("SELECT path, size_bytes, modified_ns FROM watched_files WHERE user_id = :u"), {"u": user_id}
        )
        return {path: (size, modified) for path, size, modified in rows}


def remember(user_id: int, path: str, stamp: tuple[int, int], import_id: int) -> None:
    """Note that a file of the watched folder was imported. stamp: its size and modification time in ns."""
    with engine.session() as session:
        session.execute(
            text(
                "INSERT INTO watched_files (user_id, path, size_bytes, modified_ns, import_id) "
                "SELECT user_id, :p, :s, :m, id FROM imports WHERE user_id = :u AND id = :i "
                "ON CONFLICT (user_id, path) DO UPDATE SET "
                "size_bytes = :s, modified_ns = :m, import_id = :i, taken_at = now()"
            ),
            {"u": user_id, "p": path, "s": stamp[0], "m": stamp[1], "i": import_id},
        )

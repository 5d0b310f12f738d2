"""What of the watched folder was taken."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from milevault_core.store import engine


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other process looks into the folder; as long as the block lasts, none will."""
    with engine.session() as session:
        yield bool(
            session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('watched folder'))")).scalar()
        )


def known(user_id: int) -> dict[str, tuple[int, int]]:
    """path -> (size, time of change in ns) of what was taken for a user."""
    with engine.session() as session:
        rows = session.execute(
            text("SELECT path, size_bytes, modified_ns FROM watched_files WHERE user_id = :u"), {"u": user_id}
        )
        return {path: (size, modified) for path, size, modified in rows}


def remember(user_id: int, path: str, stamp: tuple[int, int], import_id: int) -> None:
    with engine.session() as session:
        session.execute(
            text(
                "INSERT INTO watched_files (user_id, path, size_bytes, modified_ns, import_id) "
                "VALUES (:u, :p, :s, :m, :i) ON CONFLICT (user_id, path) DO UPDATE SET "
                "size_bytes = :s, modified_ns = :m, import_id = :i, taken_at = now()"
            ),
            {"u": user_id, "p": path, "s": stamp[0], "m": stamp[1], "i": import_id},
        )

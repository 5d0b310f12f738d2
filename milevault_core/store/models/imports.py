"""Imported data: original files, batches, and what became of each file."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class OriginalFile(Base):
    """The bytes of a file as they came, once per user and content. `sha256` is that of the unpacked content, so a file
    and its .gz are the same; `content` is zlib, or the .gz itself if it came as one (see `encoding`)."""

    __tablename__ = "original_files"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    sha256: Mapped[bytes]
    name: Mapped[str]
    encoding: Mapped[str]  # zlib | gzip
    size_bytes: Mapped[int] = mapped_column(BigInteger)  # unpacked
    content: Mapped[bytes]
    received_at: Mapped[datetime] = now_column()
    __table_args__ = (UniqueConstraint("user_id", "sha256"),)


class Import(Base):
    """A batch: what a user handed over at one time."""

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    source: Mapped[str]  # page | command | upload | folder | garmin | demo
    label: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = now_column()
    undo_asked_at: Mapped[datetime | None]  # from then on it counts as empty; a job undoes it
    undone_at: Mapped[datetime | None]  # all of it is undone; the row and its items stay as the log
    scope: Mapped[dict] = mapped_column(server_default="{}")  # of a re-read batch: what it covers
    __table_args__ = (Index(None, "user_id"),)


class ImportItem(Base):
    """One file of a batch and what became of it."""

    __tablename__ = "import_items"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(Integer, ForeignKey("imports.id", ondelete=CASCADE))
    user_id: Mapped[int] = user_column()
    name: Mapped[str]
    original_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("original_files.id", ondelete="SET NULL")
    )
    about: Mapped[dict] = mapped_column(
        server_default="{}"
    )  # what the archive says about the file, besides its bytes
    # A member of an archive becomes an original only when it is imported; until then it is read from the archive.
    upload_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("uploads.id", ondelete="SET NULL"))
    place: Mapped[dict | None]  # listing.Place
    claim: Mapped[int | None] = mapped_column(BigInteger)  # the job that works through it
    # waiting | done; looking | looked while reading again (store/imports/reprocess_files.py)
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    # imported | partial | merged | duplicate | not_activity | health | photo | left_out | failed; None while waiting
    outcome: Mapped[str | None]
    activities: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    days: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default="{}")
    reason: Mapped[str] = mapped_column(server_default="")
    problems: Mapped[list] = mapped_column(server_default="[]")
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "import_id", "state"),
        Index(None, "user_id"),
        Index(None, "original_id"),
        Index(None, "upload_id"),
        Index("import_items_waiting_idx", "import_id", "id", postgresql_where=text("state = 'waiting'")),
    )

"""Archives while they are received and imported, tokens for uploads from phones, and files of the watched folder."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, UserId, now_column, user_column


class Upload(Base):
    """An archive, in pieces, until its import is finished or it is discarded."""

    __tablename__ = "uploads"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    # Of an archive inside another one, which is unpacked so that its members can be read directly.
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("uploads.id", ondelete=CASCADE))
    import_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("imports.id", ondelete=CASCADE))
    name: Mapped[str]
    key: Mapped[str] = mapped_column(server_default="")  # by which a browser finds it to continue the upload
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    # receiving | looking | planned | listing | importing | inner | failed
    state: Mapped[str] = mapped_column(server_default="receiving")
    source: Mapped[str] = mapped_column(server_default="page")  # of its import
    looked_at: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # files, while looking through
    to_look_at: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    plan: Mapped[dict] = mapped_column(server_default="{}")
    reason: Mapped[str] = mapped_column(server_default="")  # why it failed
    created_at: Mapped[datetime] = now_column()
    changed_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id"), Index(None, "parent_id"), Index(None, "import_id"))


class UploadChunk(Base):
    """One megabyte of an archive."""

    __tablename__ = "upload_chunks"
    upload_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("uploads.id", ondelete=CASCADE), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    data: Mapped[bytes]


class UploadNote(Base):
    """What an archive's list says about an activity that it identifies only by its start (Garmin)."""

    __tablename__ = "upload_notes"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    upload_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("uploads.id", ondelete=CASCADE))
    start_time: Mapped[datetime]
    duration_s: Mapped[float]
    about: Mapped[dict]
    __table_args__ = (Index(None, "upload_id", "start_time"),)


class UploadToken(Base):
    """A token that lets a phone or a script upload files for a user, and nothing else. Only its hash is stored."""

    __tablename__ = "upload_tokens"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    label: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = now_column()
    last_used_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "user_id"),)


class WatchedFile(Base):
    """A file of the watched folder that was imported; the folder itself is never changed."""

    __tablename__ = "watched_files"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    import_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("imports.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime] = now_column()

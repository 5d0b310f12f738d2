"""Exports of all of a user's data, until they are downloaded or expire."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class Export(Base):
    """A user's export; each user has at most one. Not in backups."""

    __tablename__ = "exports"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="asked")  # asked | making | ready | failed
    asked_at: Mapped[datetime] = now_column()
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # so far, if not finished
    unfinished: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # files that are not in it yet
    reason: Mapped[str] = mapped_column(server_default="")  # why it failed


class ExportChunk(Base):
    """One megabyte of an export."""

    __tablename__ = "export_chunks"
    export_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("exports.id", ondelete=CASCADE), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    data: Mapped[bytes]

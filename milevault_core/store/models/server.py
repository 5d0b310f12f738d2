"""What the server records about itself."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import Base, now_column


class BackupRun(Base):
    """A backup, or the proof of one: asked for, running or ended. Not in backups itself."""

    __tablename__ = "backup_runs"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str]  # backup | proof
    occasion: Mapped[str]  # nightly | weekly | page | command
    state: Mapped[str]  # asked | running | done | failed
    asked_at: Mapped[datetime] = now_column()
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    file: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime | None]  # the moment whose data the backup holds
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(server_default="")  # why it failed, for the user


class ServerSetting(Base):
    """What an administrator has set in the app; it takes precedence over the environment."""

    __tablename__ = "server_settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

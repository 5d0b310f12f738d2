"""Who may come in: users, their sessions, links that work once, failed sign-ins."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)  # lower case
    password_hash: Mapped[str]  # bcrypt
    is_admin: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    time_zone: Mapped[str] = mapped_column(server_default="UTC")  # IANA name
    units: Mapped[str] = mapped_column(server_default="metric")  # metric | imperial
    created_at: Mapped[datetime] = now_column()
    disabled_at: Mapped[datetime | None]


class Session(Base):
    """A browser that is signed in. The cookie holds the token, the table its SHA-256."""

    __tablename__ = "sessions"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    created_at: Mapped[datetime] = now_column()
    last_seen_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (Index(None, "user_id"),)


class OneTimeToken(Base):
    """A link that works once: purpose is sign_in (from the form to the cookie) or first_account."""

    __tablename__ = "one_time_tokens"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE))
    next_url: Mapped[str] = mapped_column(server_default="/")
    expires_at: Mapped[datetime]


class LoginAttempt(Base):
    """Failed sign-ins in a row, by user name ("user:ada") and by address ("address:203.0.113.7")."""

    __tablename__ = "login_attempts"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_failed_at: Mapped[datetime] = now_column()

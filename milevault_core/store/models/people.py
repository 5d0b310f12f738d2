"""Users, their sessions, one-time links, second steps of signing in, and failed sign-ins."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, text
from sqlalchemy import Identity as Numbered
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(Integer, Numbered(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)  # lower case
    password_hash: Mapped[str]  # bcrypt
    is_admin: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    time_zone: Mapped[str] = mapped_column(server_default="UTC")  # IANA name
    units: Mapped[str] = mapped_column(server_default="metric")  # metric | imperial
    date_format: Mapped[str] = mapped_column(server_default="day")  # day | month | iso
    week_start: Mapped[str] = mapped_column(server_default="monday")  # monday | sunday | saturday
    clock: Mapped[str] = mapped_column(server_default="24h")  # 24h | 12h
    currency: Mapped[str] = mapped_column(server_default="")  # "EUR", "€"; "": none
    created_at: Mapped[datetime] = now_column()
    disabled_at: Mapped[datetime | None]
    deletion_asked_at: Mapped[datetime | None]  # by the user; a worker deletes the account


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
    """A link that works once: purpose is sign_in (from the form to the cookie), first_account, invitation,
    invitation_admin or reset. Also known browsers (purpose known_browser), whose token is not used up."""

    __tablename__ = "one_time_tokens"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE))
    next_url: Mapped[str] = mapped_column(server_default="/")
    expires_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(server_default="")  # who the administrator made it for
    made_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE))
    created_at: Mapped[datetime] = now_column()


class TwoFactor(Base):
    """Codes of an authenticator app as the second step of signing in."""

    __tablename__ = "two_factor"
    user_id: Mapped[int] = user_column(primary_key=True)
    sealed: Mapped[bytes]  # the secret, encrypted by accounts/vault.py
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # a code works once
    created_at: Mapped[datetime] = now_column()


class RecoveryCode(Base):
    """The SHA-256 of a code that works once instead of the app's."""

    __tablename__ = "recovery_codes"
    user_id: Mapped[int] = user_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)


class Identity(Base):
    """A user's account at an identity provider. Only issuer and subject identify it, never the e-mail address."""

    __tablename__ = "identities"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    created_at: Mapped[datetime] = now_column()
    last_used_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "user_id"),)


class DeletedAccount(Base):
    """An account that its owner deleted: if an older backup brings it back, it is deleted again."""

    __tablename__ = "deleted_accounts"
    user_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = now_column()


class LoginAttempt(Base):
    """Failed sign-ins in a row, by the keys that accounts/throttle.py counts ("user:ada@203.0.113.7", "browser:…")."""

    __tablename__ = "login_attempts"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_failed_at: Mapped[datetime] = now_column()

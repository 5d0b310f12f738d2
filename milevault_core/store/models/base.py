"""What all tables share: the base class, the names of constraints, common columns."""

from datetime import date, datetime
from numbers import Integral

from sqlalchemy import (
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CASCADE = "CASCADE"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own interface)
        datetime: DateTime(timezone=True),
        date: Date,
        str: Text,
        float: Double,
        bytes: LargeBinary,
        dict: JSONB,
        list: JSONB,
    }


class UserId(TypeDecorator):
    """A user's id in a statement; refuses bool, because PostgreSQL would take True for user 1."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if isinstance(value, bool) or not isinstance(value, Integral | None):
            raise TypeError(f"not a user's id: {value!r}")
        return value


def now_column() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True), server_default=func.now())


def user_column(**options) -> Mapped[int]:
    return mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), **options)


def activity_column(**options) -> Mapped[int]:
    return mapped_column(Integer, ForeignKey("activities.id", ondelete=CASCADE), **options)

"""The signed-in user, as the pages see them."""

from dataclasses import dataclass
from typing import Any

from milevault_core.store.models import User


@dataclass(frozen=True)
class Account:
    """A user and their display settings. Holds no secret."""

    id: int
    username: str
    is_admin: bool
    time_zone: str  # IANA name
    units: str  # metric | imperial
    date_format: str = "day"  # one of rules.DATE_FORMATS
    week_start: str = "monday"  # one of rules.WEEK_STARTS
    clock: str = "24h"  # one of rules.CLOCKS
    currency: str = ""  # "EUR", "€"


# In the order of Account's fields. Typed as Any, because SQLAlchemy has no row type for so many columns.
COLUMNS: tuple[Any, ...] = (
    User.id,
    User.username,
    User.is_admin,
    User.time_zone,
    User.units,
    User.date_format,
    User.week_start,
    User.clock,
    User.currency,
)

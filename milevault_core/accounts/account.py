"""Who is signed in, as the pages know that person."""

from dataclasses import dataclass

from milevault_core.store.models import User


@dataclass(frozen=True)
class Account:
    """A user, and how that person wants to see things. Holds no secret."""

    id: int
    username: str
    is_admin: bool
    time_zone: str  # IANA name
    units: str  # metric | imperial


COLUMNS = (User.id, User.username, User.is_admin, User.time_zone, User.units)  # in the order of Account

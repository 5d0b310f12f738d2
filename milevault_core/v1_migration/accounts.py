"""Users with their bcrypt hashes, so that people can sign in here with their old password."""

import re
from dataclasses import dataclass
from typing import Any

from milevault_core.accounts import rules, users
from milevault_core.v1_migration.user_map import SKIP

_BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")


@dataclass
class Person:
    """A user of the first MileVault. name: their user name here, "" if they are not imported (`why` says why)."""

    old_id: Any
    old_name: str
    name: str
    password_hash: str = ""  # "" if the old one is not a bcrypt hash
    is_admin: bool = False
    time_zone: str = "UTC"
    units: str = "metric"
    why: str = ""


def people(rows: list[dict[str, Any]], mapping: dict[str, str]) -> list[Person]:
    """All users of the old database, with the names that the user map gives them."""
    found: list[Person] = []
    taken: dict[str, str] = {}
    for row in rows:
        old_name = str(row["name"] or "").strip()
        person = Person(row["id"], old_name, mapping.get(old_name, ""))
        found.append(person)
        if person.name == SKIP:
            person.name, person.why = "", "skipped, as the user map says"
            continue
        try:
            person.name = person.name or rules.username(old_name)
        except rules.Refused as refused:
            person.why = f"{refused} Give a name in the user map: {old_name} = NAME"
            continue
        if person.name in taken:
            person.why = (
                f"{taken[person.name]} is called {person.name} already. Give another name in the user map"
            )
            person.name = ""
            continue
        taken[person.name] = old_name
        _take_over(person, row)
    return found


def _take_over(person: Person, row: dict[str, Any]) -> None:
    """Take over a user's properties that are valid here."""
    hashed = str(row["password_hash"] or "")
    person.password_hash = hashed if _BCRYPT.fullmatch(hashed) else ""
    person.is_admin = row["is_admin"] is True
    if row["time_zone"] in rules.time_zones():
        person.time_zone = row["time_zone"]
    if row["units"] in rules.UNITS:
        person.units = row["units"]


def bring(person: Person) -> tuple[int, str]:
    """Find the account of a person, or create one if there is none with that name; returns (id, what was done)."""
    known = users.by_username(person.name)
    if known is not None:
        return known.id, "this account exists: their files go to it, and its password stays"
    account = users.bring(
        person.name,
        person.password_hash,
        is_admin=person.is_admin,
        time_zone=person.time_zone,
        units=person.units,
    )
    words = "made, with the same password" if person.password_hash else (
        f"made, but its old password cannot be taken over: manage.py user password {person.name}"
    )  # fmt: skip
    return account.id, words + ("; an administrator" if person.is_admin else "")

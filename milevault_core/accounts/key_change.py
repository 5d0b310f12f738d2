"""After SECRET_KEY has changed: encrypt all secrets again with the new key. Each row has its own transaction: if the
run is interrupted, every row can be decrypted with the old or the new key, and a second run does the rest."""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, Text, column, select, table, update
from sqlalchemy.sql.expression import ColumnClause, TableClause

from milevault_core import store
from milevault_core.accounts import vault


@dataclass(frozen=True)
class Place:
    """Where a sealed secret is stored: its column, and the key column, which tells the row and its user."""

    name: str  # for the operator
    table: str
    key: str
    sealed: str
    purpose: str
    only: object = None  # key of the only row, in a table of names and values; base64, of no user


# tests/accounts/test_key_change.py checks that every purpose is listed here.
PLACES = (
    Place("two-factor secrets", "two_factor", "user_id", "sealed", "two-factor secret"),
    Place("Garmin tokens", "garmin_connect_configs", "user_id", "token", "garmin token"),
    Place("sign-ins at Garmin under way", "garmin_sign_ins", "user_id", "sealed", "garmin sign-in"),
    Place(
        "secret of the identity provider",
        "server_settings",
        "name",
        "value",
        "oidc client secret",
        "oidc_secret",
    ),
)


@dataclass
class Counts:
    """How many secrets of one place were sealed again, were up to date, or could not be opened."""

    again: int = 0  # sealed under the new key now
    already: int = 0
    lost: int = 0  # sealed with a key we do not have; left as it is


def seal_again(told: Callable[[Place, Counts], None] = lambda place, counts: None) -> dict[str, Counts]:
    """Seal everything again that SECRET_KEY did not seal; returns the counts by place name. Raises vault.NoKey."""
    if not vault.is_ready():
        vault.seal(0, "nothing", "")  # raises NoKey, which says why
    found = {}
    for place in PLACES:
        counts = found[place.name] = Counts()
        for key in _rows(place):
            _seal_one(place, key, counts)
        told(place, counts)
    return found


def _parts(place: Place) -> tuple[TableClause, ColumnClause[Any], ColumnClause[Any]]:
    key: ColumnClause[Any] = column(place.key)
    sealed: ColumnClause[Any] = column(place.sealed, Text if place.only else LargeBinary)
    return table(place.table, key, sealed), key, sealed


def _rows(place: Place) -> Iterator[object]:
    rows, key, sealed = _parts(place)
    query = select(key).select_from(rows).where(sealed.is_not(None)).order_by(key)
    if place.only:
        query = query.where(key == place.only)
    with store.session() as opened:
        yield from opened.scalars(query).all()


def _seal_one(place: Place, which: object, counts: Counts) -> None:
    rows, key, sealed = _parts(place)
    with store.session() as opened:
        # Locked, so that a token which Garmin renews meanwhile is not overwritten with the old one.
        value = opened.scalar(select(sealed).select_from(rows).where(key == which).with_for_update())
        if value is None:
            return
        user_id = 0 if place.only else int(str(which))
        try:
            seal = base64.b64decode(value) if place.only else bytes(value)
            if not vault.is_under_an_old_key(seal):
                vault.unseal(user_id, place.purpose, seal)
                counts.already += 1
                return
            fresh = vault.seal(user_id, place.purpose, vault.unseal(user_id, place.purpose, seal))
        except (vault.CannotUnseal, binascii.Error):
            counts.lost += 1
            return
        new = base64.b64encode(fresh).decode() if place.only else fresh
        opened.execute(update(rows).where(key == which).values({place.sealed: new}))
        counts.again += 1

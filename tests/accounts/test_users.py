"""Accounts: creating, changing and disabling them."""

import pytest

from milevault_core.accounts import sessions, sign_in, users
from milevault_core.accounts.rules import Refused
from milevault_core.store.engine import Database

GOOD, NEW = "correct horse 7", "another horse 8"
BROWSER = "B" * 43


def test_create_and_find(database: Database) -> None:
    made = users.create("Ann", GOOD, time_zone="Europe/Vienna", units="imperial")
    assert (made.username, made.is_admin, made.time_zone, made.units) == (
        "ann",
        False,
        "Europe/Vienna",
        "imperial",
    )
    assert users.by_username(" ANN ") == made
    assert users.by_username("bob") is None
    assert "horse" not in repr(made)


def test_a_name_is_taken_whatever_its_case(database: Database) -> None:
    users.create("ann", GOOD)
    with pytest.raises(Refused, match="already a user called ann"):
        users.create("ANN", NEW)


def test_new_password_ends_every_session(database: Database) -> None:
    ann = users.create("ann", GOOD)
    bob = users.create("bob", GOOD)
    tokens = [sessions.create(ann.id), sessions.create(ann.id)]
    bobs = sessions.create(bob.id)
    waiting = sign_in.ticket(ann.id, BROWSER)
    with pytest.raises(Refused, match="old password"):
        users.change_password(ann.id, NEW, NEW)
    with pytest.raises(Refused, match="too short"):
        users.change_password(ann.id, GOOD, "short")
    assert all(sessions.user_of(token) == ann for token in tokens)
    users.change_password(ann.id, GOOD, NEW)
    assert [sessions.user_of(token) for token in tokens] == [None, None]
    assert sign_in.redeem_ticket(waiting, BROWSER) is None
    assert sessions.user_of(bobs) == bob
    assert sign_in.check("ann", NEW) == ann.id


def test_a_disabled_user_is_out_at_once_and_does_not_come_in(database: Database) -> None:
    ann = users.create("ann", GOOD)
    token = sessions.create(ann.id)
    users.disable(ann.id)
    assert sessions.user_of(token) is None
    assert sign_in.check("ann", GOOD) is None
    assert sign_in.redeem_ticket(sign_in.ticket(ann.id, BROWSER), BROWSER) is None
    users.enable(ann.id)
    assert sessions.user_of(token) is None, "an old session does not come back"


def test_view_settings(database: Database) -> None:
    ann = users.create("ann", GOOD)
    users.set_view(ann.id, time_zone="Asia/Tokyo", units="imperial")
    found = users.by_username("ann")
    assert found is not None
    assert (found.time_zone, found.units) == ("Asia/Tokyo", "imperial")
    with pytest.raises(Refused):
        users.set_view(ann.id, time_zone="Nowhere", units="metric")

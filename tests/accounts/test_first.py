"""The first account, and tokens that work once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import first, oidc_attempts, sign_in, tokens, users
from milevault_core.accounts.rules import Refused
from milevault_core.config import ConfigError, Settings
from milevault_core.store.engine import Database

GOOD = "correct horse 7"
BROWSER = "B" * 43
VIEW = {"time_zone": "Europe/Vienna", "units": "metric"}


def new_token() -> str:
    link = first.link("http://127.0.0.1:8501/")
    assert link is not None
    assert link.startswith("http://127.0.0.1:8501/setup?t=")
    return link.partition("t=")[2]


def test_the_link_makes_an_administrator_once(database: Database) -> None:
    token, second = new_token(), new_token()
    assert first.is_missing()
    assert first.is_valid(token)
    made = first.create(token, "Ann", GOOD, **VIEW)
    assert (made.username, made.is_admin, made.time_zone) == ("ann", True, "Europe/Vienna")
    for used in (token, second):
        assert not first.is_valid(used)
        with pytest.raises(Refused, match="no longer works"):
            first.create(used, "eve", GOOD, **VIEW)
    assert first.link("http://127.0.0.1") is None
    assert not first.is_missing()


def test_a_refused_form_leaves_the_link_as_it_was(database: Database) -> None:
    token = new_token()
    with pytest.raises(Refused, match="too short"):
        first.create(token, "ann", "short", **VIEW)
    assert first.is_valid(token)
    assert first.create(token, "ann", GOOD, **VIEW).is_admin


def test_no_other_token_will_do(database: Database) -> None:
    new_token()
    for token in (None, "", "A" * 43, "x" * 100_000, "\0"):
        assert not first.is_valid(token)
        with pytest.raises(Refused):
            first.create(token, "eve", GOOD, **VIEW)
    assert first.is_missing()


def test_a_token_for_something_else_is_no_link(user: int) -> None:
    attempt = oidc_attempts.begin(user, "/")
    with store.session() as session:
        for token in (attempt, sign_in.ticket(user, BROWSER)):
            assert not tokens.is_valid(session, "first_account", token)
        assert tokens.is_valid(session, "oidc", attempt), "the control"


def test_the_link_ends_after_a_day_or_when_there_is_a_user(database: Database) -> None:
    token = new_token()
    with store.session() as session:
        left = session.execute(
            text("SELECT extract(epoch FROM expires_at - now()) FROM one_time_tokens")
        ).scalar_one()
        assert 86_300 < float(left) <= 86_400
    users.create("ann", GOOD)
    assert not first.is_valid(token)


def test_of_several_at_once_one_makes_the_account(database: Database) -> None:
    links = [new_token() for _ in range(4)]

    def make(number: int) -> bool:
        try:
            first.create(links[number], f"user{number}", GOOD, **VIEW)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == [False, False, False, True]


def test_a_ticket_works_once_within_half_a_minute(user: int) -> None:
    ticket = sign_in.ticket(user, BROWSER)
    with ThreadPoolExecutor(8) as pool:
        opened = [r for r in pool.map(lambda _: sign_in.redeem_ticket(ticket, BROWSER), range(8)) if r]
    assert len(opened) == 1
    late = sign_in.ticket(user, BROWSER)
    with store.session() as session:
        session.execute(text("UPDATE one_time_tokens SET expires_at = expires_at - interval '30 s'"))
    assert sign_in.redeem_ticket(late, BROWSER) is None


def test_a_ticket_is_used_up_by_its_own_browser_alone(user: int) -> None:
    ticket = sign_in.ticket(user, BROWSER)
    for word in ("C" * 43, "", None, 7, ticket, "B" * 42, "ä" * 43):
        assert sign_in.redeem_ticket(ticket, word) is None
    for other in (BROWSER, None, ""):
        assert sign_in.redeem_ticket(other, ticket) is None
    assert sign_in.redeem_ticket(ticket, BROWSER) is not None


def test_admin_password_makes_the_first_account_only(database: Database) -> None:
    assert not first.seed_admin(Settings())
    assert first.seed_admin(Settings(admin_password=GOOD))
    found = users.by_username("admin")
    assert found is not None
    assert found.is_admin
    assert not first.seed_admin(Settings(admin_username="eve", admin_password="another horse 8"))
    assert users.by_username("eve") is None
    assert sign_in.check("admin", GOOD) == found.id


def test_a_weak_admin_password_is_refused_by_its_name(database: Database) -> None:
    for weak in ("admin", "changeme", "Password123!", "x" * 73):
        with pytest.raises(ConfigError, match="ADMIN_PASSWORD"):
            first.seed_admin(Settings(admin_password=weak))
    assert first.is_missing()

"""Failed sign-ins cause delays."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import known_browsers, sessions, sign_in, throttle, users
from milevault_core.accounts.rules import Refused
from milevault_core.store.engine import Database

GOOD = "correct horse 7"
BROWSER = "B" * 43


def failures(key: str) -> int:
    with store.session() as session:
        query = text("SELECT coalesce(max(failures), 0) FROM login_attempts WHERE key = :k")
        return session.execute(query, {"k": key}).scalar_one()


def let_pass(seconds: float) -> None:
    """Act as if this much time had passed since the last attempt."""
    with store.session() as session:
        query = text("UPDATE login_attempts SET last_failed_at = last_failed_at - :s * interval '1 s'")
        session.execute(query, {"s": seconds})


def test_the_delay_doubles_up_to_a_minute(database: Database) -> None:
    by = throttle.keys("ann", None)
    assert throttle.attempt(by)
    for number, delay in enumerate([1, 2, 4, 8, 16, 32, 60, 60, 60], 1):
        with store.session() as session:  # as if all of these had been let through
            session.execute(text("UPDATE login_attempts SET failures = :n"), {"n": number})
        let_pass(delay - 0.5)
        assert not throttle.attempt(by), delay
        with store.session() as session:
            session.execute(text("UPDATE login_attempts SET failures = :n"), {"n": number})
        let_pass(0.5)
        assert throttle.attempt(by), delay


def test_fifty_at_once_count_fifty_and_one_is_let_in(database: Database) -> None:
    by = throttle.keys("ann", None)
    with ThreadPoolExecutor(16) as pool:
        let_in = list(pool.map(lambda _: throttle.attempt(by), range(50)))
    assert failures("user:ann") == 50
    assert let_in.count(True) == 1


def test_who_does_not_wait_does_not_prolong_the_wait(database: Database) -> None:
    """Otherwise anyone could lock anyone out forever."""
    by = throttle.keys("ann", None)
    for _ in range(30):
        throttle.attempt(by)
    let_pass(60)
    assert throttle.attempt(by)


def test_the_right_password_during_the_delay_is_refused_and_then_taken(database: Database) -> None:
    ann = users.create("ann", GOOD)
    for _ in range(3):
        assert sign_in.check("ann", "wrong horse 8") is None
    assert sign_in.check("Ann ", GOOD) is None
    let_pass(60)
    assert sign_in.check("Ann ", GOOD) == ann.id
    assert failures("user:ann") == 0
    assert sign_in.check("ann", GOOD) == ann.id


def test_an_address_is_slowed_down_across_names_but_a_household_is_not(database: Database) -> None:
    address = "203.0.113.7"
    for number in range(throttle.ADDRESS_FREE + 1):
        assert throttle.attempt(throttle.keys(f"user{number}", address))
    assert not throttle.attempt(throttle.keys("somebody", address))
    assert throttle.attempt(throttle.keys("somebody.else", "203.0.113.8"))


def test_a_stranger_does_not_keep_the_owner_out(database: Database) -> None:
    """Ten thousand attempts under the owner's name, from one address and from many."""
    ann = users.create("ann", GOOD)
    ticket = sign_in.ticket(ann.id, BROWSER)
    opened = sign_in.redeem_ticket(ticket, BROWSER)
    assert opened is not None
    token = opened[1]
    for _ in range(5):
        sign_in.check("ann", "wrong horse 8", "203.0.113.7")
    with store.session() as session:
        session.execute(text("UPDATE login_attempts SET failures = 10000, last_failed_at = now()"))
    assert failures("name:ann") == failures("user:ann@203.0.113.7") == 10_000
    assert sign_in.check("ann", GOOD, "203.0.113.7") is None  # the stranger guesses right
    assert sign_in.check("ann", GOOD, "203.0.113.7", token) == ann.id  # the owner, behind the same proxy


def test_one_address_does_not_keep_the_owner_out_of_a_new_browser(database: Database) -> None:
    """Neither by many quick attempts nor by attempts over days."""
    ann = users.create("ann", GOOD)
    stranger = throttle.keys("ann", "203.0.113.7")
    for _ in range(throttle.NAME_FREE + 1):
        throttle.attempt(stranger)
    assert failures("user:ann@203.0.113.7") == throttle.NAME_FREE + 1
    assert failures("name:ann") == 1  # the others came too early, and only count for the address
    for _ in range(throttle.NAME_FREE + 1):
        let_pass(60)
        assert throttle.attempt(stranger)
    assert failures("name:ann") <= throttle.MOST_OF_ONE
    assert sign_in.check("ann", GOOD, "198.51.100.1") == ann.id


def test_a_crowd_of_addresses_is_slowed_down(database: Database) -> None:
    for number in range(throttle.NAME_FREE + 1):
        assert throttle.attempt(throttle.keys("ann", f"203.0.113.{number}"))
    assert not throttle.attempt(throttle.keys("ann", "198.51.100.1"))
    assert failures("user:ann@198.51.100.1") == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_with_its_network(address: str, network: str) -> None:
    assert throttle.network(address) == network
    assert throttle.keys("ann", address)[0].text == f"user:ann@{network}"


def test_a_build_that_counts_by_name_alone_is_seen(database: Database, monkeypatch) -> None:
    ann = users.create("ann", GOOD)
    monkeypatch.setattr(throttle, "keys", lambda name, *_: (throttle.Key(f"user:{name}"),))
    for _ in range(3):
        sign_in.check("ann", "wrong horse 8", "203.0.113.7")
    assert sign_in.check("ann", GOOD, "198.51.100.1") is None
    assert ann


def test_a_known_browser_is_known_to_its_own_person_alone_and_has_a_count(database: Database) -> None:
    ann, bob = users.create("ann", GOOD), users.create("bob", GOOD)
    opened = sign_in.redeem_ticket(sign_in.ticket(ann.id, BROWSER), BROWSER)
    assert opened is not None
    token = opened[1]
    assert token is not None
    assert known_browsers.number(token, "Ann")
    for name, other in (("bob", token), ("ann", "A" * 43), ("ann", None), ("ann", opened[0])):
        assert known_browsers.number(other, name) == ""
    for _ in range(throttle.BROWSER_FREE + 1):
        assert sign_in.check("ann", "wrong horse 8", None, token) is None
    assert sign_in.check("ann", GOOD, None, token) is None  # a stolen token is slowed down like any other
    let_pass(60)
    assert sign_in.check("ann", GOOD, None, token) == ann.id
    again = sign_in.redeem_ticket(sign_in.ticket(ann.id, BROWSER), BROWSER, "", token)
    assert again is not None
    assert again[1] is None  # the browser stays known by the same token
    sessions.end_all(ann.id)
    assert known_browsers.number(token, "ann")  # after a new password too
    assert bob


def test_a_success_takes_back_its_own_count_only(database: Database) -> None:
    """Otherwise an attacker with an account could reset an address's count by signing in."""
    ann = users.create("ann", GOOD)
    for n in range(5):
        sign_in.check(f"name{n}", "wrong horse 8", "203.0.113.7")
    assert sign_in.check("ann", GOOD, "203.0.113.7") == ann.id
    assert failures("address:203.0.113.7") == 5


def test_a_success_beside_an_attempt_takes_nothing_from_under_it(database: Database) -> None:
    by = throttle.keys("ann", None)

    def both(number: int) -> None:
        throttle.attempt(by)
        throttle.forget(by)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(60)))
    assert failures("user:ann") <= 8


def test_the_old_password_is_no_way_around(database: Database) -> None:
    ann = users.create("ann", GOOD)
    for _ in range(throttle.BROWSER_FREE + 1):
        with pytest.raises(Refused, match="wrong"):
            users.change_password(ann.id, "wrong horse 8", "another horse 9")
    with pytest.raises(Refused, match="too many"):
        users.change_password(ann.id, GOOD, "another horse 9")
    let_pass(60)
    users.change_password(ann.id, GOOD, "another horse 9")
    assert sign_in.check("ann", "another horse 9") == ann.id


def test_names_that_nobody_can_have_share_one_count(database: Database) -> None:
    names = ("", "x" * 10_000, "a\0b", "ann; drop", "\ud800")
    for name in names:
        assert sign_in.check(name, GOOD) is None
    assert failures("user:?") == len(names)


def test_counts_are_forgotten_after_a_day(database: Database) -> None:
    throttle.attempt(throttle.keys("ann", None))
    let_pass(throttle.FORGOTTEN_AFTER_S + 1)
    throttle.forget(throttle.keys("bob", None))
    assert failures("user:ann") == 0

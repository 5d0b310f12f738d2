"""Failed sign-ins cost time."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import sign_in, throttle, users
from milevault_core.store.engine import Database

GOOD = "correct horse 7"


def failures(key: str) -> int:
    with store.session() as session:
        query = text("SELECT coalesce(max(failures), 0) FROM login_attempts WHERE key = :k")
        return session.execute(query, {"k": key}).scalar_one()


def let_pass(seconds: float) -> None:
    """As if that much time had gone by since the last attempt."""
    with store.session() as session:
        query = text("UPDATE login_attempts SET last_failed_at = last_failed_at - :s * interval '1 s'")
        session.execute(query, {"s": seconds})


def test_the_delay_doubles_up_to_a_minute(database: Database) -> None:
    by = throttle.keys("ann", None)
    assert throttle.attempt(by)
    for number, delay in enumerate([1, 2, 4, 8, 16, 32, 60, 60, 60], 1):
        with store.session() as session:  # as if these had all been let in
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
    """Else anybody could keep anybody out for ever."""
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

"""bcrypt, its cost, and that nobody learns from the time it takes which names exist."""

import time
from statistics import median

import pytest

from milevault_core.accounts import passwords, sign_in, throttle, users
from milevault_core.store.engine import Database

GOOD = "correct horse 7"


def test_hashes_are_bcrypt_of_cost_12_with_salt() -> None:
    one, other = passwords.hash_password(GOOD), passwords.hash_password(GOOD)
    assert one.startswith("$2b$12$")
    assert one != other
    assert passwords.matches(GOOD, one)
    assert not passwords.matches(GOOD + " ", one)


def test_more_than_72_bytes_never_match() -> None:
    """bcrypt reads no further: without the check, any end would do."""
    longest = "x1!y" * 18
    hashed = passwords.hash_password(longest)
    assert passwords.matches(longest, hashed)
    assert not passwords.matches(longest + "anything", hashed)


@pytest.mark.parametrize("typed", ["", "\0", "\ud800", "x" * 100_000])
def test_anything_can_be_typed(typed: str) -> None:
    assert passwords.matches(typed, None) is False


def test_an_unknown_name_takes_as_long_as_a_wrong_password(database: Database) -> None:
    users.create("ann", GOOD)

    def cpu_s(name: str) -> float:
        throttle.forget(throttle.keys(name, None))
        start = time.process_time()
        assert sign_in.check(name, "wrong horse 8") is None
        return time.process_time() - start

    cpu_s("ann"), cpu_s("nobody")  # the first ones prepare
    ratio = median(cpu_s("nobody") for _ in range(3)) / median(cpu_s("ann") for _ in range(3))
    assert 0.6 < ratio < 1.6

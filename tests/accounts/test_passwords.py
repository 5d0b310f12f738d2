"""bcrypt, its cost, and that response times do not reveal which names exist."""

from collections.abc import Iterator

import bcrypt
import pytest

from milevault_core.accounts import passwords, sign_in, users
from milevault_core.store.engine import Database
from tests.conftest import REAL_COST

GOOD = "correct horse 7"


@pytest.fixture(autouse=True)
def _real_cost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "COST", REAL_COST)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


def test_hashes_are_bcrypt_of_cost_12_with_salt() -> None:
    one, other = passwords.hash_password(GOOD), passwords.hash_password(GOOD)
    assert one.startswith("$2b$12$")
    assert one != other
    assert passwords.matches(GOOD, one)
    assert not passwords.matches(GOOD + " ", one)


def test_more_than_72_bytes_never_match() -> None:
    """bcrypt ignores further bytes: without the check, any ending would match."""
    longest = "x1!y" * 18
    hashed = passwords.hash_password(longest)
    assert passwords.matches(longest, hashed)
    assert not passwords.matches(longest + "anything", hashed)


@pytest.mark.parametrize("typed", ["", "\0", "\ud800", "x" * 100_000])
def test_anything_can_be_typed(typed: str) -> None:
    assert passwords.matches(typed, None) is False


def test_an_unknown_name_costs_the_same_hash_as_a_wrong_password(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the response time would reveal which names exist."""
    users.create("ann", GOOD)
    costs: list[bytes] = []
    check = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        costs.append(hashed[:7])  # algorithm and cost
        return check(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    for name in ("ann", "nobody"):
        assert sign_in.check(name, "wrong horse 8") is None
    assert costs == [b"$2b$12$"] * 2

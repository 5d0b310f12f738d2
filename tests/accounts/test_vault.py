"""Sealed secrets open for the same user, purpose and key, and for nothing else."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core import config
from milevault_core.accounts import vault

KEY, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILEVAULT_DATA", str(tmp_path / "data"))
    use(monkeypatch, SECRET_KEY=KEY)


def use(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("SECRET_KEY", "SECRET_KEY_OLD", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    config.settings.cache_clear()


@given(st.text(max_size=3000))
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = vault.seal(7, "token", text)
    assert vault.unseal(7, "token", sealed) == text
    assert len(text) < 8 or text.encode() not in sealed


@pytest.mark.parametrize(
    ("user_id", "purpose"), [(8, "token"), (7, "password"), (77, "token"), (7, "token ")]
)
def test_another_user_or_purpose_opens_nothing(user_id: int, purpose: str) -> None:
    with pytest.raises(vault.CannotUnseal):
        vault.unseal(user_id, purpose, vault.seal(7, "token", "secret"))


def test_one_changed_bit_anywhere_is_found_out() -> None:
    sealed = vault.seal(7, "token", "secret")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(vault.CannotUnseal):
            vault.unseal(7, "token", bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(vault.CannotUnseal):
            vault.unseal(7, "token", sealed[:length])


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({vault.seal(7, "token", "secret") for _ in range(50)}) == 50


def test_after_a_change_of_key_the_old_one_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.seal(7, "token", "secret")
    assert not vault.is_under_an_old_key(sealed)
    use(monkeypatch, SECRET_KEY=OTHER, SECRET_KEY_OLD=KEY)
    assert vault.unseal(7, "token", sealed) == "secret"
    assert vault.is_under_an_old_key(sealed)
    again = vault.seal(7, "token", "secret")
    use(monkeypatch, SECRET_KEY=OTHER)
    assert vault.unseal(7, "token", again) == "secret"
    with pytest.raises(vault.CannotUnseal):
        vault.unseal(7, "token", sealed)


def test_the_embedded_mode_makes_a_key_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch)
    assert vault.is_ready()
    sealed = vault.seal(7, "token", "secret")
    file = tmp_path / "data" / vault.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().strip()) == 64
    assert [p.name for p in file.parent.iterdir()] == [vault.FILE]
    # A worker gets DATABASE_URL from the jobs process, so it does not create a key but reads the existing one.
    use(monkeypatch, DATABASE_URL="postgresql://postgres@/postgres?host=/somewhere")
    assert vault.unseal(7, "token", sealed) == "secret"
    # A SECRET_KEY set later is used for sealing from then on; what was sealed before can still be opened.
    use(monkeypatch, SECRET_KEY=KEY)
    assert vault.unseal(7, "token", sealed) == "secret"
    assert vault.is_under_an_old_key(sealed)


def test_with_a_server_of_its_own_the_operator_has_to_set_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, DATABASE_URL="postgresql://ann:a-long-password@db/vault")
    assert not vault.is_ready()
    with pytest.raises(vault.NoKey, match=r"SECRET_KEY.*manage\.py setup"):
        vault.seal(7, "token", "secret")
    assert not (tmp_path / "data").exists()

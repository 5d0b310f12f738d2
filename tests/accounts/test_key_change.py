"""After a change of SECRET_KEY everything sealed is resealed, and the old key is no longer needed."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from milevault_core import config, store
from milevault_core.accounts import key_change, oidc_settings, two_factor, vault
from milevault_core.commands import CommandError, change_key
from milevault_core.garmin import tokens
from tests.conftest import make_user

OLD, NEW, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4, "a1b2c3d4e5f60718" * 4


def use(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("SECRET_KEY", "SECRET_KEY_OLD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    config.settings.cache_clear()


@pytest.fixture
def sealed(database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """Two users with a secret in every place, sealed with the old key; then the key changes."""
    monkeypatch.setenv("MILEVAULT_DATA", str(tmp_path / "data"))
    use(monkeypatch, SECRET_KEY=OLD)
    users = [make_user("ann"), make_user("bob")]
    provider = oidc_settings.Provider("https://id.example.org", "vault", "the secret")
    oidc_settings.save(provider)
    with store.session() as session:
        for user in users:
            for place in key_change.PLACES[:3]:
                more = {
                    "garmin_connect_configs": ("", ""),
                    "two_factor": ("", ""),
                    "garmin_sign_ins": (", step, expires_at", ", 'asked', now()"),
                }[place.table]
                session.execute(
                    text(
                        f"INSERT INTO {place.table} (user_id, {place.sealed}{more[0]}) VALUES (:u, :s{more[1]})"
                    ),
                    {"u": user, "s": vault.seal(user, place.purpose, f"{place.purpose} of {user}")},
                )
    use(monkeypatch, SECRET_KEY=NEW, SECRET_KEY_OLD=OLD)
    return users


def opened(users: list[int]) -> set[str]:
    """All sealed secrets, opened."""
    found = {oidc_settings.current().client_secret}
    with store.session() as session:
        for place in key_change.PLACES[:3]:
            for user, seal in session.execute(
                text(f"SELECT user_id, {place.sealed} FROM {place.table}")
            ).all():
                found.add(vault.unseal(user, place.purpose, seal))
    return found


EVERYTHING = 7


def test_everything_opens_under_the_new_key_alone(sealed: list[int], monkeypatch) -> None:
    before = opened(sealed)
    assert len(before) == EVERYTHING
    found = key_change.seal_again()
    assert {name: (c.again, c.already, c.lost) for name, c in found.items()} == {
        place.name: (1 if place.only else 2, 0, 0) for place in key_change.PLACES
    }
    again = key_change.seal_again()
    assert all(c.again == 0 and c.already for c in again.values())
    use(monkeypatch, SECRET_KEY=NEW)
    assert opened(sealed) == before


def test_without_the_command_the_old_key_is_needed(sealed: list[int], monkeypatch) -> None:
    use(monkeypatch, SECRET_KEY=NEW)
    with pytest.raises(vault.CannotUnseal):
        opened(sealed)


@pytest.mark.parametrize("after", [0, 1, 4, 6])
def test_interrupted_at_any_row_nothing_is_lost(sealed: list[int], monkeypatch, after: int) -> None:
    before, seal, done = opened(sealed), vault.seal, [0]

    def killed(*arguments):
        if done[0] == after:
            raise KeyboardInterrupt
        done[0] += 1
        return seal(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(vault, "seal", killed)
        with pytest.raises(KeyboardInterrupt):
            key_change.seal_again()
    assert opened(sealed) == before
    assert sum(c.again for c in key_change.seal_again().values()) == EVERYTHING - after
    use(monkeypatch, SECRET_KEY=NEW)
    assert opened(sealed) == before


def test_the_command_says_what_it_did_and_what_is_lost(sealed: list[int], monkeypatch, capsys) -> None:
    monkeypatch.setattr(store, "close", lambda: None)
    monkeypatch.setattr(store, "open", lambda: None)
    use(monkeypatch, SECRET_KEY=OTHER)
    with pytest.raises(CommandError, match="SECRET_KEY_OLD"):
        change_key.change_key(None)
    assert (
        "two-factor secrets: 0 encrypted again, 0 up to date, 2 cannot be decrypted with either key"
        in capsys.readouterr().out
    )
    use(monkeypatch, SECRET_KEY=OTHER, SECRET_KEY_OLD=OLD)
    assert change_key.change_key(None) == 0
    said = capsys.readouterr().out
    assert "Garmin tokens: 2 encrypted again, 0 up to date\n" in said
    assert OLD not in said
    assert OTHER not in said


def test_every_purpose_is_changed() -> None:
    """The purposes for which the code seals secrets are those of the places."""
    root = Path(vault.__file__).parents[1]
    sealing = [p for p in root.rglob("*.py") if re.search(r"vault\.seal\(", p.read_text())]
    known = {place.purpose for place in key_change.PLACES}
    found = set()
    for path in sealing:
        if path.name != "key_change.py":
            found |= set(re.findall(r'PURPOSE(?:, \w+)? = "([^"]+)"', path.read_text()))
    assert found == known
    assert {two_factor._PURPOSE, tokens.PURPOSE} <= known

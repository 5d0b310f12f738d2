"""An identity provider on 127.0.0.1 for the web tests, and a browser's way there and back."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.accounts import identities, oidc, sessions, two_factor
from milevault_core.accounts.oidc import Person
from tests.accounts import provider as stand_in
from tests.accounts.provider import CLIENT, SECRET, Provider

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def _running() -> Iterator[Provider]:
    with stand_in.running() as provider:
        yield provider


@pytest.fixture
def provider(_running: Provider, database, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setenv("SECRET_KEY", two_factor.new_secret() + "x")
    monkeypatch.setenv("POCKETID_ISSUER", _running.issuer)
    monkeypatch.setenv("POCKETID_CLIENT_ID", CLIENT)
    monkeypatch.setenv("POCKETID_CLIENT_SECRET", SECRET)
    config.settings.cache_clear()
    port, key = _running.port, _running.key
    _running.__init__()  # honest again
    _running.port, _running.key = port, key
    oidc.forget_endpoints()
    return _running


@pytest.fixture
def ann(user: int, provider: Provider) -> int:
    """A user who is connected to the provider's person."""
    identities.connect(user, Person(provider.issuer, "subject-1", "Ann", frozenset()))
    return user


def go_there(client: TestClient, provider: Provider, path: str = "/oidc/start") -> str:
    """Start signing in; the address to which the provider sends the browser back."""
    answer = client.get(path)
    asked = urlsplit(answer.headers["location"])
    assert asked.netloc == f"127.0.0.1:{provider.port}"
    return provider.authorize({name: values[0] for name, values in parse_qs(asked.query).items()})


def sign_in(client: TestClient, provider: Provider, path: str = "/oidc/start"):
    return client.get(go_there(client, provider, path).replace("http://vault.example", ""))


def signed_in(client: TestClient) -> int | None:
    account = sessions.user_of(client.cookies.get("mv_session"))
    return account.id if account else None

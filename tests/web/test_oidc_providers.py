"""Signing in with PocketID, Keycloak and Authentik, as documented (tests/accounts/providers.py)."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import config, store
from milevault_core.accounts import identities, oidc, oidc_settings, sessions
from milevault_core.accounts.oidc import Person
from milevault_core.accounts.oidc_settings import Provider as Settings
from tests.accounts import provider as stand_in
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.accounts.providers import PRODUCTS


@pytest.fixture(scope="module")
def _running() -> Iterator[Provider]:
    with stand_in.running() as provider:
        yield provider


@pytest.fixture(params=PRODUCTS)
def provider(request, _running: Provider, database, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()
    port, key = _running.port, _running.key
    _running.__init__()
    _running.port, _running.key = port, key
    PRODUCTS[request.param](_running)
    oidc_settings.save(Settings(_running.issuer, CLIENT, SECRET, creates_accounts=True, group="family"))
    return _running


def sign_in(client: TestClient, provider: Provider) -> str:
    """Go to the provider and back; the address where the visitor ends up."""
    asked = urlsplit(client.get("/oidc/start?next=/activities").headers["location"])
    assert asked.path == provider.paths["authorization_endpoint"]
    back = provider.authorize({name: values[0] for name, values in parse_qs(asked.query).items()})
    return client.get(back.replace("http://vault.example", "")).headers["location"]


def signed_in(client: TestClient) -> int | None:
    account = sessions.user_of(client.cookies.get("mv_session"))
    return account.id if account else None


def test_somebody_of_the_group_gets_an_account_and_comes_back_to_it(
    client, new_client, provider: Provider
) -> None:
    assert sign_in(client, provider) == "/activities"
    first = signed_in(client)
    assert first is not None
    other = new_client()
    assert sign_in(other, provider) == "/activities"
    assert signed_in(other) == first
    (connection,) = identities.of_user(first)
    assert (connection.issuer, connection.subject) == (provider.issuer, provider.sub)
    with store.session() as session:
        assert list(session.scalars(text("SELECT username FROM users"))) == ["ann"]


def test_somebody_of_another_group_does_not(client, provider: Provider) -> None:
    provider.groups = ["familyfriends", "/other/family", "Family"]
    assert sign_in(client, provider) == "/?oidc=unknown"
    assert signed_in(client) is None


def test_a_verified_address_is_nobody(client, user: int, provider: Provider) -> None:
    """Each provider sends an e-mail address and whether it is verified; neither is used to find an account."""
    provider.groups = []
    provider.more_claims |= {"email": "ann", "email_verified": True}
    assert sign_in(client, provider) == "/?oidc=unknown"


def test_a_person_who_is_connected(client, user: int, provider: Provider) -> None:
    identities.connect(user, Person(provider.issuer, provider.sub, "", frozenset()))
    assert sign_in(client, provider) == "/activities"
    assert signed_in(client) == user


def test_groups_by_the_user_information(client, provider: Provider) -> None:
    """If the provider is configured to send groups only there."""
    provider.userinfo = {"sub": provider.sub, "groups": provider.groups}
    assert sign_in(client, provider) == "/activities"
    assert signed_in(client) is not None


@pytest.mark.parametrize(
    "lie", ["another application", "another audience", "signed with the client's secret"]
)
def test_another_application_of_the_same_server(client, user: int, provider: Provider, lie: str) -> None:
    """Its tokens are signed with the same keys, so issuer and audience must be checked. And without a signing key,
    Authentik signs with the client's secret, which we do not accept."""
    identities.connect(user, Person(provider.issuer, provider.sub, "", frozenset()))
    match lie:
        case "another application":
            provider.more_claims["iss"] = provider.issuer.rstrip("/") + "-other/"
        case "another audience":
            provider.more_claims["aud"] = "other"
        case _:
            secret = jwk.OctKey.import_key(SECRET)
            provider.sign = lambda claims: jwt.encode({"alg": "HS256"}, claims, secret)
    assert sign_in(client, provider) == "/?oidc=failed"
    assert signed_in(client) is None


def test_an_answer_in_anothers_name(client, user: int, provider: Provider) -> None:
    """RFC 9207: a response that names another issuer is rejected."""
    identities.connect(user, Person(provider.issuer, provider.sub, "", frozenset()))
    provider.more_callback = {"iss": "https://evil.example"}
    assert sign_in(client, provider) == "/?oidc=failed"
    assert signed_in(client) is None


def test_only_scopes_that_the_provider_has_are_asked_for(provider: Provider) -> None:
    settings = oidc_settings.current()
    asked = oidc.address(
        settings, oidc.discover(settings.issuer), "word", "http://vault.example/oidc/callback"
    )
    scopes = set(parse_qs(urlsplit(asked).query)["scope"][0].split())
    assert scopes <= set(provider.discovery()["scopes_supported"])
    assert {"openid", "profile"} <= scopes

"""Signing in with an identity provider: who may sign in, who is connected, and who gets an account."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from milevault_core import config, store
from milevault_core.accounts import deletion, identities, oidc, oidc_settings, sessions, users
from milevault_core.accounts import sign_in as password_sign_in
from milevault_core.accounts.oidc import Person
from milevault_core.accounts.oidc_settings import Provider as Settings
from milevault_core.accounts.rules import Refused
from milevault_core.web.under_path import UnderPath
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.web.identity import _running, ann, go_there, provider, sign_in, signed_in

__all__ = ["_running", "ann", "provider"]  # fixtures


@pytest.mark.parametrize(
    ("peer", "scheme"), [("127.0.0.1", "https"), ("192.168.1.7", "http"), ("10.0.0.1", "http")]
)
def test_the_address_to_come_back_to_is_https_where_a_trusted_proxy_says_so(
    provider: Provider, new_client, peer: str, scheme: str
) -> None:
    """Behind a proxy that terminates TLS, without BASE_URL; other clients' headers are ignored."""
    app = ProxyHeadersMiddleware(new_client().app, ["127.0.0.1"])
    client = TestClient(app, base_url="http://nas.local", client=(peer, 5), follow_redirects=False)
    answer = client.get("/oidc/start", headers={"X-Forwarded-Proto": "https"})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{scheme}://nas.local/oidc/callback"]


def test_a_person_who_is_connected_comes_in(client: TestClient, provider: Provider, ann: int) -> None:
    answer = sign_in(client, provider, "/oidc/start?next=/activities%3Fq%3Dx")
    assert (answer.status_code, answer.headers["location"]) == (303, "/activities?q=x")
    assert signed_in(client) == ann
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "mv_oidc" not in client.cookies


@pytest.mark.parametrize("sent", ["/vault", ""])  # a proxy passes the path on, or strips it
def test_below_a_path(
    provider: Provider, ann: int, new_client, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    """The provider gets a callback address below the path, and the response, its cookies and the next address are below
    it too."""
    monkeypatch.setenv("BASE_URL", "https://vault.example/vault")
    config.settings.cache_clear()
    app = UnderPath(new_client(is_https=True).app, "/vault")
    client = TestClient(app, base_url="https://vault.example", follow_redirects=False)
    asked = client.get(f"{sent}/oidc/start?next=/activities")
    assert asked.headers["set-cookie"].partition(";")[0].startswith("mv_oidc=")
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.headers["location"]).query).items()}
    assert query["redirect_uri"] == "https://vault.example/vault/oidc/callback"
    cookie = {"cookie": asked.headers["set-cookie"].partition(";")[0]}
    came_back = provider.authorize(query).replace("https://vault.example/vault", sent)
    opened = client.get(came_back, headers=cookie)
    assert opened.headers["location"] == "/vault/activities"
    for each in opened.headers.get_list("set-cookie"):
        assert "; path=/vault" in each.lower()
        assert "; secure" in each.lower()
    session = re.search(r"mv_session=([^;]+)", str(opened.headers.get_list("set-cookie")))
    assert session
    account = sessions.user_of(session[1])
    assert account
    assert account.id == ann
    assert client.get(came_back, headers=cookie).headers["location"] == "/vault/?oidc=failed"


def test_pkce_is_asked_for_and_nothing_of_the_cookie_is_told(
    client: TestClient, provider: Provider, ann: int
) -> None:
    answer = client.get("/oidc/start")
    address, word = answer.headers["location"], client.cookies["mv_oidc"]
    assert "code_challenge_method=S256" in address
    for told in (word, oidc.derived(word, "verifier")):
        assert told not in address


def test_an_email_or_a_name_is_nobody(client: TestClient, provider: Provider, user: int) -> None:
    """The stand-in claims bob's verified e-mail address and the name Ann, and an account called ann exists."""
    answer = sign_in(client, provider)
    assert answer.headers["location"] == "/?oidc=unknown"
    assert signed_in(client) is None
    assert len(users.everyone(user)) == 0  # no administrator was created either


def test_the_same_subject_of_another_issuer_is_somebody_else(
    client: TestClient, provider: Provider, user: int
) -> None:
    identities.connect(user, Person("https://another.example", "subject-1", "", frozenset()))
    assert sign_in(client, provider).headers["location"] == "/?oidc=unknown"


def test_a_disabled_account_stays_outside(client: TestClient, provider: Provider, ann: int) -> None:
    users.disable(ann)
    assert sign_in(client, provider).headers["location"] == "/?oidc=failed"
    assert signed_in(client) is None


def test_connecting_while_signed_in(
    client: TestClient, provider: Provider, user: int, other_user: int
) -> None:
    client.cookies.set("mv_session", sessions.create(user))
    assert sign_in(client, provider, "/oidc/start?connect=1").headers["location"] == "/profile"
    assert [each.subject for each in identities.of_user(user)] == ["subject-1"]
    client.cookies.clear()
    client.cookies.set("mv_session", sessions.create(other_user))
    assert sign_in(client, provider, "/oidc/start?connect=1").headers["location"] == "/profile?oidc=taken"
    identities.disconnect(other_user, provider.issuer, "subject-1")  # not this user's connection
    assert len(identities.of_user(user)) == 1
    identities.disconnect(user, provider.issuer, "subject-1")
    assert identities.of_user(user) == []


def test_connecting_ends_with_the_one_who_began(
    client: TestClient, provider: Provider, user: int, other_user: int
) -> None:
    client.cookies.set("mv_session", sessions.create(user))
    address = go_there(client, provider, "/oidc/start?connect=1").replace("http://vault.example", "")
    client.cookies.set("mv_session", sessions.create(other_user))
    assert client.get(address).headers["location"] == "/profile?oidc=failed"
    assert identities.of_user(other_user) == []


def test_who_comes_in_counts_for_nothing(client: TestClient, provider: Provider, ann: int) -> None:
    for _ in range(3):
        client.cookies.clear()
        sign_in(client, provider)
        assert signed_in(client) == ann
    with store.session() as session:
        assert session.scalar(text("SELECT max(failures) FROM login_attempts WHERE key LIKE 'oidc:%'")) == 0


def test_after_signing_out_everywhere_nothing_comes_in_by_itself(
    client: TestClient, provider: Provider, ann: int
) -> None:
    sign_in(client, provider)
    sessions.end_all(ann)
    asked = len(provider.asked)
    client.get("/activities")
    assert signed_in(client) is None
    assert len(provider.asked) == asked


@pytest.mark.parametrize(("groups", "comes_in"), [(["family"], True), (["other"], False), ([], False)])
def test_accounts_are_made_for_a_group_alone(
    client: TestClient, provider: Provider, user: int, groups: list, comes_in: bool
) -> None:
    provider.groups = groups
    oidc_settings.save(Settings(provider.issuer, CLIENT, SECRET, creates_accounts=True, group="family"))
    sign_in(client, provider)
    assert (signed_in(client) is not None) is comes_in
    with store.session() as session:
        names = list(session.scalars(text("SELECT username FROM users ORDER BY id")))
    assert names == (["ann", "ann2"] if comes_in else ["ann"])


def test_who_never_had_a_password_sets_one_and_deletes_the_account(
    client: TestClient, provider: Provider, database
) -> None:
    oidc_settings.save(Settings(provider.issuer, CLIENT, SECRET, creates_accounts=True, group="family"))
    sign_in(client, provider)
    eve, token = signed_in(client), client.cookies["mv_session"]
    assert eve is not None
    other = sessions.create(eve)  # an older session, not from the provider
    client.cookies.clear()
    sign_in(client, provider)
    token = client.cookies["mv_session"]
    assert [identities.has_just_come(eve, each) for each in (token, other, None)] == [True, False, False]
    with pytest.raises(Refused, match="not your user name"):
        deletion.ask_without_password(eve, token, "somebody")
    with pytest.raises(Refused, match="too long"):
        deletion.ask_without_password(eve, other, "ann")
    identities.set_password(eve, token, "another horse 9")
    assert password_sign_in.check("ann", "another horse 9") == eve
    assert sessions.user_of(token) is None
    sign_in(client, provider)
    deletion.ask_without_password(eve, client.cookies["mv_session"], "Ann ")
    assert signed_in(client) is None


def test_ten_minutes_later_the_password_is_asked_for(
    client: TestClient, provider: Provider, ann: int, user: int, other_user: int
) -> None:
    sign_in(client, provider)
    token = client.cookies["mv_session"]
    assert not identities.has_just_come(other_user, token)
    with store.session() as session:
        for column in ("identities.last_used_at", "sessions.created_at"):
            table, name = column.split(".")
            session.execute(text(f"UPDATE {table} SET {name} = {name} - interval '11 minutes'"))
    assert not identities.has_just_come(ann, token)
    with pytest.raises(Refused, match="too long"):
        identities.set_password(ann, token, "another horse 9")


def test_groups_come_from_the_user_information_too(client: TestClient, provider: Provider, database) -> None:
    oidc_settings.save(Settings(provider.issuer, CLIENT, SECRET, creates_accounts=True, group="family"))
    provider.userinfo = {"sub": "somebody else", "groups": ["family"]}
    assert sign_in(client, provider).headers["location"] == "/?oidc=failed"
    provider.userinfo = {"sub": "subject-1", "groups": ["family"]}
    sign_in(client, provider)
    assert signed_in(client) is not None


def test_what_an_administrator_sets_counts_first_and_at_once(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oidc_settings.current().client_secret == SECRET
    oidc_settings.save(Settings("https://id.example", "other", "another secret", label="Home"))
    found = oidc_settings.current()
    assert (found.issuer, found.client_id, found.client_secret, found.label) == (
        "https://id.example", "other", "another secret", "Home",
    )  # fmt: skip
    with store.session() as session:
        dump = session.scalar(text("SELECT string_agg(s::text, ' ') FROM server_settings s"))
    assert "another secret" not in dump
    assert "another secret" not in repr(found)
    oidc_settings.save(Settings("https://id.example", "third", ""))  # an empty secret keeps the old one
    with pytest.raises(Refused, match="another issuer's"):  # another issuer must not get the secret
        oidc_settings.save(Settings("https://evil.example", "third", ""))
    assert oidc_settings.current().issuer == "https://id.example"
    assert oidc_settings.current().client_secret == "another secret"
    with pytest.raises(Refused, match="Name the group"):
        oidc_settings.save(Settings("https://id.example", "third", "", creates_accounts=True))
    oidc_settings.reset()
    assert oidc_settings.current().issuer == provider.issuer

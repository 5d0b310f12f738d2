"""Signing in by an identity provider, against one on 127.0.0.1 that lies in every way it can."""

import base64
import hmac
import logging
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt
from sqlalchemy import text
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from milevault_core import config, store
from milevault_core.accounts import (
    deletion,
    identities,
    oidc,
    oidc_settings,
    sessions,
    throttle,
    two_factor,
    users,
)
from milevault_core.accounts import sign_in as password_sign_in
from milevault_core.accounts.oidc import Person
from milevault_core.accounts.oidc_settings import Provider as Settings
from milevault_core.accounts.rules import Refused
from milevault_core.web.under_path import UnderPath
from tests.accounts import provider as stand_in
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.waiting import wait_for


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
    """A user who is connected with the provider's person."""
    identities.connect(user, Person(provider.issuer, "subject-1", "Ann", frozenset()))
    return user


def go_there(client: TestClient, provider: Provider, path: str = "/oidc/start") -> str:
    """The address that the provider sends the browser back to."""
    answer = client.get(path)
    asked = urlsplit(answer.headers["location"])
    assert asked.netloc == f"127.0.0.1:{provider.port}"
    return provider.authorize({name: values[0] for name, values in parse_qs(asked.query).items()})


def sign_in(client: TestClient, provider: Provider, path: str = "/oidc/start"):
    return client.get(go_there(client, provider, path).replace("http://vault.example", ""))


def signed_in(client: TestClient) -> int | None:
    account = sessions.user_of(client.cookies.get("mv_session"))
    return account.id if account else None


@pytest.mark.parametrize(
    ("peer", "scheme"), [("127.0.0.1", "https"), ("192.168.1.7", "http"), ("10.0.0.1", "http")]
)
def test_the_address_to_come_back_to_is_https_where_a_trusted_proxy_says_so(
    provider: Provider, new_client, peer: str, scheme: str
) -> None:
    """Behind a proxy that ends TLS, without BASE_URL; nobody else's word counts."""
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


@pytest.mark.parametrize("sent", ["/vault", ""])  # a proxy passes the path on, or takes it off
def test_below_a_path(
    provider: Provider, ann: int, new_client, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    """The provider is told an address below it, and the answer, its cookies and what follows are below it too."""
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


DISCOVERY = "/.well-known/openid-configuration"
HEAD = {"alg": "RS256", "kid": "one"}


def _signed(key, header=None):
    return lambda provider: setattr(provider, "sign", lambda claims: jwt.encode(header or HEAD, claims, key))


def _claims(**changed):
    def change(claims: dict) -> dict:
        return {name: value for name, value in (claims | changed).items() if value is not None}

    return lambda provider: setattr(provider, "change_claims", change)


def _answer(path: str, status: int, body: str):
    return lambda provider: provider.answers.update({path: (status, body)})


def _discovery(**changed):
    return lambda provider: setattr(provider, "change_discovery", lambda found: found | changed)


def _unsigned(provider: Provider) -> None:
    def sign(claims: dict) -> str:
        _, body, _ = jwt.encode(HEAD, claims, provider.key).split(".")
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        return f"{none}.{body}."

    provider.sign = sign


def _flipped(provider: Provider) -> None:
    def sign(claims: dict) -> str:
        whole = jwt.encode(HEAD, claims, provider.key)
        head, body, signature = whole.split(".")
        return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"

    provider.sign = sign


def _by_public_key(provider: Provider) -> None:
    """What everybody has, taken for a secret: a check that lets the token choose its algorithm is fooled."""

    def sign(claims: dict) -> str:
        whole = jwt.encode({"alg": "RS256", "kid": "one"}, claims, provider.key)
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode().rstrip("=")
        signed = f"{head}.{whole.split('.')[1]}"
        mac = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    provider.sign = sign


OTHER = jwk.RSAKey.generate_key(2048, {"kid": "one"})
LIES = {
    "wrong iss": _claims(iss="https://evil.example"),
    "wrong aud": _claims(aud="somebody else"),
    "aud list without azp": _claims(aud=[CLIENT, "other"]),
    "azp of another": _claims(azp="other"),
    "expired": _claims(exp=int(time.time()) - 3600),
    "no exp": _claims(exp=None),
    "issued in the future": _claims(iat=int(time.time()) + 3600),
    "no nonce": _claims(nonce=None),
    "other nonce": _claims(nonce="other"),
    "no sub": _claims(sub=None),
    "sub is a number": _claims(sub=1),
    "sub of 10 kB": _claims(sub="s" * 10_000),
    "not signed": _unsigned,
    "signed with the client's secret": _signed(jwk.OctKey.import_key(SECRET), {"alg": "HS256"}),
    "signed with another key": _signed(OTHER),
    "unknown kid": _signed(OTHER, {"alg": "RS256", "kid": "two"}),
    "signature changed": _flipped,
    "no token": _answer("/token", 200, "{}"),
    "token is no object": _answer("/token", 200, "[]"),
    "token is HTML": _answer("/token", 200, "<html>"),
    "token refused": _answer("/token", 400, '{"error": "invalid_grant"}'),
    "keys led elsewhere": _answer("/keys", 302, "http://127.0.0.1:1/keys"),
    "keys too long": _answer("/keys", 200, '{"keys": []' + " " * (2 << 20) + "}"),
    "no keys": _answer("/keys", 200, "{}"),
    "discovery of another issuer": _discovery(issuer="https://evil.example"),
    "signed with the public key for a secret": _by_public_key,
    "discovery 500": _answer(DISCOVERY, 500, "no"),
    "token over http elsewhere": _discovery(token_endpoint="http://10.0.0.1/token"),
    "keys from a file": _discovery(jwks_uri="file:///etc/passwd"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(
    client: TestClient, provider: Provider, ann: int, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = go_there(client, provider)
    LIES[lie](provider)
    oidc.forget_endpoints()
    with caplog.at_level(logging.WARNING):
        answer = client.get(address.replace("http://vault.example", ""))
    assert answer.headers["location"] == "/?oidc=failed"
    assert signed_in(client) is None
    assert "mv_session" not in client.cookies
    (line,) = [record.getMessage() for record in caplog.records if record.name.endswith("web.oidc")]
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert not any(word in line for word in (code, SECRET, "eyJ", "subject-1"))


def test_a_slow_answer_is_not_waited_for(
    client: TestClient, provider: Provider, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte, and in a while another: each in time, all of them not."""
    monkeypatch.setattr(oidc, "_TIMEOUT_S", 0.2)
    provider.pause_s = 0.003
    assert client.get("/oidc/start").headers["location"] == "/?oidc=failed"
    provider.pause_s = 0.0
    assert "/authorize" in client.get("/oidc/start").headers["location"]


def test_an_answer_counts_once_and_only_in_its_browser(
    client: TestClient, new_client, provider: Provider, ann: int
) -> None:
    address = go_there(client, provider).replace("http://vault.example", "")
    other = new_client()
    assert other.get(address).headers["location"] == "/?oidc=failed"
    assert signed_in(other) is None
    provider.codes.clear()
    again = go_there(client, provider).replace("http://vault.example", "")
    word = client.cookies["mv_oidc"]
    assert client.get(again).headers["location"] == "/"
    client.cookies.clear()
    client.cookies.set("mv_oidc", word)
    assert client.get(again).headers["location"] == "/?oidc=failed"


@pytest.mark.parametrize("change", [{"state": "other"}, {"state": ""}, {"code": ""}, {"code": "c" * 5000}])
def test_a_changed_answer_is_refused(client: TestClient, provider: Provider, ann: int, change: dict) -> None:
    asked = parse_qs(urlsplit(go_there(client, provider)).query)
    sent = {name: values[0] for name, values in asked.items()} | change
    assert client.get("/oidc/callback", params=sent).headers["location"] == "/?oidc=failed"
    assert signed_in(client) is None


def test_an_error_of_the_provider_is_not_repeated(client: TestClient, provider: Provider, ann: int) -> None:
    asked = parse_qs(urlsplit(go_there(client, provider)).query)
    sent = {
        "error": "access_denied",
        "error_description": "<script>alert(1)</script>\r\nSet-Cookie: a=b",
        "state": asked["state"][0],
    }
    answer = client.get("/oidc/callback", params=sent)
    assert answer.headers["location"] == "/?oidc=failed"
    assert "script" not in answer.text
    assert "a" not in client.cookies


def test_an_email_or_a_name_is_nobody(client: TestClient, provider: Provider, user: int) -> None:
    """The stand-in says: e-mail of bob, verified, and the name Ann. There is an account called ann."""
    answer = sign_in(client, provider)
    assert answer.headers["location"] == "/?oidc=unknown"
    assert signed_in(client) is None
    assert len(users.everyone(user)) == 0  # nobody was made an administrator either


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
    identities.disconnect(other_user, provider.issuer, "subject-1")  # not theirs
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


def test_strangers_cause_no_work_without_bound(
    client: TestClient, new_client, provider: Provider, ann: int
) -> None:
    for _ in range(throttle.PROVIDER_FREE + 1):
        assert "/authorize" in client.get("/oidc/start").headers["location"]
    assert provider.asked.count(DISCOVERY) == 1
    assert client.get("/oidc/start").headers["location"] == "/?oidc=busy"
    known = sign_in_by_ticket(ann)
    browser = new_client()
    browser.cookies.set("mv_known", known)
    assert "/authorize" in browser.get("/oidc/start").headers["location"]  # at the same address
    assert provider.asked.count(DISCOVERY) == 1


def sign_in_by_ticket(user: int) -> str:
    """The token by which a browser is known in which the user has signed in."""
    opened = password_sign_in.redeem_ticket(password_sign_in.ticket(user))
    assert opened is not None
    assert opened[2] is not None
    return opened[2]


def test_who_comes_in_counts_for_nothing(client: TestClient, provider: Provider, ann: int) -> None:
    for _ in range(3):
        client.cookies.clear()
        sign_in(client, provider)
        assert signed_in(client) == ann
    with store.session() as session:
        assert session.scalar(text("SELECT max(failures) FROM login_attempts WHERE key LIKE 'oidc:%'")) == 0


def test_a_few_at_a_time_wait_for_a_slow_provider(client: TestClient, provider: Provider, ann: int) -> None:
    """The others are told so at once, and hold no thread."""
    goes_on = threading.Event()
    provider.change_discovery = lambda found: found if goes_on.wait(30) else {}
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(oidc.endpoints_of, provider.issuer) for _ in range(4)]
        wait_for(lambda: provider.asked.count(DISCOVERY) == 4, "four questions to the provider")
        assert client.get("/oidc/start").headers["location"] == "/?oidc=failed"
        assert provider.asked.count(DISCOVERY) == 4
        goes_on.set()
        assert len({each.result() for each in waiting}) == 1
    assert "/authorize" in client.get("/oidc/start").headers["location"]


def test_another_sites_page_starts_nothing(client: TestClient, provider: Provider) -> None:
    answer = client.get("/oidc/start", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/"
    assert "mv_oidc" not in client.cookies


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
    other = sessions.create(eve)  # begun before the next one, and not by the provider
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
    oidc_settings.save(Settings("https://id.example", "third", ""))  # an empty field keeps the secret
    with pytest.raises(Refused, match="another issuer's"):  # which another one is not to learn
        oidc_settings.save(Settings("https://evil.example", "third", ""))
    assert oidc_settings.current().issuer == "https://id.example"
    assert oidc_settings.current().client_secret == "another secret"
    with pytest.raises(Refused, match="Name the group"):
        oidc_settings.save(Settings("https://id.example", "third", "", creates_accounts=True))
    oidc_settings.reset()
    assert oidc_settings.current().issuer == provider.issuer


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "ftp://id.example", "", "https://a:b@id.example", "file:///etc"]
)
def test_only_https_or_this_machine(issuer: str) -> None:
    with pytest.raises(oidc.NotSignedIn):
        oidc.discover(issuer)

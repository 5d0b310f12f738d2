"""Signing in with an identity provider that lies in every possible way, is slow, or is used by strangers."""

import base64
import hmac
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt
from starlette.testclient import TestClient

from milevault_core.accounts import oidc, throttle
from milevault_core.accounts import sign_in as password_sign_in
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.waiting import wait_for
from tests.web.identity import DISCOVERY, _running, ann, go_there, provider, signed_in

__all__ = ["_running", "ann", "provider"]  # fixtures

HEAD = {"alg": "RS256", "kid": "one"}


def _signed(key, header=None):
    return lambda provider: setattr(
        provider, "sign", lambda claims: jwt.encode(header or HEAD, claims, key())
    )


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
    """Sign with the public key as an HMAC secret, which fools a check that lets the token choose its algorithm."""

    def sign(claims: dict) -> str:
        whole = jwt.encode({"alg": "RS256", "kid": "one"}, claims, provider.key)
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode().rstrip("=")
        signed = f"{head}.{whole.split('.')[1]}"
        mac = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    provider.sign = sign


@cache
def another_key() -> jwk.RSAKey:
    return jwk.RSAKey.generate_key(2048, {"kid": "one"})


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
    "signed with the client's secret": _signed(lambda: jwk.OctKey.import_key(SECRET), {"alg": "HS256"}),
    "signed with another key": _signed(another_key),
    "unknown kid": _signed(another_key, {"alg": "RS256", "kid": "two"}),
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
    """The bytes come slowly one by one: each is in time, but the whole response is not."""
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
    assert "/authorize" in browser.get("/oidc/start").headers["location"]  # from the same address
    assert provider.asked.count(DISCOVERY) == 1


def sign_in_by_ticket(user: int) -> str:
    """Sign the user in; the token by which the browser is known afterwards."""
    opened = password_sign_in.redeem_ticket(password_sign_in.ticket(user, "B" * 43), "B" * 43)
    assert opened is not None
    assert opened[1] is not None
    return opened[1]


def test_a_few_at_a_time_wait_for_a_slow_provider(client: TestClient, provider: Provider, ann: int) -> None:
    """The others are refused at once, and do not occupy a thread."""
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


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "ftp://id.example", "", "https://a:b@id.example", "file:///etc"]
)
def test_only_https_or_this_machine(issuer: str) -> None:
    with pytest.raises(oidc.NotSignedIn):
        oidc.discover(issuer)

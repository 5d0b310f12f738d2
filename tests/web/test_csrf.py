"""When another site's page makes a browser send a request with its cookies, nothing changes, at any route. The routes
come from the server, so new ones are covered automatically; each route that changes something has a request here.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import config, store
from milevault_core.accounts import sessions, sign_in, upload_keys
from milevault_core.imports import archives
from milevault_core.web.routes import ROUTES

CROSS = (
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "https://evil.vault.example"},
    {"origin": "https://evil.example"},  # over http, and from old browsers
    {"origin": "null"},
)
BROWSER = "B" * 43
READS = {"GET", "HEAD", "OPTIONS"}


def _piece(user: int) -> tuple[str, dict[str, Any]]:
    upload = archives.begin(user, "a.zip", 3, "")
    return f"/upload/{upload.id}/0", {"content": b"PK."}


def _finish(user: int) -> tuple[str, dict[str, Any]]:
    return "/signin/finish", {"headers": {"x-milevault-ticket": sign_in.ticket(user, BROWSER)}}


# (method, route) -> what the user's own browser sends there, given the user's id.
REQUESTS: dict[tuple[str, str], Callable[[int], tuple[str, dict[str, Any]]]] = {
    ("POST", "/signin/end"): lambda user: ("/signin/end", {}),
    ("POST", "/upload/begin"): lambda user: ("/upload/begin", {"json": {"name": "a.zip", "size": 9}}),
    ("PUT", "/upload/{id:int}/{offset:int}"): _piece,
    ("POST", "/signin/finish"): _finish,
    ("GET", "/oidc/start"): lambda user: ("/oidc/start?connect=1", {}),
}
# Cookies do not count here: requests with a key may come from anywhere.
BY_KEY = {"/api/upload"}
ROUTES_BY_METHOD = sorted((method, route.path) for route in ROUTES for method in route.methods or ())


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that does not respond: the tests look at what happens before."""
    monkeypatch.setenv("POCKETID_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("POCKETID_CLIENT_ID", "milevault")
    config.settings.cache_clear()


@pytest.fixture
def signed_in(client: TestClient, user: int) -> TestClient:
    client.cookies.set("mv_session", sessions.create(user))
    client.cookies.set("mv_browser", BROWSER)
    return client


def everything() -> dict[str, tuple]:
    """A digest of every table."""
    with store.session() as session:
        tables = session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).all()
        digest = "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM"
        return {name: tuple(session.execute(text(f'{digest} "{name}" t')).one()) for name in tables}


def test_every_route_that_changes_something_is_here() -> None:
    changing = {(method, path) for method, path in ROUTES_BY_METHOD if method not in READS}
    assert {each for each in changing if each[1] not in BY_KEY} <= REQUESTS.keys()
    assert REQUESTS.keys() <= set(ROUTES_BY_METHOD)


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_another_sites_page_changes_nothing(signed_in: TestClient, user: int, method: str, path: str) -> None:
    address, sent = REQUESTS[method, path](user)
    own = sent.pop("headers", {})
    before, cookies = everything(), dict(signed_in.cookies)
    elsewhere = CROSS[:2] if method == "GET" else CROSS  # a navigation has no Origin
    for headers in elsewhere:
        signed_in.request(method, address, headers=own | headers, **sent)
        assert everything() == before, headers
        assert dict(signed_in.cookies) == cookies, headers
    signed_in.request(method, address, headers=own | {"sec-fetch-site": "same-origin"}, **sent)
    assert everything() != before, "the control: what a page of ours sends does something"


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES_BY_METHOD} - {p for _, p in REQUESTS}))
def test_nothing_else_changes_anything_for_a_cookie(signed_in: TestClient, user: int, path: str) -> None:
    upload_keys.make(user, "Phone")
    address = path.replace("{kind}", "gpx").replace("{offset:int}", "0")
    for parameter in ("{id:int}", "{id}"):
        address = address.replace(parameter, "1")
    before = everything()
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        for headers in ({}, *CROSS[:1]):
            signed_in.request(method, address, headers=headers, content=b"a body")
            assert everything() == before, method

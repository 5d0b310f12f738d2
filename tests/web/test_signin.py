"""From the ticket to the cookie, and signing out."""

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from milevault_core import config, store
from milevault_core.accounts import first, invitations, password_reset, sessions, sign_in
from milevault_core.web.browser_word import BrowserWord
from milevault_core.web.signin import safe_next

ELSEWHERE = {"sec-fetch-site": "cross-site"}
BROWSER = "B" * 43


def finish(client: TestClient, ticket: str, word: str = BROWSER, **headers: str):
    client.cookies.set("mv_browser", word)
    return client.post("/signin/finish", headers={"x-milevault-ticket": ticket, **headers})


def test_a_ticket_becomes_a_cookie_once(client: TestClient, user: int) -> None:
    ticket = sign_in.ticket(user, BROWSER)
    answer = finish(client, ticket)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"].lower()
    for part in ("mv_session=", "httponly", "samesite=lax", "path=/", "max-age=7776000"):
        assert part in cookie
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    found = sessions.user_of(client.cookies["mv_session"])
    assert found is not None
    assert found.id == user
    again = finish(client, ticket)
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("word", ["", "x", "C" * 43, "B" * 42, "B" * 44, "B" * 5000])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_ticket_is_worth_nothing_in_another_browser(
    new_client, user: int, monkeypatch: pytest.MonkeyPatch, scheme: str, word: str
) -> None:
    """Otherwise an attacker could send a ticket to others, who would then use an account that is not theirs."""
    monkeypatch.setenv("BASE_URL", f"{scheme}://vault.example")
    config.settings.cache_clear()
    ticket = sign_in.ticket(user, BROWSER)
    answer = finish(new_client(is_https=scheme == "https"), ticket, word)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert finish(new_client(is_https=scheme == "https"), ticket).status_code == 204


def test_a_ticket_in_an_address_is_none(client: TestClient, user: int) -> None:
    """Another site's page can cause a visit to an address, and over http nothing tells where it comes from."""
    ticket = sign_in.ticket(user, BROWSER)
    client.cookies.set("mv_browser", BROWSER)
    for method in ("GET", "POST"):
        answer = client.request(method, f"/signin/finish?t={ticket}")  # gets Streamlit's page, or is refused
        assert answer.status_code != 204
        assert "set-cookie" not in answer.headers


def test_every_browser_gets_a_word_with_its_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("a page")

    app = Starlette(routes=[Route("/{path:path}", page)], middleware=[Middleware(BrowserWord)])
    html = {"accept": "text/html"}
    with TestClient(app, base_url="http://vault.example") as client:
        assert "set-cookie" not in client.get("/script.js").headers
        cookie = client.get("/", headers=html).headers["set-cookie"].lower()
        for part in ("mv_browser=", "httponly", "samesite=lax", "path=/"):
            assert part in cookie
        assert "secure" not in cookie
        assert "set-cookie" not in client.get("/", headers=html).headers, "it keeps the one it has"
        words = {client.cookies["mv_browser"]}
        for unfit in ("", "short", "ä" * 43):
            answer = client.get("/", headers=html | {"cookie": f"mv_browser={unfit}".encode()})
            words.add(answer.cookies["mv_browser"])
        assert len(words) == 4
    monkeypatch.setenv("BASE_URL", "https://vault.example")
    config.settings.cache_clear()
    with TestClient(app, base_url="https://vault.example") as client:
        assert "; secure" in client.get("/", headers=html).headers["set-cookie"].lower()


def test_the_cookie_is_secure_where_base_url_is_https(
    new_client, user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_URL", "https://vault.example")
    config.settings.cache_clear()
    answer = finish(new_client(is_https=True), sign_in.ticket(user, BROWSER))
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_a_cookie_planted_before_is_not_adopted(client: TestClient, user: int, other_user: int) -> None:
    planted = sessions.create(other_user)
    client.cookies.set("mv_session", planted)
    answer = finish(client, sign_in.ticket(user, BROWSER))
    token = answer.cookies["mv_session"]
    assert token != planted
    found = sessions.user_of(token)
    assert found is not None
    assert found.id == user
    assert sessions.user_of(planted) is None


def test_another_site_signs_nobody_in(client: TestClient, user: int) -> None:
    """Otherwise a visitor of that site would continue in somebody else's account."""
    ticket = sign_in.ticket(user, BROWSER)
    assert "set-cookie" not in finish(client, ticket, **ELSEWHERE).headers
    assert "set-cookie" in finish(client, ticket, **{"sec-fetch-site": "same-origin"}).headers


def test_sign_out(client: TestClient, user: int) -> None:
    token, other = sessions.create(user), sessions.create(user)
    client.cookies.set("mv_session", token)
    client.get("/signin/end")  # as by an image or link on a page
    assert sessions.user_of(token) is not None
    answer = client.post("/signin/end", headers=ELSEWHERE)
    assert "set-cookie" not in answer.headers
    answer = client.post("/signin/end", headers={"origin": "https://evil.example"})
    assert "set-cookie" not in answer.headers
    assert sessions.user_of(token) is not None
    answer = client.post("/signin/end", headers={"origin": "http://vault.example"})
    assert 'mv_session=""' in answer.headers["set-cookie"]
    assert sessions.user_of(token) is None
    assert sessions.user_of(other) is not None


def test_sign_out_behind_a_proxy_that_changes_the_host(
    client: TestClient, user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over http a browser only sends its Origin."""
    monkeypatch.setenv("BASE_URL", "http://vault.lan")
    config.settings.cache_clear()
    token = sessions.create(user)
    client.cookies.set("mv_session", token)
    for origin in ("http://evil.example", "http://vault.lan:81", "https://vault.lan"):
        client.post("/signin/end", headers={"origin": origin, "host": "vault.example"})
        assert sessions.user_of(token) is not None, origin
    client.post("/signin/end", headers={"origin": "http://vault.lan", "host": "vault.example"})
    assert sessions.user_of(token) is None


def test_signing_out_forgets_a_link(client: TestClient, user: int) -> None:
    """Otherwise someone who opened a link would only see its form for a day."""
    for session in ({"mv_session": sessions.create(user)}, {}):
        client.cookies.clear()
        for name, value in ({"mv_setup": "A" * 43} | session).items():
            client.cookies.set(name, value)
        assert "set-cookie" not in client.post("/signin/end", headers=ELSEWHERE).headers
        answer = client.post("/signin/end", headers={"sec-fetch-site": "same-origin"})
        assert 'mv_setup=""' in str(answer.headers.multi_items())


@pytest.mark.parametrize(
    "url", ["/", "/activities", "/activity?id=42", "/activities?q=a%20b&sport=running", "/a?next=//x"]
)
def test_next_stays_on_this_server(url: str) -> None:
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", None, 7, "activities", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
        "/a b", " /", "/\x7f", "/" + "a" * 3000, "/signin/end", "/signin/finish?t=x", "/setup?t=x", "http:evil",
    ],
)  # fmt: skip
def test_next_leads_nowhere_else(url: object) -> None:
    assert safe_next(url) == "/"


def test_the_first_link_moves_into_a_cookie(client: TestClient) -> None:
    link = first.link("http://vault.example")
    assert link is not None
    answer = client.get(link)
    assert answer.headers["location"] == "/"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    token = answer.cookies["mv_setup"]
    assert first.is_valid(token)
    made = first.create(token, "ann", "correct horse 7", time_zone="UTC", units="metric")
    answer = finish(client, sign_in.ticket(made.id, BROWSER))
    assert 'mv_setup=""' in str(answer.headers.multi_items())


def test_no_other_link_leaves_a_cookie(client: TestClient) -> None:
    for query in ("", "?t=", "?t=" + "A" * 43, "?t=" + "x" * 5000):
        answer = client.get(f"/setup{query}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "set-cookie" not in answer.headers


def test_the_first_link_is_dead_once_somebody_has_an_account(client: TestClient) -> None:
    from tests.conftest import make_user

    link = first.link("http://vault.example")
    assert link is not None
    make_user("ann")
    assert "set-cookie" not in client.get(link).headers


@pytest.mark.parametrize("path", ["/invite", "/reset"])
def test_the_token_of_a_link_moves_into_a_cookie_and_is_not_used_up(
    client: TestClient, user: int, other_user: int, path: str
) -> None:
    with store.session() as session:
        session.execute(text("UPDATE users SET is_admin = true WHERE id = :id"), {"id": user})
    make = {
        "/invite": lambda: invitations.invite(user),
        "/reset": lambda: password_reset.link(user, other_user),
    }
    token = make[path]()
    for _ in range(2):  # a mail program may open it first
        answer = client.get(f"{path}?t={token}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert token in answer.headers["set-cookie"]
    assert "set-cookie" not in client.get(f"{path}?t={'A' * 43}").headers
    other = {"/invite": "/reset", "/reset": "/invite"}[path]
    assert "set-cookie" not in client.get(f"{other}?t={token}").headers

"""Addresses below a path: the path is stripped from requests, and added to responses in headers and in our HTML."""

import ast
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.view import map as map_view
from milevault_core.web.first_page import first_page
from milevault_core.web.under_path import UnderPath
from pages.parts import rooted

ROOT = Path(__file__).parents[2]


def ask(path: str, root: str = "/vault"):
    def say(request):
        answer = PlainTextResponse(request.url.path)
        answer.set_cookie("mv_session", "x")
        answer.set_cookie("other", "x", path="/elsewhere")
        return answer

    routes = [
        Route("/", say), Route("/records", say), Route("/go", lambda _: RedirectResponse("/records?a=/b")),
        Route("/away", lambda _: RedirectResponse("https://elsewhere.example/records")),
    ]  # fmt: skip
    client = TestClient(UnderPath(Starlette(routes=routes), root), follow_redirects=False)
    return client.get(path)


@pytest.mark.parametrize("path", ["/vault/records", "/records"])
def test_with_and_without_the_path(path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.text) == (200, "/records")
    assert [cookie.split("; ")[1] for cookie in answer.headers.get_list("set-cookie")] == [
        "Path=/vault", "Path=/elsewhere"
    ]  # fmt: skip


def test_redirects_get_the_path() -> None:
    assert ask("/vault/go").headers["location"] == "/vault/records?a=/b"
    assert ask("/vault/away").headers["location"] == "https://elsewhere.example/records"
    assert ask("/vault?a=1").headers["location"] == "/vault/?a=1"
    assert ask("/vaulted").status_code == 404


def test_without_a_path_nothing_changes() -> None:
    assert ask("/records", "").headers.get_list("set-cookie")[0].split("; ")[1] == "Path=/"
    assert ask("/go", "").headers["location"] == "/records?a=/b"


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, root in (
        ("", ""), ("https://home.example/", ""), ("https://home.example/vault/", "/vault"),
        ("http://nas:81/a/b", "/a/b"),
    ):  # fmt: skip
        assert config.Settings(BASE_URL=url).root == root  # type: ignore[call-arg]
    for url in (
        "https://home.example/a?b",
        'https://home.example/"x',
        "https://home.example/a//b",
        "https://h/#",
    ):
        with pytest.raises(ValueError, match="its path has letters"):
            config.Settings(BASE_URL=url)  # type: ignore[call-arg]


def test_our_html_and_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    html = '<a class="go" href="/day?x=/y">A href=&quot;/day</a><img src="/files/1"><a href="https://a.example/">'
    assert rooted.within(html) == html
    monkeypatch.setenv("BASE_URL", "https://home.example/vault")
    config.settings.cache_clear()
    assert rooted.within(html) == (
        '<a class="go" href="/vault/day?x=/y">A href=&quot;/day</a><img src="/vault/files/1">'
        '<a href="https://a.example/">'
    )
    assert rooted.at("/files/1") == "/vault/files/1"
    assert rooted.at("https://a.example/") == "https://a.example/"
    deck = map_view.on_dark('{"mapStyle":"/map/style.json"}')
    assert map_view.below(deck, rooted.at("/")) == '{"mapStyle":"/vault/map/style.json?theme=dark"}'
    assert 'location.origin+"/vault/"' in first_page("<title>Streamlit</title>", "/vault")


def test_every_link_button_and_html_of_the_pages_gets_the_path() -> None:
    """`st.link_button(…, at("/…"))`, `st.html(within(…))`; `parts.show` does it by itself."""
    forgotten = []
    for file in sorted((ROOT / "pages").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if (
                node.func.attr == "link_button"
                and getattr(getattr(node.args[1], "func", None), "id", "") != "at"
            ):
                forgotten.append(f"{file.name}:{node.lineno}")
            said = ast.unparse(node.args[0]) if node.func.attr == "html" and node.args else ""
            if re.search(r'(?:href|src)="/', said) and not said.startswith("within("):
                forgotten.append(f"{file.name}:{node.lineno}")
    assert forgotten == []

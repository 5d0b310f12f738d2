"""Streamlit's first page, as we send it."""

import re
from pathlib import Path

import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from milevault_core.web.first_page import FirstPage, first_page
from milevault_core.web.headers import content_security_policy, inline_script_hashes

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
HTML = {"Accept": "text/html,*/*"}


def client() -> TestClient:
    async def streamlits(request):
        return PlainTextResponse("Streamlit's")

    layers = [Middleware(FirstPage, index=INDEX, known=frozenset({"", "trends"}))]
    return TestClient(Starlette(routes=[Route("/{path:path}", streamlits)], middleware=layers))


def test_every_page_begins_with_ours() -> None:
    for path in ("/", "/trends", "/trends?show=form"):
        answer = client().get(path, headers=HTML | {"If-None-Match": '"x"'})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "<title>MileVault</title>" in answer.text
        assert "agent" not in answer.text
        where, script = answer.text.index("__streamlit="), answer.text.index("static/js/index.")
        assert where < script, "the script reads it when it begins"
        assert re.search(r'src="\./static/js/index\.[\w-]+\.js"', answer.text)


def test_everything_else_is_left_to_streamlit() -> None:
    for path in ("/trends/", "/static/js/index.js", "/_stcore/health", "/nothing"):
        assert client().get(path, headers=HTML).text == "Streamlit's"
    assert client().get("/trends", headers={"Accept": "application/json"}).text == "Streamlit's"


def test_the_policy_allows_its_scripts() -> None:
    hashes = inline_script_hashes(first_page(INDEX.read_text(encoding="utf-8")))
    assert len(hashes) == 2
    policy = content_security_policy(INDEX, "")
    assert all(one in policy for one in hashes)


def test_a_page_that_an_upgrade_has_changed_stays_as_it_is() -> None:
    assert first_page("<p>Hello</p>") == "<p>Hello</p>"

"""Which of Streamlit's own addresses are closed to strangers, and the headers of every response."""

from pathlib import Path

import pytest
import streamlit
from starlette.testclient import TestClient

from milevault_core.accounts import sessions
from milevault_core.web.headers import content_security_policy, inline_script_hashes
from milevault_core.web.map_style import tile_origin

UPLOAD = "/_stcore/upload_file/session/file"


def test_uploads_and_media_need_a_session_that_is_in_the_table(client: TestClient, user: int) -> None:
    paths = [
        UPLOAD,
        UPLOAD + "/",
        "/base/_stcore/upload_file/a/b",
        "/%5fstcore/upload_file/a/b",
        "/media/x.png",
    ]

    def ask() -> set[int]:
        asked = [(method, path) for method in ("PUT", "DELETE", "POST") for path in paths]
        return {client.request(method, path, content=b"x" * 1000).status_code for method, path in asked}

    assert ask() == {403}
    client.cookies.set("mv_session", "A" * 43)
    assert ask() == {403}
    token = sessions.create(user)
    client.cookies.set("mv_session", token)
    assert ask() == {200}
    sessions.end(token)
    assert ask() == {403}


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/base/_stcore/metrics",
        "/%5fstcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/run",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/static/" + "a" * 256 + ".js",
        "/app/static/" + "a" * 256,
        "/media/" + "a" * 256,
    ],
)
def test_closed(plain_client: TestClient, path: str) -> None:
    assert plain_client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/activities", "/_stcore/health", "/_stcore/host-config", "/static/media/font.woff2",
             "/static/" + "a" * 255]
)  # fmt: skip
def test_open(plain_client: TestClient, path: str) -> None:
    assert plain_client.get(path).text == "streamlit 0"


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/door.js", "/_stcore/metrics", UPLOAD, "/files/original/1"]
)
def test_headers_of_every_answer(plain_client: TestClient, path: str) -> None:
    headers = plain_client.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in script
    assert "'unsafe-eval'" not in script
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_the_inline_scripts_of_streamlits_page_are_known() -> None:
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    hashes = inline_script_hashes(index.read_text())
    assert len(hashes) == index.read_text().count("<script>") >= 1
    policy = content_security_policy(index, "")
    assert all(each in policy for each in hashes)


def test_a_known_hash() -> None:
    # echo -n "alert('Hello, world.');" | openssl dgst -sha256 -binary | base64, as the W3C's CSP document has it
    assert inline_script_hashes("<script>alert('Hello, world.');</script>") == [
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    ]


@pytest.mark.parametrize(
    ("tile_url", "origin"),
    [
        ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "https://tile.openstreetmap.org"),
        ("https://{s}.tiles.example:8443/{z}/{x}/{y}.png?key=k", "https://*.tiles.example:8443"),
        ("https://user:word@tiles.example/{z}/{x}/{y}", "https://tiles.example"),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_tiles_in_the_policy(tile_url: str, origin: str) -> None:
    assert tile_origin(tile_url) == origin

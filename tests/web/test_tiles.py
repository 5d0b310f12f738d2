"""The map tile server, configured in the app."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.web import tiles
from milevault_core.web.headers import SecurityHeaders, content_security_policy
from milevault_core.web.map_style import tile_origins

OWN = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture(autouse=True)
def _forget(database):
    tiles.forget()
    yield
    tiles.forget()


def test_what_is_set_in_the_app_beats_the_environment_until_it_is_reset() -> None:
    assert tiles.refresh() == (config.settings().tile_url, "© OpenStreetMap contributors", False)
    tiles.change(OWN, "© Example")
    assert tiles.current() == (OWN, "© Example", True)
    tiles.forget()
    assert tiles.refresh().url == OWN
    policy = content_security_policy(None, tile_origins(config.settings(), tiles.current().url))
    assert "https://tiles.example.org" in policy
    assert "openstreetmap" not in policy
    tiles.change("", "")
    assert tiles.current().url == ""
    tiles.reset()
    assert tiles.current() == (config.settings().tile_url, "© OpenStreetMap contributors", False)


@pytest.mark.parametrize(
    ("url", "attribution", "why"),
    [
        ("https://tiles.example.org/", "© Example", "{z}"),
        ("javascript:{z}{x}{y}", "© Example", "https"),
        ("https://a b/{z}/{x}/{y}", "© Example", "character"),
        ("https://a; script-src *;/{z}/{x}/{y}", "© Example", "character"),
        (OWN, " ", "attribution"),
    ],
)
def test_what_cannot_be_used_is_refused(url: str, attribution: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        tiles.change(url, attribution)


def test_a_policy_that_may_change_names_the_sockets_of_the_host_too() -> None:
    app = SecurityHeaders(PlainTextResponse("x"), lambda: content_security_policy(None, ""), False)
    policy = TestClient(app).get("/", headers={"host": "vault.example"}).headers["content-security-policy"]
    assert "ws://vault.example wss://vault.example" in policy
    assert "{" not in policy

"""The map background."""

import pytest
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.accounts import sessions
from milevault_core.web.headers import content_security_policy
from milevault_core.web.map_style import style, tile_origins


@pytest.fixture
def signed_in(client: TestClient, user: int) -> TestClient:
    client.cookies.set("mv_session", sessions.create(user))
    return client


def test_strangers_get_none(client: TestClient) -> None:
    assert client.get("/map/style.json").status_code == 401


def test_tiles_and_their_maker(signed_in: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = signed_in.get("/map/style.json").json()
    assert answer["version"] == 8
    source = answer["sources"]["tiles"]
    assert source["tiles"] == [config.settings().tile_url]
    assert source["attribution"] == "© OpenStreetMap contributors"
    assert [layer["type"] for layer in answer["layers"]] == ["background", "raster"]
    assert signed_in.get("/map/style.json?theme=<x>").json() == answer
    assert signed_in.get("/map/style.json?theme=dark").json() != answer

    monkeypatch.setenv("MAP_TILE_URL", "")
    config.settings.cache_clear()
    answer = signed_in.get("/map/style.json").json()
    assert answer["sources"] == {}
    assert [layer["id"] for layer in answer["layers"]] == ["background"]
    assert answer == style("light", "", "anything")


def test_satellite_pictures_where_there_is_a_token(
    signed_in: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/map/style.json?background=satellite"
    assert signed_in.get(address).json() == signed_in.get("/map/style.json").json()  # without a token
    monkeypatch.setenv("VITE_MAPBOX_TOKEN", "pk.a/b")
    config.settings.cache_clear()
    source = signed_in.get(address).json()["sources"]["tiles"]
    (url,) = source["tiles"]
    assert url.startswith("https://api.mapbox.com/v4/mapbox.satellite/{z}/{x}/{y}")
    assert url.endswith("access_token=pk.a/b")
    assert "Mapbox" in source["attribution"]
    signed_in.cookies.clear()
    assert signed_in.get(address).status_code == 401


def test_the_policy_lets_in_what_the_maps_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def allowed() -> str:
        config.settings.cache_clear()
        return content_security_policy(None, tile_origins(config.settings()))

    assert "api.mapbox.com" not in allowed()
    monkeypatch.setenv("MAPBOX_TOKEN", "pk.x")
    parts = {p.split()[0]: p.split()[1:] for p in allowed().split("; ")}
    for kind in ("img-src", "connect-src"):
        assert {"https://api.mapbox.com", "https://tile.openstreetmap.org"} <= set(parts[kind])
    assert "https://api.mapbox.com" not in parts["script-src"]
    monkeypatch.setenv("MAP_TILE_URL", "")
    assert "https://api.mapbox.com" in allowed()

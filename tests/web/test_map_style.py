"""The background of the maps."""

import pytest
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.accounts import sessions
from milevault_core.web.map_style import style


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

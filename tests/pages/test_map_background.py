"""Satellite images as a map background: offered only if MAPBOX_TOKEN is set."""

from milevault_core import config, store
from milevault_core.store.activities import save
from tests.pages.test_pages import everything
from tests.store.test_points import recording

SATELLITE = "/map/style.json?background=satellite"


def an_activity(user: int) -> str:
    with store.session() as session:
        return str(save.save_activity(session, user, recording(400)))


def test_without_a_token_there_is_no_choice(user: int, open_page) -> None:
    app = open_page(user, "activity", id=an_activity(user))
    assert not app.exception, app.exception
    assert "/map/style.json" in everything(app)
    assert "Satellite" not in everything(app)


def test_the_choice_holds(user: int, open_page, monkeypatch) -> None:
    monkeypatch.setenv("MAPBOX_TOKEN", "pk.token")
    config.settings.cache_clear()
    app = open_page(user, "activity", id=an_activity(user))
    assert SATELLITE not in everything(app)
    choice = app.button_group(key="map-background")
    assert [option.content for option in choice.proto.options] == ["Map", "Satellite"]
    app.session_state["map_background"] = "Satellite"  # as if chosen on another map
    app.run()
    assert not app.exception, app.exception
    assert SATELLITE in everything(app)
    assert "pk.token" not in everything(app)  # only the map style, which a signed-in browser requests, has it

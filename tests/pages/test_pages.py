"""Every page: for a stranger, for a new user, for a user with activities, and with another user's ids."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.activities import save
from tests.pages.shown import all_html
from tests.store.test_points import recording

PAGES = (
    "dashboard",
    "activities",
    "activity",
    "imports",
    "profile",
    "admin",
    "records",
    "routes",
    "route",
    "settings",
    "trash",
    "reread",
    "calendar",
    "day",
    "gallery",
    "not_found",
    "compare",
    "add",
    "goals",
    "gear",
    "rules",
    "search",
    "garmin",
)
CANARY = "BOBCANARY7f3a"


def everything(app: AppTest) -> str:
    """Everything that a page sends: texts, tables, chart specs and element types, in blocks of any depth."""
    found: list[str] = []

    def walk(node) -> None:
        found.append(f"{getattr(node, 'type', '')} {node.proto}")
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app.main)
    return "\n".join(found)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_nothing(database, open_page, page: str) -> None:
    app = open_page(None, page)
    assert not app.exception
    assert not app.title
    assert not app.dataframe


@pytest.mark.parametrize("page", PAGES)
def test_a_new_user_is_told_what_to_do(user: int, open_page, page: str) -> None:
    app = open_page(user, page)
    assert not app.exception, app.exception
    assert app.title
    assert not app.dataframe


def make_filled(user: int) -> int:
    batch = files.begin(user, "page", "ride.fit")
    for item in files.add(user, batch, "ride.fit", hour_fit(1, 900)):
        files.process(item)
    clean.clean(user)
    return user


@pytest.fixture
def filled(user: int, filled_once: Callable[..., Any]) -> int:
    return filled_once(make_filled, user)


@pytest.mark.parametrize("units", ["metric", "imperial"])
@pytest.mark.parametrize("page", PAGES)
def test_a_user_with_an_activity_sees_it(filled: int, open_page, page: str, units: str) -> None:
    activity = store.read("SELECT id FROM activities")["id"].iloc[0]
    app = open_page(filled, page, units, id=str(activity))
    assert not app.exception, app.exception
    if page == "activity":
        shown = all_html(app)
        for label in ("Distance", "Moving time", "Ascent", "Avg heart rate"):
            assert f"<dt>{label} " in shown
        assert re.search(r"<dt>Distance .*?km<" if units == "metric" else r"<dt>Distance .*? mi<", shown)
    if page in ("activities", "dashboard"):
        assert f'href="/activity?id={activity}"' in all_html(app)


@pytest.mark.parametrize("page", PAGES)
def test_another_users_rows_are_never_shown(user: int, other_user: int, open_page, page: str) -> None:
    with store.session() as session:
        bobs = recording(400)
        bobs.name, bobs.device = CANARY, CANARY
        activity = save.save_activity(session, other_user, bobs)
    batch = files.begin(other_user, "page", CANARY)
    files.add(other_user, batch, CANARY + ".fit", b"nothing")
    app = open_page(user, page, id=str(activity))
    assert not app.exception, app.exception
    assert CANARY not in everything(app)
    control = open_page(other_user, page, id=str(activity))
    if page in ("activities", "activity", "dashboard", "imports"):
        assert CANARY in everything(control), "the canary must be seen by its owner, or this test cannot fail"


def test_a_foreign_activity_and_one_that_is_not_look_the_same(user: int, other_user: int, open_page) -> None:
    with store.session() as session:
        activity = save.save_activity(session, other_user, recording(50))
    foreign, missing = (everything(open_page(user, "activity", id=i)) for i in (str(activity), "999999"))
    assert foreign == missing


def test_indoor_activities_show_all_but_the_map(user: int, open_page) -> None:
    indoor = recording(400, lat=float("nan"), lon=float("nan"))
    indoor.is_indoor = True
    with store.session() as session:
        activity = save.save_activity(session, user, indoor)
    app = open_page(user, "activity", id=str(activity))
    assert not app.exception, app.exception
    assert "deck_gl_json_chart" not in everything(app)
    assert "vega_lite_chart" in everything(app) or "arrow_vega_lite_chart" in everything(app)

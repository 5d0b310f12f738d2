"""Every page: for a stranger, for a new user, for a user with activities, and with another user's ids."""

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core import derive, imports, store
from milevault_core.bench.hour import hour_fit
from milevault_core.store import save
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
)
CANARY = "BOBCANARY7f3a"


def everything(app: AppTest) -> str:
    """All that a page sends: texts, tables, chart specs, kinds of elements, in blocks however deep."""
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


@pytest.fixture
def filled(user: int) -> int:
    batch = imports.begin(user, "page", "ride.fit")
    for item in imports.add(user, batch, "ride.fit", hour_fit(1, 900)):
        imports.process(item)
    derive.clean(user)
    return user


@pytest.mark.parametrize("units", ["metric", "imperial"])
@pytest.mark.parametrize("page", PAGES)
def test_a_user_with_an_activity_sees_it(filled: int, open_page, page: str, units: str) -> None:
    activity = store.read("SELECT id FROM activities")["id"].iloc[0]
    app = open_page(filled, page, units, id=str(activity))
    assert not app.exception, app.exception
    if page == "activity":
        assert {m.label for m in app.metric} >= {"Distance", "Moving time", "Climb", "Avg heart rate"}
        assert next(m.value for m in app.metric if m.label == "Distance").endswith(
            "km" if units == "metric" else "mi"
        )
    if page in ("activities", "dashboard"):
        assert len(app.dataframe[0].value) == 1


@pytest.mark.parametrize("page", PAGES)
def test_another_users_rows_are_never_shown(user: int, other_user: int, open_page, page: str) -> None:
    with store.session() as session:
        bobs = recording(400)
        bobs.name, bobs.device = CANARY, CANARY
        activity = save.save_activity(session, other_user, bobs)
    batch = imports.begin(other_user, "page", CANARY)
    imports.add(other_user, batch, CANARY + ".fit", b"nothing")
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

"""The figures at the top of an activity's page: a click on one says where it comes from and lets the user choose."""

import pytest
from streamlit.testing.v1 import AppTest

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import edits as edit_queries
from tests.builders import gpx
from tests.imports.test_files import brought_in
from tests.pages.shown import all_html, say


def ask(app: AppTest, name: str) -> AppTest:
    """Click a figure; each run that uses its open dialog needs this click again."""
    key = "figures" if name in ("distance_m", "moving_s", "avg_speed", "avg_heart_rate") else "more_figures"
    say(app, key, name)
    assert not app.exception, app.exception
    return app


@pytest.fixture
def ridden(user: int) -> int:
    batch = files.begin(user, "page")
    (item,) = files.add(user, batch, "1.fit", hour_fit(1, 600))
    activity = files.process(item)[0]
    clean.clean(user)
    return activity


def frosty(user: int) -> int:
    cold = gpx.points()
    for point in cold:
        point["temp"] = -3
    (item,) = brought_in(user, ("a.gpx", gpx.gpx(gpx.track(cold)).encode()))
    clean.clean(user)
    return int(item["activities"][0])


def test_a_click_tells_where_a_figure_comes_from_and_a_choice_is_kept(
    user: int, ridden: int, open_page
) -> None:
    app = ask(open_page(user, "activity", id=str(ridden)), "avg_heart_rate")
    assert any(one.value.startswith("Our rule: The mean over time") for one in app.caption)
    assert "name=avg_heart_rate" in all_html(app)
    app.radio(key="figure_origin").set_value("number")
    ask(app, "avg_heart_rate")
    app.number_input(key="figure_number").set_value(151.0)
    app.button(key="figure_save").click()
    ask(app, "avg_heart_rate")
    assert queries.one(user, ridden)["avg_heart_rate"] == 151.0
    assert "151 bpm" in all_html(app).replace("</span>", "").replace("<span>", "")
    assert edit_queries.of_activity(user, ridden)["field"].tolist() == ["figure:avg_heart_rate"]


def test_a_choice_is_saved_for_all_activities(user: int, ridden: int, open_page) -> None:
    app = ask(open_page(user, "activity", id=str(ridden)), "avg_heart_rate")
    app.radio(key="figure_origin").set_value("computed")
    ask(app, "avg_heart_rate")
    app.button(key="figure_default").click()
    ask(app, "avg_heart_rate")
    assert edit_queries.figure_defaults(user) == {"avg_heart_rate": "computed"}
    ask(app, "avg_heart_rate")  # the dialog had closed
    app.radio(key="figure_origin").set_value("number")
    ask(app, "avg_heart_rate")
    assert "figure_default" not in [button.key for button in app.button], "a number is of one activity"


@pytest.mark.parametrize(("units", "shown"), [("metric", -3.0), ("imperial", 26.6)])
def test_a_temperature_below_zero_is_changed_in_the_persons_degrees(
    user: int, open_page, units: str, shown: float
) -> None:
    activity = frosty(user)
    app = ask(open_page(user, "activity", units, id=str(activity)), "avg_temperature")
    app.radio(key="figure_origin").set_value("number")
    ask(app, "avg_temperature")
    field = app.number_input(key="figure_number")
    assert field.value == pytest.approx(shown)
    assert field.label.endswith("°F" if units == "imperial" else "°C")
    field.set_value(shown - 1.8)
    app.button(key="figure_save").click()
    ask(app, "avg_temperature")
    kept = store.read("SELECT avg_temperature AS t FROM activities")["t"].iloc[0]
    assert kept == pytest.approx(-4.0 if units == "imperial" else -4.8)


def test_a_speed_is_not_chosen_but_follows(user: int, ridden: int, open_page) -> None:
    app = ask(open_page(user, "activity", id=str(ridden)), "avg_speed")
    assert any(one.value.startswith("The speed is the distance divided by") for one in app.caption)
    assert "figure_save" not in [button.key for button in app.button]


def test_the_sources_of_all_activities_are_chosen_in_the_settings(user: int, open_page) -> None:
    app = open_page(user, "profile")
    assert "default-avg_speed" not in [box.key for box in app.selectbox]
    app.selectbox(key="default-distance_m").set_value("computed")
    form = app.selectbox(key="default-distance_m").form_id
    next(button for button in app.button if button.form_id == form).click()
    app.run()
    assert not app.exception, app.exception
    assert edit_queries.figure_defaults(user) == {"distance_m": "computed"}

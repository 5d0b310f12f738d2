"""A row of a table is a stretch of the activity: its figures, its place on chart and map, and changes made to it by
clicks, each undone by a click.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.actions import edits
from milevault_core.derive import clean
from milevault_core.store.queries import activities
from milevault_core.store.queries import edits as edit_queries
from tests.builders.fit import START, Writer, file_id, lap, semicircles, session
from tests.builders.runs import add
from tests.imports.test_files import brought_in
from tests.pages.shown import choose_row, press, shown_html

SPIKE = range(900, 905)  # points with an impossible heart rate


def workout() -> bytes:
    """A run of 40 minutes east along 48° N: easy, then 6 × 2 min fast, then easy up a hill of 95 m; three laps."""
    plan = [(600, 2.6), *[(120, 4.5), (90, 2.4)] * 6, (540, 2.6)]
    speeds = [speed for seconds, speed in plan for _ in range(seconds)]
    w, way, climbed = file_id(Writer()), 0.0, 0.0
    for i, speed in enumerate(speeds):
        way += speed
        climbed += speed * 0.07 if i > len(speeds) - 520 else 0.0
        w.add(20, (253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
              (1, "sint32", semicircles(11.0 + way / 74_500)), (78, "uint32", round((600 + climbed) * 5)),
              (5, "uint32", round(way * 100)), (73, "uint32", round(speed * 1000)),
              (3, "uint8", 215 if i in SPIKE else 125 + round(10 * speed)), local=1)  # fmt: skip
    for at in (0, 800, 1600):
        lap(w, START + at, 800, way / 3)
    return session(w, START, len(speeds) - 1, way).file()


def make_activity(user: int) -> int:
    (item,) = brought_in(user, ("a.fit", workout()))
    clean.clean(user)
    return int(item["activities"][0])


@pytest.fixture
def activity(user: int, filled_once: Callable[..., Any]) -> int:
    return filled_once(make_activity, user)


@pytest.fixture
def page(user: int, activity: int, open_page) -> AppTest:
    return fine(open_page(user, "activity", id=str(activity)))


def fine(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def table(app: AppTest, name: str) -> AppTest:
    """Select the table with this name."""
    switch = app.segmented_control(key="table")
    return fine(switch.set_value(name).run()) if switch.value != name else app


def across(app: AppTest) -> list[float]:
    """The first and last value of the chart's x axis, in its units."""
    (chart,) = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    return next(domains(json.loads(chart.proto.spec)))


def domains(spec) -> Iterator[list[float]]:
    """The domain of every x axis that has one."""
    if isinstance(spec, dict):
        x = spec.get("x")
        if isinstance(x, dict) and "domain" in (x.get("scale") or {}):
            yield x["scale"]["domain"]
        for value in spec.values():
            yield from domains(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from domains(value)


def deck(app: AppTest) -> str:
    (found,) = app.get("deck_gl_json_chart")
    return str(found.proto.json)


def bar(app: AppTest) -> str:
    return re.sub(r"<[^>]+>", "", shown_html(app).get("stretch_figures", ""))


@pytest.mark.parametrize(
    ("name", "key", "row", "figures", "span"),
    [
        ("Laps", "laps", 1, ("13:20",), (800, 1601)),
        ("Intervals", "intervals", 0, ("2:00", "Avg heart rate"), (600, 721)),
        ("Splits", "splits-1000", 1, ("1.00", "Graded pace"), (385, 698)),
        ("Best efforts", "efforts", 0, ("Distance", "Time"), (599, 689)),
        ("Climbs", "climbs", 0, ("Ascent",), (1878, 2400)),
    ],
)
def test_a_row_of_each_table_is_a_stretch_that_is_measured_shown_and_zoomed_in(
    page: AppTest, name: str, key: str, row: int, figures: tuple, span: tuple[int, int]
) -> None:
    app = table(page, name)
    whole, plain = across(app), deck(app)
    assert bar(app) == ""
    app = fine(choose_row(app, f"table-{key}", row))
    assert [abs(a - b) <= 3 for a, b in zip(app.session_state["chosen_stretch"]["stretch"], span, strict=True)] == [
        True, True,
    ], app.session_state["chosen_stretch"]["stretch"]  # fmt: skip
    assert all(figure in bar(app).replace("\u202f", "") for figure in figures), bar(app)
    assert deck(app) != plain, "the stretch is marked on the map"
    assert across(app) == whole
    app = fine(press(app, "zoom_in"))
    low, high = across(app)
    assert whole[0] <= low < high <= whole[1]
    assert high - low < 0.6 * (whole[1] - whole[0])
    assert bar(app) != "", "what is zoomed in stays measured"
    app = fine(press(app, "zoom_out"))
    assert (across(app), bar(app), deck(app)) == (whole, "", plain)


def test_a_row_that_is_let_go_is_no_stretch_any_more(page: AppTest) -> None:
    app = table(page, "Laps")
    plain = deck(app)
    app = fine(choose_row(app, "table-laps", 2))
    assert bar(app) != ""
    app = fine(choose_row(app, "table-laps"))
    assert (bar(app), deck(app)) == ("", plain)


def state(user: int) -> tuple:
    """The stored activities: figures and every point."""
    rows = store.read(
        "SELECT id, distance_m, elapsed_s, moving_s, ascent_m, max_heart_rate, point_count FROM activities ORDER BY id"
    )
    tracks = [activities.track(user, one).drop(columns="seq", errors="ignore") for one in rows["id"]]
    return rows.to_dict("records"), [one.to_csv() for one in tracks]


def opened(app: AppTest, activity: int) -> AppTest:
    """Open the page with the forms for changes."""
    app.session_state[f"change-track-{activity}"] = True  # as a click on the section's heading does
    return fine(app.run())


@pytest.mark.parametrize("how", ["trim", "cut", "split", "spike"])
def test_a_chosen_stretch_is_changed_by_a_click_and_a_click_takes_it_back(
    user: int, activity: int, page: AppTest, how: str
) -> None:
    before = state(user)
    (peak,) = store.read("SELECT max_heart_rate FROM activities")["max_heart_rate"]
    assert peak == 215
    app = opened(fine(choose_row(table(page, "Laps"), "table-laps", 1)), activity)
    app = fine(press(app, "take_stretch"))
    if how == "spike":
        app.selectbox(key="spike_channel").set_value("heart_rate")
    app = fine(press(app, how))
    found = store.read("SELECT elapsed_s, max_heart_rate, point_count FROM activities ORDER BY start_time")
    if how == "split":
        assert found["point_count"].tolist() == [801, 1600], "the point between belongs to both"
    elif how == "spike":
        assert found["max_heart_rate"].tolist() != [215]
    else:
        assert found["point_count"].tolist() == [801 if how == "trim" else 1599]
    assert len(edit_queries.of_activity(user, activity)) == 1
    app = fine(press(app, "revoke-"))
    assert state(user) == before
    assert not any((button.key or "").startswith("revoke-") for button in app.button)


def test_a_split_is_undone_on_the_second_half_which_leads_to_the_whole(
    user: int, activity: int, open_page
) -> None:
    before = state(user)
    (start,) = store.read("SELECT extract(epoch FROM start_time)::float8 AS t FROM activities")["t"]
    second = edits.split(user, activity, float(start) + 800.5)
    clean.clean(user)
    app = opened(open_page(user, "activity", id=str(second)), second)
    assert "the part before is a separate activity" in " ".join(each.value for each in app.markdown)
    app = fine(press(app, "revoke-"))
    assert state(user) == before
    assert app.query_params["id"] in (str(activity), [str(activity)])


def test_two_activities_are_joined_by_a_click_and_taken_apart_by_another(user: int, open_page) -> None:
    first, second = (add(user, "loop", day) for day in (0, 0.1))
    clean.clean(user)
    before = state(user)
    app = opened(fine(open_page(user, "activity", id=str(second))), second)
    next(button for button in app.button if button.label == "Join them into one activity").click().run()
    fine(app)
    (one,) = store.read("SELECT id, elapsed_s FROM activities").to_dict("records")
    assert one["elapsed_s"] > timedelta(hours=2.4).total_seconds()
    assert app.query_params["id"] in (one["id"], str(one["id"]), [str(one["id"])])
    app = opened(app, one["id"])
    said = "Joined from 2 consecutive recordings. Separating them undoes what was changed since."
    assert said in [text.value for text in app.markdown]
    fine(press(app, "unjoin"))
    assert state(user) == before
    assert {first, second} == {row["id"] for row in before[0]}

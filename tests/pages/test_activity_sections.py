"""What an activity's page shows of a file besides its track: workout, weather, sets, lengths, zones, photos."""

import html
import io
from datetime import date

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.actions import athlete
from milevault_core.derive import clean
from milevault_core.view import format as fmt
from tests.builders.archive import zipped
from tests.examples.files import FILES
from tests.imports.test_archives import imported
from tests.imports.test_files import brought_in, run
from tests.pages.shown import all_html


@pytest.fixture
def shown(user: int, open_page):
    """The page of an example file, with everything derived."""

    def show(example: str, units: str = "metric") -> AppTest:
        (item,) = brought_in(user, (f"{example}.fit", FILES[example]()))
        clean.clean(user)
        app = open_page(user, "activity", units, id=str(item["activities"][0]))
        assert not app.exception, app.exception
        return app

    return show


def tables(app: AppTest, name: str) -> AppTest:
    """The page with this table selected below map and chart."""
    switch = app.segmented_control(key="table")
    app = switch.set_value(name).run() if switch.value != name else app
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> str:
    said = "\n".join(one.value for one in (*app.caption, *app.markdown)).replace("\\", "")
    return (said + html.unescape(all_html(app))).replace(fmt.THIN, " ")


def test_the_table_stands_in_the_address(shown, open_page, user: int) -> None:
    """So it survives a reload; an activity without that table shows its first one."""
    opened = shown("fit_workout_steps")
    (first,) = {opened.segmented_control(key="table").value}
    for asked, is_shown in (("Best efforts", "Best efforts"), ("Lengths", first)):
        app = open_page(user, "activity", id=opened.query_params["id"][0], table=asked)
        assert not app.exception, app.exception
        assert app.segmented_control(key="table").value == is_shown


def test_laps_are_named_by_the_steps_of_the_workout(shown) -> None:
    app = tables(shown("fit_workout_steps"), "Laps")
    assert "Workout: 2 x 1000. By feel" in texts(app)
    (laps,) = [one.value for one in app.dataframe]
    assert laps["Workout step"].tolist() == [
        "Jog: Loose shoulders", "Interval 1000 m, 150 to 160 bpm", "Recovery 90 s, heart rate zone 2",
        "Interval 1000 m, 150 to 160 bpm", "Cool-down, 150 to 200 W", fmt.MISSING,
    ]  # fmt: skip


@pytest.mark.parametrize(("units", "line"), [
    ("metric", "Light rain · −2 °C, feels like −5 °C · wind 19.8 km/h from the south-west · humidity 80%"),
    ("imperial", "Light rain · 28 °F, feels like 23 °F · wind 12.3 mph from the south-west · humidity 80%"),
])  # fmt: skip
def test_the_weather_is_shown_where_the_file_has_it(shown, units: str, line: str) -> None:
    assert line in texts(shown("fit_weather", units))


def test_no_weather_is_shown_where_the_file_has_none(shown) -> None:
    app = shown("fit_workout_name")
    assert "partly_cloudy_day" not in texts(app)


def test_sets_of_strength_training_are_a_table_with_what_was_lifted(shown) -> None:
    app = shown("fit_strength")
    assert "2 sets · 22 repetitions · 1 760 kg lifted" in texts(app)
    (sets,) = [one.value for one in app.dataframe]
    assert sets["Exercise"].tolist() == ["Bench press", "Rest", "Squat"]
    assert sets["Weight"].tolist() == ["80.0 kg"] * 3
    assert sets["Repetitions"].tolist() == ["10", "11", "12"]


def test_pool_lengths_have_strokes_and_swolf(shown) -> None:
    app = shown("fit_pool_swim")
    assert "3 lengths of 25 m" in texts(app)
    (lengths,) = [one.value for one in app.dataframe]
    assert {"Strokes", "SWOLF", "Time", "Pace"} <= set(lengths.columns)
    assert lengths["Stroke"].tolist() == ["breaststroke", "breaststroke", "Rest", "breaststroke"]


def test_running_dynamics_are_a_table(shown) -> None:
    app = tables(shown("fit_running_dynamics"), "Dynamics")
    (dynamics,) = [one.value for one in app.dataframe]
    assert {"Ground contact time", "Vertical oscillation", "Step length"} <= set(dynamics.index)
    assert dynamics.columns.tolist() == ["Average", "Mostly"]


def test_zones_are_by_the_highest_heart_rate_until_a_person_has_some_and_then_theirs(
    user: int, shown, open_page
) -> None:
    app = shown("fit_workout_name")
    assert "Time in heart rate zones" in [one.label for one in app.expander]
    assert "Based on the highest heart rate seen" not in zones(app)
    app.session_state["zones_by_maximum"] = True  # as a click on its heading does
    app.run()
    assert "Based on the highest heart rate seen: 159 bpm" in zones(app).replace(fmt.THIN, " ")
    athlete.set_value(user, "max_heart_rate", "", date(2020, 1, 1), 190.0, date(2026, 1, 1))
    clean.clean(user)
    open_page.forget()
    (activity,) = store.read("SELECT id FROM activities")["id"]
    app = open_page(user, "activity", id=str(activity))
    assert "Time in zones" in [one.value for one in app.subheader]
    assert "Time in heart rate zones" not in [one.label for one in app.expander]


def zones(app: AppTest) -> str:
    return "\n".join(str(one.proto.body) for one in app.get("html"))


def test_photos_are_shown_small_each_a_link_to_the_whole(user: int, open_page) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(picture, "JPEG")
    head = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
        "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Media"
    )
    row = '1,"Jun 1, 2026, 6:00:00 AM",Views,Run,Nice,59,0.2,,,true,,,activities/7.gpx,media/p.jpg'
    imported(user, zipped({"activities.csv": f"{head}\n{row}\n".encode(), "activities/7.gpx": run(),
                           "media/p.jpg": picture.getvalue()}))  # fmt: skip
    clean.clean(user)
    (activity,) = store.read("SELECT id FROM activities")["id"]
    app = open_page(user, "activity", id=str(activity))
    assert "Photos" in [one.value for one in app.subheader]
    (photo,) = store.read("SELECT id FROM activity_photos")["id"]
    assert f'<a href="/files/photo/{photo}" target="_blank"' in zones(app)
    assert f'<img src="/files/photo/{photo}.jpg" alt="p.jpg"' in zones(app)

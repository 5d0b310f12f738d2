"""What a user can do with an activity's recordings, with the trash, and with reading files again."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.actions import trash
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.derive import clean
from milevault_core.imports import reread, undo
from tests.imports.test_files import brought_in, count, run
from tests.imports.test_reread_files import better, hidden, process_waiting  # noqa: F401 (a fixture)
from tests.imports.test_undo import made
from tests.pages.shown import all_html, say


def make_activity(user: int) -> int:
    """A run as the watch's file and Strava's copy, and another run."""
    item, _, _ = brought_in(
        user, ("Watch/2024 run.fit", fit(made()[0])), ("strava.gpx", gpx(made()[0])), ("other.gpx", run())
    )
    clean.clean(user)
    return int(item["activities"][0])


@pytest.fixture
def activity(user: int, filled_once: Callable[..., Any]) -> int:
    return filled_once(make_activity, user)


def texts(app: AppTest) -> str:
    assert not app.exception, app.exception
    said = [str(e.value) for kind in (app.markdown, app.caption, app.subheader, app.success) for e in kind]
    return "\n".join([*said, html.unescape(all_html(app))])


def press(app: AppTest, key: str) -> AppTest:
    next(button for button in app.button if (button.key or "").startswith(key)).click()
    app.run()
    assert not app.exception, app.exception
    return app


def test_the_recordings_are_shown_taken_apart_and_put_together(user: int, open_page, activity: int) -> None:
    app = open_page(user, "activity", id=str(activity))
    shown = texts(app)
    assert "Recordings" in shown
    assert "2024 run" in shown
    assert "strava" in shown
    press(app, "apart-")
    assert count("activities") == 3
    assert "Recordings" not in texts(app)
    assert "Separated" in texts(app)
    press(app, "put_together")
    assert count("activities") == 2
    assert "Recordings" in texts(app)


def test_two_recordings_are_compared_in_a_dialog(user: int, open_page, activity: int) -> None:
    app = press(open_page(user, "activity", id=str(activity)), "compare-")
    shown = texts(app).replace("\\", "")
    assert "It begins at the same time as the one shown" in shown
    assert "Their clocks agree." in shown
    (table,) = [one.value for one in app.dataframe if one.value.index.name == "Channel"]
    assert "Heart rate" in table.index
    assert table.columns.tolist() == ["Difference", "Mostly within", "Far off", "Over"]


def test_a_figure_has_that_of_another_recording_beside_it_which_a_worker_reads(
    user: int, open_page, activity: int
) -> None:
    app = say(open_page(user, "activity", id=str(activity)), "figures", "distance_m")
    assert not app.exception, app.exception
    choices = app.radio(key="figure_origin").options
    assert any(one.startswith("StravaGPX") and "km" in one for one in choices), choices


def test_an_activity_of_one_file_says_nothing_of_recordings(user: int, open_page, activity: int) -> None:
    single = int(store.read("SELECT max(id) AS id FROM activities")["id"].iloc[0])
    assert "Recordings" not in texts(open_page(user, "activity", id=str(single)))


def test_delete_and_restore(user: int, open_page, activity: int) -> None:
    app = open_page(user, "activity", id=str(activity))
    next(b for b in app.button if b.key == "delete_activity").click()
    app.run()
    assert count("trashed_activities") == 1
    app = open_page(user, "trash")
    assert "deleted on" in texts(app)
    press(app, "restore-")
    assert list(store.read("SELECT id FROM activities WHERE id = $1", (activity,))["id"]) == [activity]
    assert count("trashed_activities") == 0


def test_delete_for_good(user: int, open_page, activity: int) -> None:
    trash.delete(user, activity)
    app = open_page(user, "trash")
    press(app, "purge-")
    assert count("tombstones") == 2
    assert "empty" in texts(app)


def test_reading_again_is_shown_done_and_undone(user: int, open_page, activity: int) -> None:
    with store.session() as session:
        session.execute(text("UPDATE activities SET distance_m = 1 WHERE id = :a"), {"a": activity})
    app = open_page(user, "reread")
    press(app, "look")
    batch = int(store.read("SELECT max(id) AS id FROM imports")["id"].iloc[0])
    reread.work(user, batch)
    app = open_page(user, "reread", id=str(batch))
    assert "1 of 2 activities would change" in texts(app)
    assert len(app.dataframe[0].value) == 1
    press(app, "do")
    reread.work(user, batch)
    app = open_page(user, "reread", id=str(batch))
    assert "1 activity of 2 were read again" in texts(app).replace("\\", "") or "read again" in texts(app)
    press(app, "undo")
    undo.run(user, batch)
    assert list(store.read("SELECT distance_m FROM activities WHERE id = $1", (activity,))["distance_m"]) == [
        1
    ]


def test_one_activity_from_its_page(user: int, open_page, activity: int) -> None:
    app = open_page(user, "activity", id=str(activity))
    press(app, "read_again")
    reread.work(user, int(store.read("SELECT max(id) AS id FROM imports")["id"].iloc[0]))
    (row,) = store.read("SELECT activity_id, state FROM activities_before").to_dict("records")
    assert row == {"activity_id": activity, "state": "same"}


@pytest.fixture
def failed(user: int) -> None:
    """A file that cannot be read yet, and a run."""
    brought_in(user, ("new.bin", hidden(run())), ("here.gpx", run(day=3)))


@pytest.mark.usefixtures("failed", "better")
def test_a_failed_file_is_read_again(user: int, open_page) -> None:
    app = open_page(user, "reread")
    press(app, "look")
    batch = int(store.read("SELECT max(id) AS id FROM imports")["id"].iloc[0])
    reread.work(user, batch)
    app = open_page(user, "reread", id=str(batch))
    assert "1 file without an activity would be read differently" in texts(app)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row == {"Files": 1, "Were": "Could not be read", "Become": "An activity"}
    press(app, "do")
    process_waiting()
    app = open_page(user, "reread", id=str(batch))
    assert "without an activity were read differently" in texts(app)
    assert count("activities") == 2
    press(app, "undo")
    undo.run(user, batch)
    assert count("activities") == 1

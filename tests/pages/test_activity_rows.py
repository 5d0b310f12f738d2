"""Channels as additional rows of an activity's timeline."""

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from tests.examples.files import FILES
from tests.pages.test_pages import everything


def test_more_rows_are_what_the_file_has_beside_the_track_and_are_drawn_when_chosen(
    user: int, open_page
) -> None:
    batch = files.begin(user, "page", "run.fit")
    for item in files.add(user, batch, "run.fit", FILES["fit_running_dynamics"]()):
        files.process(item)
    clean.clean(user)
    activity = store.read("SELECT id FROM activities")["id"].iloc[0]
    app = open_page(user, "activity", id=str(activity))
    assert not app.exception, app.exception
    (rows,) = [m for m in app.multiselect if m.label == "More rows"]
    assert {"Ground contact time", "Vertical oscillation", "Step length"} <= set(rows.options)
    assert "Ground contact time, ms" not in everything(app)
    app = rows.select(("stance_time", "")).select(("vertical_oscillation", "")).run()
    assert not app.exception, app.exception
    assert "Ground contact time, ms" in everything(app)
    assert "Vertical oscillation, mm" in everything(app)


def test_an_activity_without_channels_offers_only_what_is_worked_out(user: int, open_page) -> None:
    batch = files.begin(user, "page", "run.gpx")
    for item in files.add(user, batch, "run.gpx", FILES["gpx_11"]()):
        files.process(item)
    clean.clean(user)
    activity = store.read("SELECT id FROM activities")["id"].iloc[0]
    (rows,) = open_page(user, "activity", id=str(activity)).multiselect
    assert rows.options == ["Graded speed"]  # it is a run


def test_a_choice_made_on_one_activity_is_let_go_where_another_has_no_such_thing(
    user: int, open_page
) -> None:
    batch = files.begin(user, "page", "two files")
    for name in ("fit_running_dynamics", "fit_no_gps"):
        for item in files.add(user, batch, f"{name}.fit", FILES[name]()):
            files.process(item)
    clean.clean(user)
    outdoors, indoors = store.read("SELECT id FROM activities ORDER BY distance_m DESC NULLS LAST")["id"]
    app = open_page(user, "activity", id=str(outdoors), along="Distance", more="Ground contact time")
    assert "Ground contact time, ms" in everything(app)
    app.query_params["id"] = str(indoors)  # as a link to it does within the session
    app.run()
    assert not app.exception, app.exception
    assert "Heart rate, bpm" in everything(app)
    assert "Ground contact time, ms" not in everything(app)

"""A second Strava export after the first: corrections that were made there in the meantime count, and undo restores
what was there before."""

import csv
import io

import pytest

from milevault_core import store
from milevault_core.actions import edits, gear, recordings
from milevault_core.formats import garmin_list, strava_export
from milevault_core.imports import files, undo
from tests.builders.archive import zipped
from tests.imports.test_archives import imported, run
from tests.imports.test_two_workers import at_once

HEADER = ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
          "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear",
          "Filename"]  # fmt: skip
DAY = "May 3, 2024, 7:00:00 AM"


def row(number: int, name: str, km: float = 5.0, day: str = DAY, seconds: int = 1800, gear: str = "",
        file: str = "", commute: str = "false") -> list[object]:  # fmt: skip
    return [number, day, name, "Run", "", seconds, km, "", "", commute, "", gear, file]


def table(*rows: list[object]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([HEADER, *rows])
    return made.getvalue().encode()


def waiting(user: int, cells: list[object]) -> tuple[int, int]:
    """Add a row without a file in a batch of its own; returns (batch, item)."""
    (of_list,) = strava_export.read_table(table(cells)).rows
    batch = files.begin(user, "page")
    name = f"activities.csv row {cells[0]}"
    (item,) = files.add(user, batch, name, strava_export.row_file(of_list, False), of_list.about)
    return batch, item


def brought(user: int, cells: list[object]) -> int:
    batch, item = waiting(user, cells)
    files.process(item)
    return batch


def undone(user: int, batch: int) -> None:
    undo.ask(user, batch)
    undo.run(user, batch)


def shown(user: int) -> list[tuple]:
    """(name, kilometres, minutes) of each activity, ordered by start."""
    rows = store.read("SELECT name, distance_m, elapsed_s FROM activities WHERE user_id = $1 ORDER BY start_time, id",
                      (user,))  # fmt: skip
    return [(name, metres / 1000, seconds / 60) for name, metres, seconds in rows.itertuples(index=False)]


# ── entered by hand, and corrected ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "corrected",
    [row(3, "Treadmill", 5.5), row(3, "Treadmill", 5.0, seconds=1200), row(3, "Treadmill", 5.0, seconds=3000),
     row(3, "Long treadmill", 9.0, "August 20, 2024, 6:00:00 PM", 2700)],
)  # fmt: skip
def test_what_was_typed_in_and_corrected_is_one_activity_with_the_newer_figures(
    user: int, corrected: list
) -> None:
    brought(user, row(3, "Treadmill"))
    number = store.read("SELECT id FROM activities")["id"][0]
    after = brought(user, corrected)
    assert shown(user) == [(corrected[2], corrected[6], corrected[5] / 60)]
    undone(user, after)
    assert shown(user) == [("Treadmill", 5.0, 30.0)]
    assert list(store.read("SELECT id FROM activities")["id"]) == [number]


def test_the_corrected_one_stays_when_the_first_import_is_undone(user: int) -> None:
    before, after = brought(user, row(3, "Treadmill")), brought(user, row(3, "Treadmill", 5.5))
    undone(user, before)
    assert shown(user) == [("Treadmill", 5.5, 30.0)]
    undone(user, after)
    assert shown(user) == []


def test_a_correction_that_was_taken_back_on_strava_is_taken_back_here(user: int) -> None:
    brought(user, row(3, "Treadmill"))
    brought(user, row(3, "Treadmill", 5.5))
    last = brought(user, row(3, "Treadmill"))
    assert shown(user) == [("Treadmill", 5.0, 30.0)]
    undone(user, last)
    assert shown(user) == [("Treadmill", 5.5, 30.0)]


def test_the_import_begun_last_counts_whichever_row_is_read_first(user: int) -> None:
    older, newer = waiting(user, row(3, "Old", 5.0)), waiting(user, row(3, "New", 5.5))
    files.process(newer[1])
    files.process(older[1])
    assert shown(user) == [("New", 5.5, 30.0)]


def test_two_workers_with_the_two_rows_make_one_activity(user: int) -> None:
    older, newer = waiting(user, row(3, "Old", 5.0)), waiting(user, row(3, "New", 5.5))
    at_once(lambda: files.process(older[1]), lambda: files.process(newer[1]))
    assert shown(user) == [("New", 5.5, 30.0)]


def test_two_exports_with_a_correction_between_them(user: int) -> None:
    other = row(4, "Other", 8.0, "May 4, 2024, 7:00:00 AM")
    imported(user, zipped({"activities.csv": table(row(3, "Treadmill"), other)}))
    imported(user, zipped({"activities.csv": table(row(3, "Treadmill", 5.5), other)}))
    assert shown(user) == [("Treadmill", 5.5, 30.0), ("Other", 8.0, 30.0)]


def test_a_recording_that_fits_either_row_stays_with_them(user: int) -> None:
    batch = files.begin(user, "page")
    files.add_and_process(user, batch, "watch.gpx", run())
    start, metres, seconds = store.read(
        "SELECT to_char(start_time AT TIME ZONE 'UTC', 'FMMonth FMDD, YYYY, FMHH12:MI:SS AM') AS t, distance_m, "
        "elapsed_s FROM activities").iloc[0]  # fmt: skip
    brought(user, row(3, "Typed", round(metres / 1000, 3), start, round(seconds)))
    assert len(shown(user)) == 1
    brought(user, row(3, "Typed and corrected", round(metres * 1.2 / 1000, 3), start, round(seconds)))
    assert [(name, km) for name, km, _ in shown(user)] == [("Typed and corrected", metres / 1000)]


def test_what_the_owner_separated_stays_separate(user: int) -> None:
    brought(user, row(3, "Treadmill"))
    brought(user, row(3, "Treadmill", 5.5))
    other = int(store.read("SELECT id FROM activity_recordings WHERE NOT is_primary")["id"][0])
    recordings.take_apart(user, other)
    assert sorted(km for _, km, _ in shown(user)) == [5.0, 5.5]


def test_an_entry_of_garmin_connect_that_was_corrected_is_one_activity_too(user: int) -> None:
    for metres in (5000.0, 5500.0):
        entry = {
            "activityId": 77,
            "startTimeGMT": "2024-05-03 07:00:00",
            "duration": 1800.0,
            "distance": metres,
        }
        batch = files.begin(user, "garmin")
        files.add_and_process(user, batch, "Garmin Connect 77.json", garmin_list.entry_file(entry))
    assert [km for _, km, _ in shown(user)] == [5.5]


# ── renamed ─────────────────────────────────────────────────────────────────────────────────────────────────


def listed_as(user: int, called: str, file: str = "export.zip/activities/1.gpx", **about: object) -> int:
    """Import a file of an export in a batch of its own, with what the list says about it; returns the batch."""
    batch = files.begin(user, "page")
    files.add_and_process(user, batch, file, run(), {"name": called} | about)
    return batch


def said() -> list[tuple]:
    rows = store.read("SELECT name, gear, is_commute FROM activities")
    return list(rows.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "names", [("Afternoon Run", "Zurich Marathon"), ("Zurich Marathon", "Afternoon Run")]
)
def test_the_newer_list_of_strava_counts_whatever_the_alphabet_says(
    user: int, names: tuple[str, str]
) -> None:
    older, newer = names
    first = listed_as(user, older, gear="Old shoes", is_commute=True)
    second = listed_as(user, newer)
    assert said() == [(newer, "", False)]
    undone(user, second)
    assert said() == [(older, "Old shoes", True)]
    listed_as(user, newer)
    undone(user, first)
    assert said() == [(newer, "", False)]


def test_the_owners_word_and_an_older_import_read_late_change_nothing(user: int) -> None:
    earlier = files.begin(user, "page")
    listed_as(user, "Zurich Marathon")
    files.add_and_process(user, earlier, "export.zip/activities/1.gpx", run(), {"name": "Afternoon Run"})
    assert [name for name, *_ in said()] == ["Zurich Marathon"]
    edits.edit_words(user, [int(store.read("SELECT id FROM activities")["id"][0])], {"name": "Mine"})
    listed_as(user, "Marathon, in the end")
    assert [name for name, *_ in said()] == ["Mine"]


def test_the_newer_export_of_garmin_counts_field_by_field(user: int) -> None:
    file = "export.zip/DI_CONNECT/UploadedFiles_0.zip/1.fit"
    listed_as(user, "Afternoon Run", file, gear="Old shoes")
    listed_as(user, "Zurich Marathon", file)
    assert said() == [("Zurich Marathon", "Old shoes", False)]


def test_of_two_products_the_more_complete_one_counts_in_any_order(user: int) -> None:
    listed_as(user, "Of Strava", gear="Shoes")
    listed_as(user, "Of Garmin", "export.zip/DI_CONNECT/UploadedFiles_0.zip/1.fit")
    assert said() == [("Of Strava", "Shoes", False)]


# ── the default gear of a sport ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("strava_first", [True, False])
def test_default_gear_gives_way_to_what_strava_says(user: int, strava_first: bool) -> None:
    gear.save(user, "New shoes", kind="shoe", sports=["running"])
    batch = files.begin(user, "page")

    def of_the_watch() -> None:
        for item in files.add(user, batch, "watch.gpx", run() + b"\n"):
            files.process(item)

    if not strava_first:
        of_the_watch()
        assert [thing for _, thing, _ in said()] == ["New shoes"]
    strava = listed_as(user, "Run", gear="Old shoes")
    if strava_first:
        of_the_watch()
    assert [thing for _, thing, _ in said()] == ["Old shoes"]
    undone(user, strava)
    if not strava_first:
        assert [thing for _, thing, _ in said()] == ["New shoes"]


def test_the_owners_gear_and_none_at_all_beat_the_default(user: int) -> None:
    gear.save(user, "New shoes", kind="shoe", sports=["running"])
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "watch.gpx", run()):
        files.process(item)
    (activity,) = store.read("SELECT id FROM activities")["id"]
    before = edits.edit_words(user, [int(activity)], {"gear": "Mine"})
    assert [thing for _, thing, _ in said()] == ["Mine"]
    edits.restore_words(user, before)
    assert [thing for _, thing, _ in said()] == ["New shoes"]
    before = edits.edit_words(user, [int(activity)], {"gear": ""})
    assert [thing for _, thing, _ in said()] == [""]
    edits.restore_words(user, before)
    assert [thing for _, thing, _ in said()] == ["New shoes"]

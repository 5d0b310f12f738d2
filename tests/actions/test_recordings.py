"""One workout becomes one activity in the database: merged, filled in, in any order, by several workers at once."""

import itertools
import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bench import duplicate_changes as changes
from bench.duplicate_pairs import Workouts
from milevault_core import store
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.made import Activity
from milevault_core.demo.tcx_writer import write_tcx as tcx
from milevault_core.imports import files as imports
from milevault_core.store.activities import save
from milevault_core.store.queries import activities as queries
from tests.conftest import make_user
from tests.digest import digest
from tests.imports.test_files import brought_in, count


@cache
def made_easy() -> Activity:
    return Workouts(5).take("easy")


@cache
def bare() -> Activity:
    """The file of a chest strap: no track."""
    return changes.moved(changes.without_track(made_easy()), 40)


def files() -> dict[str, bytes]:
    """One workout as four files: from the watch, Strava's copy, a cropped export with a wrong clock, from a chest
    strap."""
    columns = {
        name: values for name, values in made_easy().columns.items() if name not in ("power", "heart_rate")
    }
    watch = replace(made_easy(), columns=columns)
    return {
        "watch.fit": fit(watch), "strava.gpx": gpx(made_easy()),
        "cut.tcx": tcx(changes.moved(changes.cropped(made_easy(), 0.02, 0.02), 90)), "strap.tcx": tcx(bare()),
    }  # fmt: skip


def natural(user: int) -> dict[str, list[str]]:
    """What a user has, independent of the import order; without originals, which are named by the first file."""
    return digest(user) | {"original_files": []}


def test_the_same_workout_from_another_file_is_merged(user: int) -> None:
    first, second, third = brought_in(user, *list(files().items())[:3])
    assert [one["outcome"] for one in (first, second, third)] == ["imported", "merged", "merged"]
    assert {tuple(one["activities"]) for one in (first, second, third)} == {tuple(first["activities"])}
    assert count("activities") == 1
    assert count("original_files") == count("activity_recordings") == 3


def test_the_primary_lacks_nothing_that_another_has(user: int) -> None:
    item, *_ = brought_in(user, *files().items())
    activity = item["activities"][0]
    track = queries.track(user, activity)
    truth = made_easy().columns["heart_rate"]
    assert len(track) == len(truth)
    known = track["heart_rate"].notna().to_numpy()
    assert known.mean() > 0.95
    assert np.abs(track["heart_rate"].to_numpy() - truth)[known].max() <= 1
    rows = queries.originals_of(user, activity)
    assert list(rows["format"][rows["is_primary"]]) == ["fit"]


def test_any_order_of_arrival_gives_the_same(database) -> None:
    made = files()
    seen = None
    for number, order in enumerate(itertools.permutations(made)):
        if number % 4:  # only six of the 24
            continue
        user = make_user(f"u{number}")
        brought_in(user, *((name, made[name]) for name in order))
        now = natural(user)
        if seen is None:
            seen = now
        assert now == seen, order


def test_two_at_once_make_one_activity(user: int) -> None:
    made = list(files().items())
    batch = imports.begin(user, "page")
    items = [imports.add(user, batch, name, data)[0] for name, data in made]
    start = threading.Barrier(len(items))

    def work(item: int) -> None:
        start.wait()
        imports.process(item)

    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count("activities") == 1
    assert count("activity_recordings") == 4
    assert count("activity_data_points") == len(made_easy().seconds)


def test_look_alikes_of_a_day_stay_apart(user: int) -> None:
    again = changes.moved(made_easy(), made_easy().elapsed_s + 300)
    back = changes.there_and_back(made_easy(), 8 * 3600)
    brought_in(user, ("a.fit", fit(made_easy())), ("b.gpx", gpx(again)), ("c.tcx", tcx(back)))
    assert count("activities") == 3


def test_names_of_archives_beat_files_and_edits_beat_all(user: int) -> None:
    batch = imports.begin(user, "page")
    about = {"name": "Round the lake", "gear": "Old shoes", "is_commute": True, "sport": "hiking"}
    for name, data, said in (("a.gpx", gpx(made_easy()), {}), ("b.fit", fit(made_easy()), about)):
        for item in imports.add(user, batch, name, data, said):
            imports.process(item)
    activity = int(store.read("SELECT id FROM activities")["id"].iloc[0])

    def words() -> tuple:
        row = store.read("SELECT name, gear, is_commute, sport FROM activities").iloc[0]
        return tuple(row)

    assert words() == ("Round the lake", "Old shoes", True, "hiking")
    with store.session() as session:
        save.rename_activity(session, user, activity, "Mine")
        save.edit_activity(session, user, activity, "sport", "walking")
    assert words() == ("Mine", "Old shoes", True, "walking")
    with store.session() as session:
        save.rename_activity(session, user, activity, "")
        save.edit_activity(session, user, activity, "sport", "")
    assert words() == ("Round the lake", "Old shoes", True, "hiking")


def test_a_duplicate_may_know_a_name(user: int) -> None:
    batch = imports.begin(user, "page")
    for said in ({}, {"name": "Evening"}):
        for item in imports.add(user, batch, "a.fit", fit(made_easy()), said):
            imports.process(item)
    assert list(store.read("SELECT name FROM activities")["name"]) == ["Evening"]


@pytest.mark.parametrize("later_s", [0, 100])
def test_two_people_keep_theirs(user: int, other_user: int, later_s: int) -> None:
    for person in (user, other_user):
        brought_in(person, ("a.fit", fit(changes.moved(made_easy(), later_s))))
    assert count("activities") == 2


def test_an_edit_outlives_a_better_recording(user: int) -> None:
    (item,) = brought_in(user, ("a.gpx", gpx(made_easy())))
    with store.session() as session:
        save.rename_activity(session, user, item["activities"][0], "Mine")
    brought_in(user, ("b.fit", fit(made_easy())))
    assert store.read("SELECT id, name FROM activities").values.tolist() == [[item["activities"][0], "Mine"]]

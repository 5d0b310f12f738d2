"""Making directly equals importing: the same rows in every table, and nothing is made twice."""

from dataclasses import replace

import pytest

from milevault_core import store
from milevault_core.demo import make
from milevault_core.demo.activity import activities
from milevault_core.demo.fit_writer import write_activity
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store import queue
from milevault_core.store.queries import imports as import_queries
from tests.conftest import make_user
from tests.databases import fresh
from tests.demo.made import S
from tests.demo.tables import everything_of

PART = (20, 32)  # includes a run, a ride, a pool swim and a gym session


def test_rows_made_directly_equal_rows_imported_from_the_files(server_url: str, template: str) -> None:
    """Made in one new database, and imported by `add` and `process` in another, so that the ids are the same too."""

    def in_a_new_database(fill) -> dict[str, list[str]]:
        store.close()
        queue.app.cache_clear()
        with fresh(server_url, template) as url:
            store.open(url)
            try:
                clean.mark_raised_versions()
                user_id = make_user("ann")
                fill(user_id, make.begin(user_id, S))
                clean.clean(user_id)
                clean.clean(user_id, "routes")
                clean.clean(user_id)  # because times along routes are records
                return everything_of(user_id)
            finally:
                store.close()
                queue.app.cache_clear()

    def directly(user_id: int, batch: int) -> None:
        for start in range(*PART, 4):
            make.some(user_id, batch, S, start, start + 4)
            clean.clean_activities(user_id)

    def by_files(user_id: int, batch: int) -> None:
        for made in activities(S, *PART):
            name, data = make.file_name(made), write_activity(made)
            for item in files.add(user_id, batch, name, data, make.about(made)):
                files.process(item)

    made, imported = in_a_new_database(directly), in_a_new_database(by_files)
    for table in made:
        assert made[table] == imported[table], table
    filled = {table for table, rows in made.items() if rows}
    assert {"activities", "activity_recordings", "activity_data_points", "activity_laps", "activity_sets",
            "activity_tracks", "activity_metrics", "original_files", "imports", "import_items",
            "day_totals"} <= filled  # fmt: skip
    assert len(made["activities"]) == PART[1] - PART[0]
    assert not [table for table in filled if table.startswith("dirty_")]


def test_the_comparison_sees_a_difference(user: int, other_user: int) -> None:
    for user_id, athlete in ((user, S), (other_user, replace(S, weight_kg=S.weight_kg + 20))):
        make.some(user_id, make.begin(user_id, athlete), athlete, 22, 23)
    ours, theirs = everything_of(user), everything_of(other_user)
    assert ours["activity_data_points"] != theirs["activity_data_points"]


def test_a_second_run_completes_and_changes_nothing(user: int) -> None:
    """As after a killed worker: existing rows are left alone."""
    batch = make.begin(user, S)
    make.some(user, batch, S, 20, 23)
    make.some(user, batch, S, 20, 25)
    before = everything_of(user)
    metres = make.some(user, batch, S, 20, 25)
    assert everything_of(user) == before
    assert len(before["activities"]) == len(before["import_items"]) == 5
    assert metres == pytest.approx(sum(made.distance_m for made in activities(S, 20, 25)))


def test_a_file_that_is_none_is_noted_as_failed(user: int) -> None:
    batch = files.begin(user, "demo")
    files.add_and_process(user, batch, "a.fit", b"no activity")
    (item,) = import_queries.items(user, batch).to_dict("records")
    assert (item["state"], item["outcome"]) == ("done", "failed")
    assert item["reason"].endswith(".")


def test_a_batch_of_another_user_takes_nothing(user: int) -> None:
    theirs = make.begin(make_user("eve"), S)
    with pytest.raises(LookupError):
        make.some(user, theirs, S, 20, 21)
    assert not everything_of(user)["activities"]

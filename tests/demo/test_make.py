"""Made directly is imported: the same rows in every table, and no second time what is there already."""

from dataclasses import replace

import pytest

from milevault_core import derive, imports
from milevault_core.demo import make
from milevault_core.demo.activity import activities
from milevault_core.demo.fit_writer import write_activity
from milevault_core.store.queries import imports as import_queries
from tests.conftest import make_user
from tests.demo.made import S
from tests.demo.tables import everything_of

PART = (20, 32)  # a run, a ride, the pool, the gym


def derive_all(user_id: int) -> None:
    derive.clean(user_id)
    derive.clean(user_id, "routes")


def test_rows_made_directly_equal_rows_imported_from_the_files(user: int, other_user: int) -> None:
    """The files of the same activities through the queue's own `add` and `process`, in another order."""
    batch = make.begin(user, S)
    for start in (26, 20):
        make.some(user, batch, S, start, start + 6)
        derive.clean_activities(user)
    derive_all(user)
    batch = make.begin(other_user, S)
    for made in activities(S, *PART):
        for item in imports.add(
            other_user, batch, make.file_name(made), write_activity(made), make.about(made)
        ):
            imports.process(item)
    derive_all(other_user)
    directly, imported = everything_of(user), everything_of(other_user)
    for table in directly:
        assert directly[table] == imported[table], table
    filled = {table for table, rows in directly.items() if rows}
    assert {"activities", "activity_recordings", "activity_data_points", "activity_laps", "activity_sets",
            "activity_tracks", "activity_metrics", "original_files", "imports", "import_items",
            "day_totals"} <= filled  # fmt: skip
    assert len(directly["activities"]) == PART[1] - PART[0]
    assert not [table for table in filled if table.startswith("dirty_")]


def test_the_comparison_sees_a_difference(user: int, other_user: int) -> None:
    for user_id, athlete in ((user, S), (other_user, replace(S, weight_kg=S.weight_kg + 20))):
        make.some(user_id, make.begin(user_id, athlete), athlete, 22, 23)
    ours, theirs = everything_of(user), everything_of(other_user)
    assert ours["activity_data_points"] != theirs["activity_data_points"]


def test_a_second_run_completes_and_changes_nothing(user: int) -> None:
    """As after a killed worker: what is there is left alone."""
    batch = make.begin(user, S)
    make.some(user, batch, S, 20, 23)
    make.some(user, batch, S, 20, 25)
    before = everything_of(user)
    metres = make.some(user, batch, S, 20, 25)
    assert everything_of(user) == before
    assert len(before["activities"]) == len(before["import_items"]) == 5
    assert metres == pytest.approx(sum(made.distance_m for made in activities(S, 20, 25)))


def test_a_file_that_is_none_is_noted_as_failed(user: int) -> None:
    batch = imports.begin(user, "demo")
    imports.add_and_process(user, batch, "a.fit", b"no activity")
    (item,) = import_queries.items(user, batch).to_dict("records")
    assert (item["state"], item["outcome"]) == ("done", "failed")
    assert item["reason"].endswith(".")


def test_a_batch_of_another_user_takes_nothing(user: int) -> None:
    theirs = make.begin(make_user("eve"), S)
    with pytest.raises(LookupError):
        make.some(user, theirs, S, 20, 21)
    assert not everything_of(user)["activities"]

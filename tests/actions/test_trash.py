"""The trash: activities are deleted, restored with the same id and edits, purged with a tombstone, brought back."""

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from bench.duplicate_changes import moved
from milevault_core import store
from milevault_core.actions import trash
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.tcx_writer import write_tcx as tcx
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.activities import save, split_join
from milevault_core.view.imports import log
from tests.digest import differing, digest
from tests.imports.test_files import brought_in, count
from tests.imports.test_undo import made


@pytest.fixture
def activity(user: int) -> int:
    (item, _) = brought_in(user, ("a.fit", fit(made()[0])), ("a.gpx", gpx(made()[0])))
    with store.session() as session:
        save.rename_activity(session, user, item["activities"][0], "Mine")
    clean.clean(user)
    return item["activities"][0]


def test_restored_it_is_what_it_was_under_its_id(user: int, activity: int) -> None:
    before = digest(user)
    trash.delete(user, activity)
    clean.clean(user)
    assert count("activities") == count("activity_data_points") == count("day_totals") == 0
    assert count("trashed_activities") == 1
    assert trash.restore(user, activity) == activity
    clean.clean(user)
    assert differing(before, digest(user)) == []
    assert list(store.read("SELECT id FROM activities")["id"]) == [activity]


def test_the_same_file_again_says_when_it_was_deleted(user: int, activity: int) -> None:
    trash.delete(user, activity)
    (again,) = brought_in(user, ("b.fit", fit(made()[0])))
    assert again["outcome"] == "duplicate"
    assert log.reason(pd.Series(again)).startswith("Deleted on ")
    assert len(again["activities"]) == 0
    assert count("activities") == 0
    assert trash.bring_back(user, again["id"]) == [activity]
    assert list(store.read("SELECT id, name FROM activities").iloc[0]) == [activity, "Mine"]


@pytest.mark.parametrize("is_purged", [False, True])
def test_another_file_of_a_deleted_workout_comes_with_a_word(
    user: int, activity: int, is_purged: bool
) -> None:
    trash.delete(user, activity)
    if is_purged:
        trash.purge(user, activity)
    copy, other = brought_in(user, ("copy.tcx", tcx(moved(made()[0], 60))), ("other.tcx", tcx(made()[1])))
    assert copy["outcome"] == "imported"
    assert log.reason(pd.Series(copy)).startswith("Another file of this workout was deleted on ")
    assert log.sentence(pd.Series(copy)).startswith("Imported. Another file of this workout was deleted on ")
    assert log.reason(pd.Series(other)) == ""
    (again,) = brought_in(
        user, ("again.gpx", gpx(moved(made()[0], 5)))
    )  # exists again: it is merged without a remark
    assert (again["outcome"], log.reason(pd.Series(again))) == ("merged", "")


def test_another_persons_trash_says_nothing(user: int, other_user: int, activity: int) -> None:
    trash.delete(user, activity)
    (theirs,) = brought_in(other_user, ("copy.tcx", tcx(made()[0])))
    assert (theirs["outcome"], theirs["reason"]) == ("imported", "")


def test_after_thirty_days_a_tombstone_remains(user: int, activity: int) -> None:
    trash.delete(user, activity)
    assert trash.purge_due() == 0
    with store.session() as session:
        session.execute(
            text("UPDATE trashed_activities SET deleted_at = deleted_at - interval '30 days 1 minute'")
        )
    assert trash.purge_due() == 1
    for table in ("trashed_activities", "activity_recordings", "original_files", "activity_edits"):
        assert count(table) == 0, table
    stones = store.read("SELECT encode(sha256, 'hex') AS sha256, start_time, elapsed_s, name FROM tombstones")
    assert len(stones) == 2
    assert set(stones["name"]) == {"Mine"}
    (again,) = brought_in(user, ("b.fit", fit(made()[0])))
    assert (again["outcome"], log.reason(pd.Series(again))[:11]) == ("duplicate", "Deleted on ")
    assert count("activities") == 0
    assert trash.bring_back(user, again["id"]) == []
    files.process(again["id"])
    assert count("activities") == 1
    assert count("tombstones") == 1  # the other file's tombstone


def test_another_file_of_a_deleted_workout_is_a_new_activity_and_joins_what_is_restored(
    user: int, activity: int
) -> None:
    from tests.actions.test_recordings import changes, tcx

    trash.delete(user, activity)
    (new,) = brought_in(user, ("c.tcx", tcx(changes.moved(made()[0], 20))))
    assert new["outcome"] == "imported"
    assert trash.restore(user, activity) == activity
    assert list(store.read("SELECT id FROM activities")["id"]) == [activity]
    assert count("activity_recordings") == 3


def test_an_activity_without_a_file_goes_at_once(user: int) -> None:
    from tests.derive.test_clean import recording

    with store.session() as session:
        made = save.save_activity(session, user, recording(0, "running", 50))
        save.rename_activity(session, user, made, "Typed in")
    trash.delete(user, made)
    assert count("activities") == count("trashed_activities") == count("activity_edits") == 0


def test_a_part_of_an_event_goes_alone(user: int) -> None:
    from tests.builders import gpx as builder

    later = builder.points(start=builder.START + timedelta(hours=1))
    two = builder.gpx(builder.track(builder.points()), builder.track(later, type="cycling")).encode()
    (item,) = brought_in(user, ("two.gpx", two))
    trash.delete(user, item["activities"][0])
    trash.purge(user, item["activities"][0])
    assert count("activities") == count("original_files") == 1
    (again,) = brought_in(user, ("two.gpx", two))
    assert again["outcome"] == "duplicate"


def test_nobody_touches_anothers_trash(user: int, other_user: int, activity: int) -> None:
    for act in (trash.delete, trash.restore, trash.purge):
        with pytest.raises(LookupError):
            act(other_user, activity)
    trash.delete(user, activity)
    (item,) = brought_in(user, ("b.fit", fit(made()[0])))
    for act, given in ((trash.restore, activity), (trash.purge, activity), (trash.bring_back, item["id"])):
        with pytest.raises(LookupError):
            act(other_user, given)
    assert count("trashed_activities") == 1


def test_taken_apart_is_taken_apart_for_good(user: int, other_user: int, activity: int) -> None:
    gpx_row = store.read("SELECT id, home_id FROM activity_recordings WHERE NOT is_primary").iloc[0]
    whole = digest(user)
    with store.session() as session, pytest.raises(LookupError):
        split_join.take_apart(session, other_user, int(gpx_row["id"]))
    with store.session() as session:
        own = split_join.take_apart(session, user, int(gpx_row["id"]))
    assert own == gpx_row["home_id"] != activity
    assert count("activities") == 2
    trash.delete(user, own)
    trash.restore(user, own)
    assert count("activities") == 2
    from tests.imports.test_undo import brought, undone

    with store.session() as session:
        batch = session.execute(text("SELECT min(id) FROM imports")).scalar_one()
    undone(user, batch)
    brought(user, [("a.fit", fit(made()[0]), {}), ("a.gpx", gpx(made()[0]), {})])
    assert count("activities") == 2  # the decision belongs to the files
    one = int(store.read("SELECT min(id) AS id FROM activities")["id"].iloc[0])
    with store.session() as session, pytest.raises(LookupError):
        split_join.put_together(session, other_user, one)
    with store.session() as session:
        assert split_join.put_together(session, user, one) == one
        save.rename_activity(session, user, one, "Mine")
    clean.clean(user)
    assert differing(whole, digest(user)) == []


def test_a_tombstone_does_not_stop_another_person(user: int, other_user: int, activity: int) -> None:
    trash.delete(user, activity)
    trash.purge(user, activity)
    (theirs,) = brought_in(other_user, ("a.fit", fit(made()[0])))
    assert theirs["outcome"] == "imported"

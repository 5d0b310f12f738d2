"""The stamp under which the list's figures are cached changes whenever any of their data changes."""

import pandas as pd
import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.store.activities import save
from milevault_core.store.queries import activity_list
from tests.pages.runs import run

CHANGES = {
    "a name": "UPDATE activities SET name = 'Another' WHERE id = :id",
    "a sport": "UPDATE activities SET sport = 'walking' WHERE id = :id",
    "what counts": "UPDATE activities SET is_left_out = true WHERE id = :id",
    "a start": "UPDATE activities SET start_time = start_time - interval '1 day' WHERE id = :id",
    "a route": "INSERT INTO route_members (user_id, activity_id, sport_group, route, kind, share, forced) "
    "VALUES (:user, :id, 'foot', 7, 'same', 1, false)",
    "no track": "DELETE FROM activity_tracks WHERE activity_id = :id",
    "one less": "DELETE FROM activities WHERE id = :id",
}


@pytest.fixture
def saved(user: int) -> list[int]:
    with store.session() as session:
        ids = [save.save_activity(session, user, run(day)) for day in range(2)]
    clean.clean(user)
    return ids


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_with(change: str, user: int, saved: list[int]) -> None:
    figures, stamp = activity_list.figures(user), activity_list.stamp(user)
    assert activity_list.stamp(user) == stamp
    with store.session() as session:
        session.execute(text(CHANGES[change]), {"user": user, "id": saved[0]})
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(activity_list.figures(user), figures)
    assert activity_list.stamp(user) != stamp


def test_it_changes_with_what_was_begun_before_and_committed_after(user: int, saved: list[int]) -> None:
    renamed = text("UPDATE activities SET name = 'Another' WHERE id = :id")
    with store.session() as first:
        first.execute(text("SELECT pg_current_xact_id()"))  # gets the lower transaction id of the two
        with store.session() as second:
            second.execute(renamed, {"id": saved[1]})
        stamp = activity_list.stamp(user)
        first.execute(renamed, {"id": saved[0]})
    assert activity_list.stamp(user) != stamp


def test_it_is_of_ones_own_activities(user: int, saved: list[int], other_user: int) -> None:
    stamp, nothing = activity_list.stamp(user), activity_list.stamp(other_user)
    with store.session() as session:
        save.save_activity(session, other_user, run(3))
    assert activity_list.stamp(user) == stamp
    assert activity_list.stamp(other_user) != nothing

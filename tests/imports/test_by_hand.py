"""An activity entered by hand is an activity like any other."""

from datetime import UTC, datetime

import pytest

from milevault_core import store
from milevault_core.actions import trash
from milevault_core.derive import clean
from milevault_core.imports import by_hand
from milevault_core.store.queries import activities as queries
from tests.walls import digest

START = datetime(2026, 3, 1, 17, tzinfo=UTC)


def test_it_has_what_was_said(user: int) -> None:
    words = {"name": "Parkrun", "gear": "Blue shoes", "rpe": "8", "description": "Wet."}
    figures = {"ascent_m": 40.0, "avg_heart_rate": 171.0, "calories": 0.0}
    activity = by_hand.add(user, "rowing", START, 1_500.0, 5_000.0, words, figures)
    one = queries.one(user, activity)
    assert (one["sport"], one["name"], one["gear"], one["rpe"]) == ("rowing", "Parkrun", "Blue shoes", 8)
    assert (one["distance_m"], one["elapsed_s"], one["ascent_m"], one["avg_heart_rate"]) == (
        5_000,
        1_500,
        40,
        171,
    )
    assert one["avg_speed"] == pytest.approx(5_000 / 1_500)
    assert one["start_time"] == START
    assert len(queries.originals_of(user, activity)) == 1
    clean.clean(user)
    assert store.read("SELECT distance_m FROM day_totals")["distance_m"].tolist() == [5_000]
    trash.delete(user, activity)
    assert queries.one(user, trash.restore(user, activity))["name"] == "Parkrun"


def test_two_on_a_day_are_two(user: int) -> None:
    assert by_hand.add(user, "yoga", START, 3_600.0) != by_hand.add(
        user, "yoga", START.replace(hour=19), 3_600.0
    )


@pytest.mark.parametrize(
    "bad", [("chess", 60.0, None), ("running", 0.0, None), ("running", 1e9, None), ("running", 60.0, -1.0)]
)
def test_what_cannot_be_is_refused(user: int, bad: tuple) -> None:
    before = digest()
    with pytest.raises(ValueError, match=r"."):
        by_hand.add(user, bad[0], START, bad[1], bad[2])
    assert digest() == before

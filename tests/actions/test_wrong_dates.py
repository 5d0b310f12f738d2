"""Files with an impossible date, through the real import: they are not merged until the owner sets the date."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from bench.duplicate_changes import cut, moved
from bench.duplicate_pairs import Workouts
from milevault_core import store
from milevault_core.actions import judgement
from milevault_core.activities.dates import ROLLOVER
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.made import Activity
from milevault_core.derive import clean
from milevault_core.imports import files


@cache
def three_made() -> list[Activity]:
    workouts = Workouts(31)
    return [cut(workouts.take("easy"), 0, 700) for _ in range(3)]


SLOW_S = -int(ROLLOVER.total_seconds())


def brought(user: int, *data: bytes) -> list[int]:
    """Import the files; the ids of all activities."""
    batch = files.begin(user, "command")
    for number, one in enumerate(data):
        files.add_and_process(user, batch, f"{number}", one)
    return activities()


def activities() -> list[int]:
    return store.read("SELECT id FROM activities ORDER BY id")["id"].tolist()


def starts() -> list[datetime]:
    return [
        at.to_pydatetime() for at in store.read("SELECT start_time FROM activities ORDER BY 1")["start_time"]
    ]


def test_runs_of_a_clock_that_was_never_set_stay_apart_and_count_on_no_day(user: int) -> None:
    unset = [gpx(moved(made, -made.start)) for made in three_made()]
    assert len(brought(user, *unset, gpx(moved(three_made()[0], 40 - three_made()[0].start)))) == 4
    clean.clean(user)
    assert store.read("SELECT 1 FROM day_totals").empty


def test_it_becomes_one_with_its_copy_once_its_owner_has_said_when_it_was(user: int) -> None:
    copy, unset = brought(user, gpx(three_made()[0]), gpx(moved(three_made()[0], 5 - three_made()[0].start)))
    judgement.set_start(user, unset, datetime.fromtimestamp(three_made()[0].start, UTC))
    judgement.judge(user, unset)
    assert activities() == [copy]
    assert starts() == [datetime.fromtimestamp(three_made()[0].start, UTC)]


@pytest.mark.parametrize("right_first", [True, False])
def test_a_copy_1024_weeks_slow_joins_the_one_with_the_right_date(user: int, right_first: bool) -> None:
    """The slow copy is the device's own FIT file, dated 2005, with heart rate: it fills in the other but does not set
    the date."""
    right, slow = gpx(three_made()[0]), fit(moved(three_made()[0], SLOW_S))
    assert len(brought(user, *((right, slow) if right_first else (slow, right)))) == 1
    (start,) = starts()
    assert abs(start - datetime.fromtimestamp(three_made()[0].start, UTC)) < timedelta(seconds=2)
    assert not store.read("SELECT date_doubted FROM activities")["date_doubted"].any()

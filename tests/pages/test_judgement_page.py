"""What a user can do about parts left out of an activity, and about a date that cannot be right."""

from datetime import UTC, datetime, timedelta

import pytest

from milevault_core import store
from milevault_core.actions import judgement
from milevault_core.derive import clean
from tests.builders import gpx
from tests.imports.test_files import brought_in
from tests.pages.test_recordings_page import press, texts


def bring(user: int, data: str) -> int:
    (item,) = brought_in(user, ("a.gpx", data.encode()))
    clean.clean(user)
    return int(item["activities"][0])


def total(name: str) -> float:
    return float(store.read(f"SELECT coalesce(sum({name}), 0) AS n FROM day_totals")["n"].iloc[0])


@pytest.fixture
def ride(user: int) -> int:
    """A recording of two rides of 5.4 km with a train ride between them."""
    second = gpx.points(900, 6.0, start=gpx.START + timedelta(hours=1), lat=47.6)
    return bring(user, gpx.gpx(gpx.track(gpx.points(900, 6.0), second, type="cycling")))


def test_what_was_left_out_is_counted_and_left_out_again(user: int, open_page, ride: int) -> None:
    assert total("distance_m") == pytest.approx(10_788, rel=0.01)
    app = open_page(user, "activity", id=str(ride))
    assert "faster than anyone can go unaided" in texts(app)
    press(app, "as_recorded")
    clean.clean(user)
    assert total("distance_m") > 60_000
    assert "as you asked" in texts(app)
    press(app, "as_judged")
    clean.clean(user)
    assert total("distance_m") == pytest.approx(10_788, rel=0.01)


def test_a_date_that_cannot_be_right_counts_when_it_is_set(user: int, open_page) -> None:
    then = datetime(1970, 1, 1, 3, tzinfo=UTC)
    name = "Run of 2024-05-01"
    activity = bring(user, gpx.gpx(gpx.track(gpx.points(600, start=then), name=name)))
    assert total("activity_count") == 0
    app = open_page(user, "activity", id=str(activity))
    assert "cannot be right" in texts(app)
    press(app, "date-0")
    clean.clean(user)
    assert "cannot be right" not in texts(app)
    assert total("distance_m") == pytest.approx(1797, rel=0.01)
    day = store.read("SELECT day FROM day_totals")["day"].iloc[0]
    assert str(day)[:10] == "2024-05-01"


def test_a_decision_outlives_reading_again_and_another_owner_has_none(user: int, ride: int) -> None:
    judgement.count_as_recorded(user, ride)
    judgement.judge(user, ride)
    assert judgement.is_as_recorded(user, ride)
    with pytest.raises(LookupError):
        judgement.count_as_recorded(user + 1, ride)
    with pytest.raises(LookupError):
        judgement.set_start(user + 1, ride, gpx.START)
    with pytest.raises(LookupError):
        judgement.judge(user + 1, ride)


def test_an_ordinary_activity_asks_nothing(user: int, open_page) -> None:
    activity = bring(user, gpx.gpx(gpx.track(gpx.points(600))))
    keys = {button.key for button in open_page(user, "activity", id=str(activity)).button}
    assert not keys & {"as_recorded", "as_judged", "date-0", "set_start"}

"""Getting up at the same time: what it would do for a regular and for an irregular life."""

from datetime import date, timedelta

import pytest

from milevault_core.formats.health_data import Night, Stage
from milevault_core.health.regularity import regularity_of
from milevault_core.health.what_if import same_time_up, up_at, up_second

FIRST = date(2025, 6, 2)  # a Monday


def night(day: date, up_h: float, bed_h: float = -1.0) -> Night:
    midnight = (day - date(1970, 1, 1)).days * 86_400 - 7200
    start, end = midnight + int(bed_h * 3600), midnight + int(up_h * 3600)
    return Night(day, start, end, "fit", {}, (Stage(start, end, "light"),), 7200)


def life(sunday_h: float) -> list[Night]:
    days = [FIRST + timedelta(days=k) for k in range(28)]
    return [night(day, sunday_h if day.weekday() == 6 else 7.0) for day in days]


def test_late_sundays_cost_regularity_and_getting_up_gives_it_back() -> None:
    nights = life(10.0)
    then, second = same_time_up(nights, [6])
    assert second == 7 * 3600
    assert then == pytest.approx(100.0)
    # On every Sunday and Monday, three hours of 24 differ from the day before.
    assert regularity_of(nights) == pytest.approx(100 - 200 * 3 / 24 * 7 / 27, abs=0.6)


def test_a_regular_life_stays_so() -> None:
    assert same_time_up(life(7.0), [6])[0] == pytest.approx(100.0)
    assert same_time_up([], [6])[1] is None


def test_a_night_is_cut_or_slept_on() -> None:
    one = night(FIRST, 7.0)
    assert up_second(up_at(one, 6 * 3600)) == 6 * 3600
    later = up_at(one, 8 * 3600)
    assert (later.end, later.stages[-1].stage) == (one.end + 3600, "asleep")

"""The diary: exactly as many activities as requested, none at the same time, with a normal life in between."""

from collections import Counter
from itertools import pairwise

import pytest

from milevault_core.demo import form, plan, seasons
from milevault_core.demo.athlete import ALL_SPORTS, Athlete, sized
from milevault_core.demo.made import start_of
from tests.demo.made import YEARS, S, all_of_s


@pytest.mark.parametrize(
    ("size", "athletes", "activities"), [("S", 1, 100), ("L1", 1, 5000), ("L2", 10, 1000), ("demo", 1, 400)]
)
def test_sizes(size, athletes, activities):
    found = sized(size)
    assert len(found) == athletes
    for athlete in found:
        sessions = plan.sessions(athlete)
        assert len(sessions) == activities
        assert [s.number for s in sessions] == list(range(activities))
        assert athlete.first_day <= sessions[0].day <= sessions[-1].day <= athlete.last_day
        assert {s.sport for s in sessions} == set(athlete.sports)
    assert len({athlete.seed for athlete in found}) == athletes


def test_an_unknown_size_and_too_full_a_life_are_refused():
    with pytest.raises(ValueError, match="no size"):
        sized("XXL")
    with pytest.raises(ValueError, match="do not fit"):
        plan.sessions(Athlete(1, S.first_day, 10, 500))


def test_everything_is_in_fifteen_years():
    sessions = plan.sessions(YEARS)
    kinds = Counter(s.kind for s in sessions)
    assert {s.sport for s in sessions} == set(ALL_SPORTS)
    assert min(kinds.values()) >= 20
    assert {s.place for s in sessions} == {"home", "summer", "winter"}
    assert sum(s.reverse for s in sessions) > 300
    assert sum(bool(s.shift) for s in sessions) > 100
    assert sum(s.smart for s in sessions) > 300
    offsets = {(s.place, start_of(s)[1]) for s in sessions}
    assert offsets >= {("home", -18_000), ("home", -14_400), ("summer", 10_800), ("winter", 37_800)}


def test_no_two_activities_at_once():
    ends = [(made.start, made.start + made.elapsed_s) for made in all_of_s()]
    assert all(a[1] < b[0] for a, b in pairwise(ends))
    starts = [start_of(s)[0] for s in plan.sessions(YEARS)]
    assert starts == sorted(starts)


def test_nothing_in_a_pause_and_no_run_with_an_injury():
    for session in plan.sessions(YEARS):
        trouble = seasons.trouble_of(YEARS, session.day)
        assert trouble != "pause"
        if trouble == "injury":
            assert session.sport not in ("running", "hiking")


def test_form_rises_with_training_and_falls_in_pauses():
    level, load = form.chronic_load(YEARS), form.daily_load(YEARS)
    idle = max(range(14, YEARS.days), key=lambda k: -load[k - 14 : k].sum())
    assert level[idle] < level[idle - 14]
    assert 0.7 <= form.form(YEARS).min() < 0.95 < form.form(YEARS).max() <= 1.02
    assert form.resting_heart_rates(YEARS).min() > 40


def test_fifteen_years_hold_eighteen_million_points():
    """Estimated from every fortieth activity: within 8 % of 18 million."""
    from milevault_core.demo.activity import build

    sample = plan.sessions(YEARS)[::40]
    points = sum(len(build(YEARS, session).seconds) for session in sample) * 40
    assert points == pytest.approx(18_000_000, rel=0.08)

"""Copies whose clock is off by minutes, hours, a day or 1,024 weeks, and files that only look like copies."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from bench.duplicate_changes import moved, other_device
from bench.duplicate_pairs import Workouts
from milevault_core.activities import grouping, match_line
from milevault_core.activities.clocks import Times, clock_errors
from milevault_core.activities.dates import ROLLOVER
from milevault_core.activities.same_workout import Facts, Match, same
from milevault_core.demo import fit_writer, gpx_writer, tcx_writer
from milevault_core.demo.made import Activity
from tests.activities.test_pairs import facts

HOUR_S, DAY_S, ROLLOVER_S = 3600, 86_400, int(ROLLOVER.total_seconds())


@cache
def made_easy() -> Activity:
    return Workouts(5).take("easy")


FIT, TCX, GPX = fit_writer.write_activity, tcx_writer.write_tcx, gpx_writer.write_gpx


@pytest.mark.parametrize("out_s", [150, 224, -239, 5 * HOUR_S, -DAY_S, DAY_S, ROLLOVER_S, -ROLLOVER_S])
def test_a_copy_is_found_whatever_its_clock_says(out_s: int) -> None:
    found = same(facts(FIT(made_easy())), facts(TCX(moved(made_easy(), out_s))))
    assert found is not None
    assert abs(found.shift_s) == pytest.approx(abs(out_s), abs=0.5)


def bare(activity: Activity, service: bytes) -> bytes:
    """The GPX of a service, without heart rates."""
    without = re.sub(rb"<([\w:]*hr)>[^<]*</\1>", b"", GPX(activity))
    return re.sub(rb'creator="[^"]*"', b'creator="%s"' % service, without)


@pytest.mark.parametrize("out_s", [224, DAY_S, ROLLOVER_S])
def test_a_copy_without_heart_rate_is_found_by_its_way_alone(out_s: int) -> None:
    mine, copy = facts(bare(made_easy(), b"One")), facts(bare(moved(made_easy(), out_s), b"Another"))
    assert mine.line is not None
    assert not np.isfinite(mine.line.heart_rate).any()
    found = same(mine, copy)
    assert found is not None
    assert abs(found.shift_s) == pytest.approx(abs(out_s), abs=0.5)


@pytest.mark.parametrize(
    "out_s", [300, 17 * HOUR_S, 2 * DAY_S, 7 * DAY_S, ROLLOVER_S + DAY_S, ROLLOVER_S - 300]
)
def test_a_clock_is_not_out_by_just_anything(out_s: int) -> None:
    assert same(facts(FIT(made_easy())), facts(TCX(moved(made_easy(), out_s)))) is None


@pytest.mark.parametrize("out_s", [224, HOUR_S, DAY_S, ROLLOVER_S])
def test_another_heart_rate_speaks_against_a_copy(out_s: int) -> None:
    beats = made_easy().columns["heart_rate"]
    other = replace(made_easy(), columns=made_easy().columns | {"heart_rate": beats[::-1].copy() + 12})
    assert same(facts(FIT(made_easy())), facts(TCX(moved(other, out_s)))) is None


@pytest.mark.parametrize("out_s", [HOUR_S, DAY_S])
def test_the_way_run_anew_is_no_copy(out_s: int) -> None:
    workouts = Workouts(5)
    again = moved(workouts.again(workouts.take("easy"), out_s - 600), 600)
    assert same(facts(FIT(made_easy())), facts(TCX(again))) is None


@pytest.mark.parametrize("out_s", [224, HOUR_S, DAY_S])
def test_two_files_of_one_device_are_no_copies(out_s: int) -> None:
    mine, later = facts(FIT(made_easy())), facts(FIT(moved(made_easy(), out_s)))
    assert mine.device == later.device != ""
    assert same(mine, later) is None
    assert same(mine, replace(later, device="Another watch")) is not None


def wandering(seed: int, start_s: float, device: str, side_m: float = 20.0) -> Facts:
    """One hour of random positions on a court."""
    rng, n = np.random.default_rng(seed), 720
    x, y = (np.cumsum(rng.uniform(-4, 4, n)) % side_m for _ in range(2))
    time = np.datetime64(0, "us") + (np.arange(n) * 5_000_000).astype("timedelta64[us]")
    packed = match_line.pack(
        {"time": time, "lat": 50 + x / 111_195, "lon": 10 + y / 71_474, "heart_rate": np.full(n, np.nan)}
    )
    return Facts(f"{seed}{device}:0", start_s, 3595.0, 1500.0, packed, "play", "gpx", device)


@pytest.mark.parametrize("later_s", [HOUR_S, 2 * HOUR_S - 60, DAY_S])
def test_two_sessions_on_one_court_are_two(later_s: float) -> None:
    start_s = datetime(2024, 6, 1, 9, tzinfo=UTC).timestamp()
    assert same(wandering(1, start_s, "a"), wandering(2, start_s + later_s, "b")) is None
    assert (
        same(wandering(1, start_s, "a"), wandering(1, start_s + later_s, "b")) is None
    )  # a track without extent proves nothing


def test_dates_that_cannot_be_meant_make_nothing_one_workout() -> None:
    """Neither equal starts by a clock that was never set, nor even equal points."""
    unset = moved(made_easy(), 631_065_600 + 6 * HOUR_S - made_easy().start)  # FIT's epoch
    mine, copy = facts(FIT(unset)), facts(TCX(unset))
    others = [copy, facts(GPX(other_device(unset, np.random.default_rng(1))))]
    undated = replace(mine, is_dated=False)
    for other in others:
        assert same(mine, other) is not None
        assert same(undated, replace(other, is_dated=False)) is None
        assert same(undated, other) is None


def test_only_the_date_that_can_be_meant_dates_a_copy_1024_weeks_off() -> None:
    right, slow = (
        facts(GPX(made_easy())),
        replace(facts(FIT(moved(made_easy(), -ROLLOVER_S))), is_dated=False),
    )
    assert same(right, slow) is not None
    assert grouping.primary([slow, right]) is right  # even though the other is the device's own file
    assert grouping.partition([slow, right]) == [[right, slow]]
    both = [replace(slow, is_dated=True), right]
    assert grouping.primary(both) is right  # a clock that missed a rollover is slow, never fast


def test_times_alone_leave_few_pairs_to_look_at() -> None:
    rng = np.random.default_rng(3)
    starts = np.sort(rng.uniform(1.5e9, 1.56e9, 100))
    times = [Times(start, 3000.0) for start in starts]
    pairs = sum(bool(clock_errors(a, b)) for k, a in enumerate(times) for b in times[k + 1 :])
    assert pairs < 20
    assert not any(clock_errors(a._replace(is_dated=False), a._replace(is_dated=False)) for a in times)


def test_many_of_one_time_are_compared_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new recording among n costs n comparisons, however often the others are looked at."""
    judged: list[tuple[str, str]] = []

    def count(a: Facts, b: Facts) -> Match | None:
        judged.append((a.fingerprint, b.fingerprint))
        return None

    monkeypatch.setattr(grouping, "judge", count)
    several = [Facts(f"counted {n}:0", 0.0, 3600.0, None, None) for n in range(12)]
    for known in range(1, 13):
        grouping.partition(several[:known], (), grouping.same_cached)
    assert len(judged) == len(set(judged)) == 12 * 11 // 2

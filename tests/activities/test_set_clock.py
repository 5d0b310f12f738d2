"""A clock that is set back during an activity: by the first fix, by corrections, at the end of summer time."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.activities.judged import close, codes, judged
from tests.builders import fit, gpx
from tests.builders.fit import START, Writer, semicircles
from tests.builders.gpx import track as trk

BEGAN = datetime(2024, 5, 1, 7, tzinfo=UTC)


def run(shift, start_s: int = 0, positions: bool = True, distance: bool = True, n: int = 1800) -> bytes:
    """FIT: `n` points of a run north at 3 m/s whose clock is off by `shift(i)` seconds at point i."""
    w = fit.file_id(Writer(), created=None)
    for i in range(n):
        fields = [(253, "uint32", START + i + shift(i)), (3, "uint8", 150)]
        if positions:
            fields += [(0, "sint32", semicircles(47 + i * 3 / 111_195)), (1, "sint32", semicircles(8.0))]
        if distance:
            fields += [(5, "uint32", i * 300)]
        w.add(20, *fields, local=1)
    return close_at(w, start_s, n - 1)


def close_at(w: Writer, start_s: int, seconds: int) -> bytes:
    w.add(18, (253, "uint32", START + start_s + seconds), (2, "uint32", START + start_s), (5, "enum", 1),
          (7, "uint32", seconds * 1000), (8, "uint32", seconds * 1000), (9, "uint32", seconds * 300),
          local=3)  # fmt: skip
    return w.file()


def circle(n: int = 1800, speed: float = 4.0) -> list[dict]:
    """Points on a 400 m track, one per second."""
    turn = np.arange(n) * speed / 63.66
    lat, lon = 47 + 63.66 * np.cos(turn) / 111_195, 8 + 63.66 * np.sin(turn) / 75_835
    return [
        {"time": BEGAN + timedelta(seconds=i), "lat": lat[i], "lon": lon[i], "ele": 400.0} for i in range(n)
    ]


def assert_runs_on(made, seconds: int = 1799, start: datetime = BEGAN) -> None:
    assert codes(made).count("clock_set_back") == 1
    assert "times_unordered" not in codes(made)
    assert (np.diff(made.columns["time"]) == np.timedelta64(1, "s")).all()
    assert made.row["start_time"] == start
    assert (made.row["elapsed_s"], made.row["moving_s"]) == (seconds, seconds)


@pytest.mark.parametrize("by", [-5, -30, -420, -3600])
@pytest.mark.parametrize("given", [{}, {"positions": False}, {"distance": False},
                                   {"positions": False, "distance": False}])  # fmt: skip
def test_time_runs_on_where_the_clock_was_set_back(by: int, given: dict) -> None:
    made = judged(run(lambda i: by * (i >= 900), **given))
    assert_runs_on(made)
    assert made.row["distance_m"] == pytest.approx(5397, abs=2)
    assert made.row["avg_speed"] == pytest.approx(3.0, rel=1e-3)


def test_the_clock_by_which_the_file_tells_its_start_counts() -> None:
    assert_runs_on(judged(run(lambda i: 30 * (i < 900))))
    assert_runs_on(judged(run(lambda i: 30 * (i < 900), start_s=30)), start=BEGAN + timedelta(seconds=30))


def test_a_first_fix_sets_the_clock_of_a_file_without_a_start_of_its_own() -> None:
    points = circle()
    for point in points[:25]:
        point["time"] += timedelta(seconds=40)
    assert_runs_on(judged(gpx.gpx(trk(points))))


@pytest.mark.parametrize("by", [-20, -90, -3600])
def test_round_and_round_a_track(by: int) -> None:
    points = circle()
    for point in points[900:]:
        point["time"] += timedelta(seconds=by)
    made = judged(gpx.gpx(trk(points)))
    assert_runs_on(made)
    assert made.row["distance_m"] == pytest.approx(1799 * 4, rel=2e-3)
    assert made.row["max_speed"] == pytest.approx(4, rel=0.01)


def test_the_end_of_summer_time_in_local_times() -> None:
    points = circle(1200)
    for i, point in enumerate(points):
        local = datetime(2024, 10, 27, 2, 50, tzinfo=UTC) + timedelta(seconds=i, hours=-(i >= 600))
        point["time"] = f"{local:%Y-%m-%dT%H:%M:%S}"
    made = judged(gpx.gpx(trk(points)))
    assert_runs_on(made, 1199, datetime(2024, 10, 27, 2, 50, tzinfo=UTC))
    (said,) = (p.text for p in made.recording.problems if p.code == "clock_set_back")
    assert "by 1 hour;" in said


def test_a_receiver_that_corrects_the_clock_every_few_minutes() -> None:
    made = judged(run(lambda i: -2 * (i // 300)))
    assert_runs_on(made)
    (said,) = (p.text for p in made.recording.problems if p.code == "clock_set_back")
    assert "5 times, by 10 seconds together" in said


def test_laps_and_the_timer_run_on_too() -> None:
    w = fit.file_id(Writer(), created=None)
    fit.timer(w, START, 0)
    for i in range(1800):
        at = START + i - 40 * (i >= 900)
        w.add(20, (253, "uint32", at), (5, "uint32", i * 300), (3, "uint8", 150), local=1)
        if i in (600, 900, 1200):  # 900: ends before the clock was set, at a time that both clocks show
            fit.lap(w, START + i - 300 if i < 1200 else START + 860, 300, 900)
    fit.timer(w, START + 1759, 4)
    made = judged(close(w, 1799, 5397, sport=1))
    assert_runs_on(made)
    begins = (
        made.recording.laps["start_time"] - made.recording.laps["start_time"].iloc[0]
    ).dt.total_seconds()
    assert begins.tolist() == [0, 300, 600]
    ((a, b),) = made.recording.timer
    assert (b - a) / np.timedelta64(1, "s") == 1799


def test_the_first_lap_begins_with_the_file_where_the_later_clock_counts() -> None:
    w = fit.file_id(Writer(), created=None)
    for i in range(1800):
        w.add(20, (253, "uint32", START + i + 40 * (i < 100)), (5, "uint32", i * 300), local=1)
    fit.lap(w, START, 50, 150)  # begins at the start of the session
    fit.lap(w, START + 90, 50, 150)
    fit.lap(w, START + 100, 1699, 5097)
    made = judged(close_at(w, 0, 1799))
    assert_runs_on(made)
    begins = made.recording.laps["start_time"] - np.datetime64(BEGAN.replace(tzinfo=None))
    assert begins.dt.total_seconds().tolist() == [0, 50, 100]


def test_an_elapsed_time_by_that_clock_is_no_figure() -> None:
    w = fit.file_id(Writer(), created=None)
    for i in range(1800):
        w.add(20, (253, "uint32", START + i - 300 * (i >= 900)), (5, "uint32", i * 300), local=1)
    w.add(18, (253, "uint32", START + 1499), (2, "uint32", START), (5, "enum", 1), (7, "uint32", 1_499_000),
          (9, "uint32", 539_700), local=3)  # fmt: skip
    assert_runs_on(judged(w.file()))


def out_of_order(order, positions=None) -> str:
    points = positions or circle()
    return gpx.gpx(trk([points[i] for i in order]))


@pytest.mark.parametrize(
    "order",
    [
        [*range(900, 1800), *range(900)],  # the second half first
        [*range(600), *range(1200, 1800), *range(600, 1200)],
        [*range(900), 901, 900, *range(902, 1800)],  # two points swapped
        [*range(900), *range(850, 1800)],  # a stretch written twice
    ],
)
def test_what_was_written_in_another_order_is_sorted_as_ever(order: list[int]) -> None:
    made = judged(out_of_order(order))
    assert "clock_set_back" not in codes(made)
    assert made.row["elapsed_s"] == 1799
    assert made.row["distance_m"] == pytest.approx(1799 * 4, rel=2e-3)


def test_two_devices_one_after_the_other_are_no_clock() -> None:
    points = [*straight(900), *straight(800, ahead=40.0)]
    assert "clock_set_back" not in codes(judged(out_of_order(range(len(points)), points)))


def straight(n: int, ahead: float = 0.0) -> list[dict]:
    return [
        {
            "time": BEGAN + timedelta(seconds=i),
            "lat": 47 + (3.0 * i + ahead) / 111_195,
            "lon": 8.0,
            "ele": 400.0,
        }
        for i in range(n)
    ]

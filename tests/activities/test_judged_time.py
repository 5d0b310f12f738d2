"""Elapsed, timer and moving time of files as devices really write them."""

from datetime import timedelta

import numpy as np
import pytest

from milevault_core.records.best_effort import best_over
from milevault_core.records.distance_series import way_of_lengths
from tests.activities.judged import close, codes, judged, ride
from tests.builders import fit, gpx, tcx
from tests.builders.fit import START, Writer, semicircles


def test_records_of_one_second_are_one_point() -> None:
    """Bryton and Bosch write position, sensors and the rest each in a record of its own."""
    w = fit.file_id(Writer())
    for i in range(600):
        w.add(20, (253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
              (1, "sint32", semicircles(11 + i * 6 / 74_402.8)), local=1)  # fmt: skip
        w.add(
            20, (253, "uint32", START + i), (3, "uint8", 130), (4, "uint8", 85), (7, "uint16", 200), local=2
        )
    made = judged(close(w, 599, 3594))
    assert made.row["point_count"] == 600
    assert made.row["avg_heart_rate"] == pytest.approx(130)
    assert made.row["avg_power"] == pytest.approx(200)
    assert made.row["distance_m"] == pytest.approx(3594, rel=0.01)
    assert np.isfinite(made.columns["heart_rate"]).all()
    assert np.isfinite(made.columns["lat"]).all()


def test_bursts_of_equal_times_are_spread() -> None:
    points = gpx.points(600, 1.4)
    for i, p in enumerate(points):
        p["time"] = points[i - i % 5]["time"]
    made = judged(gpx.gpx(gpx.track(points, type="walking")))
    assert made.row["distance_m"] == pytest.approx(599 * 1.4, rel=0.01)
    assert made.row["max_speed"] < 1.5
    assert made.row["point_count"] == 600


def test_an_hour_indoors_with_distance_zero_has_its_time() -> None:
    points = [{"time": gpx.START + timedelta(seconds=10 * i), "hr": 130, "distance": 0.0} for i in range(360)]
    made = judged(tcx.tcx(tcx.activity(tcx.lap(points, seconds=3600, metres=0), sport="Biking")))
    assert made.row["distance_m"] is None
    assert made.row["moving_s"] == 3600


def test_points_moved_in_time_move_what_has_elapsed() -> None:
    w = fit.file_id(Writer())
    for i in range(4):
        w.add(20, (253, "uint32", START - 27 * 86_400 + i), (5, "uint32", i * 100), local=1)
    for i in range(1800):
        w.add(20, (253, "uint32", START + i), (5, "uint32", 400 + i * 600), local=1)
    made = judged(close(w, 2_334_600, 10_800, timer_s=1804))
    assert made.row["elapsed_s"] == pytest.approx(1804, abs=2)


@pytest.mark.parametrize(
    ("elapsed_s", "written_s", "counts"),
    [
        (4_000_000, 1799, 1800),  # nothing else in the file is nearly as long
        (4_000_000, 4_000_000, 4_000_000),  # paused, and saved weeks later
        (5000, 1799, 5000),  # believed: the clock of a watch may be off by up to an hour
    ],
)
def test_what_has_elapsed_is_no_longer_than_there_was_time_for(
    elapsed_s: int, written_s: int, counts: int
) -> None:
    w = ride(1800)
    w.add(18, (253, "uint32", START + written_s), (2, "uint32", START), (5, "enum", 2), (6, "enum", 0),
          (7, "uint32", elapsed_s * 1000), (8, "uint32", 1_800_000), (9, "uint32", 1_079_400), local=3)  # fmt: skip
    made = judged(w.file())
    assert (made.row["elapsed_s"], made.row["timer_s"]) == (counts, 1800)


def test_elapsed_and_timer_exchanged() -> None:
    made = judged(close(ride(1800), 1800, 10_794, timer_s=7200))
    assert made.row["elapsed_s"] >= made.row["timer_s"] >= made.row["moving_s"]


@pytest.mark.parametrize(
    ("kind", "speed"), [("hiking", 0.35), ("open_water_swimming", 0.45), ("mountaineering", 0.2)]
)
def test_slow_is_not_standing(kind: str, speed: float) -> None:
    made = judged(gpx.gpx(gpx.track(gpx.points(3600, speed), type=kind)))
    assert made.row["moving_s"] == pytest.approx(3599, rel=0.01)


def test_the_timer_of_an_open_water_swim_is_its_time() -> None:
    made = judged(close(ride(1500, 0.5), 1500, 750, sport=5))
    assert made.row["moving_s"] == 1500


def test_a_swim_begins_with_the_session() -> None:
    w = fit.file_id(Writer())
    for i in range(20):
        w.add(20, (253, "uint32", START + 100 + 30 * i), (5, "uint32", 2500 * (i + 1)), local=1)
    made = judged(close(w, 670, 500, sport=5))
    assert made.row["start_time"].timestamp() == START + fit.FIT_EPOCH
    assert made.row["elapsed_s"] == 670
    assert codes(made) == []  # the points start late, they do not end early


def test_drills_of_one_start_follow_each_other() -> None:
    w = fit.file_id(Writer())
    for i in range(8):
        start = START + 40 * (i // 2)  # two lengths with the same start, each with half of the time
        w.add(101, (253, "uint32", START + 20 * (i + 1)), (2, "uint32", start), (3, "uint32", 20_000),
              (4, "uint32", 20_000), (12, "enum", 1), local=4)  # fmt: skip
    made = judged(close(w, 160, 200, sport=5, extra=[(44, "uint16", 2500)]))
    starts = made.recording.lengths["start_time"].to_numpy()
    assert np.diff(starts).astype("timedelta64[s]").astype(int).tolist() == [20] * 7
    lengths = way_of_lengths(made.recording.lengths, starts[0], 25.0)
    assert best_over(lengths.pieces, 50.0)[0] == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([(3, "uint8", 130)], ["points_without_time"]),
        ([], []),  # the lengths and the session give the distance and the speed
    ],
)
def test_what_records_without_times_held_is_told(fields: list, told: list[str]) -> None:
    w = fit.file_id(Writer())
    for i in range(20):
        w.add(20, (5, "uint32", 2500 * (i + 1)), *fields, local=1)
    made = judged(close(w, 600, 500, sport=5))
    assert made.row["point_count"] == 0
    assert made.row["moving_s"] == 600
    assert codes(made) == told


@pytest.mark.parametrize(
    ("seconds", "timer_s", "metres", "counts"),
    [
        (300, 300, 1800, (1799, None)),  # a summary of the last five minutes only
        (30, 30, 10_794, (1799, None)),  # both times are in minutes
        (1799, 30, 10_794, (1799, None)),  # only the timer is in minutes
        (1799, 1500, 10_794, (1799, 1500)),  # part of the distance was covered with the timer stopped
    ],
)
def test_a_summary_of_less_time_than_the_points_go_on_moving(
    seconds: int, timer_s: int, metres: int, counts: tuple
) -> None:
    w = ride(1800, extra=lambda i: [(3, "uint8", 150)])
    made = judged(close(w, seconds, metres, timer_s=timer_s, extra=[(16, "uint8", 180), (11, "uint16", 99)]))
    assert (made.row["elapsed_s"], made.row["timer_s"]) == counts
    assert made.row["moving_s"] == (counts[1] or 1799)
    assert made.row["distance_m"] == pytest.approx(10_794, rel=0.001)
    assert ("summary_short" in codes(made)) == (counts[1] is None)
    assert made.row["avg_heart_rate"] == (150 if metres == 1800 else 180), "the mean of a part is none"
    assert made.summary.device.get("calories") == (None if metres == 1800 else 99)


def test_a_timer_whose_events_say_the_same_is_believed() -> None:
    """Somebody who pushes the bike home leaves the timer stopped and the watch recording."""
    w = ride(1800)
    for at, what in ((0, 0), (600, 4)):
        fit.timer(w, START + at, what)
    assert judged(close(w, 1799, 10_794, timer_s=600)).row["moving_s"] == 600


def test_a_timer_in_minutes_in_tcx() -> None:
    points = tcx.with_distance(gpx.points(1800, 3.0))
    laps = [tcx.lap(points[:900], seconds=15), tcx.lap(points[900:], seconds=15)]
    made = judged(tcx.tcx(tcx.activity(*laps)))
    assert made.row["moving_s"] == pytest.approx(1799, abs=2)
    assert "summary_short" in codes(made)


@pytest.mark.parametrize(
    ("metres", "has_records", "moving_s"),
    [(500, True, 600), (500, False, 600), (1000, False, 900)],  # half the lengths do not tell the rest
)
def test_rests_of_a_pool_swim_are_none_wherever_the_records_end(
    metres: int, has_records: bool, moving_s: int
) -> None:
    w = fit.file_id(Writer())
    for i in range(21):
        start, took, active = START + 30 * i, 30 if i < 20 else 300, int(i < 20)
        w.add(101, (253, "uint32", start + took), (2, "uint32", start), (3, "uint32", took * 1000),
              (4, "uint32", took * 1000), (12, "enum", active), local=4)  # fmt: skip
        if has_records:
            w.add(20, (253, "uint32", start), (5, "uint32", 2500 * i), local=1)
    made = judged(close(w, 900, metres, sport=5, extra=[(44, "uint16", 2500)]))
    assert (made.row["distance_m"], made.row["moving_s"]) == (metres, moving_s)

"""More variants of what devices get wrong: other formats, other places in the file, other magnitudes."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.activities.dates import ROLLOVER
from milevault_core.records.best_effort import best_over
from milevault_core.records.distance_series import way_of_lengths
from tests.activities.judged import DAY, close, codes, judged, ride
from tests.builders import fit, gpx, tcx
from tests.builders.fit import START, Writer, semicircles

HOUR = timedelta(hours=1)


def track(points: list[dict], **words: str) -> str:
    return gpx.gpx(gpx.track(points, **words))


def lap(
    points: list[dict], seconds: float | None = None, metres: float | None = None, sport: str = "Running"
) -> str:
    text = tcx.tcx(tcx.activity(tcx.lap(points, seconds=seconds, metres=metres), sport=sport))
    return text.replace("<MaximumSpeed>4.5</MaximumSpeed>", "")


def without(points: list[dict], *names: str) -> list[dict]:
    return [{k: v for k, v in p.items() if k not in names} for p in points]


def test_what_a_record_writes_as_0_is_in_another_of_the_same_second() -> None:
    w = fit.file_id(Writer())
    for i in range(600):
        w.add(20, (253, "uint32", START + i), (0, "sint32", 0), (1, "sint32", 0), (3, "uint8", 130),
              (4, "uint8", 85), (7, "uint16", 200), local=1)  # fmt: skip
        w.add(20, (253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
              (1, "sint32", semicircles(11 + i * 6 / 74_402.8)), (3, "uint8", 0), (4, "uint8", 0),
              (7, "uint16", 0), local=2)  # fmt: skip
    made = judged(close(w, 599, 3594))
    assert made.row["point_count"] == 600
    assert made.row["distance_m"] == pytest.approx(3594, rel=0.01)
    assert [made.row[f"avg_{name}"] for name in ("heart_rate", "cadence", "power")] == [130, 85, 200]


@pytest.mark.parametrize("begin", [359.97, -180.02, 179.98])
def test_longitudes_of_any_turn(begin: float) -> None:
    points = gpx.points(900, 0.0, lat=-17.0)
    for i, p in enumerate(points):
        p["lon"] = begin + i * 6 / 106_336.0
    made = judged(track(points, type="cycling"))
    assert made.row["point_count"] == np.isfinite(made.columns["lat"]).sum() == 900
    assert made.row["distance_m"] == pytest.approx(899 * 6, rel=0.01)


@pytest.mark.parametrize(("step", "jump"), [(38 / 3600, 39), (6, 0), (0.8, 0)])  # hours; jump each 12 points
@pytest.mark.parametrize("write", [track, lap])
def test_times_over_months_make_a_course_in_every_format(write, step: float, jump: float) -> None:
    points = without(gpx.points(600, 25.0), "hr", "cad", "power", "temp")
    for i, p in enumerate(points):
        p["time"] = gpx.START + i * step * HOUR + i // 12 * jump * HOUR
    assert formats.read(write(points).encode()).kind == "route"
    beats = [p | {"hr": 120} for p in points]
    assert formats.read(lap(beats).encode()).kind == "activity"  # a planned route has no heart rate


@pytest.mark.parametrize("off", [-27 * DAY, -DAY, DAY, -2 * HOUR, 2 * HOUR, 27 * DAY])
@pytest.mark.parametrize("at", [0, 900, 1795])
def test_points_moved_by_hours_or_days_are_put_back(at: int, off: timedelta) -> None:
    points = without(gpx.points(1800), "hr", "cad", "power", "temp")
    for p in points[at : at + 5]:
        p["time"] += off
    made = judged(track(points))
    assert made.row["start_time"] == gpx.START
    assert made.row["elapsed_s"] == 1799
    assert made.row["distance_m"] == pytest.approx(1799 * 3, rel=0.01)
    assert codes(made) == ["dates_moved"]


def test_a_pause_of_hours_stays_one() -> None:
    first, second = gpx.points(900), gpx.points(900, start=gpx.START + 2 * HOUR, lat=47.03)
    assert judged(track(first + second)).row["elapsed_s"] == 7200 + 899


def test_many_points_of_another_date_in_the_middle_are_no_activity_of_their_own() -> None:
    points = gpx.points(1800)
    for p in points[600:900]:
        p["time"] -= 27 * DAY
    made = judged(track(points))
    assert made.row["elapsed_s"] == 1799
    assert codes(made) == ["dates_moved"]


def test_points_before_what_has_elapsed_by_the_device_are_no_activity_of_their_own() -> None:
    w = fit.file_id(Writer())
    for i in range(1800):
        w.add(20, (253, "uint32", START + i - 27 * 86_400 * (i < 100)), (5, "uint32", i * 600), local=1)
    assert judged(close(w, 1799, 10_794)).row["elapsed_s"] == pytest.approx(1799, abs=2)


@pytest.mark.parametrize(("factor", "code"), [(3.6, "speed_in_kmh"), (2.237, "speed_dropped"), (0.0, "")])
def test_a_speed_is_held_against_the_distance_too(factor: float, code: str) -> None:
    points = [p | {"distance": i * 2.8, "speed": 2.8 * factor} for i, p in enumerate(gpx.points(900, 2.8))]
    made = judged(lap(points))
    assert made.row["distance_m"] == pytest.approx(899 * 2.8, rel=0.01)
    assert made.row["max_speed"] == pytest.approx(2.8, rel=0.05)
    assert codes(made) == [code] * bool(code)


@pytest.mark.parametrize("factor", [3.281, 100.0, 0.001, 0.000621])
def test_a_distance_in_another_unit_comes_from_the_positions(factor: float) -> None:
    points = [p | {"distance": i * 2.8 * factor} for i, p in enumerate(gpx.points(900, 2.8))]
    made = judged(lap(points))
    assert made.row["distance_m"] == pytest.approx(899 * 2.8, rel=0.01)
    assert made.row["max_speed"] == pytest.approx(2.8, rel=0.05)


def test_a_distance_that_stops_half_way_comes_from_the_positions() -> None:
    points = [p | {"distance": min(i, 450) * 2.8} for i, p in enumerate(gpx.points(900, 2.8))]
    assert judged(lap(points, metres=1260)).row["distance_m"] == pytest.approx(899 * 2.8, rel=0.01)


@pytest.mark.parametrize("speed", [11.0, 168.0, 9000.0])
def test_a_top_speed_in_another_unit_is_that_of_the_points(speed: float) -> None:
    text = lap(tcx.with_distance(gpx.points(900))).replace(
        "<Calories>", f"<MaximumSpeed>{speed}</MaximumSpeed><Calories>"
    )
    assert judged(text).row["max_speed"] == pytest.approx(3.0, abs=0.1)


def test_the_way_to_a_wrong_position_and_back_does_not_count() -> None:
    points = gpx.points(1200, 1.3)
    for p in points[500:502]:
        p["lon"] += 60 / 75_834
    way, before = 0.0, None
    for p in points:
        way += (
            0.0
            if before is None
            else 111_195 * np.hypot(p["lat"] - before["lat"], (p["lon"] - before["lon"]) * 0.682)
        )
        p["distance"], before = way, p
    made = judged(lap(points, sport="Other"), sport="walking")
    assert made.row["distance_m"] == pytest.approx(1199 * 1.3, rel=0.01)
    assert made.row["max_speed"] < 2


def test_a_zigzag_counts_as_long_as_the_summary_says() -> None:
    w = fit.file_id(Writer())
    for i in range(1800):
        at = i * 5 + 30 * (i % 2)
        w.add(20, (253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
              (1, "sint32", semicircles(11 + at / 74_402.8)), (5, "uint32", i * 3000), local=1)  # fmt: skip
    made = judged(close(w, 1799, 1799 * 5))
    assert made.row["distance_m"] == pytest.approx(1799 * 5, rel=0.01)
    assert made.row["max_speed"] < 8


def test_jittered_times_give_no_top_speed() -> None:
    rng = np.random.default_rng(2)
    points = without(gpx.points(1800, 5.0), "hr", "cad", "power", "temp")
    for p in points:
        p["time"] += timedelta(seconds=int(rng.normal(0, 10)))
    made = judged(track(points, type="cycling"))
    assert made.row["distance_m"] == pytest.approx(1799 * 5, rel=0.01)
    assert made.row["max_speed"] < 8


def test_totals_of_a_gpx_file_that_its_positions_deny() -> None:
    text = track(gpx.points(900)).replace("<type>", "<extensions><Distance>10</Distance></extensions><type>")
    assert judged(text).row["distance_m"] == pytest.approx(2697, rel=0.01)


@pytest.mark.parametrize("beats", [1, 255])
@pytest.mark.parametrize("write", [track, lap])
def test_a_heart_rate_that_no_heart_has(write, beats: int) -> None:
    text = write([p | {"hr": beats} for p in gpx.points(300)])
    made = judged(text.replace("<Value>130<", f"<Value>{beats}<").replace("<Value>159<", f"<Value>{beats}<"))
    assert made.row["avg_heart_rate"] is made.row["max_heart_rate"] is None


def test_a_mean_heart_rate_over_zeros_is_made_anew() -> None:
    w = ride(600, extra=lambda i: [(3, "uint8", 140 if i % 3 else 0)])
    assert judged(close(w, 599, 3594, extra=[(16, "uint8", 93)])).row["avg_heart_rate"] == pytest.approx(140)


@pytest.mark.parametrize("seconds", [0.0, 899_000.0])
def test_a_timer_that_cannot_be(seconds: float) -> None:
    made = judged(lap(tcx.with_distance(gpx.points(900)), seconds=seconds, metres=2697))
    assert made.row["moving_s"] == made.row["elapsed_s"] == pytest.approx(899)


def test_some_metres_in_an_hour_are_no_motion() -> None:
    points = [
        {"time": gpx.START + timedelta(seconds=5 * i), "hr": 130, "distance": 3.0 * (i > 700)}
        for i in range(720)
    ]
    assert judged(lap(points, seconds=3595, metres=3, sport="Biking")).row["moving_s"] == 3595


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("value", "real"), [(0.0, 28.0), (0.0, 218.0), (190.0, 218.0), (9000.0, 218.0)])
def test_an_altitude_not_measured_at_either_end(value: float, real: float, before: bool) -> None:
    points = gpx.points(900)
    for i, p in enumerate(points):
        p["ele"] = value if (i < 3 if before else i >= 897) else real
    made = judged(track(points))
    assert made.row["ascent_m"] == made.row["descent_m"] == 0
    assert np.nanmin(made.columns["altitude"]) == np.nanmax(made.columns["altitude"]) == real


@pytest.mark.parametrize("weeks", [-1, 1, 2])
@pytest.mark.parametrize("where", ["metadata", "name", "day first", "id"])
def test_a_rollover_is_told_by_whatever_the_file_says(where: str, weeks: int) -> None:
    points = gpx.points(600, start=gpx.START - weeks * ROLLOVER)
    if where == "id":
        text = tcx.tcx(tcx.activity(tcx.lap(tcx.with_distance(points))))
    else:
        name = {"name": "Run 2024-05-01", "day first": "Lauf 1.5.2024"}.get(where, "Run")
        text = track(points, name=name)
        if where == "metadata":
            text = text.replace("<trk>", "<metadata><time>2024-05-01T07:10:00Z</time></metadata><trk>", 1)
    made = judged(text)
    assert made.row["start_time"] == gpx.START
    assert not made.row["date_doubted"]
    assert codes(made) == ["date_corrected"]


@pytest.mark.parametrize(("created", "is_doubted"), [(START, True), (START - 4 * 365 * 86_400, False)])
def test_a_session_of_another_year_than_its_records_is_told(created: int, is_doubted: bool) -> None:
    """Unless the file was created at the time of its records."""
    w = fit.file_id(Writer(), created=created)
    fit.records(w, 600, start=START - 4 * 365 * 86_400)
    made = judged(fit.session(w, START, 599, 1797).file())
    assert made.row["start_time"] < datetime(2021, 1, 1, tzinfo=made.row["start_time"].tzinfo)
    assert made.row["date_doubted"] is is_doubted


@pytest.mark.parametrize(
    ("kind", "speed", "every", "noise"),
    [("kayaking", 0.4, 5, 3.0), ("", 0.35, 1, 1.0), ("running", 0.6, 5, 3.0), ("hiking", 0.35, 10, 3.0)],
)
def test_slow_is_not_standing_in_any_sport_and_with_noise(
    kind: str, speed: float, every: int, noise: float
) -> None:
    rng, n = np.random.default_rng(1), 7200 // every
    points = without(gpx.points(n, speed, every=every), "hr", "cad", "power", "temp", "ele")
    for p, (north, east) in zip(points, rng.normal(0, noise / 111_195, (n, 2)), strict=True):
        p["lat"] += north
        p["lon"] += east / 0.682
    made = judged(track(points, type=kind, name=""))
    assert made.row["moving_s"] == pytest.approx(7200, rel=0.1)
    assert made.row["distance_m"] == pytest.approx(7200 * speed, rel=0.1)


@pytest.mark.parametrize(("kind", "speed"), [("cycling", 6.0), ("walking", 1.4)])
def test_a_stand_whose_positions_wander_is_a_stand(kind: str, speed: float) -> None:
    rng, n = np.random.default_rng(1), 3600
    moves = np.arange(n) % 1200 < 900
    off = np.zeros((n, 2))
    for i in range(1, n):  # a drift of 3 m, correlated over 20 s
        off[i] = 0.951 * off[i - 1] + rng.normal(0, 0.927, 2)
    points = without(gpx.points(n, 0.0), "hr", "cad", "power", "temp", "ele")
    for p, way, (north, east) in zip(points, np.cumsum(moves) * speed, off, strict=True):
        p["lat"] += (way + north) / 111_195
        p["lon"] += east / 75_834
    made = judged(track(points, type=kind))
    assert made.row["moving_s"] == pytest.approx(moves.sum(), rel=0.03)
    assert made.row["distance_m"] == pytest.approx(moves.sum() * speed, rel=0.02)


def swim(lengths: list[tuple[int, float]], metres: float = 2000, elapsed: bool = True) -> bytes:
    """FIT: a swim of 25 m lengths, each (start, seconds)."""
    w = fit.file_id(Writer())
    for i, (start, took) in enumerate(lengths):
        end = START + start + round(took)
        w.add(20, (253, "uint32", end), (5, "uint32", (i + 1) * 2500), local=1)
        w.add(101, (253, "uint32", end), (2, "uint32", START + start),
              (3, "uint32", round(took * 1000) if elapsed else None), (4, "uint32", round(took * 1000)),
              (12, "enum", 1), local=4)  # fmt: skip
    last = max(start + took for start, took in lengths)
    return close(w, last, metres, sport=5, extra=[(44, "uint16", 2500)])


@pytest.mark.parametrize("share", [1.0, 0.5, 1 / 3])
def test_drills_of_one_start_take_no_longer_than_until_the_next(share: float) -> None:
    """Whether each of them is written with its share of the time or with the whole time."""
    of = 3 if share < 0.5 else 2
    lengths = [(30 * of * (i // of), 30 * of * share) for i in range(78)]
    made = judged(swim(lengths, 78 * 25))
    assert made.row["moving_s"] == pytest.approx(2340, rel=0.03)
    starts = made.recording.lengths["start_time"].to_numpy()
    way = way_of_lengths(made.recording.lengths, starts[0], 25.0)
    assert best_over(way.pieces, 1500.0)[0] == pytest.approx(1800, rel=0.01)


def test_lengths_that_say_their_timer_only_have_times() -> None:
    made = judged(swim([(30 * i, 30) for i in range(80)], elapsed=False))
    way = way_of_lengths(made.recording.lengths, made.columns["time"][0], 25.0)
    assert best_over(way.pieces, 100.0)[0] == pytest.approx(120)


@pytest.mark.parametrize("metres", [1000, 2000, 4000, 2500])
def test_the_distance_of_a_pool_swim_is_that_of_its_lengths(metres: int) -> None:
    lengths = [(600 if 20 <= i < 40 else 30 * i, 15 if 20 <= i < 40 else 30) for i in range(80)]
    assert judged(swim(lengths, metres)).row["distance_m"] == pytest.approx(2000)


def test_a_filter_that_settles_at_8_metres_a_second_leaves_no_best_time() -> None:
    w = fit.file_id(Writer())
    way = np.append(0.0, np.cumsum(np.where(np.arange(2999) < 12, 8.0, 0.55)))
    for i, x in enumerate(way.tolist()):
        w.add(20, (253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
              (1, "sint32", semicircles(11 + x / 74_402.8)), local=1)  # fmt: skip
    made = judged(close(w, 2999, 1739, sport=5))
    assert np.nanmax(np.diff(made.columns["distance"])) < 0.6


def test_laps_that_count_on_are_what_each_took() -> None:
    points = tcx.with_distance(gpx.points(1200))
    laps = [tcx.lap(points[a:b], seconds=b, metres=3 * b) for a, b in ((0, 400), (400, 800), (800, 1200))]
    made = judged(tcx.tcx(tcx.activity(*laps)))
    assert made.row["distance_m"] == pytest.approx(3600, rel=0.01)
    assert made.row["moving_s"] == pytest.approx(1199, abs=2)
    assert made.recording.laps["distance_m"].tolist() == [1200, 1200, 1200]


@pytest.mark.parametrize("kind", ["", "fishing", "walking"])
def test_a_climb_that_cannot_be_is_none_in_any_sport(kind: str) -> None:
    points = gpx.points(3000, 0.08)
    for i, p in enumerate(points):
        p["ele"] = 400 + 25 * abs((i // 10) % 60 - 30)
    assert judged(track(points, type=kind, name="")).row["ascent_m"] is None


@pytest.mark.parametrize(("usual", "is_left_out"), [(1.3, True), (8.0, False)])
def test_a_drive_in_a_walk_of_no_sport(usual: float, is_left_out: bool) -> None:
    """Without a sport, the whole recording may be a drive."""
    speed = np.full(3600, usual)
    speed[1500:2400] = 25.0
    points = without(gpx.points(3600, 0.0), "ele", "hr", "cad", "power", "temp")
    for p, way in zip(points, np.cumsum(speed) - usual, strict=True):
        p["lat"] += way / 111_195
    made = judged(track(points, type="", name=""))
    walked = speed[speed < 25].sum()
    assert made.row["distance_m"] == pytest.approx(walked if is_left_out else speed.sum(), rel=0.02)


def test_a_fix_that_was_lost_and_found_again_loses_no_way() -> None:
    points = without(gpx.points(1800), "ele", "hr", "cad", "power", "temp")
    for p in points[600:900]:
        p["lat"] = points[600]["lat"]
    made = judged(track(points))
    assert made.row["distance_m"] == pytest.approx(1799 * 3, rel=0.01)
    assert made.row["max_speed"] < 4


def test_a_track_that_is_in_the_file_twice_is_one_activity() -> None:
    one = gpx.track(gpx.points(600))
    made = judged(gpx.gpx(one, one.replace("Morning", "Again")))
    assert made.recording.name == "Morning"
    assert codes(made) == ["track_repeated"]


def test_of_a_track_that_is_in_the_file_twice_the_copy_with_more_values_counts() -> None:
    bare = gpx.track(without(gpx.points(600), "hr"))
    made = judged(gpx.gpx(bare, gpx.track(gpx.points(600))))
    assert np.isfinite(made.columns["heart_rate"]).all()


def test_times_of_whole_minutes_are_spread() -> None:
    points = without(gpx.points(1800), "ele", "hr", "cad", "power", "temp")
    for p in points:
        p["time"] = p["time"].replace(second=0)
    made = judged(track(points))
    assert made.row["distance_m"] == pytest.approx(1799 * 3, rel=0.01)
    assert made.row["max_speed"] < 4


@pytest.mark.parametrize("at", [50, 1750])
def test_points_written_in_another_order_are_sorted(at: int) -> None:
    points = without(gpx.points(1800), "ele", "hr", "cad", "power", "temp")
    made = judged(track(points[at:] + points[:at]))
    assert made.row["start_time"] == gpx.START
    assert codes(made) == ["times_unordered"]

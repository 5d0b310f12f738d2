"""Which distance and which climb count, in files as devices really write them, made by our own builders."""

from datetime import timedelta

import numpy as np
import pytest

from tests.activities.judged import close, codes, judged, ride
from tests.builders import fit, gpx, tcx
from tests.builders.fit import START, Writer


def test_a_distance_of_zeros_beside_a_speed_comes_from_the_speed() -> None:
    points = [
        {"time": gpx.START + timedelta(seconds=i), "distance": 0.0, "speed": 9.0, "power": 210}
        for i in range(1200)
    ]
    made = judged(tcx.tcx(tcx.activity(tcx.lap(points, seconds=1200, metres=0), sport="Biking")))
    assert made.row["distance_m"] == pytest.approx(1199 * 9.0)
    assert made.row["avg_speed"] == pytest.approx(9.0, rel=0.01)


@pytest.mark.parametrize(("factor", "code"), [(3.6, "speed_in_kmh"), (2.0, "speed_dropped")])
def test_a_speed_that_contradicts_the_positions_is_not_integrated(factor: float, code: str) -> None:
    text = gpx.gpx(gpx.track(gpx.points(900, 2.8)))
    made = judged(text.replace("</ele>", f"</ele><speed>{2.8 * factor}</speed>"))
    assert made.row["distance_m"] == pytest.approx(899 * 2.8, rel=0.01)
    assert made.row["max_speed"] == pytest.approx(2.8, rel=0.05)
    assert codes(made) == [code]


def test_a_lap_that_is_missing_and_a_speed_in_metres_an_hour() -> None:
    points = tcx.with_distance(gpx.points(900))
    lap = tcx.lap(points, seconds=600, metres=1797).replace("<MaximumSpeed>4.5", "<MaximumSpeed>18720")
    made = judged(tcx.tcx(tcx.activity(lap)))
    assert made.row["distance_m"] == pytest.approx(2697, rel=0.01)
    assert made.row["moving_s"] == pytest.approx(899)
    assert made.row["max_speed"] == pytest.approx(3.0)


def test_points_that_end_early_leave_the_figures_to_the_laps() -> None:
    points = tcx.with_distance(gpx.points(600))
    made = judged(tcx.tcx(tcx.activity(tcx.lap(points, seconds=8100, metres=60_000), sport="Biking")))
    assert made.row["distance_m"] == 60_000
    assert made.row["elapsed_s"] == made.row["moving_s"] == 8100
    assert "points_end_early" in codes(made)


def test_a_lap_of_nothing_stands_for_a_pause() -> None:
    points = tcx.with_distance(gpx.points(900))
    pause = tcx.lap([], seconds=8.9, metres=0, start=gpx.START - timedelta(seconds=9))
    made = judged(tcx.tcx(tcx.activity(pause, tcx.lap(points))))
    assert made.row["distance_m"] == pytest.approx(2697)


def test_a_treadmill_calibrated_at_the_end() -> None:
    w = fit.file_id(Writer())
    for i in range(1500):
        w.add(20, (253, "uint32", START + i), (5, "uint32", round(i * 346.7)), (73, "uint32", 3467), local=1)
    made = judged(close(w, 1499, 4800, sport=1))
    assert made.row["distance_m"] == pytest.approx(4800)
    assert np.nanmax(made.columns["distance"]) == pytest.approx(4800, rel=0.001)
    assert made.row["max_speed"] == pytest.approx(3.2, rel=0.01)
    assert codes(made)[-1] == "distance_calibrated"


def test_a_summary_below_the_series_is_dropped() -> None:
    made = judged(close(ride(1200), 1199, 2_000))
    assert made.row["distance_m"] == pytest.approx(7194, rel=0.01)
    assert "total_dropped" in codes(made)


def test_totals_go_with_the_samples_they_came_from() -> None:
    w = ride(1200, extra=lambda i: [(7, "uint16", 21_733 if i % 100 == 0 else 200)])
    made = judged(
        close(w, 1199, 7194, extra=[(34, "uint16", 773), (21, "uint16", 21_733), (15, "uint16", 60_000)])
    )
    assert "normalized_power" not in made.recording.totals
    assert made.row["max_power"] == 200
    assert made.row["max_speed"] < 7


def test_gps_altitude_on_a_flat_run_climbs_little_and_is_called_an_estimate() -> None:
    rng = np.random.default_rng(3)
    for every in (1, 5):
        points = gpx.points(3600 // every, every=every)
        height = 0.0
        for p in points:
            height = height * np.exp(-every / 40) + rng.normal(0, 4 * np.sqrt(1 - np.exp(-every / 20)))
            p["ele"] = 400 + height
        made = judged(gpx.gpx(gpx.track(points)))
        assert made.row["ascent_m"] < 60, every
        assert "ascent_estimated" in codes(made)


def test_altitude_adrift_over_a_short_way_is_left_out() -> None:
    points = gpx.points(3000, 0.08)
    for i, p in enumerate(points):
        p["ele"] = 400 + 25 * abs((i // 10) % 60 - 30)
    made = judged(gpx.gpx(gpx.track(points, type="walking")))
    assert made.row["ascent_m"] is None
    assert np.isnan(made.columns["altitude"]).all()


def test_a_train_between_segments_is_counted_where_the_owner_says_so() -> None:
    first, second = gpx.points(900, 6.0), gpx.points(900, 6.0, start=gpx.START + timedelta(hours=1), lat=47.6)
    text = gpx.gpx(gpx.track(first, second, type="cycling"))
    made, whole = judged(text), judged(text, as_recorded="true")
    assert made.row["distance_m"] == pytest.approx(2 * 899 * 6, rel=0.01)
    assert codes(made) == ["untravelled"]
    assert whole.row["distance_m"] > 60_000


def test_laps_hold_nothing_that_cannot_be() -> None:
    points = tcx.with_distance(gpx.points(600))
    lap = tcx.lap(points, seconds=599).replace("<MaximumSpeed>4.5", "<MaximumSpeed>18720")
    laps = judged(tcx.tcx(tcx.activity(lap))).recording.laps
    assert np.isnan(laps["max_speed"].iloc[0])
    assert laps["elapsed_s"].iloc[0] == 599


POWER_0 = [(20, "uint16", 0), (21, "uint16", 0), (34, "uint16", 0), (18, "uint8", 0), (19, "uint8", 0)]


@pytest.mark.parametrize("watts", [0, 200])
def test_power_and_cadence_of_0_throughout_were_not_measured(watts: int) -> None:
    w = ride(600, extra=lambda i: [(7, "uint16", watts if i > 300 else 0), (4, "uint8", watts // 2)])
    w.add(19, (253, "uint32", START + 599), (2, "uint32", START), (7, "uint32", 599_000), (19, "uint16", watts),
          (20, "uint16", watts), local=4)  # fmt: skip
    made = judged(close(w, 599, 3594, extra=POWER_0 if not watts else ()))
    names = ("avg_power", "max_power", "avg_cadence")
    assert [made.row[name] is not None for name in names] == [watts > 0] * 3
    assert (
        np.isfinite(made.columns["power"]).any() == np.isfinite(made.cleaned["cadence"]).any() == (watts > 0)
    )
    assert bool(made.recording.laps["avg_power"].notna().all()) == (watts > 0)
    assert not {"normalized_power", "max_cadence"} & set(made.summary.device)


@pytest.mark.parametrize(
    ("sport", "sub_sport", "climbs"),
    [
        (10, 20, False),
        (10, 43, False),
        (1, 1, True),
        (2, 6, True),
        (4, 16, True),
    ],  # strength and yoga; a treadmill, a trainer, stairs
)
def test_nobody_climbs_on_the_spot(sport: int, sub_sport: int, climbs: bool) -> None:
    w = fit.file_id(Writer())
    for i in range(1800):  # the barometer drifts with the weather
        w.add(
            20,
            (253, "uint32", START + i),
            (2, "uint16", round((400 + 30 * np.sin(i / 300) + 500) * 5)),
            local=1,
        )
    w.add(18, (253, "uint32", START + 1799), (2, "uint32", START), (5, "enum", sport), (6, "enum", sub_sport),
          (7, "uint32", 1_799_000), (8, "uint32", 1_799_000), (22, "uint16", 15), (23, "uint16", 12),
          local=3)  # fmt: skip
    made = judged(w.file())
    assert (made.row["ascent_m"], made.row["descent_m"]) == ((15, 12) if climbs else (None, None))
    assert np.isfinite(made.columns["altitude"]).any() == climbs

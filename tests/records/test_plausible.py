import numpy as np
import pytest

from milevault_core import track
from milevault_core.records.best_time import DISTANCES
from milevault_core.records.efforts import efforts
from milevault_core.records.mean_max import RECORD_DURATIONS
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import (
    IMPOSSIBLE,
    SAME_AS,
    TABLE,
    ceiling,
    highest_ascent_m,
    record_distances,
    step_cap,
    world_record_s,
)
from milevault_core.sports import SPORTS

SPORTS_WITH_TABLE = sorted(set(TABLE) - {"margin", "power", "heart_rate", "climb"})


@pytest.mark.parametrize("sport", SPORTS_WITH_TABLE)
def test_the_table_is_sound(sport):
    rows = TABLE[sport]["records"]
    distance, seconds = (np.array([r[name] for r in rows], float) for name in ("distance", "seconds"))
    assert (np.diff(distance) > 0).all()
    assert (np.diff(seconds) > 0).all()
    assert (distance / seconds < step_cap(sport)).all()  # else the cap would cut a record to pieces
    assert all(("by" in r and "on" in r) or "note" in r for r in rows)
    assert sport in SPORTS
    for d, s in zip(distance, seconds, strict=True):
        assert world_record_s(sport, d) == pytest.approx(s)


@pytest.mark.parametrize("sport", sorted(DISTANCES))
def test_every_best_time_has_a_world_record_to_be_held_against(sport):
    times = [world_record_s(sport, d) for d in DISTANCES[sport]]
    assert min(times) > 0
    assert (np.diff(times) > 0).all()


def test_between_and_beyond_the_records():
    assert world_record_s("running", 50) == pytest.approx(9.58 / 2)
    assert world_record_s("running", 321_868.8) == pytest.approx(2 * 39_099)
    assert 223.13 < world_record_s("running", 2_000) < 437.55
    assert world_record_s("alpine_skiing", 1_000) == 0
    assert record_distances("alpine_skiing") == ()
    assert set(SAME_AS) | set(SAME_AS.values()) <= set(SPORTS)
    assert (step_cap("running"), step_cap("hiking"), step_cap("alpine_skiing")) == (12.5, 12.5, 60)


def test_ceilings_fall_with_duration():
    watts = [ceiling("power", d) for d in RECORD_DURATIONS]
    assert (np.diff(watts) <= 0).all()
    assert ceiling("power", 5) == pytest.approx(2404)
    assert {round(ceiling("heart_rate", d)) for d in RECORD_DURATIONS} == {228}


def test_nobody_climbs_faster_than_anybody():
    assert highest_ascent_m(1_733) > 1_000  # a vertical kilometre
    assert highest_ascent_m(24_000) > 8_849  # an Everest
    assert highest_ascent_m(86_400) > 17_000
    assert highest_ascent_m(4 * 3_600) < 16_332
    assert np.diff([highest_ascent_m(s) for s in np.geomspace(1, 2e5, 50)]).min() > 0
    assert highest_ascent_m(0) == highest_ascent_m(np.nan) == np.inf


# What people have really done: none of these performances may be thrown out.
TRUE = [
    ("running", 400, 43.03), ("running", 1_000, 131.96), ("running", 3_218.688, 474.1), ("running", 10_000, 1_571.0),
    ("running", 15_000, 2_387), ("running", 21_097.5, 3_402), ("running", 42_195, 7_180), ("running", 50_000, 9_523),
    ("running", 100_000, 21_560), ("running", 160_934.4, 39_099), ("walking", 20_000, 4_570),
    ("walking", 35_000, 8_500), ("cycling", 1_000, 55.4), ("cycling", 56_792, 3_600), ("cycling", 179_300, 11_700),
    ("swimming", 50, 19.9), ("swimming", 1_500, 846.88), ("swimming", 10_000, 6_000), ("rowing", 2_000, 318.68),
    ("rowing", 500, 70.5), ("rowing", 6_838, 976),
]  # fmt: skip


def even(sport: str, distance: float, seconds: float) -> Performance:
    """A performance at an even pace, with a point every second and one at the end."""
    t = np.append(np.arange(0.0, seconds), seconds)
    start = np.datetime64("2026-01-01T06:00:00", "us")
    made = track.from_columns(
        {"time": start + (t * 1e6).astype("timedelta64[us]"), "distance": t * distance / seconds}
    )
    figures = {"distance_m": float(distance), "elapsed_s": float(seconds)}
    return Performance(made, sport, figures=figures, source="device")


@pytest.mark.parametrize(("sport", "distance", "seconds"), TRUE)
def test_no_true_performance_is_thrown_out(sport, distance, seconds):
    assert not [e for e in efforts(even(sport, distance, seconds)) if e.kind == IMPOSSIBLE]


@pytest.mark.parametrize(
    ("sport", "distance", "seconds"),
    [("running", 400, 41.0), ("running", 5_000, 720), ("running", 42_195, 6_900), ("walking", 5_000, 1_000),
     ("swimming", 100, 43), ("rowing", 2_000, 255), ("cycling", 40_000, 2_100)],
)  # fmt: skip
def test_what_nobody_has_done_is(sport, distance, seconds):
    assert [e for e in efforts(even(sport, distance, seconds)) if e.kind == IMPOSSIBLE]

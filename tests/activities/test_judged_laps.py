"""Laps that the points contradict, and laps that are written out of order."""

import pytest

from milevault_core.records.lap import fastest_lap
from milevault_core.records.performance import Performance
from tests.activities.judged import close, judged, ride
from tests.builders import fit, gpx, tcx
from tests.builders.fit import START, lap


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        (5000, 1800),  # in another unit, or from a counter that was not reset
        (0, 1800),  # not counted at all
        (2050, 2050),  # plausible for a footpod
        (1560, 1560),
    ],
)
def test_a_lap_is_as_long_as_its_points_say(told: int, counts: int) -> None:
    w = ride(1201)
    for at in range(0, 1200, 300):
        lap(w, START + at, 300, told if at == 600 else 1800)
    made = judged(close(w, 1200, 7200))
    assert made.recording.laps["distance_m"].tolist() == pytest.approx([1800, 1800, counts, 1800], abs=5)


def test_a_lap_that_cannot_be_is_no_record() -> None:
    w = ride(1801, 3.0)
    for at in (0, 900):
        lap(w, START + at, 900, 5000)
    made = judged(close(w, 1800, 5400, sport=1))
    laps = {name: made.recording.laps[name].to_numpy() for name in made.recording.laps}
    assert list(fastest_lap(Performance(made.cleaned, "running", laps))) == []


def test_laps_follow_each_other() -> None:
    w = ride(1201)
    for at in (900, 300, 0, 600):
        lap(w, START + at, 300, 1800 + at / 100)
    laps = judged(close(w, 1200, 7200)).recording.laps
    assert laps["start_time"].is_monotonic_increasing
    assert laps["distance_m"].tolist() == [1800, 1803, 1806, 1809]


def test_a_lap_with_a_pause_in_it_tells_its_timer_only() -> None:
    points = tcx.with_distance(gpx.points(1800, 3.0))
    laps = [tcx.lap(points[:600], tcx.later(points[600:1200], 600), seconds=1200, metres=3597),
            tcx.lap(tcx.later(points[1200:], 600), seconds=600, metres=1800)]  # fmt: skip
    made = judged(tcx.tcx(tcx.activity(*laps)))
    assert made.recording.laps["distance_m"].tolist() == [3597, 1800]


def test_the_lengths_of_a_pool_are_the_devices() -> None:
    w = fit.file_id(fit.Writer())
    for i in range(20):
        at = START + 30 * i
        w.add(101, (253, "uint32", at + 30), (2, "uint32", at), (3, "uint32", 30_000), (4, "uint32", 30_000),
              (12, "enum", 1), local=4)  # fmt: skip
        w.add(20, (253, "uint32", at + 29), (5, "uint32", 2500 * i), local=1)
    for at in (0, 300):
        lap(w, START + at, 60 if at else 300, 50 if at else 250)
    made = judged(close(w, 600, 500, sport=5, extra=[(44, "uint16", 2500)]))
    assert made.recording.laps["distance_m"].tolist() == [250, 50]


def test_as_recorded_leaves_laps_as_they_are() -> None:
    w = ride(1201)
    lap(w, START, 1200, 9999)
    made = judged(close(w, 1200, 7200), as_recorded="true")
    assert made.recording.laps["distance_m"].tolist() == [9999]

"""Recordings that go on while the timer is stopped: none of that counts, unless the summary says otherwise."""

import numpy as np
import pytest

from milevault_core.activities.prepare import Prepared
from milevault_core.metrics import Context, compute_all
from tests.activities.judged import close, codes, judged
from tests.builders import fit
from tests.builders.fit import START, Writer

PAUSE = (600, 1800)  # s


def ridden(
    events, n: int = 2401, pause=PAUSE, timer_s: float = 1200, after_m: float = 0.0, still: bool = True
) -> bytes:
    """FIT: a ride at 8 m/s, 250 W and 150 bpm, with 0 W and 90 bpm in its pause (s). `events`: (s, kind). After 2400 s
    the speed is `after_m` m/s."""
    w = fit.file_id(Writer())
    for at, kind in events:
        fit.timer(w, START + at, kind)
    metres = 0.0
    for s in range(n):
        on = not pause[0] <= s < pause[1] and s <= 2400
        w.add(20, (253, "uint32", START + s), (5, "uint32", round(metres * 100)), (3, "uint8", 150 if on else 90),
              (7, "uint16", 250 if on else 0), local=1)  # fmt: skip
        metres += 8.0 if on or not still else after_m if s > 2400 else 0.0
    return close(w, 2400, timer_s * 8, timer_s=timer_s)


PAUSED = ridden([(0, 0), (600, 4), (1800, 0), (2400, 4)])


def training(made: Prepared) -> dict[str, float]:
    athlete = {
        "threshold_power": 250.0,
        "max_heart_rate": 190.0,
        "resting_heart_rate": 60.0,
        "threshold_heart_rate": 170.0,
    }
    return compute_all(made.columns, Context("cycling", athlete=athlete, device=made.summary.device)).metrics


def test_what_is_recorded_in_a_pause_counts_in_no_figure() -> None:
    made = judged(PAUSED)
    assert "off_timer" in codes(made)
    assert made.row["avg_heart_rate"] == pytest.approx(150)
    assert made.row["avg_power"] == pytest.approx(250)
    assert (made.row["elapsed_s"], made.row["timer_s"]) == (2400, 1200)
    assert made.row["distance_m"] == pytest.approx(9600, abs=10)
    found = training(made)
    assert found["normalized_power"] == pytest.approx(250, abs=0.5)
    assert found["load"] == pytest.approx(100 * 1200 / 3600, abs=0.2)
    assert found["easy_s"] + found["moderate_s"] + found["hard_s"] == pytest.approx(1200, abs=5)


def test_its_owner_may_count_it_all() -> None:
    made = judged(PAUSED, as_recorded="true")
    assert made.row["point_count"] == 2401
    assert made.row["avg_power"] == pytest.approx(125, abs=1)


def test_nor_what_is_recorded_after_the_final_stop() -> None:
    made = judged(ridden([(0, 0), (2400, 4)], n=3001, pause=(0, 0), timer_s=2400, after_m=1.2))
    assert made.row["distance_m"] == pytest.approx(2400 * 8)
    assert made.row["avg_speed"] == pytest.approx(8)
    assert made.row["avg_heart_rate"] == pytest.approx(150)
    assert made.row["elapsed_s"] == 2400


@pytest.mark.parametrize(
    ("events", "n"),
    [
        ([(0, 0), (600, 4)], 2401),  # the start after it is missing, and the ride goes on
        ([(0, 0), (600, 4), (1800, 0), (2400, 4)], 2401),  # written twice, or by another clock
    ],
)
def test_a_stop_that_the_summary_contradicts_is_not_believed(events, n: int) -> None:
    made = judged(ridden(events, n, pause=(0, 0), timer_s=2400))
    assert "off_timer" not in codes(made)
    assert made.row["point_count"] == n
    assert made.row["avg_power"] == pytest.approx(250)
    assert made.row["moving_s"] == pytest.approx(2400, abs=1)


def test_a_pause_counts_though_the_final_stop_is_wrong() -> None:
    """The last start event is missing: the summary covers what came after that stop, but not the pause."""
    made = judged(ridden([(0, 0), (600, 4), (1800, 0), (2000, 4)]))
    assert made.row["avg_power"] == pytest.approx(250)
    assert str(made.columns["time"][-1]).endswith("07:40:00.000000")


def test_auto_pause_at_every_light_changes_nothing() -> None:
    events = [(0, 0)] + [event for s in range(60, 2400, 60) for event in ((s, 4), (s + 8, 0))] + [(2400, 4)]
    made = judged(ridden(events, pause=(0, 0), timer_s=2400 - 39 * 8))
    assert made.row["point_count"] == 2401
    assert "off_timer" not in codes(made)


def test_a_few_points_at_the_stop_stay() -> None:
    w = fit.file_id(Writer())
    for at, kind in ((0, 0), (600, 4), (1800, 0), (2400, 4)):
        fit.timer(w, START + at, kind)
    seconds = [*range(602), 1799, *range(1800, 2402)]
    for s in seconds:
        metres = 8.0 * (min(s, 600) if s < 1800 else s - 1200)
        w.add(20, (253, "uint32", START + s), (5, "uint32", round(metres * 100)), local=1)
    made = judged(close(w, 2400, 9600, timer_s=1200))
    assert made.row["point_count"] == len(seconds)
    assert np.isfinite(made.columns["distance"]).all()

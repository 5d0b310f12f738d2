"""What trimming, cutting, correcting and joining leave of the device's totals, laps and lengths."""

from dataclasses import replace

import numpy as np
import pytest

from milevault_core.activities import track_edits
from milevault_core.activities.join import joined
from milevault_core.activities.prepare import Prepared
from milevault_core.activities.track_edits import TrackEdit
from tests.activities.judged import hold_together, judged
from tests.builders import fit
from tests.builders.fit import FIT_EPOCH, START, Writer, lap

AT = START + FIT_EPOCH


def swim(start: int = START, lengths: int = 20, pool_m: float = 25.0, every_s: int = 1) -> Prepared:
    w = fit.file_id(Writer())
    for i in range(lengths):
        at = start + 20 * i
        w.add(101, (253, "uint32", at + 20), (2, "uint32", at), (3, "uint32", 20_000), (4, "uint32", 20_000),
              (5, "uint16", 15), (12, "enum", 1), local=4)  # fmt: skip
    for s in range(0, 20 * lengths + 1, every_s):
        w.add(20, (253, "uint32", start + s), (5, "uint32", int(s // 20 * pool_m * 100)), local=1)
    pool = [(44, "uint16", round(pool_m * 100)), (10, "uint32", 15 * lengths), (11, "uint16", 10 * lengths)]
    return judged(_close(w, start, 20 * lengths, lengths * pool_m, 5, pool))


def run(start: int = START, seconds: int = 600, rpe: int = 6, extra=()) -> Prepared:
    """A run at 3 m/s with laps of 150 s; heart rate 130 in the first half and 170 in the second."""
    w = fit.file_id(Writer())
    for s in range(seconds + 1):
        beats = 130 if s < seconds / 2 else 170
        w.add(20, (253, "uint32", start + s), (5, "uint32", 300 * s), (3, "uint8", beats), local=1)
    for at in range(0, seconds, 150):
        lap(w, start + at, 150, 450)
    return judged(_close(w, start, seconds, 3 * seconds, 1, [(193, "uint8", rpe * 10), *extra]))


def _close(w: Writer, start: int, seconds: float, metres: float, sport: int, extra: list) -> bytes:
    w.add(18, (253, "uint32", start + seconds), (2, "uint32", start), (5, "enum", sport),
          (6, "enum", 17 if sport == 5 else 0), (7, "uint32", seconds * 1000), (8, "uint32", seconds * 1000),
          (9, "uint32", round(metres * 100)), *extra, local=3)  # fmt: skip
    return w.file()


def edited(made: Prepared, *edit) -> Prepared:
    track_edits.apply(made, [TrackEdit(*edit)])
    hold_together(made)
    return made


@pytest.mark.parametrize(
    ("edit", "lengths"),
    [
        (("trim", AT + 200, None), 10),
        (("trim", None, AT + 210), 10),  # a length that was cut into does not count
        (("cut", AT + 100, AT + 199), 15),
        (("cut", AT + 110, AT + 190), 15),
    ],
)
def test_a_swim_keeps_its_pool(edit: tuple, lengths: int) -> None:
    made = edited(swim(), *edit)
    assert len(made.recording.lengths) == lengths
    assert made.summary.device["pool_length_m"] == 25
    assert made.summary.device["strokes"] == 15 * lengths
    assert made.row["distance_m"] == 25 * lengths
    assert made.row["moving_s"] == 20 * lengths
    metres = made.columns["distance"]
    assert metres[-1] == 25 * lengths
    assert (np.diff(metres) >= 0).all()


@pytest.mark.parametrize("every_s", [1, 20])
def test_calories_are_shared_however_seldom_there_are_points(every_s: int) -> None:
    made = edited(swim(every_s=every_s), "trim", AT + 200, None)
    assert made.summary.device["calories"] == pytest.approx(100)


@pytest.mark.parametrize(("pools", "pool"), [((25.0, 25.0), 25.0), ((25.0, 50.0), None)])
def test_two_swims_keep_a_pool_they_agree_on(pools: tuple, pool: float | None) -> None:
    made = joined([swim(pool_m=pools[0]), swim(START + 600, pool_m=pools[1])])
    assert made.summary.device.get("pool_length_m") == pool
    assert (made.row["moving_s"], made.row["elapsed_s"]) == (800, 1000)


def test_what_describes_a_workout_is_in_each_part_of_it() -> None:
    effect = [(192, "uint8", 75), (24, "uint8", 35)]
    told = [edited(run(extra=effect), "trim", None, AT + last).summary.device for last in (597, 300)]
    assert [(one["rpe"], one["feel"]) for one in told] == [(6, 75), (6, 75)]
    assert told[0]["training_effect"] == 3.5
    assert "training_effect" not in told[1], "that of the whole is not that of a half"


def test_the_rating_of_two_is_by_their_time() -> None:
    parts = [run(rpe=6), run(START + 900, 300, rpe=9)]
    del parts[1].recording.totals["rpe"]
    assert joined(parts).summary.device["rpe"] == 6
    assert joined([run(rpe=6), run(START + 900, 300, rpe=9)]).summary.device["rpe"] == pytest.approx(7)


def test_a_cut_within_a_lap_takes_its_way_too() -> None:
    made = edited(run(), "cut", AT + 200, AT + 250)
    laps = made.recording.laps["distance_m"].astype(float)
    assert laps.tolist() == pytest.approx([450, 294, 450, 450])
    assert laps.sum() == pytest.approx(made.row["distance_m"])


def test_a_lap_that_was_cut_ends_between_points() -> None:
    made = run()
    made.recording = replace(
        made.recording, laps=made.recording.laps.assign(timer_s=[150.0, 140.0, 150.0, 150.0])
    )
    rows = made.cleaned["time"].to_numpy().astype("datetime64[s]").astype("i8") % 20 == AT % 20
    made.cleaned = made.cleaned[rows]
    laps = edited(made, "trim", AT + 40, AT + 560).recording.laps
    assert laps["distance_m"].tolist() == pytest.approx([330, 450, 450, 330])
    assert laps["timer_s"].tolist() == [110, 140, 150, 110]


def test_a_spike_leaves_the_laps_outside_it_alone() -> None:
    made = run()
    made.recording.laps["avg_heart_rate"] = [131.0, 132.0, 171.0, 172.0]
    edited(made, "spike", AT + 400, AT + 600, "heart_rate")
    assert made.recording.laps["avg_heart_rate"].fillna(0).tolist() == [131, 132, 170, 0]


@pytest.mark.parametrize("shift", [0, 1, 100])
def test_an_overlap_counts_once(shift: int) -> None:
    made = joined([run(), run(START + 600 - shift)])
    assert made.row["distance_m"] == pytest.approx(3600 - 3 * shift)
    assert made.row["moving_s"] == made.row["elapsed_s"] == 1200 - shift
    assert made.columns["distance"][-1] == pytest.approx(3600 - 3 * shift)
    assert made.recording.laps["distance_m"].sum() == pytest.approx(3600 - 3 * shift)


def test_the_second_within_the_first_adds_nothing() -> None:
    made = joined([run(), run(START + 150, 300)])
    assert (made.row["distance_m"], made.row["moving_s"]) == (1800, 600)

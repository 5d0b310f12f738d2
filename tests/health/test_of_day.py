"""A day from its pieces: packed and unpacked without loss, in any order, with one night and one device per metric."""

from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.formats.health_data import COUNTER_COLUMNS, DayValue, HealthData, Night, Series, Stage
from milevault_core.health.of_day import Piece, of_day
from milevault_core.health.pack import divide, pack, unpack
from milevault_core.health.resolution import MOST, name, resolution

DAY = date(2025, 6, 3)
MIDNIGHT = (DAY - date(1970, 1, 1)).days * 86_400


def series(*pairs: tuple[int, float]) -> Series:
    return Series(np.array([t for t, _ in pairs], np.int64), np.array([v for _, v in pairs], np.float64))


def same(a: HealthData, b: HealthData) -> None:
    assert (a.source, a.device, a.day_values, a.nights) == (b.source, b.device, b.day_values, b.nights)
    assert a.samples.keys() == b.samples.keys()
    for one, other in [(a.samples[n], b.samples[n]) for n in a.samples] + [(a.stage_marks, b.stage_marks)]:
        np.testing.assert_array_equal(one.time, other.time)
        np.testing.assert_array_equal(one.value, other.value)
    pd.testing.assert_frame_equal(a.counters, b.counters, check_dtype=False)


@given(st.lists(st.tuples(st.integers(MIDNIGHT, MIDNIGHT + 86_399), st.floats(20, 250)), max_size=30),
       st.floats(allow_nan=False), st.text(max_size=5))  # fmt: skip
def test_a_piece_comes_back_as_it_was(pairs: list, value: float, device: str) -> None:
    data = HealthData("fit", device, [DayValue(DAY, "rhr", value, "fit", MIDNIGHT)])
    if pairs:
        data.samples["hr"] = series(*sorted(pairs))
        data.counters = pd.DataFrame({c: [float(MIDNIGHT), np.nan] for c in COUNTER_COLUMNS})
    data.nights = [Night(DAY, 1, 9, "fit", {"deep": 8}, (Stage(1, 9, "deep"),), None, True)]
    same(unpack(pack(data)), data)


def test_a_file_is_divided_by_day_and_nothing_is_lost() -> None:
    data = HealthData("fit", "1")
    data.samples["hr"] = series(*[(MIDNIGHT - 100 + 60 * k, 60.0 + k) for k in range(4000)])
    data.offsets = series((MIDNIGHT - 200, 7200.0))
    pieces = divide(data)
    assert list(pieces) == [date(2025, 6, 2), DAY, date(2025, 6, 4), date(2025, 6, 5)]
    times = np.concatenate([piece.samples["hr"].time for piece in pieces.values()])
    np.testing.assert_array_equal(times, data.samples["hr"].time)
    assert all(piece.offsets.value.tolist() == [7200.0] for piece in pieces.values())


def watch(number: int, device: str, first: int, count: int, steps: float) -> Piece:
    data = HealthData("fit", device, [])
    data.samples["hr"] = series(*[(MIDNIGHT + first + 60 * k, 60.0 + number) for k in range(count)])
    columns = {c: [np.nan] for c in COUNTER_COLUMNS} | {
        "time": [MIDNIGHT + first + 60.0 * count], "activity_type": [6.0], "steps": [steps],
    }  # fmt: skip
    data.counters = pd.DataFrame(columns)
    return Piece(number, data)


def test_two_watches_on_one_wrist_are_never_added() -> None:
    pieces = [watch(1, "a", 3600, 300, 5000.0), watch(2, "b", 3600, 20, 900.0)]
    for order in permutations(pieces):
        found = of_day(DAY, order)
        steps = {v.metric: v.value for v in found.winners}["steps"]
        assert steps == 5000.0
        assert set(found.samples["hr"].value) == {61.0}
        assert found.origin["steps", "fit"] == 1


def test_the_night_with_stages_is_shown_and_naps_beside_it() -> None:
    told = HealthData("garmin_export", "", [])
    told.nights = [Night(DAY, MIDNIGHT, MIDNIGHT + 25_000, "garmin_export", {"deep": 20_000})]
    staged = HealthData("fit", "1", [])
    staged.nights = [
        Night(DAY, MIDNIGHT + 60, MIDNIGHT + 24_000, "fit", {"deep": 20_000},
              (Stage(MIDNIGHT + 60, MIDNIGHT + 24_000, "deep"),)),
        Night(DAY, MIDNIGHT + 50_000, MIDNIGHT + 52_000, "fit", {"asleep": 2000}, is_nap=True),
    ]  # fmt: skip
    found = of_day(DAY, [Piece(1, told), Piece(2, staged)])
    assert [(n.source, n.is_nap) for n in found.shown] == [("fit", False), ("fit", True)]
    assert len(found.nights) == 3
    # The value still comes from the source that ranks higher.
    assert {v.metric: v.source for v in found.winners}["sleep_s"] == "garmin_export"


def test_the_nights_of_two_watches_are_one_night_and_no_nap() -> None:
    nights = {"a": (MIDNIGHT, MIDNIGHT + 20_000), "b": (MIDNIGHT - 600, MIDNIGHT + 24_000)}
    pieces = []
    for number, (device, (start, end)) in enumerate(nights.items(), 1):
        data = HealthData("fit", device, [])
        data.nights = [Night(DAY, start, end, "fit", {"deep": end - start}, (Stage(start, end, "deep"),))]
        pieces.append(Piece(number, data))
    for order in permutations(pieces):
        found = of_day(DAY, order)
        assert [(n.start, n.end, n.is_nap) for n in found.nights] == [(*nights["b"], False)]
        assert {v.metric: v.value for v in found.winners}["sleep_s"] == 24_600


@pytest.mark.parametrize("span", [60, 600, 3600, 86_400, 7 * 86_400, 75 * 86_400, 91 * 86_400, 5479 * 86_400])
def test_no_chart_has_more_than_two_thousand_points(span: int) -> None:
    found = resolution(span)
    points = span / 86_400 / found.step_days if found.is_daily else span / (found.bucket_s or 1)
    assert points <= MOST + 1
    assert name(found)

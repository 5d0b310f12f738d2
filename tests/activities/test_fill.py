"""What the primary recording lacks is filled from the others: at the right time, never across gaps, never over values
that are there."""

from datetime import timedelta

import numpy as np
import pytest

from milevault_core import track
from milevault_core.activities.fill import fill
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.formats import Channel, Recording
from tests.builders.tracks import ride


def prepared(made, **more) -> Prepared:
    start = track.aware(made["time"].to_numpy()[0])
    return prepare(Recording("cycling", start, made[list(track.COLUMNS)], **more), lambda: "UTC")


def without(*names: str, n: int = 600):
    made = ride(n)
    for name in names:
        made[name] = np.nan
    return made


@pytest.mark.parametrize("shift", [0, 45, 7200])
def test_lacking_columns_are_taken_with_the_clock_set_right(shift: int) -> None:
    whole = ride(600)
    late = whole.copy()
    late["time"] = late["time"] + np.timedelta64(shift, "s")
    first = prepared(without("power", "heart_rate"))
    (taken,) = fill(first, [(prepared(late), -float(shift))])
    assert taken == {"power": 600, "heart_rate": 600}
    assert (first.cleaned["power"] == whole["power"]).all()
    assert first.row["avg_power"] == pytest.approx(whole["power"].mean(), rel=0.01)


def test_what_is_there_stays() -> None:
    other = ride(600)
    other["heart_rate"] += 20
    first = prepared(ride(600))
    before = first.cleaned.copy()
    (taken,) = fill(first, [(prepared(other), 0.0)])
    assert taken == {}
    assert first.cleaned.equals(before)


def test_nothing_is_made_up_in_gaps_before_or_after() -> None:
    other = ride(600).drop(index=range(200, 400)).iloc[50:-50].reset_index(drop=True)
    first = prepared(without("power"))
    fill(first, [(prepared(other), 0.0)])
    known = np.flatnonzero(first.cleaned["power"].notna())
    assert known.min() == 50
    assert known.max() == 549
    assert not set(range(200, 400)) & set(known)


def test_a_coarser_recording_fills_between_its_samples() -> None:
    whole = ride(600)
    first = prepared(without("heart_rate"))
    fill(first, [(prepared(whole.iloc[::5].reset_index(drop=True)), 0.0)])
    assert first.cleaned["heart_rate"].notna().sum() == 596
    assert np.abs(first.cleaned["heart_rate"] - whole["heart_rate"]).max() < 5


def test_channels_and_calories_come_too_and_the_first_other_that_has_them_wins() -> None:
    balance = Channel("left_right_balance", "%", np.arange(600, dtype="f4"))
    first = prepared(without("power"))
    taken = fill(first, [
        (prepared(without("power"), channels=[balance]), 0.0),
        (prepared(ride(600), totals={"calories": 400.0}, channels=[balance]), 0.0),
    ])  # fmt: skip
    assert taken == [{"left_right_balance": 600}, {"power": 600, "calories": 1}]
    assert [c.name for c in first.recording.channels] == ["left_right_balance"]
    assert first.row["calories"] == 400


@pytest.mark.parametrize(
    ("mine", "other_s", "shift_s", "shown"),
    [
        (None, -4 * 3600, 30.0, -4 * 3600),  # mine has none: it was shown in the user's zone
        (None, 9 * 3600, 0.0, 9 * 3600),
        (3600, -4 * 3600, 0.0, 3600),  # mine has its own
        (None, None, 0.0, 0),
        (None, 17 * 3600 + 100, 0.0, 0),  # no such offset exists
        (None, -4 * 3600, -4 * 3600.0, 0),  # the other clock is off by exactly its offset
    ],
)
def test_the_other_recordings_offset_counts_in_a_merge(mine, other_s, shift_s: float, shown: int) -> None:
    whole = ride(600)
    whole[["lat", "lon"]] = np.nan
    late = whole.copy()
    late["time"] = late["time"] - np.timedelta64(round(shift_s), "s")
    first = prepared(whole, utc_offset_s=mine)
    fill(first, [(prepared(late, utc_offset_s=other_s), shift_s)])
    start = first.row["start_time"]
    assert (first.row["utc_offset_s"], first.row["local_day"]) == (
        shown, (start + timedelta(seconds=shown)).date(),
    )  # fmt: skip
    assert first.row["time_zone"] == ("UTC" if shown == 0 else "")


def test_the_place_of_the_other_recording_tells_the_zone_of_one_without() -> None:
    indoors = ride(600)
    indoors[["lat", "lon"]] = np.nan
    first = prepared(indoors)
    fill(first, [(prepared(ride(600)), 0.0)])
    there = prepared(ride(600)).row
    assert there["time_zone"] not in ("", "UTC")
    assert (first.row["time_zone"], first.row["utc_offset_s"]) == (there["time_zone"], there["utc_offset_s"])


def test_parts_that_follow_each_other_fill_one_after_the_other() -> None:
    whole = ride(600)
    halves = [whole.iloc[rows].reset_index(drop=True) for rows in (slice(0, 300), slice(310, 600))]
    tell = [Channel("balance", "%", np.full(len(half), 50 + n, dtype="f4")) for n, half in enumerate(halves)]
    parts = [
        (prepared(half, totals={"calories": 100.0 + n}, channels=[channel]), 0.0)
        for n, (half, channel) in enumerate(zip(halves, tell, strict=True))
    ]
    louder = whole.copy()
    louder["heart_rate"] += 30  # from another device: used only where no other recording has a value
    first = prepared(without("heart_rate"))
    taken = fill(first, [*parts, (prepared(louder, totals={"calories": 900.0}), 0.0)])
    assert taken == [
        {"heart_rate": 300, "balance": 300, "calories": 1},
        {"heart_rate": 290, "balance": 290, "calories": 1},
        {},
    ]
    assert first.row["calories"] == 201
    known = first.cleaned["heart_rate"].notna()
    assert (first.cleaned["heart_rate"] == whole["heart_rate"])[known].all()
    (channel,) = first.recording.channels
    assert (channel.values[:300] == 50).all()
    assert (channel.values[310:] == 51).all()


def test_the_calories_of_a_longer_one_are_not_those_of_a_part() -> None:
    first = prepared(ride(300))
    assert fill(first, [(prepared(ride(600), totals={"calories": 400.0}), 0.0)]) == [{}]

"""A recording of the whole workout and recordings of its parts are one activity; legs of a multisport stay apart."""

import hashlib
import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from milevault_core import track
from milevault_core.activities import grouping, match_line
from milevault_core.activities.same_workout import Facts


@cache
def line(first: int, last: int, lat: float, error_m: float) -> bytes | None:
    """Match line of these seconds of one winding run, with heart rate."""
    s = np.arange(first, last, dtype=float)
    missing = np.full(len(s), np.nan)
    return match_line.pack(track.arrays(track.from_columns({
        "time": np.datetime64("2026-05-05T16:00:00", "us") + s.astype("timedelta64[s]"),
        "lat": lat + (3 * s + error_m * np.sin(s)) / 111_195, "lon": 8 + 0.003 * np.sin(s / 150), "altitude": missing,
        "distance": 3 * (s - first), "speed": missing, "heart_rate": np.round(140 + 20 * np.sin(s / 200)),
        "power": missing, "cadence": missing, "temperature": missing,
    })))  # fmt: skip


def seconds(first: int, last: int, kind: str = "fit", lat: float = 47.0, name: str = "", **more) -> Facts:
    """A recording of these seconds of a run, by the watch (fit) or by the phone (gpx), which is a few metres off."""
    name = name or hashlib.sha256(f"{first}{last}{kind}{lat}".encode()).hexdigest() + ":0"
    known = {"format": kind, "device": "Watch" if kind == "fit" else "", "point_count": last - first,
             "channel_count": 3 if kind == "fit" else 1, "group": "run"}  # fmt: skip
    return Facts(
        name,
        1e9 + first,
        last - first - 1.0,
        None,
        line(first, last, lat, 3.0 * (kind == "gpx")),
        **known | more,
    )


def groups(*recordings: Facts, apart=()) -> set[frozenset[Facts]]:
    """The groups of these recordings; fails if they depend on the order."""
    found = {frozenset(group) for group in grouping.partition(recordings, apart)}
    for chance in range(4):
        order = random.Random(chance).sample(recordings, len(recordings))
        assert {frozenset(group) for group in grouping.partition(order, apart)} == found
    return found


WHOLE = seconds(0, 4800, "gpx")
TWO = [seconds(0, 2400), seconds(2410, 4800)]


@pytest.mark.parametrize(
    "parts",
    [
        TWO,
        [seconds(0, 2200), seconds(2210, 3900), seconds(3910, 4800)],  # 46, 35 and 19 %
        [seconds(n, n + 950) for n in range(0, 4800, 960)],
        [*TWO, seconds(0, 2390, "gpx"), seconds(3000, 3600, "gpx")],  # with copies of parts
        [seconds(0, 2400), seconds(2410, 4800, "tcx", group="other")],
    ],
)
def test_parts_that_follow_each_other_are_one_with_the_whole_which_is_shown(parts: list[Facts]) -> None:
    copy = seconds(0, 4795, "tcx")
    for members in ([WHOLE, *parts], [WHOLE, copy, *parts]):
        (group,) = groups(*members)
        assert group == set(members)
        assert grouping.primary(members) in (WHOLE, copy)
        assert len(grouping.parts(members)) == 1
        shown = grouping.primary(members)
        for one in members:
            assert grouping.shift_to(shown, one, members) == pytest.approx(0, abs=1)


def test_a_phone_whose_clock_is_off() -> None:
    late = replace(WHOLE, start_s=WHOLE.start_s + 70)
    assert groups(late, *TWO) == {frozenset((late, *TWO))}
    assert grouping.shift_to(late, TWO[1], [late, *TWO]) == pytest.approx(70, abs=2)


def test_by_the_heart_where_there_is_no_way() -> None:
    bare = [replace(one, packed=_without_way(one)) for one in (WHOLE, *TWO)]
    assert groups(*bare) == {frozenset(bare)}
    assert len(groups(bare[0], *TWO)) > 1  # the whole, which has no positions, would hide those of the parts


def _without_way(one: Facts) -> bytes | None:
    n, kept = int(one.elapsed_s) + 1, one.line
    assert kept is not None
    missing = np.full(n, np.nan)
    return match_line.pack(track.arrays(track.from_columns({
        "time": np.datetime64("2026-05-05T16:00:00", "us") + np.arange(n).astype("timedelta64[s]"),
        "heart_rate": np.interp(np.arange(n), kept.t, kept.heart_rate),
        **dict.fromkeys(("lat", "lon", "altitude", "distance", "speed", "power", "cadence", "temperature"), missing),
    })))  # fmt: skip


@pytest.mark.parametrize(
    "others",
    [
        [seconds(0, 2400, lat=47.01), seconds(2410, 4800, lat=47.01)],  # at the same time, elsewhere
        [seconds(1000, 1300), seconds(2000, 2300)],  # two repeats of a session
        [seconds(0, 1500), seconds(4900, 7000)],  # one ends before the whole does, one starts after it
        [seconds(0, 1500, group="swim"), seconds(1510, 3000, group="ride")],  # files with different sports
    ],
)
def test_what_is_only_close_in_time_stays_apart(others: list[Facts]) -> None:
    assert groups(WHOLE, *others) == {frozenset([one]) for one in (WHOLE, *others)}


def test_who_keeps_one_apart_keeps_it_apart() -> None:
    first, second = TWO
    pairs = {tuple(sorted((first.fingerprint, one.fingerprint))) for one in (WHOLE, second)}
    assert groups(WHOLE, first, second, apart=pairs) == {frozenset([first]), frozenset([WHOLE, second])}
    pairs = {tuple(sorted((WHOLE.fingerprint, one.fingerprint))) for one in TWO}
    assert groups(WHOLE, first, second, apart=pairs) == {frozenset([one]) for one in (WHOLE, *TWO)}


LEGS = [
    seconds(first, last, name=f"event:{n}", group=group, is_leg=True)
    for n, (first, last, group) in enumerate(
        (
            (0, 900, "swim"),
            (900, 960, "multi"),
            (960, 3100, "ride"),
            (3100, 3130, "multi"),
            (3130, 4800, "run"),
        )
    )
]


@pytest.mark.parametrize("group", ["ride", "multi", "other", "run"])
@pytest.mark.parametrize("kind", ["gpx", "fit"])
def test_legs_stay_and_the_whole_of_the_event_is_with_the_longest(group: str, kind: str) -> None:
    whole = replace(seconds(0, 4800, kind), group=group)
    copy = seconds(965, 3090, "gpx", group="ride")
    with_it = {whole, LEGS[2], copy}
    assert groups(whole, copy, *LEGS) == {
        frozenset(with_it),
        *(frozenset([leg]) for leg in LEGS if leg != LEGS[2]),
    }
    assert grouping.primary(list(with_it)) == LEGS[2]
    assert len(grouping.parts(list(with_it))) == 1
    kept = {tuple(sorted((whole.fingerprint, one.fingerprint))) for one in (LEGS[2], copy)}
    assert frozenset([whole]) in groups(whole, copy, *LEGS, apart=kept)


def test_legs_in_files_of_their_own_beside_a_multisport() -> None:
    whole = replace(WHOLE, group="multi")
    legs = [
        replace(leg, fingerprint=f"{n}:0", is_leg=False) for n, leg in enumerate(LEGS) if leg.group != "multi"
    ]
    assert frozenset([whole, legs[1]]) in groups(whole, *legs)
    assert len(groups(whole, *legs)) == 3
    assert grouping.primary([whole, legs[1]]) == legs[1]

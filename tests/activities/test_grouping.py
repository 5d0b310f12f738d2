"""Grouping is a pure function of the set of recordings: it depends on no order and assumes no transitivity."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.activities import grouping
from milevault_core.activities.same_workout import Facts, Match


def one(name: str, **more) -> Facts:
    return Facts(**{"fingerprint": f"{name}:0", "start_s": 0.0, "elapsed_s": 3600.0, "distance_m": None,
                    "packed": None} | more)  # fmt: skip


def by_start(limit: float):
    """Match when the starts are within `limit` seconds of each other, which is not transitive."""

    def same(a: Facts, b: Facts) -> Match | None:
        apart = abs(a.start_s - b.start_s)
        return Match(a.start_s - b.start_s, apart) if apart <= limit else None

    return same


RECORDINGS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 3), st.sampled_from(["fit", "gpx"]), st.integers(0, 2)),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(made=RECORDINGS, chance=st.integers(0, 10**6))
def test_the_order_of_arrival_does_not_matter(made, chance) -> None:
    facts = [
        one(
            f"{n:02d}",
            start_s=float(start),
            channel_count=channels,
            format=kind,
            device="x",
            point_count=points,
        )
        for n, (start, channels, kind, points) in enumerate(made)
    ]
    apart = {("00:0", "01:0"), ("02:0", "05:0")}
    shuffled = random.Random(chance).sample(facts, len(facts))
    found, again = (
        {frozenset(f.fingerprint for f in group) for group in grouping.partition(order, apart, by_start(120))}
        for order in (facts, shuffled)
    )
    assert found == again
    for group in found:
        assert not {"00:0", "01:0"} <= group
        assert not {"02:0", "05:0"} <= group


def test_everyone_fits_the_centre_of_the_group() -> None:
    chain = [one(name, start_s=start, channel_count=9 - n) for n, (name, start) in
             enumerate((("a", 0.0), ("b", 100.0), ("c", 200.0)))]  # fmt: skip
    found = grouping.partition(chain, (), by_start(120))
    assert [[f.fingerprint for f in group] for group in found] == [["a:0", "b:0"], ["c:0"]]


def test_parts_of_one_file_are_never_one_activity() -> None:
    parts = [one("a"), Facts("a:1", 0.0, 3600.0, None, None)]
    assert len(grouping.partition(parts, (), by_start(120))) == 2


def test_the_primary_recording_is_chosen_by_the_written_rule() -> None:
    fit = one("f", format="fit", device="Watch", channel_count=3, point_count=100)
    gpx = one("g", format="gpx", channel_count=9, point_count=9000)
    half = one("h", format="fit", device="Watch", channel_count=9, point_count=9000, elapsed_s=1800.0)
    assert grouping.primary([gpx, fit]) is fit  # the device's own file comes before exports of it
    assert grouping.primary([gpx, half]) is gpx  # but not a file of half the activity
    assert (
        grouping.primary([fit, one("a", format="fit", device="Watch", channel_count=4)]).fingerprint == "a:0"
    )
    assert grouping.primary([one("b"), one("a")]).fingerprint == "a:0"  # a tie: the fingerprint decides
    assert (
        grouping.primary([one("b", group="running"), one("a")]).fingerprint == "b:0"
    )  # a copy without a sport comes last


def test_another_file_stays_with_the_first_half_of_a_split() -> None:
    facts = [one("b"), one("a"), one("a", fingerprint="a:1000"), one("a", fingerprint="a:2000")]
    for seed in range(6):
        random.Random(seed).shuffle(facts)
        groups = grouping.partition(facts, (), by_start(10))
        found = sorted(sorted(each.fingerprint for each in group) for group in groups)
        assert found == [["a:0", "b:0"], ["a:1000"], ["a:2000"]]
    without = grouping.partition([each for each in facts if each.fingerprint != "a:0"], (), by_start(10))
    assert sorted(sorted(each.fingerprint for each in group) for group in without) == [
        ["a:1000", "b:0"],
        ["a:2000"],
    ]

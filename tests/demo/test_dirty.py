"""The dirty twin: every kind of dirt exists, is what it claims to be, and is read as one activity."""

from dataclasses import replace

import numpy as np
import pytest

from bench.duplicate_changes import cut
from milevault_core import formats
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.activities.same_workout import Facts, same
from milevault_core.demo import dirty, plan
from milevault_core.demo.activity import Activity, build
from milevault_core.demo.athlete import sized
from milevault_core.demo.fit_writer import write_activity
from milevault_core.formats import archive
from milevault_core.sports import SPORTS
from tests.activities.test_pairs import facts

(ATHLETE,) = sized("D")
# Percent by which the distance shown may differ from the truth, for kinds where 1 % is not enough.
WITHIN = {"jittered_times": 8, "doubled_times": 8, "a_train_between_segments": 8, "clock_of_1970": 8,
          "gps_altitude_every_second": 8, "gps_altitude_every_five_seconds": 3, "a_car_at_the_end": 60}  # fmt: skip


def workout(kind: str) -> Activity:
    """The first quarter of an hour of the first run, or the first pool swim."""
    wanted = "pool" if kind == "uneven_lengths" else "easy"
    session = next(s for s in plan.sessions(ATHLETE) if s.kind == wanted and not s.smart)
    made = build(ATHLETE, session)
    return made if wanted == "pool" else cut(made, 0, 900)


def read(name: str, data: bytes) -> Prepared:
    if name.endswith(".zip"):
        (member,) = archive.members(data)
        data = member.data or b""
    return prepare(formats.read(data, name).recordings[0], lambda: "UTC")


@pytest.mark.parametrize("kind", dirty.KINDS)
def test_a_kind_is_read_as_what_it_is(kind: str) -> None:
    made = workout(kind)
    one = dirty.dirty(made, kind)
    row = read(*one.files[0]).row
    true_m = float(made.columns["distance"][-1]) / 100
    assert row["distance_m"] == pytest.approx(true_m, rel=WITHIN.get(kind, 1) / 100)
    assert row["elapsed_s"] == pytest.approx(one.truth["elapsed_s"], abs=3)
    assert dirty.dirty(made, kind).files == one.files, "the same again"


@pytest.mark.parametrize("kind", [k for k in dirty.KINDS if k not in ("uneven_lengths", "one_zip_a_file")])
def test_a_dirty_file_is_one_workout_with_the_clean_one(kind: str) -> None:
    made = workout(kind)
    one = dirty.dirty(made, kind)
    other = facts(one.files[-1][1])
    found = same(facts(write_activity(made)), replace(other, is_dated=not one.truth["date_doubted"]))
    # A file from a clock that was never set, or with a train ride in it, cannot be matched with the clean one.
    assert (found is None) == (kind in ("clock_of_1970", "a_train_between_segments"))


def test_all_kinds_have_their_turn_and_the_truth_is_told() -> None:
    made = list(dirty.life(ATHLETE, 0, 70))
    kinds = {one.kind for one in made}
    assert len(kinds) > len(dirty.KINDS) - 4
    assert all({"kind", "date_doubted", "away_s", "efforts"} <= set(one.truth) for one in made)
    with pytest.raises(ValueError, match="cannot have uneven_lengths"):
        dirty.dirty(workout("whole_metres"), "uneven_lengths")


def test_runs_of_an_unset_clock_are_many_workouts() -> None:
    """All start in 1970, within the same seconds, on the same roads."""
    starts = [s for s in plan.sessions(ATHLETE) if s.kind == "easy"][:4]
    several: list[Facts] = []
    for session in starts:
        (file,) = dirty.dirty(cut(build(ATHLETE, session), 0, 900), "clock_of_1970").files
        several.append(replace(facts(file[1]), is_dated=False))
    assert not any(same(a, b) for k, a in enumerate(several) for b in several[k + 1 :])
    assert np.ptp([one.start_s for one in several]) < 100
    assert SPORTS["running"].group == several[0].group

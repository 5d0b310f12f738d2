"""Pairs of recordings of one workout, and look-alikes, a few of each kind. `manage.py bench duplicates` runs all."""

import hashlib

import pytest

from bench import duplicate_pairs
from bench.duplicate_changes import moved
from milevault_core import formats
from milevault_core.activities.prepare import prepare
from milevault_core.activities.same_workout import Facts, same
from milevault_core.demo import fit_writer, tcx_writer
from milevault_core.sports import SPORTS

KINDS = (*duplicate_pairs.SAME, *duplicate_pairs.LOOK_ALIKES)


def facts(data: bytes) -> Facts:
    """The stored facts about the first activity of a file."""
    recording = formats.read(data).recordings[0]
    kept = prepare(recording, lambda: "UTC").facts
    return Facts(
        hashlib.sha256(data).hexdigest() + ":0", kept["start_time"].timestamp(), kept["elapsed_s"],
        kept["distance_m"], kept["line"], SPORTS[recording.sport].group, kept["format"] or "", kept["device"],
        kept["point_count"], kept["channel_count"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> list[tuple[duplicate_pairs.Pair, Facts, Facts]]:
    made = list(duplicate_pairs.pairs(2 * len(KINDS), seed=11))
    return [
        (pair, facts(pair.first), facts(pair.second)) for pair in made if pair.people[0] == pair.people[1]
    ]


def test_one_workout_is_found_and_look_alikes_are_not(pairs) -> None:
    wrong = [pair.kind for pair, a, b in pairs if (same(a, b) is not None) != pair.same]
    assert wrong == []
    assert sum(pair.same for pair, _, _ in pairs) == 2 * len(duplicate_pairs.SAME)


def test_the_question_is_symmetric(pairs) -> None:
    for pair, a, b in pairs:
        there, back = same(a, b), same(b, a)
        assert (there is None) == (back is None)
        if there and back:
            assert (there.shift_s, there.apart) == (-back.shift_s, back.apart), pair.kind


@pytest.mark.parametrize("moved_s", [-120, -7, 77, -3 * 3600, 10 * 3600])
def test_the_shift_is_found(moved_s: int) -> None:
    made = duplicate_pairs.Workouts(3).take("easy")
    found = same(facts(fit_writer.write_activity(made)), facts(tcx_writer.write_tcx(moved(made, moved_s))))
    assert found is not None
    assert abs(found.shift_s) == pytest.approx(abs(moved_s), abs=0.5)

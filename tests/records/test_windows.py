"""The window of an effort lies within its activity, for every kind of record and whatever a device writes."""

import pandas as pd
import pytest

from milevault_core.activities.prepare import Prepared
from milevault_core.demo import dirty
from milevault_core.formats import archive
from milevault_core.records import KINDS
from milevault_core.records.efforts import efforts
from milevault_core.records.performance import Performance
from tests.builders import fit
from tests.builders.fit import START, Writer
from tests.demo.test_dirty import workout
from tests.examples.files import FILES
from tests.samples import needs_samples, sample_files
from tests.view.test_shown_figures import activities

FIGURES = ("distance_m", "elapsed_s", "moving_s", "ascent_m")


def hold_within(made: Prepared) -> set[str]:
    """Check that no window begins before the activity or ends after it; returns the kinds with efforts in it."""
    recording, row = made.recording, made.row
    figures = {name: row[name] for name in FIGURES} | {"pool_length_m": recording.totals.get("pool_length_m")}
    found = efforts(
        Performance(
            pd.DataFrame(made.columns), recording.sport, recording.laps, recording.lengths, figures,
            begun=row["start_time"],
        )
    )  # fmt: skip
    for effort in found:
        assert 0.0 <= effort.t0_s <= effort.t1_s <= max(row["elapsed_s"], 1.0), (recording.sport, effort)
    return {effort.kind for effort in found}


@needs_samples
def test_windows_of_the_samples_lie_within_them() -> None:
    kinds: set[str] = set()
    for path in sample_files(".fit"):  # their laps, lengths and sessions have clocks of their own
        for made in activities(path.read_bytes(), path.name):
            kinds |= hold_within(made)
    # Efforts on segments and routes get their windows from other steps.
    assert kinds >= {kind.name for kind in KINDS.values() if kind.over == "activity"} - {"segment", "route"}


@pytest.mark.parametrize("name", FILES)
def test_windows_of_the_examples_lie_within_them(name: str) -> None:
    for made in activities(FILES[name](), name):
        hold_within(made)


@pytest.mark.parametrize("kind", dirty.KINDS)
def test_windows_of_the_dirty_twin_lie_within_its_activities(kind: str) -> None:
    kinds: set[str] = set()
    for name, data in dirty.dirty(workout(kind), kind).files:
        whole = archive.members(data) if name.endswith(".zip") else ()
        for part in [member.data or b"" for member in whole] or [data]:
            for made in activities(part, name):
                kinds |= hold_within(made)
    assert {"best_time", "longest_distance"} <= kinds


@pytest.mark.parametrize("session_late_s", [-60, 0, 60])
@pytest.mark.parametrize("lengths_early_s", [0, 30])
def test_lengths_that_begin_before_the_swim(session_late_s: int, lengths_early_s: int) -> None:
    """Best times used to have windows that began at -30 and -60 s."""
    w = fit.file_id(Writer())
    for i in range(10):
        w.add(20, (253, "uint32", START + 30 * (i + 1)), (5, "uint32", 2500 * (i + 1)), local=1)
        begun = START - lengths_early_s + 30 * i
        w.add(101, (253, "uint32", begun + 30), (2, "uint32", begun), (3, "uint32", 30_000), (4, "uint32", 30_000),
              (12, "enum", 1), local=4)  # fmt: skip
    w.add(18, (253, "uint32", START + 310), (2, "uint32", START + session_late_s), (5, "enum", 5), (6, "enum", 17),
          (7, "uint32", 310_000), (8, "uint32", 310_000), (9, "uint32", 25_000), (44, "uint16", 2500),
          local=3)  # fmt: skip
    (made,) = activities(w.file(), "a.fit")
    assert "best_time" in hold_within(made)


def test_windows_end_with_what_has_elapsed_by_the_device() -> None:
    """The last second of a sensor used to lie outside."""
    w = fit.file_id(Writer())
    fit.records(w, 700)
    fit.lap(w, START, 702.0, 2097)
    (made,) = activities(fit.session(w, START, 697.6, 2097).file(), "a.fit")
    assert {"heart_rate", "power", "best_time"} <= hold_within(made)

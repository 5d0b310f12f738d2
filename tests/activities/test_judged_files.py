"""No figure contradicts another in the sample files, the examples and the reported files."""

import contextlib

import pytest

from milevault_core import formats
from milevault_core.activities.prepare import prepare
from milevault_core.problems import BadFile
from tests.activities.judged import hold_together, judged
from tests.examples.files import FILES
from tests.samples import REPORTS, needs_reports, needs_samples, sample_files


@needs_samples
def test_no_figure_of_the_samples_contradicts_another() -> None:
    for path in sample_files():
        try:
            reading = formats.read(path.read_bytes(), path.name)
        except BadFile:
            continue
        for recording in reading.recordings if reading.kind == "activity" else []:
            with contextlib.suppress(BadFile):
                hold_together(prepare(recording, lambda: "UTC"))


@pytest.mark.parametrize("name", FILES)
def test_no_figure_of_the_examples_contradicts_another(name: str) -> None:
    try:
        reading = formats.read(FILES[name](), name)
    except BadFile:
        return
    for recording in reading.recordings if reading.kind == "activity" else []:
        with contextlib.suppress(BadFile):
            hold_together(prepare(recording, lambda: "UTC"))


# What the reported files must give: (prefix of the file name, {column: value}).
REPORTED = [
    ("f01", {"point_count": 1200, "distance_m": 10_430, "avg_heart_rate": 139.5, "avg_power": 224.5, "ascent_m": 120}),
    ("f02", {"point_count": 1200, "avg_speed": 6.0, "avg_heart_rate": 130, "avg_power": 150, "distance_m": 7190}),
    ("f22", {"distance_m": 4800}), ("g02", {"distance_m": 21_600}), ("g05", {"distance_m": 7790}),
    ("g11", {"distance_m": 1680, "max_speed": 1.4}), ("g14", {"distance_m": 10_490}),
    ("g19", {"distance_m": 12_600, "max_speed": 7.0}),
    ("g30", {"moving_s": 7200, "distance_m": 2520, "ascent_m": 720}),
    ("g31", {"moving_s": 3600, "distance_m": 1620}), ("g38", {"distance_m": 6990}),
    ("h01", {"moving_s": 3600}), ("h02", {"distance_m": 2794}), ("h03", {"distance_m": 2997, "max_speed": 3.0}),
    ("h04", {"distance_m": 60_000, "elapsed_s": 8100}), ("h06", {"elapsed_s": 1804}), ("h09", {"max_speed": 8.0}),
    ("h18", {"moving_s": 3000}), ("t01", {"ascent_m": 0}), ("t02", {"distance_m": 32_400, "avg_power": 210}),
    ("t12", {"distance_m": 3600}),
]  # fmt: skip


@needs_reports
@pytest.mark.parametrize(("prefix", "figures"), REPORTED)
def test_the_files_that_were_handed_over(prefix: str, figures: dict) -> None:
    assert REPORTS is not None
    (path,) = REPORTS.glob(f"{prefix}_*")
    made = judged(path.read_bytes(), path.name)
    for name, value in figures.items():
        assert made.row[name] == pytest.approx(value, rel=0.02, abs=1.0 if name == "ascent_m" else None), name


@needs_reports
def test_no_figure_of_any_of_them_contradicts_another() -> None:
    assert REPORTS is not None
    for path in sorted(REPORTS.iterdir()):
        if path.suffix in (".gpx", ".fit", ".tcx"):
            reading = formats.read(path.read_bytes(), path.name)
            for recording in reading.recordings if reading.kind == "activity" else []:
                hold_together(prepare(recording, lambda: "UTC"))

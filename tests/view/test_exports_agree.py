"""Exports agree with the page: read again, a GPX or TCX has the page's distance, moving time, elapsed time and speed,
and a CSV ends with the page's distance. Third-party readers read the same points. A GPX cannot hold points without a
position, so for an activity with many of those its figures differ.
"""

import io
import tempfile
from datetime import UTC
from pathlib import Path

import gpxpy
import numpy as np
import pandas as pd
import pytest
from tcxreader.tcxreader import TCXReader

from milevault_core import formats
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.demo.recording import recording
from milevault_core.formats import Recording
from milevault_core.formats.write_csv import write_csv
from milevault_core.formats.write_gpx import write_gpx
from milevault_core.formats.write_tcx import write_tcx
from milevault_core.problems import BadFile
from milevault_core.track import aware
from milevault_core.view import format as fmt
from milevault_core.view.activities import provenance
from tests.builders.tracks import ride
from tests.demo.made import one_of_each
from tests.samples import needs_samples, sample_files

FIGURES = ("distance_m", "moving_s", "elapsed_s", "avg_speed")
FEW = 3_000  # points; with more, third-party readers take seconds
LARGE = 200_000  # bytes; files that take longer than a second reveal nothing more
WITHOUT_PLACE = 0.01  # share of the points; if a GPX lacks more, rounding does not hide it


def test_a_ride_whose_wheel_and_timer_know_more_than_its_positions() -> None:
    """A wheel distance 2 % longer than the GPS distance, and a pause: neither can be seen in the points of a GPX."""
    made = ride(600, pause_at=300, pause_s=101)
    made["distance"] = made["distance"] * 1.02
    start = aware(made["time"].to_numpy()[0])
    laps = pd.DataFrame(
        {"start_time": [made["time"].iloc[0]], "elapsed_s": [700.0], "timer_s": [599.0], "distance_m": np.nan}
    )
    totals = {"elapsed_s": 700.0, "timer_s": 599.0, "distance_m": float(made["distance"].max())}
    one = Recording("cycling", start, made, laps=laps.reindex(columns=formats.LAP_COLUMNS), totals=totals)
    assert check(one) == ["tcx", "gpx", "csv"]


@pytest.mark.parametrize("kind", ["easy", "intervals", "pool", "hike", "long"])
def test_of_generated_activities(kind: str) -> None:
    assert check(recording(one_of_each()[kind]))


@needs_samples
@pytest.mark.samples
@pytest.mark.parametrize(
    "path", [p for p in sample_files() if p.stat().st_size <= LARGE], ids=lambda p: p.name
)
def test_of_real_files(path: Path) -> None:
    try:
        found = formats.read(path.read_bytes(), path.name).recordings
    except BadFile:
        return
    for one in found:
        check(one)


def check(one: Recording) -> list[str]:
    """Check that every export agrees with the page; the formats that were compared."""
    try:
        made = prepare(one, lambda: "UTC")
    except BadFile:
        return []
    written = {"tcx": tcx_of(made)}
    if len(made.cleaned) and made.cleaned[["lat", "lon"]].notna().all(axis=1).any():
        written["gpx"] = write_gpx(made.cleaned, "A name", one.sport, figures=made.row)
    for kind, data in written.items():
        if len(made.cleaned) <= FEW:
            theirs(kind, data, made)
        if kind == "gpx" and made.cleaned[["lat", "lon"]].isna().any(axis=1).mean() > WITHOUT_PLACE:
            continue
        (again,) = formats.read(data, f"a.{kind}").recordings
        again.sport = one.sport  # TCX only knows three sports
        back = prepare(again, lambda: "UTC")
        assert said(back.row, one.sport) == said(made.row, one.sport), kind
    if len(made.cleaned) and made.cleaned["distance"].notna().any():
        table = pd.read_csv(io.BytesIO(write_csv(made.cleaned)))
        assert table["distance_m"].max() == pytest.approx(made.cleaned["distance"].max(), abs=0.006)
        assert len(table) == len(made.cleaned)
        return [*written, "csv"]
    return list(written)


def tcx_of(made: Prepared) -> bytes:
    laps = made.recording.laps
    return write_tcx(made.cleaned, laps, made.recording.sport, made.row["start_time"], made.row)


def said(row: dict, sport: str) -> dict[str, str]:
    return {name: provenance.say(name, row[name], fmt.METRIC, sport) for name in FIGURES}


def theirs(kind: str, data: bytes, made: Prepared) -> None:
    """Check that third-party readers find the same points: number, first and last time, distance."""
    points = made.cleaned
    if kind == "gpx":
        points = points[points["lat"].notna() & points["lon"].notna()]
        read = [p for t in gpxpy.parse(data.decode()).tracks for s in t.segments for p in s.points]
        assert len(read) == len(points)
        ends = [read[0].time, read[-1].time]
    else:
        placed = points[points["lat"].notna() & points["lon"].notna()]
        if not len(placed):
            return
        with tempfile.NamedTemporaryFile(suffix=".tcx") as file:
            file.write(data)
            file.flush()
            found = TCXReader().read(file.name)
        assert found.trackpoints_count if hasattr(found, "trackpoints_count") else found.trackpoints
        known = [p.distance for p in found.trackpoints if p.distance is not None]
        if known and placed["distance"].notna().any():
            assert max(known) == pytest.approx(placed["distance"].max(), abs=0.006)
        points, ends = placed, [found.trackpoints[0].time, found.trackpoints[-1].time]
    for theirs_, ours in zip(ends, points["time"].iloc[[0, -1]], strict=True):
        assert abs((theirs_.replace(tzinfo=UTC) - ours.tz_localize(UTC)).total_seconds()) < 0.002

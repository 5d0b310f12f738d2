"""Every example file gives its declared truth to our readers, and to other readers that can read it."""

import io
import tomllib
import warnings
from collections import Counter
from pathlib import Path

import gpxpy
import numpy as np
import pytest
from tcxreader.tcxreader import TCXReader

from milevault_core import formats, track
from tests.examples.files import FILES
from tests.formats import fit_compare
from tests.formats.fit_differences import class_of
from tests.formats.make_oracles import FIT

_FILE = Path(__file__).parents[1] / "examples" / "index.toml"
INDEX = tomllib.loads(_FILE.read_text())
DEFAULTS = INDEX.pop("defaults")
FIT_DEFAULTS = DEFAULTS | INDEX.pop("fit_defaults")
EXAMPLES = {
    name: (FIT_DEFAULTS if name.startswith("fit_") else DEFAULTS) | truth for name, truth in INDEX.items()
}
METRES_WITHIN = 0.5
CLEANING = {
    "times_unordered",
    "dates_moved",
    "points_without_time",
    "distance_restarted",
    "distance_recomputed",
}
VALUES = {"fitparse": fit_compare.by_fitparse, "garmin-fit-sdk": fit_compare.by_garmin}
FIELDS = {"lat": "position_lat", "lon": "position_long", "altitude": "enhanced_altitude", "speed": "enhanced_speed",
          "respiration_rate": "enhanced_respiration_rate"}  # fmt: skip  # our name: garmin-fit-sdk's
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fitparse's utcfromtimestamp


def test_every_file_has_a_truth_and_every_truth_a_file():
    assert EXAMPLES.keys() == FILES.keys()


def first_and_last(values) -> list[float]:
    return [values.iloc[0], values.iloc[-1]] if len(values) else [np.nan, np.nan]


def about(expected, **more):
    return pytest.approx(expected, nan_ok=True, **more)


@pytest.mark.parametrize("name", EXAMPLES)
def test_our_readers_see_the_declared_truth(name):
    truth = EXAMPLES[name]
    reading = formats.read(FILES[name](), name)
    assert (reading.kind, reading.format) == (truth["kind"], truth["format"])
    assert reading.reason == truth.get("reason", reading.reason)
    assert [len(r.track) for r in reading.recordings] == truth["points"]
    problems = {p.code for r in [reading, *reading.recordings] for p in r.problems}
    if truth["kind"] == "activity":
        cleaned = [track.clean(r.track) for r in reading.recordings]
        problems |= {p.code for _, found in cleaned for p in found}
        frames = [frame for frame, _ in cleaned]
        assert [len(f) for f in frames] == truth.get("kept", truth["points"])
        if "seconds" in truth:
            times = [first_and_last(f["time"]) for f in frames]
            assert [(b - a).total_seconds() if a == a else a for a, b in times] == about(truth["seconds"])
            went = [first_and_last(f["distance"])[1] for f in frames]
            assert went == about(truth["metres"], abs=METRES_WITHIN)
    assert sorted(problems) == sorted(truth["problems"])
    recordings = reading.recordings
    assert [r.sport for r in recordings] == truth.get("sport", [])
    for what in ("laps", "lengths", "sets"):
        assert [len(getattr(r, what)) for r in recordings] == truth.get(what, [0] * len(recordings)), what
    assert [r.is_virtual for r in recordings] == [truth.get("virtual", False)] * len(recordings)
    assert [r.is_indoor for r in recordings] == [truth.get("indoor", False)] * len(recordings)
    assert [r.is_transition for r in recordings] == [r.sport == "transition" for r in recordings]


@pytest.mark.parametrize("name", [n for n, truth in EXAMPLES.items() if truth["format"] == "fit"])
def test_what_a_fit_file_tells_beside_the_points_is_there(name):
    truth = EXAMPLES[name]
    for first in formats.read(FILES[name](), name).recordings[:1]:
        found = sorted((c.name, c.unit, c.developer, float(c.values[0]), float(c.values[-1]))
                       for c in first.channels)  # fmt: skip
        expected = truth.get("channels", [])
        assert [list(c[:3]) for c in found] == [c[:3] for c in expected]
        assert [v for c in found for v in c[3:]] == about([v for c in expected for v in c[3:]])
        assert first.details == truth.get("details", {})
        assert {k: first.totals.get(k) for k in truth.get("totals", {})} == truth.get("totals", {})
        for column, values in truth.get("values", {}).items():
            assert first_and_last(first.track[column]) == about(values, abs=1e-7), column
        if "timer" in truth:
            start = np.datetime64(first.start_time.replace(tzinfo=None), "us")
            assert [[(t - start) / np.timedelta64(1, "s") for t in p] for p in first.timer] == truth["timer"]


def by_gpxpy(data: bytes) -> int:
    read = gpxpy.parse(io.StringIO(data.decode("utf-8-sig")))
    return read.get_track_points_no() + sum(len(r.points) for r in read.routes)


def by_tcxreader(data: bytes, folder: Path) -> int:
    path = folder / "example.tcx"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(TCXReader().read(str(path), only_gps=False).trackpoints)


def asked() -> list[tuple[str, str]]:
    """(example, other reader) for every reader that an example names."""
    out = []
    for name, truth in EXAMPLES.items():
        readers = truth["oracle"] if isinstance(truth["oracle"], list) else [truth["oracle"]]
        out += [(name, reader) for reader in readers if reader]
    return out


@pytest.mark.parametrize(("name", "oracle"), asked())
def test_a_foreign_reader_sees_the_same_points(name, oracle, tmp_path):
    truth, data = EXAMPLES[name], FILES[name]()
    if oracle in FIT:
        seen = FIT[oracle](data)
        assert seen["record"] == truth.get("found", sum(truth["points"]))
        assert seen["lap"] == truth.get("found_laps", sum(truth["laps"]))
        assert seen["length"] == sum(truth.get("lengths", [0]))
        assert seen["set"] == sum(truth.get("sets", [0]))
        return
    count = by_gpxpy(data) if oracle == "gpxpy" else by_tcxreader(data, tmp_path)
    assert count == sum(truth["points"])


@pytest.mark.parametrize(("name", "oracle"), [pair for pair in asked() if pair[1] in VALUES])
def test_a_foreign_reader_sees_the_same_values_and_the_declared_length(name, oracle):
    truth, data = EXAMPLES[name], FILES[name]()
    theirs, counts = VALUES[oracle](data), Counter()
    reader = oracle.partition("-")[0]
    found = list(fit_compare.compare(reader, name, fit_compare.ours(data), theirs, counts))
    assert [d for d in found if class_of(d) is None] == []
    assert counts["values"] > 5
    points = theirs.get(20, [])
    if (
        truth["kind"] != "activity"
        or len(truth["points"]) > 1
        or not points
        or CLEANING & {*truth["problems"]}
    ):
        return
    times = [row.get("timestamp", row.get("raw 253")) for row in points]
    assert [max(times) - min(times)] == truth["seconds"]
    metres = [row["distance"] if "distance" in row else row["raw 5"] / 100 for row in points
              if "distance" in row or "raw 5" in row]  # fmt: skip
    if metres:
        assert metres[-1:] == about(truth["metres"], abs=METRES_WITHIN)


def scaled_by_garmin(row: dict, name: str) -> float | None:
    """The value for our field name, in our unit, with the scale and offset of garmin-fit-sdk's own profile."""
    value = row.get(FIELDS.get(name, name))
    if name in ("lat", "lon") and value is not None:
        return value * 180 / 2**31
    return value if isinstance(value, int | float) else None


OWN_MEANING = {"left_right_balance", "front_gear", "rear_gear", "SmO2", "Strain", "left_power_phase_start",
               "left_power_phase_end"}  # fmt: skip  # a bit, an event, a developer field, two in one field
MADE = {"fit_heart_rate_only_in_hr_messages", "fit_heart_rate_and_nothing_else", "fit_stryd_power"}


@pytest.mark.parametrize(
    "name",
    [n for n, truth in EXAMPLES.items() if "garmin-fit-sdk" in truth["oracle"] and n not in MADE
     and ("values" in truth or "channels" in truth)],
)  # fmt: skip
def test_the_declared_values_are_those_of_garmins_reader(name):
    """compare() undoes our scale where it differs from theirs, so only this test catches a wrong unit of ours."""
    truth = EXAMPLES[name]
    rows = fit_compare.by_garmin(FILES[name]())[20]
    declared = dict(truth.get("values", {}))
    declared |= {c[0]: c[3:] for c in truth.get("channels", []) if c[0] not in OWN_MEANING}
    for field, values in declared.items():
        theirs = [scaled_by_garmin(row, field) for row in (rows[0], rows[-1])]
        assert [np.nan if v is None else v for v in theirs] == about(values, abs=1e-6), field

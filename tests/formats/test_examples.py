"""Every example file gives its declared truth, to our readers and to a foreign one where one can read it."""

import io
import tomllib
import warnings
from pathlib import Path

import gpxpy
import pytest
from tcxreader.tcxreader import TCXReader

from milevault_core import formats, track
from tests.examples.files import FILES
from tests.formats.make_oracles import FIT

_FILE = Path(__file__).parents[1] / "examples" / "index.toml"
INDEX = tomllib.loads(_FILE.read_text())
DEFAULTS = INDEX.pop("defaults")
EXAMPLES = {name: DEFAULTS | truth for name, truth in INDEX.items()}
METRES_WITHIN = 0.5


def test_every_file_has_a_truth_and_every_truth_a_file():
    assert EXAMPLES.keys() == FILES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_our_readers_see_the_declared_truth(name):
    truth = EXAMPLES[name]
    reading = formats.read(FILES[name](), name)
    assert (reading.kind, reading.format) == (truth["kind"], truth["format"])
    assert [len(r.track) for r in reading.recordings] == truth["points"]
    problems = {p.code for r in [reading, *reading.recordings] for p in r.problems}
    if truth["kind"] == "activity":
        cleaned = [track.clean(r.track) for r in reading.recordings]
        problems |= {p.code for _, found in cleaned for p in found}
        frames = [frame for frame, _ in cleaned]
        assert [len(f) for f in frames] == truth.get("kept", truth["points"])
        if "seconds" in truth:
            lasted = [(f["time"].iloc[-1] - f["time"].iloc[0]).total_seconds() for f in frames]
            assert lasted == truth["seconds"]
            went = [f["distance"].iloc[-1] for f in frames]
            assert went == pytest.approx(truth["metres"], abs=METRES_WITHIN)
    assert sorted(problems) == sorted(truth["problems"])
    recordings = reading.recordings
    assert [r.sport for r in recordings] == truth.get("sport", [])
    for what in ("laps", "lengths", "sets"):
        assert [len(getattr(r, what)) for r in recordings] == truth.get(what, [0] * len(recordings)), what
    assert [r.is_virtual for r in recordings] == [truth.get("virtual", False)] * len(recordings)
    assert [r.is_transition for r in recordings] == [r.sport == "transition" for r in recordings]


def by_gpxpy(data: bytes) -> int:
    read = gpxpy.parse(io.StringIO(data.decode("utf-8-sig")))
    return read.get_track_points_no() + sum(len(r.points) for r in read.routes)


def by_tcxreader(data: bytes, folder: Path) -> int:
    path = folder / "example.tcx"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(TCXReader().read(str(path), only_gps=False).trackpoints)


@pytest.mark.parametrize("name", [n for n, truth in EXAMPLES.items() if truth["oracle"]])
def test_a_foreign_reader_sees_the_same_points(name, tmp_path):
    truth, data = EXAMPLES[name], FILES[name]()
    if truth["oracle"] in FIT:
        seen = FIT[truth["oracle"]](data)
        assert seen["record"] == sum(truth["points"])
        assert seen["lap"] == sum(truth.get("laps", [0]))
        assert seen["length"] == sum(truth.get("lengths", [0]))
        assert seen["set"] == sum(truth.get("sets", [0]))
        return
    count = by_gpxpy(data) if truth["oracle"] == "gpxpy" else by_tcxreader(data, tmp_path)
    assert count == sum(truth["points"])

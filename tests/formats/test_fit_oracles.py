"""Our FIT reader against garmin-fit-sdk and fitparse, field by field, on the samples and on built files."""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from milevault_core.formats import fit
from tests.builders import fit as build
from tests.builders.fit import START, Writer, activity, developer_field, file_id, records, session
from tests.formats import fit_compare, kept_readings
from tests.formats.fit_compare import Difference, by_fitparse, by_garmin, compare, equal
from tests.formats.fit_differences import CLASSES, CORE, MISALIGNED, class_of
from tests.formats.kept_readings import kept
from tests.samples import needs_samples, sample_files

# fitparse takes 100 times as long as ours: make_comparison.py compares the bigger files, and test_comparison keeps
# their digests.
by_garmin, by_fitparse = kept("garmin-fit-sdk", by_garmin), kept("fitparse", by_fitparse)
READERS = {"garmin": (by_garmin, 500_000), "fitparse": (by_fitparse, 200_000)}
BIG_BUT_TELLING = {
    ("fitparse", MISALIGNED),
    ("garmin", "dtcooper-python-fitparse__2019-02-17-062644-ELEMNT-297E-195-0.fit"),
}
KNOWN_SAMPLES = 97  # FIT files in the sample folder when fit_differences was counted
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fitparse's utcfromtimestamp


@cache
def ours(path: Path) -> fit_compare.Rows:
    return fit_compare.ours(path.read_bytes())


@cache
def differences() -> tuple[list[Difference], Counter]:
    counts: Counter = Counter()
    found = []
    for path in sample_files(".fit"):
        data = path.read_bytes()
        for name, (read, limit) in READERS.items():
            if len(data) <= limit or (name, path.name) in BIG_BUT_TELLING:
                found += compare(name, path.name, ours(path), read(data), counts)
    return found, counts


def test_a_kept_reading_is_of_the_same_file_and_reader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kept_readings, "FOLDER", tmp_path / "kept")
    asked: list[bytes] = []

    def read(data: bytes) -> fit_compare.Rows:
        asked.append(data)
        return {20: [{"speed": 1.5, "raw 3": (1, None, "a")}]}

    for data in (b"one", b"one", b"two"):
        assert kept("fitparse", read)(data) == {20: [{"speed": 1.5, "raw 3": (1, None, "a")}]}
    assert asked == [b"one", b"two"]
    monkeypatch.setattr(kept_readings, "version", lambda package: "of tomorrow")
    kept("fitparse", read)(b"one")
    for file in (tmp_path / "kept").iterdir():
        file.write_bytes(file.read_bytes()[:-5])  # cut off
    kept("fitparse", read)(b"one")
    assert asked == [b"one", b"two", b"one", b"one"]


@pytest.mark.samples
@needs_samples
def test_every_difference_to_other_readers_is_explained():
    found, counts = differences()
    unexplained = [d for d in found if class_of(d) is None]
    assert unexplained == []
    assert counts["values"] > 100_000
    assert len(found) <= 0.001 * counts["values"]
    print(f"{counts['values']:,} values, {counts['equal']:,} equal, {len(found):,} different and explained")


@pytest.mark.samples
@needs_samples
def test_position_time_heart_rate_cadence_power_and_distance_are_the_same():
    found, _ = differences()
    assert [d for d in found if d.message in (18, 19, 20) and d.field in CORE] == []


@pytest.mark.samples
@needs_samples
def test_each_class_of_difference_has_its_count():
    if len(sample_files(".fit")) != KNOWN_SAMPLES:
        pytest.skip("another set of sample files")
    counted = Counter(c.name for d in differences()[0] if (c := class_of(d)))
    assert counted == {c.name: c.count for c in CLASSES}


TRACK = {"lat": "position_lat", "lon": "position_long", "heart_rate": "heart_rate", "distance": "distance",
         "power": "power", "altitude": "enhanced_altitude", "temperature": "temperature"}  # fmt: skip


@pytest.mark.samples
@needs_samples
@pytest.mark.parametrize("name", [p.name for p in sample_files(".fit") if p.stat().st_size < 120_000])
def test_points_of_recordings_are_the_records_of_garmins_reader(name):
    (path,) = [p for p in sample_files(".fit") if p.name == name]
    reading = fit.read(path.read_bytes())
    theirs = by_garmin(path.read_bytes())
    rows = theirs.get(20, [])
    if reading.kind != "activity" or 132 in theirs or len(rows) != len(ours(path).get(20, [])):
        return
    tracks = [r.track for r in reading.recordings if len(r.track)]
    rows = [r for r in rows if "timestamp" in r] if len(tracks) == 1 else rows
    if not tracks:
        assert not any("timestamp" in r for r in rows)
        return
    before = [r.details.get("distance_before_m", 0.0) for r in reading.recordings if len(r.track)]
    tracks = [t.assign(distance=t["distance"] + b) for t, b in zip(tracks, before, strict=True)]
    joined = {c: np.concatenate([t[c].to_numpy() for t in tracks]) for c in tracks[0].columns}
    timed = ~np.isnat(joined["time"])  # a record without a time is a row without a time
    joined = {c: values[timed] for c, values in joined.items()}
    assert len(joined["time"]) == len(rows)
    seconds = (joined["time"] - np.datetime64("1989-12-31")) / np.timedelta64(1, "s")
    filled = {c for r in reading.recordings for c in r.details.get("filled_from_developer", {})}
    for i, row in enumerate(rows):
        assert seconds[i] == row["timestamp"]
        for column, field in TRACK.items():
            value = row.get(field)
            if value is None:
                assert np.isnan(joined[column][i]) or column in filled
            elif column not in filled:
                value = value * 180 / 2**31 if field.startswith("position") else value
                assert equal(float(joined[column][i]), value[0] if isinstance(value, tuple) else value)


def _developer_file() -> bytes:
    w = file_id(Writer())
    developer_field(w, 0, 5, "SmO2", "uint16", "%")
    developer_field(w, 1, 5, "SmO2", "uint8", "%")
    for i in range(10):
        values = [(5, 0, "uint16", 570 + i), (5, 1, "uint8", 40 + i)]
        w.add(20, (253, "uint32", START + i), (3, "uint8", 100), local=1, developer=values)
    return w.file()


def _compressed_file() -> bytes:
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (3, "uint8", 100), local=1)
    for s in (1, 2, 5, 30, 40, 71):
        w.add(20, (3, "uint8", 100 + s), local=2, offset=START + s)
    return w.file()


def _packed_file() -> bytes:
    w = file_id(Writer())
    for i, metres in enumerate((10, 200, 300)):
        ticks = metres * 16 & 0xFFF
        w.add(20, (253, "uint32", START + i), (8, "byte", [250, (ticks & 15) << 4, ticks >> 4]), local=1)
    w.add(
        21,
        (253, "uint32", START),
        (0, "enum", 43),
        (1, "enum", 3),
        (3, "uint32", 11 << 8 | 3 | 52 << 24 | 2 << 16),
    )
    return w.file()


def _two_sessions() -> bytes:
    w = records(file_id(Writer()), 40)
    session(w, START, 20, 60, 2)
    session(w, START + 20, 20, 60, 1)
    return w.file()


BUILT = {
    "plain": activity().file(),
    "big-endian": activity(big=True).file(),
    "12-byte header": activity().file(header=12),
    "header checksum 0": activity().file(header_crc=False),
    "redefined": activity(always_define=True).file(),
    "chained": activity().file() + activity(start=START + 9000).file(),
    "developer fields": _developer_file(),
    "compressed timestamps": _compressed_file(),
    "packed fields": _packed_file(),
    "two sessions": _two_sessions(),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_the_builder_writes_others_read_as_we_do(name):
    """Shows that the builder and our reader do not share an error."""
    data, counts = BUILT[name], Counter()
    readers = {"fitparse": by_fitparse} | ({} if name.startswith("compressed") else {"garmin": by_garmin})
    for reader, read in readers.items():
        assert list(compare(reader, name, fit_compare.ours(data), read(data), counts)) == []
    assert counts["values"] >= 15
    if name not in ("developer fields", "compressed timestamps", "packed fields"):
        rows = by_fitparse(data)[20]
        track = fit.read(data).recordings[0].track
        assert rows[0]["raw 1"] == build.semicircles(11.0) == round(track["lon"][0] * 2**31 / 180)

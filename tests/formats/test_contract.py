"""Any bytes give a Reading or BadFile, nothing else, and the track of a Reading can be cleaned.

`MILEVAULT_MUTANTS=20000` (or more) runs longer; the default fits into a test run of a minute.
formats.dispatch catches and logs any other exception of a reader; here such a log entry is a failure.
"""

import logging
import os
import random
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milevault_core import formats, sports, track
from milevault_core.formats import LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS, TOTALS
from milevault_core.problems import BadFile
from tests.builders.gpx import gpx
from tests.examples.files import FILES

MUTANTS = int(os.environ.get("MILEVAULT_MUTANTS", "6000"))
SEED = int(os.environ.get("MILEVAULT_SEED", "1"))


class Watch(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record):
        self.seen.append(record)


@pytest.fixture(scope="module")
def watch():
    handler = Watch()
    logging.getLogger("milevault_core.formats").addHandler(handler)
    yield handler
    logging.getLogger("milevault_core.formats").removeHandler(handler)


def check(reading: formats.Reading) -> None:
    """Check what every Reading promises, whatever it was made from."""
    assert reading.kind in {"activity", "route", "health", "weight", "other"}
    if reading.kind == "activity":
        assert reading.recordings
    if reading.kind == "other":
        assert reading.reason.endswith(".")
    for recording in reading.recordings:
        assert recording.sport in sports.SPORTS
        assert list(recording.track.columns) == list(track.COLUMNS)
        types = dict(zip(recording.track.columns, recording.track.dtypes, strict=True))
        assert types["time"] == np.dtype("datetime64[us]")
        assert all(types[c] == np.float64 for c in track.METRIC_COLUMNS)
        assert isinstance(recording.track.index, pd.RangeIndex)
        for frame, columns in ((recording.laps, LAP_COLUMNS), (recording.lengths, LENGTH_COLUMNS),
                               (recording.sets, SET_COLUMNS)):  # fmt: skip
            assert list(frame.columns) == list(columns)
        assert recording.totals.keys() <= set(TOTALS)
        if recording.start_time is not None:
            assert isinstance(recording.start_time, datetime)
            assert recording.start_time.utcoffset().total_seconds() == 0
        for channel in recording.channels:
            assert channel.values.dtype == np.float32
            assert len(channel.values) == len(recording.track)
        assert all(start <= stop for start, stop in recording.timer)
        for problem in recording.problems:
            assert problem.code.isidentifier()
            assert problem.text.endswith(".")
        cleaned, _ = track.clean(recording.track)
        # numpy, because pandas took a fifth of the time for the thousands of files below.
        times, seqs, way = (cleaned[name].to_numpy() for name in ("time", "seq", "distance"))
        assert len(set(zip(times.tolist(), seqs.tolist(), strict=True))) == len(cleaned)
        assert (times[1:] >= times[:-1]).all()
        assert not np.isnat(times).any()
        assert (np.diff(way[~np.isnan(way)]) >= 0).all()
        track.outline(cleaned)


def read_and_check(data: bytes, watch: Watch) -> str:
    watch.seen.clear()
    try:
        reading = formats.read(data)
        outcome, sentence = reading.kind, reading.reason or "."
    except BadFile as refused:
        reading, outcome, sentence = None, "refused", str(refused)
    assert sentence.endswith("."), sentence
    if reading is not None:
        check(reading)
    assert not watch.seen, watch.seen[0].getMessage()
    return outcome


def test_the_watch_sees_a_failing_reader(watch, monkeypatch):
    """The positive control: shows that an unexpected exception fails the tests here."""
    known = formats.READERS.get("gpx") or (formats.read(FILES["gpx_11"]()), formats.READERS["gpx"])[1]
    monkeypatch.setitem(formats.READERS, "gpx", formats.Reader("gpx", known.sniff, lambda data: 1 / 0))
    with pytest.raises(AssertionError, match="A reader failed"):
        read_and_check(FILES["gpx_11"](), watch)


@pytest.mark.parametrize("name", FILES)
def test_every_example_keeps_the_promises(name, watch):
    read_and_check(FILES[name](), watch)


EVIL_TEXTS = [
    b"nan", b"inf", b"-inf", b"1e999", b"-1e308", b"9999", b"", b" ", b"0", b"-0", b"0x10", b"1_000", b"1,5",
    b"9" * 400, b"\xff", b"\0", "٣".encode(), b"<a>", b"</trkseg>", b"<trkseg>", b"]]>", b"<![CDATA[", b"&#x0;",
    b"&amp;", b"&lol;", b"<!--", b"<?x?>", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z", b"-1", b"\xed\xa0\x80",
    b"1969-12-31T23:59:59.999999Z", b"2024-05-01T07:00:00+99:99", b"<trk>", b"</trk>", b"<Lap>", b"</Track>",
]  # fmt: skip


def mutate(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 20))):
        n = len(out)
        at = rng.randrange(n + 1)
        to = min(n, at + rng.choice((1, 2, 8, 50, 500)))
        kind = rng.randrange(8)
        if kind == 0 and n:
            out[at % n] = rng.randrange(256)
        elif kind == 1 and n:
            out[at % n] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del out[at:to]
        elif kind == 3:
            out[at:at] = rng.randbytes(to - at)
        elif kind == 4:
            out[at:at] = out[at:to]
        elif kind == 5:
            del out[at:]
        elif kind == 6:
            out[at : min(to, at + 4)] = rng.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
        else:
            first = out.find(b">", at)
            last = out.find(b"<", first)
            if 0 <= first < last:
                out[first + 1 : last] = rng.choice(EVIL_TEXTS)
    return bytes(out)


@pytest.mark.parametrize("part", range(4))
def test_mutants_of_every_example(part, watch):
    rng = random.Random(SEED * 1000 + part)
    originals = [build() for build in FILES.values()]
    outcomes: dict[str, int] = {}
    for i in range(MUTANTS // 4):
        data = mutate(originals[i % len(originals)], rng)
        try:
            outcome = read_and_check(data, watch)
        except BaseException:
            print(f"mutant {i} of part {part}, seed {SEED}: {data[:2000]!r}")
            raise
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(outcomes)
    assert outcomes["activity"] > 0.3 * MUTANTS / 4  # else the mutations are too coarse to test the readers
    assert outcomes["refused"] > 0


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000), start=st.sampled_from(
    [b"", b"\x1f\x8b\x08\0\0\0\0\0", b"PK\x03\x04", b"\x0e\x20\x54\x08\x40\0\0\0.FIT\0\0", b"<gpx>", b"<gpx><trk>",
     b"<TrainingCenterDatabase>", b"<?xml version='1.0'?>", b"\xff\xfe<\0", b"\xfe\xff\0<", b"\xef\xbb\xbf<"]
))  # fmt: skip
def test_random_bytes(data, start, watch):
    read_and_check(start + data, watch)


evil_number = st.one_of(
    st.floats(width=64).map(str), st.integers().map(str), st.sampled_from([t.decode("latin-1") for t in EVIL_TEXTS]),
    st.text(max_size=5),
).map(lambda t: t.replace("&", "").replace("<", "").replace('"', ""))  # fmt: skip
evil_time = st.one_of(
    st.datetimes().map(lambda t: t.isoformat() + "Z"),
    st.datetimes().map(str),
    st.sampled_from(["", "x", "24:00"]),
)
evil_point = st.fixed_dictionaries(
    {"lat": evil_number, "lon": evil_number, "time": evil_time, "hr": evil_number, "ele": evil_number}
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.lists(evil_point, max_size=12), kind=st.text(max_size=20))
def test_valid_gpx_with_evil_values(points, kind, watch):
    from xml.sax.saxutils import escape

    body = "".join(
        f'<trkpt lat="{escape(p["lat"])}" lon="{escape(p["lon"])}"><ele>{escape(p["ele"])}</ele>'
        f"<time>{p['time']}</time><extensions><g:hr>{escape(p['hr'])}</g:hr></extensions></trkpt>"
        for p in points
    )
    text = gpx(f"<trk><type>{escape(kind)}</type><trkseg>{body}</trkseg></trk>")
    read_and_check(text.encode("utf-8", "replace"), watch)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.lists(evil_point, max_size=12), n=evil_number, at=evil_time)
def test_valid_tcx_with_evil_values(points, n, at, watch):
    from xml.sax.saxutils import escape

    from tests.builders.tcx import tcx

    body = "".join(
        f"<Trackpoint><Time>{p['time']}</Time><Position><LatitudeDegrees>{escape(p['lat'])}</LatitudeDegrees>"
        f"<LongitudeDegrees>{escape(p['lon'])}</LongitudeDegrees></Position><DistanceMeters>{escape(p['ele'])}"
        f"</DistanceMeters><HeartRateBpm><Value>{escape(p['hr'])}</Value></HeartRateBpm></Trackpoint>"
        for p in points
    )
    lap = (
        f'<Lap StartTime="{at}"><TotalTimeSeconds>{escape(n)}</TotalTimeSeconds><Calories>{escape(n)}</Calories>'
        f"<AverageHeartRateBpm><Value>{escape(n)}</Value></AverageHeartRateBpm><Track>{body}</Track></Lap>"
    )
    text = tcx(f'<Activity Sport="{escape(n)}"><Id>{at}</Id>{lap}{lap}</Activity>')
    read_and_check(text.encode("utf-8", "replace"), watch)


@pytest.mark.parametrize("name", ["gpx_11", "tcx_plain"])
def test_one_changed_byte_costs_little(name, watch):
    """Of files with one byte changed after the first tenth, 95 % give at least 80 % of the points before it."""
    data = FILES[name]()
    rng = random.Random(SEED)
    whole = sum(len(r.track) for r in formats.read(data).recordings)
    enough, rounds = 0, 400
    for _ in range(rounds):
        at = rng.randrange(len(data) // 10, len(data))
        changed = bytearray(data)
        changed[at] = (changed[at] + rng.randrange(1, 256)) % 256
        try:
            got = sum(int(r.track["time"].notna().sum()) for r in formats.read(bytes(changed)).recordings)
        except BadFile:
            got = 0
        enough += got >= 0.8 * int(whole * (at / len(data) - 0.1))
    assert not watch.seen
    assert enough >= 0.95 * rounds

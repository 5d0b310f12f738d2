"""Files are told apart by their content, and every refusal is a sentence that the user understands."""

import logging

import pytest

from milevault_core import formats
from milevault_core.formats import dispatch
from milevault_core.problems import BadFile
from tests.builders import archive as build
from tests.builders.fit import START
from tests.builders.fit import activity as fit_activity
from tests.builders.fit_sports import pool_swim, triathlon
from tests.builders.gpx import gpx, points
from tests.builders.gpx import track as trk
from tests.builders.tcx import activity, lap, tcx, with_distance

RIDE = gpx(trk(points(20))).encode()
ACTIVITY = activity(lap(with_distance(points(20))))
RUN = tcx(ACTIVITY).encode()


@pytest.mark.parametrize("name", ["a.gpx", "a.fit", "a.zip", "", "\0", "a" * 10_000])
@pytest.mark.parametrize(("data", "kind"), [(RIDE, "gpx"), (RUN, "tcx")])
def test_the_content_decides(data, kind, name):
    for packed in (
        data,
        build.gzipped(data),
        build.zipped({"x.dat": data}),
        build.gzipped(build.zipped({"x": data})),
    ):
        assert formats.read(packed, name).format == kind


def test_a_long_comment_or_much_white_space_before_the_root():
    text = RIDE.decode()
    assert formats.read(text.replace("<gpx", f"<!-- {'x' * 10_000} --><gpx", 1).encode()).format == "gpx"
    assert formats.read(b"\n" * 10_000 + RIDE).format == "gpx"


def test_bytes_of_any_kind():
    assert formats.read(bytearray(RIDE)).format == "gpx"
    assert formats.read(memoryview(RIDE)).format == "gpx"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (build.gzipped(b""), "The file is empty."),
        (bytes(5000), "The file contains nothing but zeros."),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "This is a web page, not an activity file."),
        (b"\n<html lang='en'>", "This is a web page, not an activity file."),
        (b'{"a": 1}', "This is a JSON file, not an activity file."),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "This is a picture or a video, not an activity file."),
        (b"\xff\xd8\xff\xe0" + bytes(50), "This is a picture or a video, not an activity file."),
        (b"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'/>", "This is a Google Earth KML file; "
         "please export the activity as FIT, GPX or TCX."),
        (b"<?xml version='1.0'?><rss/>", "This is an XML file of a kind MileVault does not know (rss)."),
        (b"%PDF-1.7 ...", "This is a PDF document, not an activity file."),
        (b"[Params]\nVersion=107", "This is a Polar HRM file; please export the activity as FIT, GPX or TCX."),
        (b"date,pace\n1,2\n", "This is a table, not an activity file; apart from the date it has no column that is "
         "read as a daily value, such as “weight” or “steps”."),
        (b"went out on the date,\n1,2\n", "This is a text file, not an activity file."),
        (b"Rar!\x1a\x07\x00" + bytes(20), "This is a RAR archive; please pack it as a zip instead."),
        (bytes(range(256)) * 4, "This is not an activity file: it is neither FIT nor GPX nor TCX."),
        (build.zipped({"a.gpx": RIDE, "b.gpx": RIDE}), "This is an archive of several files, not an activity file."),
        (build.zipped({}), "This is an archive without an activity file in it."),
        (build.zipped({"page.html": b"<html>"}), "This is a web page, not an activity file."),
        (build.zipped({"a.txt": b"hello", "b.txt": b"you"}), "This is an archive without an activity file in it."),
        (b"PK\x03\x04 not a zip", "The archive is damaged or incomplete."),
        (b"\x1f\x8b\x08 not a gzip", "The packed file is damaged."),
        (b"<gpx", "This GPX file holds no track and no route."),
        (b"<gpx><trk><trkseg>", "This GPX file holds no track and no route."),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(data, sentence):
    with pytest.raises(BadFile) as refused:
        formats.read(data)
    assert str(refused.value) == sentence


DOCTYPES = [
    '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE gpx SYSTEM "file:///etc/hostname">',
    '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE gpx PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd">',
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_doctype_is_refused_in_every_encoding(doctype, encoding):
    text = RIDE.decode().replace("<gpx", f"{doctype}<gpx", 1).replace("Morning", "&x;&b;")
    if encoding == "cp1252":
        text = text.replace('"1.0"?', '"1.0" encoding="windows-1252"?')
    with pytest.raises(BadFile, match="document type definition"):
        formats.read(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "hz", "rot13", "unicode_escape", "punycode", "zip"])
def test_a_doctype_does_not_slip_in_by_an_odd_encoding(encoding):
    text = RIDE.decode().replace("<gpx", f"{DOCTYPES[2]}<gpx", 1).replace("Morning", "&x;")
    text = text.replace('"1.0"?', f'"1.0" encoding="{encoding}"?')
    body = text.partition("?>")
    head = (body[0] + body[1]).encode()
    try:
        data = head + body[2].encode(encoding)
    except (LookupError, UnicodeError, ValueError):
        data = head + body[2].encode("utf-7")
    try:
        reading = formats.read(data)
    except BadFile:
        return
    assert all("root:" not in r.name for r in reading.recordings)


def test_an_include_is_not_followed():
    text = RIDE.decode().replace(
        "Morning",
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    )
    assert "root:" not in formats.read(text.encode()).recordings[0].name


@pytest.mark.parametrize(
    "broken", [KeyError("x"), RecursionError(), MemoryError(), OverflowError(), SystemError()]
)
def test_no_other_exception_leaves(monkeypatch, caplog, broken):
    formats.read(RIDE)

    def fails(data):
        raise broken

    monkeypatch.setitem(formats.READERS, "gpx", formats.Reader("gpx", formats.READERS["gpx"].sniff, fails))
    with caplog.at_level(logging.ERROR), pytest.raises(BadFile) as refused:
        formats.read(RIDE, "ride.gpx")
    assert refused.value.__cause__ is broken
    known = isinstance(broken, RecursionError | MemoryError)
    assert bool(caplog.records) is not known  # what the contract test watches for


def test_a_truncated_gzip_is_read_and_said():
    reading = formats.read(build.gzipped(gpx(trk(points(2000))).encode())[:-2000])
    codes = {p.code for p in reading.recordings[0].problems}
    assert "truncated" in codes
    assert len(reading.recordings[0].track) > 500


def test_a_gzip_cut_before_anything_can_be_told_is_not_called_a_text():
    packed = build.gzipped(gpx(trk(points(50))).encode())
    with pytest.raises(BadFile, match="ends too early, and what could be unpacked is not an activity"):
        formats.read(packed[:100])


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(dispatch, "MAX_BYTES", len(RIDE) - 1)
    with pytest.raises(BadFile, match="larger than"):
        formats.read(RIDE)


def test_a_reader_gives_up_after_its_time(monkeypatch):
    from milevault_core.formats import xml

    long = gpx(trk(points(6000))).encode()
    assert len(long) > xml.CHUNK  # anything shorter is read in one go
    assert formats.read(long).kind == "activity"
    monkeypatch.setattr(xml, "MAX_SECONDS", 0.0)
    with pytest.raises(BadFile, match="too long to read"):
        formats.read(long)


FIT = fit_activity(60)
TWICE = {
    "chained to itself": (FIT.file() + FIT.file(), FIT.file()),
    "its beginning first": (fit_activity(20).file() + FIT.file(), FIT.file()),
    "its beginning last": (FIT.file() + fit_activity(20).file(), FIT.file()),
    "a swim without points": (pool_swim() + pool_swim(), pool_swim()),
    "a triathlon": (triathlon() + triathlon(), triathlon()),
    "TCX": (tcx(ACTIVITY, ACTIVITY).encode(), RUN),
}


@pytest.mark.parametrize(("twice", "once"), TWICE.values(), ids=TWICE)
def test_an_activity_that_is_in_the_file_twice_counts_once(twice, once):
    found, alone = formats.read(twice), formats.read(once)
    assert [(r.sport, r.start_time, len(r.track), len(r.laps), r.totals) for r in found.recordings] == [
        (r.sport, r.start_time, len(r.track), len(r.laps), r.totals) for r in alone.recordings
    ]
    assert {p.code for r in found.recordings for p in r.problems} == {"activity_repeated"}


def test_what_is_not_the_same_stays_and_keeps_its_number():
    other = fit_activity(60, sport=2)
    later = fit_activity(60, start=START + 3600)
    found = formats.read(FIT.file() + FIT.file() + other.file() + later.file()).recordings
    assert [(r.part, r.sport) for r in found] == [(0, "running"), (2, "cycling"), (3, "running")]

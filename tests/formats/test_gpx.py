"""GPX of every kind against the truth it was built with, and against gpxpy."""

from datetime import timedelta
from itertools import chain

import gpxpy
import numpy as np
import pytest

from milevault_core import formats, track
from milevault_core.formats.gpx import FOLLOWS_S
from milevault_core.problems import BadFile
from tests.builders.gpx import START, gpx, points, route
from tests.builders.gpx import track as trk
from tests.samples import needs_samples, sample_files


def read(text, encoding="utf-8"):
    return formats.read(text.encode(encoding) if isinstance(text, str) else text)


def one(text, encoding="utf-8"):
    reading = read(text, encoding)
    assert reading.kind == "activity"
    assert len(reading.recordings) == 1
    return reading.recordings[0]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("extensions", ["garmin", "cluetrust", "bare", "upper"])
def test_every_field_of_every_extension(version, extensions):
    truth = points(50)
    recording = one(gpx(trk(truth, type="cycling", extensions=extensions), version=version))
    frame = recording.track
    expected = {"lat": "lat", "lon": "lon", "altitude": "ele", "heart_rate": "hr", "cadence": "cad",
                "power": "power", "temperature": "temp"}  # fmt: skip
    for ours, theirs in expected.items():
        assert frame[ours].tolist() == pytest.approx([p[theirs] for p in truth], abs=1e-8), ours
    assert [track.aware(t) for t in frame["time"]] == [p["time"] for p in truth]
    assert (recording.sport, recording.name, recording.device) == ("cycling", "Morning", "MileVault tests")
    assert recording.start_time == START
    assert recording.problems == []
    assert recording.channels == []


def test_segments_are_one_activity_and_their_starts_are_kept():
    a, b = points(20), points(30, start=START + timedelta(minutes=5))
    recording = one(gpx(trk(a, b)))
    assert len(recording.track) == 50
    assert recording.details["segments"] == [0, 20]


def test_tracks_far_apart_are_activities_of_their_own():
    reading = read(gpx(trk(points(20)), trk(points(30, start=START + timedelta(days=1)), name="Second")))
    assert [(len(r.track), r.name, r.part) for r in reading.recordings] == [
        (20, "Morning", 0),
        (30, "Second", 1),
    ]


@pytest.mark.parametrize(("gap", "kind", "count"), [(60, "running", 1), (60, "cycling", 2), (-30, "running", 2),
                                                    (FOLLOWS_S + 1, "running", 2)])  # fmt: skip
def test_a_track_that_follows_on_continues_the_activity(gap, kind, count):
    a = points(20)
    b = points(30, start=a[-1]["time"] + timedelta(seconds=gap))
    reading = read(gpx(trk(a), trk(b, type=kind)))
    assert len(reading.recordings) == count
    assert sum(len(r.track) for r in reading.recordings) == 50


def test_a_route_and_a_track_without_time_are_routes():
    plan = points(40)
    reading = read(gpx(route(plan)))
    assert (reading.kind, len(reading.recordings[0].track), reading.recordings[0].name) == (
        "route",
        40,
        "Plan",
    )
    assert reading.recordings[0].start_time is None
    course = [{k: v for k, v in p.items() if k != "time"} for p in plan]
    reading = read(gpx(trk(course)))
    assert (reading.kind, len(reading.recordings[0].track)) == ("route", 40)


def test_a_route_beside_a_track_is_left_out_and_said():
    recording = one(gpx(route(points(5)), trk(points(20))))
    assert [p.code for p in recording.problems] == ["route_left_out"]


def test_one_bad_point_costs_that_point():
    truth = points(50)
    truth[20] = {"lon": 8.0, "ele": 1, "time": "2024-13-45T99:99:99Z"}
    recording = one(gpx(trk(truth)))
    assert {p.code for p in recording.problems} == {"times_unreadable", "positions_unreadable"}
    cleaned, _ = track.clean(recording.track)
    assert cleaned.index.tolist() == [i for i in range(50) if i != 20]


@pytest.mark.parametrize("bad", ["nan", "999", "", "1e999", "12,x", "47.0°"])
def test_a_bad_coordinate_keeps_the_point(bad):
    truth = points(50)
    truth[20]["lat"] = bad
    cleaned, _ = track.clean(one(gpx(trk(truth))).track)
    assert len(cleaned) == 50
    assert np.isnan(cleaned["lat"].iloc[20])
    assert cleaned["heart_rate"].iloc[20] == truth[20]["hr"]


def test_a_decimal_comma_is_understood():
    truth = points(5)
    text = gpx(trk(truth)).replace('lat="47.', 'lat="47,')
    assert one(text).track["lat"].tolist() == pytest.approx([p["lat"] for p in truth])


NAMED = gpx(trk(points(20), name="Zürich – Höngg"))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (NAMED.encode("utf-8-sig"), "Zürich – Höngg"),
        (NAMED.encode("utf-16"), "Zürich – Höngg"),
        (NAMED.encode("utf-16-le"), "Zürich – Höngg"),
        (NAMED.encode("utf-16-be"), "Zürich – Höngg"),
        (NAMED.encode("utf-32"), "Zürich – Höngg"),
        (b" \r\n\t" + NAMED.encode(), "Zürich – Höngg"),
        (NAMED.replace('"1.0"?', '"1.0" encoding="windows-1252"?').encode("cp1252"), "Zürich – Höngg"),
        (NAMED.replace('"1.0"?', "'1.0' encoding='ISO-8859-1'?").replace("–", "-").encode("latin-1"),
         "Zürich - Höngg"),
        (NAMED.replace("–", "-").encode("latin-1"), "Zürich - Höngg"),  # says UTF-8, but is not
        (NAMED.replace('"1.0"?', '"1.0" encoding="utf-16"?').encode(), "Zürich – Höngg"),  # says UTF-16, but is not
        (NAMED.replace('"1.0"?', '"1.0" encoding="nonsense"?').encode(), "Zürich – Höngg"),
    ],
)  # fmt: skip
def test_encodings(data, name):
    recording = one(data)
    assert (recording.name, len(recording.track)) == (name, 20)
    assert recording.problems == []


def test_an_undeclared_prefix_is_repaired():
    text = gpx(trk(points(20))).replace("g:", "gpxdata:").replace('xmlns:gpxdata="', 'xmlns:g="')
    recording = one(text)
    assert [p.code for p in recording.problems] == []
    assert recording.track["heart_rate"].tolist() == [120 + i for i in range(20)]


@pytest.mark.parametrize("at", [0.3, 0.6, 0.99])
def test_a_truncated_file_gives_what_comes_before(at):
    data = gpx(trk(points(1000))).encode()
    recording = one(data[: int(len(data) * at)])
    codes = {p.code for p in recording.problems}
    assert "truncated" in codes
    assert codes <= {"truncated", "times_unreadable", "positions_unreadable"}  # from the point that was cut
    assert len(recording.track) >= 1000 * at * 0.97


def test_control_characters_and_html_entities_are_survived():
    data = gpx(trk(points(50))).replace("Morning", "M\x01or&nbsp;ning &#0;").encode()
    recording = one(data)
    assert len(recording.track) == 50
    assert [p.code for p in recording.problems] == ["repaired"]


def test_a_namespace_can_be_anything():
    truth = points(20)
    for text in (
        gpx(trk(truth)).replace("http://www.topografix.com/GPX/1/1", "urn:x"),
        gpx(trk(truth)).replace(' xmlns="http://www.topografix.com/GPX/1/1"', ""),
        gpx(trk(truth)).replace("<g:", "<g:").replace("xmlns=", "xmlns:q=").replace("<gpx", "<q:gpx")
        .replace("</gpx", "</q:gpx").replace("<trk", "<q:trk").replace("</trk", "</q:trk")
        .replace("<time", "<q:time").replace("</time", "</q:time"),
    ):  # fmt: skip
        recording = one(text)
        assert len(recording.track) == 20
        assert recording.track["time"].notna().all()


@pytest.mark.parametrize(
    ("text", "expected", "offset"),
    [
        ("2024-05-01T07:00:00Z", "2024-05-01T07:00:00", None),
        ("2024-05-01T09:00:00+02:00", "2024-05-01T07:00:00", 7200),
        ("2024-05-01T01:30:00.250-05:30", "2024-05-01T07:00:00.250", -19800),
        ("2024-05-01T07:00:00", "2024-05-01T07:00:00", None),
        ("2024-05-01 07:00:00.5", "2024-05-01T07:00:00.5", None),
        ("2024-05-01T07:00:00.123456789Z", "2024-05-01T07:00:00.123456", None),
        ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00", None),
        ("20240501T070000Z", "2024-05-01T07:00:00", None),
        ("2024-02-30T07:00:00Z", "NaT", None),
        ("2024-05-01T07:00:0xZ", "NaT", None),
        ("yesterday", "NaT", None),
        ("", "NaT", None),
        ("0000-00-00T00:00:00Z", "NaT", None),
        ("-999-05-01T07:00:00Z", "NaT", None),
    ],
)
def test_times(text, expected, offset):
    from milevault_core.formats.texts import times

    values, seconds = times([text] * 3 + [None])
    assert values.astype(str).tolist()[:3] == [str(np.datetime64(expected, "us"))] * 3
    assert np.isnat(values[3])
    assert seconds == offset


def test_times_in_many_layouts_at_once():
    from milevault_core.formats.texts import times

    texts = ["2024-05-01T07:00:00Z", "2024-05-01T07:00:01.5Z", "rubbish", "2024-05-01T09:00:02+02:00",
             "2024-05-01T07:00:03.000Z", "2024-05-01T07x00:04Z"]  # fmt: skip
    values, _ = times(texts)
    start = np.datetime64("2024-05-01T07:00:00", "us")
    ms = ((values - start) / np.timedelta64(1, "ms")).tolist()
    assert ms[:2] + ms[3:5] == [0, 1500, 2000, 3000]
    assert np.isnat(values[[2, 5]]).all()


def test_numbers_per_point_outside_the_columns_become_channels():
    text = gpx(trk(points(10))).replace("</ele>", "</ele><hdop>1.5</hdop><name>word</name>")
    text = text.replace("<g:hr>", "<g:wtemp>12.5</g:wtemp><g:hr>")
    channels = {c.name: c for c in one(text).channels}
    assert channels.keys() == {"hdop", "wtemp"}
    assert channels["wtemp"].unit == "°C"
    assert channels["wtemp"].values.tolist() == [12.5] * 10
    assert channels["wtemp"].values.dtype == np.float32


def test_steps_per_minute_of_a_runner_are_halved():
    truth = [p | {"cad": 170} for p in points(20)]
    assert one(gpx(trk(truth))).track["cadence"].tolist() == [85.0] * 20
    assert one(gpx(trk(truth, type="cycling"))).track["cadence"].tolist() == [170.0] * 20


@pytest.mark.parametrize("creator", ["Zwift", "ROUVY 3.1"])
def test_virtual_rides_are_marked(creator):
    assert one(gpx(trk(points(5), type="cycling"), creator=creator)).is_virtual
    assert not one(gpx(trk(points(5), type="cycling"))).is_virtual


def test_waypoints_only_and_nothing_at_all():
    reading = read(gpx('<wpt lat="1" lon="2"><name>x</name></wpt>'))
    assert (reading.kind, reading.recordings) == ("other", [])
    assert reading.reason == "This GPX file holds waypoints only, no track and no route."
    with pytest.raises(BadFile, match="no track and no route"):
        read(gpx())


def same_as_gpxpy(data: bytes) -> None:
    theirs = [[p for s in t.segments for p in s.points] for t in gpxpy.parse(data.decode("utf-8-sig")).tracks]
    theirs = [t for t in theirs if t]
    reading = formats.read(data)
    if reading.kind == "activity":
        theirs = [t for t in theirs if any(p.time for p in t)]
    ours = [r.track for r in reading.recordings]
    if reading.kind == "route":
        ours = ours[: len(theirs)]  # tracks first, then routes
    if len(ours) != len(theirs):  # joined
        theirs = [list(chain.from_iterable(theirs))]
    for frame, known in zip(ours, theirs, strict=True):
        assert frame["lat"].tolist() == [p.latitude for p in known]
        assert frame["lon"].tolist() == [p.longitude for p in known]
        assert frame["altitude"].fillna(-1).tolist() == [
            -1 if p.elevation is None else p.elevation for p in known
        ]
        if reading.kind == "activity":
            times = [track.aware(t) if t == t else None for t in frame["time"]]
            assert times == [p.time and p.time.astimezone(START.tzinfo) for p in known]


@pytest.mark.parametrize(
    "text",
    [gpx(trk(points(50))), gpx(trk(points(20), points(20, start=START + timedelta(minutes=2)))),
     gpx(trk(points(9)), trk(points(9, start=START + timedelta(days=2))))],
)  # fmt: skip
def test_built_files_read_the_same_in_gpxpy(text):
    same_as_gpxpy(text.encode())


@needs_samples
@pytest.mark.parametrize("path", sample_files(".gpx"), ids=lambda p: p.name)
def test_real_files_read_the_same_in_gpxpy(path):
    try:
        reading = formats.read(path.read_bytes())
    except BadFile:
        reading = None
    theirs = gpxpy.parse(path.read_text("utf-8-sig"))
    if reading is None or reading.kind == "other":
        assert theirs.get_track_points_no() == 0
        assert not theirs.routes
    elif theirs.tracks:
        same_as_gpxpy(path.read_bytes())


def test_positions_beyond_all_numbers_are_no_error(caplog):
    evil = [p | {"lat": 1.7e308, "lon": 1.7e308} for p in points()[:30]]
    read(gpx(trk(points() + evil)))
    assert not [one for one in caplog.records if one.levelname == "ERROR"]

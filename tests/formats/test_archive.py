"""Archives: good ones give every file, a harmful member is lost alone, and memory stays bounded."""

import io
import subprocess
import sys
import textwrap
import zipfile

import pytest

from milevault_core import formats
from milevault_core.formats import archive
from milevault_core.formats.archive import gunzip, is_archive, members
from milevault_core.problems import BadFile
from tests.builders import archive as build
from tests.builders.gpx import gpx, points
from tests.builders.gpx import track as trk

RIDE = gpx(trk(points(20))).encode()
MAC = b"\x00\x05\x16\x07" + bytes(200)


def listed(data, **options):
    return {m.name: (m.data, m.problem) for m in members(data, **options)}


def test_every_file_comes_out_as_it_went_in():
    files = {"a.gpx": RIDE, "folder/b.fit.gz": build.gzipped(RIDE), "activities.csv": b"id,name\n"}
    assert listed(build.zipped(files)) == {name: (data, None) for name, data in files.items()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_ways_of_packing(method):
    assert listed(build.zipped({"a.gpx": RIDE}, method)) == {"a.gpx": (RIDE, None)}


def test_a_seekable_file_and_a_name():
    file = io.BytesIO(build.zipped({"a.gpx": RIDE}))
    assert [m.name for m in members(file, "export.zip")] == ["export.zip/a.gpx"]


def test_a_zip_in_a_zip_and_no_deeper():
    inner = build.zipped({"ride.gpx": RIDE, "deeper.zip": build.zipped({"x.gpx": RIDE})})
    found = listed(build.zipped({"part 1.zip": inner, "b.gpx": RIDE}))
    assert found["part 1.zip/ride.gpx"] == (RIDE, None)
    assert found["b.gpx"] == (RIDE, None)
    data, problem = found["part 1.zip/deeper.zip"]
    assert data is None
    assert "too deep" in problem


def test_a_zip_is_told_by_content_not_by_name():
    assert listed(build.zipped({"part.fit": build.zipped({"ride.gpx": RIDE})})) == {
        "part.fit/ride.gpx": (RIDE, None)
    }
    assert is_archive(build.zipped({})[:4])
    assert not is_archive(RIDE[:4])


def test_hidden_files_are_left_out_unless_they_are_activities():
    files = {"__MACOSX/._a.gpx": MAC, ".DS_Store": b"Bud1", ".hidden/ride.gpx": RIDE, "a.gpx": RIDE}
    found = listed(build.zipped(files))
    assert found == {
        "a.gpx": (RIDE, None),
        ".hidden/ride.gpx": (RIDE, "This file was hidden in the archive."),
    }


@pytest.mark.parametrize(
    ("harmful", "sentence"),
    [
        (build.encrypted(RIDE), "password"),
        (build.with_symlink(), "link"),
        (build.lying_size(RIDE), "damaged"),
        (build.zeros_zip(100), "far more than its size"),
        (build.zipped({"a.fit": RIDE}, zipfile.ZIP_LZMA), "ordinary zip"),
    ],
)
def test_a_harmful_member_is_refused_with_a_sentence(harmful, sentence):
    ((data, problem),) = listed(harmful).values()
    assert data is None
    assert sentence in problem


def test_others_go_on_beside_a_damaged_member():
    raw = bytearray(build.zipped({"a.gpx": RIDE, "b.gpx": RIDE, "c.gpx": RIDE}))
    second = raw.index(b"b.gpx") + 40
    raw[second : second + 20] = bytes(20)
    found = listed(bytes(raw))
    assert found["a.gpx"] == found["c.gpx"] == (RIDE, None)
    assert found["b.gpx"] == (None, "This file is damaged inside the archive.")


def test_overlapping_members_are_refused():
    found = listed(build.overlapping(RIDE, 30))
    assert len(found) == 30
    assert {data for data, _ in found.values()} == {None}
    assert all("overlaps" in problem for _, problem in found.values())


@pytest.mark.parametrize("count", [200_000, 3_000_000_000])
def test_too_many_entries_are_refused_before_they_are_read(count):
    with pytest.raises(BadFile, match="more than 100\u202f000 files"):
        listed(build.many_entries(count))


def test_the_total_is_bounded(monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 3 * len(RIDE))
    with pytest.raises(BadFile, match="unpacks to more than"):
        listed(build.zipped({f"{i}.gpx": RIDE for i in range(5)}))
    inner = build.zipped({f"{i}.gpx": RIDE for i in range(5)})
    with pytest.raises(BadFile, match="unpacks to more than"):
        listed(build.zipped({"inner.zip": inner}))


def test_names_are_labels():
    evil = "../../etc/x", "C:\\boot\\y", "a\u202eb\x07.gpx", "n" * 400
    names = [m.name for m in members(build.zipped({name: RIDE for name in evil}))]
    assert names == ["../../etc/x", "C:/boot/y", "ab.gpx", "n" * 255]


@pytest.mark.parametrize("cut", [10, 0.5, -3])
def test_a_cut_archive_is_said_so(cut):
    data = build.zipped({"a.gpx": RIDE})
    end = int(len(data) * cut) if isinstance(cut, float) else cut
    with pytest.raises(BadFile, match="damaged or incomplete"):
        listed(data[:end])


def test_gunzip_joins_members_and_keeps_what_a_cut_leaves():
    packed = build.gzipped(RIDE[:500], RIDE[500:])
    assert gunzip(packed, 10**6) == (RIDE, None)
    assert gunzip(packed + bytes(100), 10**6) == (RIDE, None)
    data, problem = gunzip(build.gzipped(RIDE)[:-60], 10**6)
    assert RIDE.startswith(data)
    assert len(data) > 1000
    assert problem.code == "truncated"
    broken = bytearray(build.gzipped(RIDE))
    broken[-6] ^= 1
    assert gunzip(bytes(broken), 10**6)[1].code == "truncated"


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8b\x08" + bytes(20), build.gzipped(RIDE)[:12]])
def test_gunzip_of_nothing(data):
    with pytest.raises(BadFile):
        gunzip(data, 10**6)


def test_gunzip_stops_at_its_limit():
    with pytest.raises(BadFile, match="more than 1 MB"):
        gunzip(build.zeros_gzip(3), 1 << 20)
    with pytest.raises(BadFile, match="too many pieces"):
        gunzip(build.gzipped(b"x") * 2000, 1 << 20)


def peak_mb(code: str) -> int:
    """Peak resident memory of a fresh Python that runs `code`, with 1.5 GB of address space above the imports."""
    program = (
        textwrap.dedent("""
        import re, resource
        from milevault_core import formats
        from milevault_core.formats import archive, dispatch, gpx, tcx
        from milevault_core.problems import BadFile
        from tests.builders import archive as build
        used = int(open("/proc/self/statm").read().split()[0]) * 4096
        resource.setrlimit(resource.RLIMIT_AS, (used + 1_500_000_000,) * 2)
    """)
        + textwrap.dedent(code)
        + "\nprint(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout.split()[-1])


REFUSED = """
try:
    formats.read(DATA)
except BadFile as error:
    print(error)
else:
    raise SystemExit("was read")
"""


@pytest.mark.parametrize(
    "data",
    [
        "build.zeros_gzip(512)",
        "build.zeros_zip(512)",
        "build.zipped({str(i): bytes(1_000_000) for i in range(300)})",
        "b'<gpx>' + b'<trkpt/>' * 8_000_000",
        "b'<gpx><trk><trkseg>' + b'<trkpt/>' * 8_000_000",
        "b'<gpx><trk>' + b'<trkseg/>' * 7_000_000",
        "b'<gpx><metadata>' + b'<a/>' * 15_000_000",
        "b'<gpx>' + b'<a>' * 20_000_000",
        "b'<gpx><trk><name>' + b'x' * 60_000_000 + b'</name></trk></gpx>'",
        "b'<gpx><trk><trkseg><trkpt lat=1' + b'1' * 60_000_000 + b'/></trkseg></trk></gpx>'",
        "b'<gpx><trk><trkseg><trkpt lat=' + bytes([34]) + b'1' * 60_000_000 + bytes([34]) + b'/></trkseg></trk></gpx>'",
        "b'<gpx ' + b''.join(b' a%d=%c%c' % (i, 34, 34) for i in range(400_000)) + b'>'",
        "b'<gpx ' + b''.join(b' a%d=%c>%c' % (i, 34, 34) for i in range(3_000_000)) + b'>'",
        "b'<TrainingCenterDatabase><Activities><Activity><Lap><Track>' + b'<Trackpoint/>' * 4_000_000",
        "b'<TrainingCenterDatabase>' + b'<Activity/>' * 5_000_000",
        "b'<TrainingCenterDatabase><Activities><Activity>' + b'<Lap/>' * 8_000_000",
        "b'<' * 60_000_000",
        "bytes(60_000_000)",
        "b'<!--' + b'-' * 60_000_000",
        "b' ' * 60_000_000",
    ],
)  # fmt: skip
def test_bombs_are_refused_below_600_mb(data):
    peak = peak_mb(REFUSED.replace("DATA", data))
    print(f"{peak} MB")
    assert peak < 600


@pytest.mark.parametrize("ending", ["</trkseg></trk></gpx>", "", "<trkpt lat=</trkseg></trk></gpx>"])
def test_a_large_gpx_whole_or_damaged_takes_below_a_kilobyte_a_point(ending):
    """So a file of 600,000 points, the most that fit into 64 MB, is read in less than 600 MB."""
    code = """
    point = '<trkpt lat="47.%07d" lon="8.1234567"><ele>400.25</ele><time>2024-05-%02dT%02d:%02d:%02dZ</time></trkpt>'
    rows = (point % (i, 1 + i // 86400, i // 3600 % 24, i // 60 % 60, i % 60) for i in range(POINTS))
    data = b"<gpx><trk><trkseg>" + b"".join(row.encode() for row in rows) + b"ENDING"
    print(len(formats.read(data).recordings[0].track))
    """
    with_imports, points = peak_mb(""), 150_000
    peak = peak_mb(code.replace("ENDING", ending).replace("POINTS", str(points)))
    assert peak - with_imports < points * 800 / 1e6


def test_a_large_archive_is_read_with_flat_memory(tmp_path):
    path = tmp_path / "big.zip"
    block = bytes(range(256)) * 4096 * 20  # 20 MB
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as big:
        for i in range(12):  # 240 MB: holding them all at once would show
            big.writestr(f"{i}.bin", block)
    peak = peak_mb(
        f"assert sum(len(m.data) for m in archive.members(open({str(path)!r}, 'rb'))) == {12 * len(block)}"
    )
    assert peak < 300


def test_read_takes_a_zip_with_one_activity_in_it():
    assert formats.read(build.zipped({"x.bin": RIDE}), "ride.fit").recordings[0].sport == "running"
    assert formats.read(build.zipped({"ride.gpx": RIDE, "readme.txt": b"hello"})).kind == "activity"

"""What one file may cost. `manage.py bench hostile` measures large files; here the bounds are lowered so that a small
file exceeds them. Each refusal is tested next to a file that passes."""

import gzip
import hashlib
import io
import threading
import time
import tracemalloc

import numpy as np
import pytest

from bench import hostile_files
from milevault_core import formats
from milevault_core.formats import MAX_BYTES, Reader, Reading, archive, bounds, gpx, listing
from milevault_core.imports import photos
from milevault_core.problems import BadFile
from tests.builders import gpx as gpx_builder

RIDE = gpx_builder.gpx(gpx_builder.track(gpx_builder.points())).encode()


def loop_for_ever(data: bytes) -> Reading:
    while True:
        try:
            sum(range(1000))
        except Exception:  # a reader that takes every exception for damage
            continue


def _read_by(monkeypatch: pytest.MonkeyPatch, read) -> None:
    monkeypatch.setitem(formats.READERS, "gpx", Reader("gpx", gpx.sniff, read))


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CPU_S", 0.1)
    with monkeypatch.context() as patched:
        _read_by(patched, loop_for_ever)
        with pytest.raises(BadFile, match="longer to read"):
            formats.read(RIDE)
    assert formats.read(RIDE).kind == "activity"


def test_time_is_that_of_the_thread_that_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither another thread's work nor waiting counts."""
    monkeypatch.setattr(bounds, "CPU_S", 0.2)
    stop = threading.Event()
    busy = threading.Thread(target=lambda: [None for _ in iter(stop.is_set, True)])
    busy.start()
    try:
        with bounds.within(0):
            assert not stop.wait(0.5)
    finally:
        stop.set()
        busy.join()


def test_what_comes_too_late_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a block ends just as its time runs out, the exception must not hit the code after it."""

    def work_and_fail() -> None:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass
        raise ZeroDivisionError

    for _ in range(30):
        with pytest.raises((bounds.TooLong, ZeroDivisionError)), bounds.cpu_within(0.0):
            work_and_fail()
    assert not bounds._watched


def test_a_file_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    if not bounds._used_bytes():
        pytest.skip("this system does not say how much memory a process uses")

    def read(size: int):
        return lambda data: Reading("gpx", "other", reason=str(len(np.ones(size))))

    monkeypatch.setattr(bounds, "MEMORY_BYTES", 64 << 20)
    _read_by(monkeypatch, read(1 << 20))
    assert formats.read(RIDE).reason == str(1 << 20)
    _read_by(monkeypatch, read(1 << 27))
    with pytest.raises(BadFile, match="more memory"):
        formats.read(RIDE)
    assert len(np.ones(1 << 25)) == 1 << 25  # the limit is lifted again


def test_a_build_without_the_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MEMORY_BYTES", 1 << 40)
    _read_by(monkeypatch, lambda data: Reading("gpx", "other", reason=str(len(np.ones(1 << 24)))))
    assert formats.read(RIDE).reason == str(1 << 24)


def test_more_activities_than_a_file_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for make in (hostile_files.gpx_apart, hostile_files.tcx_activities):
        monkeypatch.setattr(bounds, "MAX_RECORDINGS", 4)
        assert len(formats.read(make(4)).recordings) == 4
        with pytest.raises(BadFile, match="more than 4 activities; please split it"):
            formats.read(make(5))


def test_more_tracks_than_a_file_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_TRACKS", 4)
    for make in (hostile_files.gpx_two_points, hostile_files.gpx_routes, hostile_files.tcx_activities):
        formats.read(make(4))
        with pytest.raises(BadFile, match="more than 4 tracks"):
            formats.read(make(5))


def test_tracks_that_go_on_are_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Joining one after another would copy every point once for each track after it."""
    copied = 0
    whole = np.concatenate

    def counting(parts, *rest, **more):
        nonlocal copied
        parts = list(parts)
        copied += sum(len(each) for each in parts)
        return whole(parts, *rest, **more)

    monkeypatch.setattr(gpx.np, "concatenate", counting)
    tracks = hostile_files.gpx_two_points(300).split(b"<trk>")
    apart = b"<trk>".join(track.replace(b"46.1", b"46.%03d" % n) for n, track in enumerate(tracks))
    (recording,) = formats.read(apart).recordings
    assert len(recording.track) == 600
    assert recording.details["segments"] == list(range(0, 600, 2))
    assert copied < 20 * 600


def test_a_gzip_is_summed_up_a_piece_at_a_time() -> None:
    bomb = hostile_files.gzip_two_members(256)
    tracemalloc.start()
    try:
        assert archive.sum_of_gzip(bomb, MAX_BYTES) is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 << 20
    two = gzip.compress(RIDE) + gzip.compress(b"more")
    assert archive.sum_of_gzip(two, MAX_BYTES) == (hashlib.sha256(RIDE + b"more").digest(), len(RIDE) + 4)
    assert archive.sum_of_gzip(two[:-9], MAX_BYTES) is None


@pytest.mark.parametrize("at", [20, 5_000, 70_000, 200_000, -9])
def test_a_damaged_gzip_gives_what_comes_before_the_damage(at: int) -> None:
    noise = np.random.default_rng(1).integers(0, 64, 400_000, dtype="u1").tobytes()
    packed = bytearray(gzip.compress(noise, 1))
    packed[at] ^= 0xFF
    try:
        found, problem = archive.gunzip(bytes(packed), MAX_BYTES)
    except BadFile:
        assert at == 20  # in the first table, before any byte
        return
    assert problem is not None
    assert len(found) < len(noise) + 300
    # zlib may output some wrong bytes before it notices the damage; those from before the changed byte are right.
    assert found[: (at if at > 0 else len(noise)) // 2] == noise[: (at if at > 0 else len(noise)) // 2]


def test_a_zip_that_says_that_packing_made_it_larger() -> None:
    lie = io.BytesIO(hostile_files.zip_lie(5 << 20))
    (member,) = listing.members(lie, "", lambda *_: pytest.fail("nothing is inside"))
    assert member.place is None
    assert "made it larger" in member.problem
    (member,) = archive.members(hostile_files.zip_lie(5 << 20))
    assert member.data is None
    honest = io.BytesIO(hostile_files.zip_lie(1000 + archive._OVERHEAD - 100))
    (member,) = listing.members(honest, "", lambda *_: pytest.fail("nothing is inside"))
    assert member.place is not None


def test_pictures_that_cost_too_much_are_kept_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MAX_SCANS", 20)
    picture = hostile_files._picture("JPEG", (64, 48), progressive=True)
    assert photos.thumbnail(picture)[1:] != (None, None, None)
    last = picture.rindex(b"\xff\xda")
    scans = picture[:last] + picture[last:-2] * 30 + picture[-2:]
    assert photos.thumbnail(scans) == ("image/jpeg", None, None, None)
    monkeypatch.setattr(photos, "MAX_WHOLE", 64 * 48 - 1)
    assert photos.thumbnail(hostile_files._picture("PNG", (64, 48))) == ("image/png", None, None, None)
    assert photos.thumbnail(hostile_files._picture("PNG", (63, 48)))[1] is not None


def test_only_the_formats_of_cameras_are_opened() -> None:
    small = hostile_files._picture("PNG", (16, 16), "RGBA")
    with pytest.raises(BadFile, match="not a picture"):
        photos.thumbnail(hostile_files.ico_of(small))
    assert photos.thumbnail(small)[0] == "image/png"


def test_the_limit_of_memory_goes_with_the_block() -> None:
    """Also where there was no limit (-1): later subprocesses would inherit a limit that stayed."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with bounds.within(1_000):
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] not in (before[0], resource.RLIM_INFINITY)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_read_that_begins_beside_another_gets_room_of_its_own() -> None:
    """Its limit is added to the memory in use now, not to what was in use when the first thread began."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    beside, over = threading.Event(), threading.Event()

    def read() -> None:
        with bounds.within(1_000):
            beside.set()
            over.wait(30)

    with bounds.within(1_000):
        kept = bytearray(200 << 20)
        first = resource.getrlimit(resource.RLIMIT_DATA)[0]
        thread = threading.Thread(target=read)
        thread.start()
        assert beside.wait(30)
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] >= first + (190 << 20)
        del kept
    assert resource.getrlimit(resource.RLIMIT_DATA) != before  # the other thread is still reading
    over.set()
    thread.join()
    assert resource.getrlimit(resource.RLIMIT_DATA) == before

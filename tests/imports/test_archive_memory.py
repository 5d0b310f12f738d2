"""Large archives take little memory: what is uploaded in pieces and read again is never held as a whole."""

import zipfile

import psutil

from milevault_core import store
from milevault_core.formats import listing
from milevault_core.imports import archives
from milevault_core.store.imports import uploads
from tests.builders import gpx

MB = 1 << 20
RUN = gpx.gpx(gpx.track(gpx.points())).encode()


def resident() -> float:
    return psutil.Process().memory_info().rss / MB


def test_three_hundred_megabytes_take_less_than_fifty(user: int, tmp_path) -> None:
    path = tmp_path / "big.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(6):
            with archive.open(f"{number}.bin", "w") as member:
                for _ in range(50):
                    member.write(bytes(MB))
        archive.writestr("run.gpx", RUN)
    size = path.stat().st_size
    before = resident()
    upload = archives.begin(user, "big.zip", size)
    with path.open("rb") as file:
        at = 0
        while piece := file.read(4 * MB):
            at = archives.append(user, upload.id, at, piece)
    assert resident() - before < 50
    with store.session() as session:
        whole = uploads.one(session, user, upload.id)
    assert whole is not None
    file = uploads.open_file(whole)
    found = {one.name: one for one in listing.members(file, "", lambda name, stream: (0, file))}
    place = found["run.gpx"].place
    assert place is not None
    assert listing.read(file, place) == RUN
    assert resident() - before < 50


def test_an_archive_beyond_four_gigabytes_keeps_its_places(tmp_path) -> None:
    """zip64, whose offsets need more than 32 bits. The file is sparse, so it takes no disk space."""
    path = tmp_path / "huge.zip"
    with path.open("w+b") as file:
        file.truncate(5 * 1024 * MB)
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("run.gpx", RUN)
    with path.open("rb") as file:
        (one,) = listing.members(file, "huge.zip", lambda name, stream: (0, file))
        assert one.place is not None
        assert one.place.at >= 5 * 1024 * MB
        assert listing.read(file, one.place) == RUN

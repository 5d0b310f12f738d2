"""The watched folder: a file is imported once, when it has stopped growing, and never touched."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.imports import watched_folder
from tests.builders import gpx
from tests.builders.archive import zipped

RUN = gpx.gpx(gpx.track(gpx.points())).encode()


@pytest.fixture
def folder(tmp_path: Path, user: int) -> Path:
    (tmp_path / "ann" / "deep").mkdir(parents=True)
    (tmp_path / "nobody").mkdir()
    return tmp_path


def look(folder: Path) -> int:
    return watched_folder.take_new(folder, settled_s=-1.0)


def rows(sql: str) -> list[tuple]:
    with store.session() as session:
        return [tuple(row) for row in session.execute(text(sql))]


def test_files_are_taken_once_and_stay_where_they_are(folder: Path, user: int) -> None:
    (folder / "ann" / "deep" / "run.gpx").write_bytes(RUN)
    (folder / "ann" / ".part").write_bytes(RUN)
    (folder / "nobody" / "run.gpx").write_bytes(RUN)
    (folder / "ann" / "link.gpx").symlink_to(folder / "nobody" / "run.gpx")
    before = sorted(str(p) for p in folder.rglob("*"))
    assert [look(folder), look(folder)] == [1, 0]
    assert rows("SELECT user_id, name FROM import_items") == [(user, "deep/run.gpx")]
    assert rows("SELECT source FROM imports") == [("folder",)]
    assert sorted(str(p) for p in folder.rglob("*")) == before


def test_a_file_that_still_grows_waits(folder: Path) -> None:
    path = folder / "ann" / "run.gpx"
    path.write_bytes(RUN[:100])
    assert watched_folder.take_new(folder) == 0
    assert rows("SELECT 1 FROM watched_files") == []
    path.write_bytes(RUN)
    assert look(folder) == 1


def test_a_changed_file_is_taken_again(folder: Path) -> None:
    path = folder / "ann" / "run.gpx"
    path.write_bytes(RUN)
    assert look(folder) == 1
    path.write_bytes(RUN + b"\n")
    os.utime(path, ns=(1, 1))
    assert [look(folder), look(folder)] == [1, 0]


def test_an_archive_goes_the_way_of_archives(folder: Path) -> None:
    several = {
        f"{number}.gpx": RUN + b"\n" * number for number in range(4)
    }  # a zip with fewer files is taken like single files
    (folder / "ann" / "all.zip").write_bytes(zipped(several))
    assert look(folder) == 1
    assert rows("SELECT state, source, name FROM uploads") == [("listing", "folder", "all.zip")]


def test_two_who_look_at_once(folder: Path) -> None:
    from milevault_core.store.imports import watched_files

    (folder / "ann" / "run.gpx").write_bytes(RUN)
    with watched_files.alone() as first:
        assert first
        assert look(folder) == 0
    assert look(folder) == 1


def test_no_folder_is_no_trouble(folder: Path) -> None:
    assert look(folder / "missing") == 0

"""Exports of Strava and Garmin that were unpacked into a folder."""

import io
import os
import resource
import sys
import zipfile
from pathlib import Path

import pytest

from milevault_core import formats, store
from milevault_core.commands import CommandError, import_paths
from milevault_core.imports import files as imports
from milevault_core.imports import plan, unpacked_export
from milevault_core.problems import BadFile
from tests.imports.test_archives import garmin, outcomes, strava, value
from tests.test_import_command import bring, lines


def unpack(archive: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    return folder


def test_the_folder_of_stravas_export_brings_names_gear_photos_and_rows(user: int, tmp_path: Path) -> None:
    folder = unpack(strava(), tmp_path / "export_1234")
    foretold = bring(folder, "--plan", "--json")
    assert foretold.returncode == 0, foretold.stderr
    with zipfile.ZipFile(tmp_path / "the.zip", "w") as packed:
        for file in imports.paths_below(folder):
            packed.write(file, file.relative_to(folder))
    with (tmp_path / "the.zip").open("rb") as opened:
        as_zip = plan.of_file(user, opened, "export_1234")
    (said,) = lines(foretold)
    # Without the times, which depend on the machine and the moment.
    foretold_of_it = {k for k in as_zip if k != "workers" and not k.endswith("_s")}
    assert {k: said[k] for k in foretold_of_it} == {k: as_zip[k] for k in foretold_of_it}
    assert value("SELECT count(*) FROM imports") == value("SELECT count(*) FROM uploads") == 0

    done = bring(folder, "--json")
    assert done.returncode == 0, done.stderr
    became = [line["outcome"] for line in lines(done)]
    assert {kind: became.count(kind) for kind in became} == {"imported": 14, "left_out": 4, "photo": 1}
    names = store.read("SELECT name, gear FROM activities WHERE user_id = $1", (user,))
    assert {"Typed in by hand 1", "Morning Run"} <= set(names["name"])
    assert value("SELECT count(*) FROM gear WHERE user_id = :u", u=user) == 4
    assert value("SELECT count(*) FROM uploads") == value("SELECT count(*) FROM upload_chunks") == 0


def test_the_folder_of_garmins_export_brings_names_and_health(user: int, tmp_path: Path) -> None:
    """The zips inside it are still zips."""
    done = bring(unpack(garmin(), tmp_path / "garmin"), "--json")
    assert done.returncode == 0, done.stderr
    assert [line["outcome"] for line in lines(done)].count("imported") == 6
    assert value("SELECT count(*) FROM activities WHERE name <> ''") == 6
    batch = value("SELECT max(id) FROM imports")
    assert list(outcomes(user, batch).values()).count("health") > 100


def test_a_plan_without_room_for_it_says_so(user: int, tmp_path: Path) -> None:
    given = import_paths._sort([unpack(strava(), tmp_path / "export")])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(CommandError, match="Import it without --plan, or set TMPDIR to a place"):
            import_paths._print_plans(user, given, as_json=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("step", [1, 1000, 1 << 20])
def test_the_zip_that_is_made_while_it_is_read(tmp_path: Path, step: int) -> None:
    inside = {"empty": b"", "a/b/c.fit": b"x" * 70_000, "Übung.gpx": b"<gpx/>", "zz": bytes(range(256)) * 40}
    for name, data in inside.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    files = [*imports.paths_below(tmp_path), tmp_path / "gone"]
    stream = unpacked_export.ZipStream(tmp_path, files)
    whole = io.BytesIO()
    while piece := stream.read(step):
        whole.write(piece)
    with zipfile.ZipFile(whole) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == inside
        assert opened.testzip() is None
    assert stream.unreadable == [tmp_path / "gone"]  # reported by the import, as for any other file


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    name = os.fsdecode(b"r\xfcn.gpx")
    (tmp_path / name).write_bytes(b"<gpx/>")
    whole = io.BytesIO(unpacked_export.ZipStream(tmp_path, list(imports.paths_below(tmp_path))).read())
    assert zipfile.ZipFile(whole).namelist() == ["r?n.gpx"]


def test_several_exports_and_other_files_in_one_folder(tmp_path: Path) -> None:
    unpack(strava("de"), tmp_path / "hers")
    unpack(strava(), tmp_path / "his" / "export")
    (number,) = unpack(garmin(), tmp_path / "g").iterdir()
    (number / "DI_CONNECT").rename(tmp_path / "DI_CONNECT")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "activities.csv").write_text("name,when\nA run,yesterday\n")
    (tmp_path / "run.gpx").write_text("<gpx/>")
    files = list(imports.paths_below(tmp_path))
    exports, others = unpacked_export.split(tmp_path, files)
    assert [root for root, _ in exports] == [
        tmp_path / "DI_CONNECT",
        tmp_path / "hers",
        tmp_path / "his" / "export",
    ]
    assert all(inside == list(imports.paths_below(root)) for root, inside in exports)
    assert [file.name for file in others] == ["customer.json", "activities.csv", "run.gpx"]


@pytest.mark.parametrize("called", ["DI_CONNECT", "my watch"])
def test_garmins_folder_under_another_name(tmp_path: Path, called: str) -> None:
    (number,) = unpack(garmin(), tmp_path / "g").iterdir()
    (root,) = [root for root, _ in unpacked_export.split(tmp_path, list(imports.paths_below(tmp_path)))[0]]
    assert root == number
    inside = (number / "DI_CONNECT").rename(tmp_path / called)
    exports, others = unpacked_export.split(inside, list(imports.paths_below(inside)))
    assert ([root for root, _ in exports], others) == ([inside], [])


def test_the_list_alone_says_what_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(strava())) as opened:
        (name,) = [n for n in opened.namelist() if n.endswith("activities.csv")]
        table = opened.read(name)
    with pytest.raises(BadFile, match="activity list from a Strava export"):
        formats.read(table)

"""`manage.py import` with and without a running jobs process. It runs as a process of its own, or within this one where
that tests as much (a new process costs 1.5 s of CPU).
"""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from milevault_core import store
from milevault_core.imports import files, undo
from tests.builders import gpx
from tests.builders.archive import gzipped, zipped
from tests.commands import command
from tests.jobs import processes
from tests.jobs.processes import gpx_file, running_jobs, value
from tests.waiting import wait_for

Done = subprocess.CompletedProcess[str]
KEYS = ["file", "outcome", "activities", "days", "reason", "problems"]


def bring(*words: object) -> Done:
    return command(
        "import", *words, "--user", "ann", env={"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "1"}
    )


@pytest.fixture
def here(user: int, command_here: Callable[..., Done]) -> Callable[..., Done]:
    """Like `bring`, but within this process."""
    return functools.partial(command_here, "import", "--user", "ann")


def lines(done: Done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the mix of files that people have."""
    files = {
        "one.gpx": gpx_file(1),
        "below/two.gpx.gz": gzipped(gpx_file(2)),
        "below/deeper/again one.gpx": gpx_file(1),
        "export.zip": zipped({"three.gpx": gpx_file(3)}),
        "plan.gpx": gpx.gpx(gpx.route(gpx.points())).encode(),
        ".hidden.gpx": gpx_file(4),
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_folder_without_running_jobs(user: int, folder: Path) -> None:
    """The command starts its own workers, ends when everything is imported and derived, and leaves no process."""
    done = bring(folder, "--json")
    assert done.returncode == 0, done.stderr
    said = {Path(line["file"]).relative_to(folder).as_posix(): line for line in lines(done)}
    assert {name: line["outcome"] for name, line in said.items()} == {
        "below/deeper/again one.gpx": "imported",
        "below/two.gpx.gz": "imported",
        "export.zip/three.gpx": "imported",
        "one.gpx": "duplicate",
        "plan.gpx": "not_activity",
    }
    assert all(list(line) == KEYS for line in said.values())
    assert said["one.gpx"]["activities"] == said["below/deeper/again one.gpx"]["activities"] != []
    assert said["plan.gpx"]["activities"] == [] != said["plan.gpx"]["reason"]
    assert all(isinstance(line["problems"], list) and line["days"] == [] for line in said.values())
    processes.assert_nothing_half()
    assert processes.all_done()
    assert value("SELECT sum(activity_count) FROM day_totals") == 3
    assert value("SELECT count(*) FROM procrastinate_workers") == 0


def test_many_zips_are_one_import(user: int, tmp_path: Path, here: Callable[..., Done]) -> None:
    """Garmin wraps each activity in its own zip; here with a larger archive and a single file beside them."""
    for n in range(4):
        (tmp_path / f"{n}.zip").write_bytes(zipped({f"{n}_ACTIVITY.gpx": gpx_file(n)}))
    (tmp_path / "all.zip").write_bytes(zipped({f"{n}.gpx": gpx_file(10 + n) for n in range(5)}))
    (tmp_path / "alone.gpx").write_bytes(gpx_file(20))
    done = here(tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    assert [line["outcome"] for line in lines(done)] == ["imported"] * 10
    (batch,) = store.read("SELECT id FROM imports")["id"]
    assert value("SELECT count(*) FROM uploads") == 0  # nothing of an archive is left
    undo.ask(user, int(batch))
    undo.run(user, int(batch))
    assert value("SELECT count(*) FROM activities") == value("SELECT count(*) FROM original_files") == 0


def test_with_running_jobs_and_1_only_for_what_failed(folder: Path, here: Callable[..., Done]) -> None:
    (folder / "diary.gpx").write_text("Dear diary, today I ran")
    with running_jobs() as start:
        start()
        wait_for(lambda: value("SELECT count(*) FROM procrastinate_workers") == 1, "a worker")
        done = bring(folder / "one.gpx", folder / "diary.gpx", "--json")
        assert done.returncode == 1
        assert [line["outcome"] for line in lines(done)] == ["imported", "failed"]
        assert lines(done)[1]["reason"] == "This is a text file, not an activity file."
        again = here(folder / "one.gpx", folder / "plan.gpx")
        assert again.returncode == 0
        assert again.stdout.splitlines()[0].endswith("one.gpx: Already here: this file was imported before.")
        assert (
            value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'milevault jobs'"
            )
            == 1
        )  # the jobs process's workers did it
        processes.wait_until_done()


def test_a_plan_writes_nothing(user: int, folder: Path, here: Callable[..., Done]) -> None:
    """The plan of an archive and the joint plan of all other files, in words and as JSON; exit code 1 if a file is
    unreadable."""
    done = here(folder, "--plan")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.rpartition("/")[2].partition("; ")[0] for line in done.stdout.splitlines()] == [
        "export.zip: 1 new activity, all in 2024", "4 files: 2 new activities, 1 already here, all in 2024",
    ]  # fmt: skip
    for table in ("imports", "import_items", "original_files", "activities", "uploads", "procrastinate_jobs"):
        assert value(f"SELECT count(*) FROM {table}") == 0, table
    files.add_and_process(user, files.begin(user, "page"), "one.gpx", (folder / "one.gpx").read_bytes())
    (folder / "diary.gpx").write_text("Dear diary, today I ran")
    again = here(folder / "one.gpx", folder / "diary.gpx", "--plan", "--json")
    assert again.returncode == 1
    (said,) = lines(again)
    assert (said["file"], said["new"], said["here"], said["unreadable"]) == ("2 files", 0, 1, 1)
    assert said["unreadable_files"][0]["name"].endswith("diary.gpx")
    told = here(folder / "diary.gpx", "--plan").stdout
    assert f"unreadable: {folder / 'diary.gpx'}: This is a text file, not an activity file." in told
    assert value("SELECT count(*) FROM activities") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf_8(user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")  # as in most people's terminals
    (tmp_path / os.fsdecode(b"r\xfcn.gpx")).write_bytes(gpx_file(1))
    (tmp_path / os.fsdecode(b"r\xfcn.zip")).write_bytes(zipped({"two.gpx": gpx_file(2)}))
    foretold = bring(tmp_path, "--plan")
    assert [line.partition(";")[0] for line in foretold.stdout.splitlines()] == [
        f"{tmp_path}/r?n.zip: 1 new activity, all in 2024", f"{tmp_path}/r?n.gpx: 1 new activity, all in 2024",
    ], foretold.stderr  # fmt: skip
    done = bring(tmp_path)
    assert sorted(line.partition(": ")[0] for line in done.stdout.splitlines()) == [
        f"{tmp_path}/r?n.gpx", f"{tmp_path}/r?n.zip/two.gpx",
    ], done.stderr  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.gpx"], "Not found: nowhere.gpx"),
        (["manage.py", "--user", "nobody"], "There is no account called nobody."),
    ],
)
def test_what_cannot_be_begun(words: list[str], sentence: str, here: Callable[..., Done]) -> None:
    done = here(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == sentence
    assert value("SELECT count(*) FROM imports") == 0

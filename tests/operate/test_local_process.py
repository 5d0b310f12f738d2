"""start, stop, restart, logs and status on this machine, with real processes."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from milevault_core.operate import local_process, logs
from tests.commands import command, data_folder, processes_of
from tests.server.test_supervisor import free_port, status
from tests.waiting import patience, wait_for

ONE_WORKER = {"JOBS_WORKERS": "1"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path / "data") as folder:
        yield folder


def manage(data: Path, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return command(*words, "--data", data, env=ONE_WORKER | env)


def looked(data: Path, **env: str) -> dict:
    done = manage(data, "status", "--json", **env)
    found = json.loads(done.stdout)
    assert done.returncode == int(not found["ok"]), done.stderr
    return found


def test_a_life_in_the_background(data: Path) -> None:
    nothing = looked(data)
    assert nothing["problems"] == [{"what": "MileVault is not running.", "remedy": "manage.py start"}]
    assert not data.exists()  # looking creates nothing

    port = free_port()
    began = manage(data, "start", "--port", port, REDIS_URL="redis://here")
    assert began.returncode == 0, began.stderr
    gone, began.stdout = began.stdout.split("\n", 1)
    assert gone == "REDIS_URL is not used any more: the queue is in the database itself, so there is no Redis"
    (link,) = re.findall(rf"http://localhost:{port}(/setup\?t=\S+)", began.stdout)
    assert status(port, link) == 200
    assert link not in (data / "logs" / "milevault.log").read_text(), "it opens a door, so it is in no log"
    running = local_process.find(data)
    assert running is not None
    assert began.stdout.startswith(f"MileVault is running at http://localhost:{port}\n")

    again = manage(data, "start")
    assert (again.returncode, again.stdout) == (
        0,
        f"MileVault is already running at http://localhost:{port}\n",
    )
    second = manage(data, "run", "--no-browser")
    assert second.returncode == 1
    assert f"is already running on {data} at http://localhost:{port} (process {running.pid})" in second.stdout

    wait_for(lambda: status(port) == 200, "/healthz 200", 60)
    well = looked(data)
    assert (well["ok"], well["problems"], well["facts"]["app"]) == (True, [], "runs")
    assert well["facts"]["schema"] == well["facts"]["newest_schema"]
    assert well["facts"]["workers"] >= 1
    assert "There is no account yet" in well["notes"][0]

    assert manage(data, "backup").returncode == 0
    assert f"({data}/backups/milevault-" in looked(data)["facts"]["last_backup"]

    said = manage(data, "logs", "jobs")
    assert "milevault.jobs" in said.stdout
    assert {line.split()[0] for line in manage(data, "logs").stdout.splitlines()} == {*logs.SERVICES}

    restarted = manage(data, "restart")
    assert restarted.returncode == 0, restarted.stderr
    assert f"MileVault is running at http://localhost:{port}" in restarted.stdout
    later = local_process.find(data)
    assert later is not None
    assert later.pid != running.pid

    ended = manage(data, "stop")
    assert (ended.returncode, ended.stdout) == (0, "MileVault has stopped.\n")
    wait_for(lambda: processes_of(data) == [], "the process itself is gone")
    assert manage(data, "stop").stdout == "MileVault is not running.\n"


def test_killed_it_takes_everything_with_it(data: Path) -> None:
    """Even if `run` is killed, app, jobs and database end in order, and nothing keeps the port or the folder."""
    assert manage(data, "start", "--port", free_port()).returncode == 0
    running = local_process.find(data)
    assert running is not None
    children = psutil.Process(running.pid).children()
    assert len(children) == 2
    os.kill(running.pid, signal.SIGKILL)
    wait_for(lambda: local_process.find(data) is None, "the system took its lock away")
    wait_for(lambda: processes_of(data) == [], "app, jobs, workers and database ended", 30)
    assert looked(data)["facts"]["app"] == "does not run"


def test_a_start_that_fails_says_why(data: Path) -> None:
    done = manage(data, "start", ADMIN_PASSWORD="password123")
    assert done.returncode == 1
    assert "ADMIN_USERNAME and ADMIN_PASSWORD cannot make the first account" in done.stderr
    assert "Traceback" not in done.stderr
    assert local_process.find(data) is None


@pytest.mark.parametrize(
    ("env", "what"),
    [
        ({"JOBS_WORKERS": "many"}, "JOBS_WORKERS"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "does not answer"),
    ],
)
def test_status_names_the_problem(env: dict, what: str, data: Path) -> None:
    found = looked(data, **env)
    assert any(what in problem["what"] and problem["remedy"] for problem in found["problems"])


def test_status_sees_secrets_that_others_can_read(data: Path, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("REDIS_URL=redis://here\n")
    file.chmod(0o644)
    found = looked(data, MILEVAULT_ENV_FILE=str(file))
    assert {
        "what": f"Other users of this machine can read the secrets in {file}.",
        "remedy": f"chmod 600 {file}",
    } in (found["problems"])
    assert any("REDIS_URL is not used any more" in note for note in found["notes"])
    file.chmod(0o600)
    assert "secrets" not in str(looked(data, MILEVAULT_ENV_FILE=str(file))["problems"])


def test_logs_before_anything_was_said(data: Path) -> None:
    done = manage(data, "logs")
    assert done.returncode == 1
    assert "There is no log" in done.stderr


def test_one_claim_on_a_folder(tmp_path: Path) -> None:
    assert local_process.find(tmp_path) is None
    first = local_process.claim(tmp_path)
    assert first is not None
    note = local_process.Running(os.getpid(), "127.0.0.1", 8501, "http://localhost:8501")
    first.note(note)
    assert local_process.claim(tmp_path) is None
    assert local_process.find(tmp_path) == note
    first.release()
    assert local_process.find(tmp_path) is None
    again = local_process.claim(tmp_path)
    assert again is not None
    again.release()


def test_logs_that_grew_too_large_begin_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 100)
    logs.folder(tmp_path).mkdir()
    file = logs.folder(tmp_path) / "app.log"
    with file.open("ab") as writer:  # like a process that keeps running
        writer.write(b"a line\n" * 20)
        writer.flush()
        logs.make_room(tmp_path)
        writer.write(b"the next\n")
    assert file.read_text() == "the next\n"
    assert file.with_suffix(".old").read_text() == "a line\n" * 20


def test_the_end_of_a_log(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("".join(f"line {n}\n" for n in range(30_000)))
    assert logs.tail(file, 2) == ["line 29998", "line 29999"]
    assert len(logs.tail(file, 20_000)) == 20_000
    assert logs.tail(file, 0) == []
    follow = logs.follow({"app": file})
    following = iter(follow)
    with file.open("a") as writer:
        writer.write("")
    import threading

    def write() -> None:
        with file.open("a") as writer:
            writer.write("half")
            writer.flush()
            writer.write(" a line\nmore")

    threading.Timer(patience(0.2), write).start()
    assert next(following) == ("app", "half a line")

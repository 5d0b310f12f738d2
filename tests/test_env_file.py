"""`.env`: read, and written by `setup`."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from milevault_core import env_file
from tests.commands import ROOT, environment


def setup(file: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "manage.py"), "setup", *words],  # without packages, as on a new machine
        env=environment(MILEVAULT_ENV_FILE=str(file), PATH="/nowhere", **env), capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("  export A = b c  ", "b c"),
        ("A='b # c'", "b # c"),
        ('A="b"  # c', "b"),
        ("A=b # c", "b"),
        ("A=b#c", "b#c"),
        ("A=", ""),
        ("A= # nothing", ""),
        ("A=postgresql://u:p@h/x?a=b", "postgresql://u:p@h/x?a=b"),
    ],
)
def test_lines(line: str, value: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# A=no\n\nnonsense\n{line}\n")
    assert env_file.read(file) == {"A": value}


def test_a_fresh_one_with_secrets_for_its_owner_only(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "two")]
    for file in files:
        done = setup(file)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Next: python3 manage.py start" in done.stdout
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    one, two = map(env_file.read, files)
    assert set(one) == {"SECRET_KEY", "DB_PASSWORD"}
    assert len({one["SECRET_KEY"], one["DB_PASSWORD"], two["SECRET_KEY"], two["DB_PASSWORD"]}) == 4
    assert all(len(value) == 64 for value in one.values())


def test_nothing_that_is_there_is_changed(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# mine\nDB_PASSWORD='precious'\nHTTP_PORT=8080")
    file.chmod(0o640)
    done = setup(file, "--docker")
    assert done.returncode == 0
    assert "Added" in done.stdout
    assert file.read_text().startswith("# mine\nDB_PASSWORD='precious'\nHTTP_PORT=8080\n")
    assert env_file.read(file)["MILEVAULT_RUNS_IN"] == "docker"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    text = file.read_text()
    again = setup(file, "--docker")
    assert "nothing was changed" in again.stdout
    assert file.read_text() == text


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    done = setup(tmp_path / "missing" / ".env")
    assert done.returncode == 1
    assert "cannot be written" in done.stdout


def test_what_it_does_not_know(tmp_path: Path) -> None:
    done = setup(tmp_path / ".env", "--nonsense")
    assert done.returncode == 2
    assert not (tmp_path / ".env").exists()

"""manage.py and the commands behind it."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PASSWORD, ROOT, command, data_folder, environment, processes_of

MANAGE = ROOT / "manage.py"


def modules(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or "").split(".")[0])
    return found


def test_only_the_standard_library() -> None:
    ours = {"milevault_core"}  # what is used of it is tested in tests/operate/test_standard_library.py
    assert modules(MANAGE.read_text()) <= sys.stdlib_module_names | ours
    assert modules("import rich.table, os") - sys.stdlib_module_names == {
        "rich"
    }  # shows that the line above can fail


def test_an_old_python_can_read_it() -> None:
    """manage.py must parse there, so that it can say that this Python is too old."""
    ast.parse(MANAGE.read_text(), feature_version=(3, 7))


def old_python() -> str | None:
    """A Python that is too old for MileVault, if the machine has one."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for path in [
        Path(folder) / name for name in ("python3.11", "python3.10", "python3.9") for folder in folders
    ]:
        probe = [path, "-c", "import sys; print(*sys.version_info[:2])"]
        if path.exists() and subprocess.run(probe, capture_output=True, text=True).stdout.startswith("3 "):
            return str(path)
    return None


needs_old_python = pytest.mark.skipif(not old_python(), reason="this machine has no Python older than 3.12")


@needs_old_python
def test_started_by_an_old_python_it_finds_a_newer_one(tmp_path: Path) -> None:
    newer = tmp_path / "python3.13"
    newer.symlink_to(sys.executable)
    asked = [old_python(), str(MANAGE), "bench", "no such bench"]
    done = subprocess.run(
        asked,
        env=environment(PATH=f"{tmp_path}:/usr/bin:/bin", MILEVAULT_PYTHON=sys.executable),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no bench called no such bench." in done.stderr


@needs_old_python
def test_an_old_python_alone_says_what_to_install(tmp_path: Path) -> None:
    stub = tmp_path / "python3.13"  # a version manager's shim, which only says that it is not installed
    stub.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    stub.chmod(0o755)
    done = subprocess.run(
        [os.path.realpath(real(old_python())), str(MANAGE), "run"],
        env=environment(PATH=str(tmp_path)), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "MileVault needs Python 3.12 or newer" in done.stdout
    assert "Install Python 3.13" in done.stdout


def real(python: str | None) -> str:
    """The interpreter itself: a version manager's shim needs its own PATH."""
    asked = [python or "", "-c", "import sys; print(sys.executable)"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_it_hands_over_words_folder_and_exit_code(tmp_path: Path) -> None:
    """From any folder, and in the same process, so that a signal to manage.py reaches the command."""
    chosen = tmp_path / "python"
    chosen.write_text('#!/bin/sh\necho "$$" "$PWD" "$PYTHONPATH" "$@"\nexit 7\n')
    chosen.chmod(0o755)
    manage = subprocess.Popen(
        [sys.executable, str(MANAGE), "import", "a b", "--user", "ann"], cwd=tmp_path, stdout=subprocess.PIPE,
        text=True, env={k: v for k, v in environment(MILEVAULT_PYTHON=str(chosen)).items() if k != "PYTHONPATH"},
    )  # fmt: skip
    said = manage.communicate()[0].split()
    assert said == [str(manage.pid), str(tmp_path), str(ROOT), "-m", "milevault_core.cli", "import", "a", "b",
                    "--user", "ann"]  # fmt: skip
    assert manage.returncode == 7


def test_help_without_anything_installed(tmp_path: Path) -> None:
    copy = tmp_path / "manage.py"
    shutil.copy(MANAGE, copy)
    done = subprocess.run([sys.executable, str(copy), "help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "manage.py run" in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_commands_of_one_data_folder(tmp_path: Path) -> None:
    """user add, psql and import on an embedded database in `--data`, wherever the option is placed."""
    with data_folder(tmp_path / "my data") as data:
        made = command(
            "user", "add", "Ann", "--admin", "--password-stdin", "--data", data,
            "--time-zone", "Europe/Berlin", "--units", "imperial", input=PASSWORD + "\n",
        )  # fmt: skip
        assert (made.returncode, made.stdout) == (0, "The account ann was made.\n"), made.stderr
        asked = command(
            "--data", data, "psql", "-c", "SELECT username, is_admin, time_zone, units FROM users"
        )
        assert asked.returncode == 0, asked.stderr
        assert "ann      | t        | Europe/Berlin | imperial" in asked.stdout
        again = command(
            "user", "add", "ann", "--password-stdin", input=PASSWORD, env={"MILEVAULT_DATA": str(data)}
        )
        assert (again.returncode, again.stdout) == (1, "")
        assert again.stderr.strip().endswith("There is already a user called ann.")
        both = command("psql", "--data", data, "-c", "SELECT 'first'", "-c", "SELECT 'second'")
        assert both.stdout.index("first") < both.stdout.index("second")
        wrong = command("psql", "--data", data, "-c", "SELECT nonsense")
        assert wrong.returncode != 0
        assert 'column "nonsense" does not exist' in wrong.stderr
        assert PASSWORD not in command("psql", "--data", data, "-c", "SELECT * FROM users").stdout
        assert processes_of(data) == []  # each command let go of the server, and the last one stopped it


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["bench", "no such bench"], 2, "There is no bench called no such bench. There are: "),
        (["psql", "--data", "/dev/null/x"], 1, "a file stands in the way"),
        (["nonsense"], 2, "invalid choice: 'nonsense'"),
        (["psql", "--nonsense"], 2, "unknown: --nonsense"),
        (["user", "add", "ann"], 1, "no terminal to answer in. 'manage.py user --help'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(words: list[str], code: int, sentence: str) -> None:
    done = command(*words, input="", start_new_session=True)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_said_in_a_sentence() -> None:
    done = command(
        "user",
        "add",
        "ann",
        "--password-stdin",
        input=PASSWORD,
        env={"DATABASE_URL": "postgresql://127.0.0.1:1/x"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer, or the connection was lost: ")
    assert "manage.py status" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_environment_is_said_in_a_sentence() -> None:
    done = command("psql", "-c", "SELECT 1", env={"DATABASE_URL": "mysql://here"})
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr

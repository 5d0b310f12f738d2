"""The step of `manage.py` that updates .venv to match the requirements, with the real pip and a package of ours."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.commands import ROOT, environment

FILES = ("requirements.txt", "requirements-jobs.txt", "requirements-dev.txt", "constraints.txt")


def wheel(folder: Path, version: str) -> Path:
    """A package called toy that only contains its version."""
    path = folder / f"toy-{version}-py3-none-any.whl"
    info = f"toy-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy.py", f"VERSION = '{version}'\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: toy\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def require(folder: Path, version: str) -> None:
    (folder / "requirements.txt").write_text(f"--no-index\n{wheel(folder, version)}\n")


def prepare(folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in environment().items() if name not in ("PYTHONPATH", "MILEVAULT_PYTHON")
    }
    code = "import manage, subprocess; p = manage.prepare('requirements.txt'); " \
           "subprocess.run([p, '-c', 'import toy; print(toy.VERSION)'], check=True)"  # fmt: skip
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=kept, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "manage.py", tmp_path)
    for name in FILES:
        (tmp_path / name).write_text("")
    return tmp_path


def test_packages_are_installed_once_and_again_when_they_change(folder: Path) -> None:
    require(folder, "1.0")
    first = prepare(folder)
    assert (first.stdout, first.returncode) == ("1.0\n", 0), first.stderr
    assert "Making .venv" in first.stderr
    same = prepare(folder)
    assert (same.stdout, same.stderr) == ("1.0\n", "")
    require(folder, "2.0")
    newer = prepare(folder)
    assert (newer.stdout, newer.returncode) == ("2.0\n", 0), newer.stderr
    assert newer.stderr == "Installing what has changed in requirements.txt …\n"

    # A version that does not exist is reported and tried again the next time; the installed one stays.
    (folder / "requirements.txt").write_text("--no-index\ntoy==3.0\n")
    for _ in range(2):
        failed = prepare(folder)
        assert failed.returncode == 1
        assert "could not be installed" in failed.stderr
    require(folder, "2.0")
    assert prepare(folder).stdout == "2.0\n"

"""`update` in a real clone of a running MileVault: before and after, and with local changes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from milevault_core.operate import local_process
from tests.commands import ROOT, data_folder, environment
from tests.server.test_supervisor import free_port, status
from tests.waiting import wait_for

WHO = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *WHO, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Clone:
    """A clone of this tree, its origin, and a data folder."""

    def __init__(self, folder: Path):
        self.origin, self.here, self.data = folder / "origin", folder / "clone", folder / "data"
        left_out = shutil.ignore_patterns(".*", "tests", "data", "docs", "__pycache__", "test-results")
        shutil.copytree(ROOT, self.origin, ignore=left_out)
        shutil.copy(ROOT / ".gitignore", self.origin)
        shutil.copytree(ROOT / ".streamlit", self.origin / ".streamlit")
        git(self.origin, "init", "--quiet", "--initial-branch=main")
        self.commit("The version before")
        git(folder, "clone", "--quiet", str(self.origin), str(self.here))

    def commit(self, message: str) -> None:
        git(self.origin, "add", "--all")
        git(self.origin, "commit", "--quiet", "--message", message)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {"MILEVAULT_PYTHON": sys.executable, "MILEVAULT_DATA": str(self.data), "JOBS_WORKERS": "1"}
        kept = {k: v for k, v in environment().items() if k != "PYTHONPATH"}
        return subprocess.run(
            [sys.executable, str(self.here / "manage.py"), *words],
            env=kept | env, cwd="/", capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    def running(self) -> local_process.Running:
        found = local_process.find(self.data)
        assert found is not None
        return found


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    with data_folder(tmp_path / "data"):
        yield Clone(tmp_path)


def test_a_newer_version_while_it_runs(clone: Clone) -> None:
    port = free_port()
    assert clone.manage("start", "--port", str(port)).returncode == 0
    first = clone.running()
    same = clone.manage("update")
    assert (same.returncode, "This is the newest version" in same.stdout) == (0, True), same.stderr

    project = clone.origin / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'version = "0.1.1"'))
    clone.commit("Something better")
    mine = clone.here / "README.md"
    mine.write_text(mine.read_text() + "\nA note of my own.\n")

    updated = clone.manage("update")
    assert updated.returncode == 0, updated.stdout + updated.stderr
    said = updated.stdout
    for line in ("Your own changes, which are kept:\n M README.md", "Something better", "1. Backup", "2. The new",
                 "3. Stopping what runs", "4. Packages", "5. Starting again", "Updated."):  # fmt: skip
        assert line in said
    assert 'version = "0.1.1"' in (clone.here / "pyproject.toml").read_text()
    assert mine.read_text().endswith("A note of my own.\n")
    assert len(list((clone.data / "backups").glob("*.tar"))) == 1
    second = clone.running()
    assert (second.pid != first.pid, second.port) == (True, port)
    wait_for(lambda: status(port) == 200, "the new version answers", 60)

    # A local change that conflicts with the newer version: git refuses, and everything stays as it was.
    (clone.origin / "README.md").write_text("Other words\n")
    clone.commit("Other words")
    head = git(clone.here, "rev-parse", "HEAD")
    refused = clone.manage("update")
    assert refused.returncode != 0
    assert "git could not update to the new version, and nothing was changed" in refused.stdout
    assert "README.md" in refused.stdout
    assert git(clone.here, "rev-parse", "HEAD") == head
    assert mine.read_text().endswith("A note of my own.\n")
    assert clone.running().pid == second.pid
    assert clone.manage("stop").returncode == 0


def test_where_there_is_nothing_to_update_from(clone: Clone) -> None:
    shutil.rmtree(clone.origin)
    lost = clone.manage("update")
    assert lost.returncode != 0
    assert "whether there is a new version; nothing was changed" in lost.stdout
    shutil.rmtree(clone.here / ".git")
    by_hand = clone.manage("update")
    assert by_hand.returncode == 0, by_hand.stdout + by_hand.stderr
    assert "This folder is not a git clone" in by_hand.stdout
    assert "nothing to back up" in by_hand.stdout
    assert "The database has schema" in by_hand.stdout
    assert not os.path.exists(clone.data / ".running") or local_process.find(clone.data) is None

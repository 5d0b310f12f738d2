"""The workflow that tests, builds and publishes, as far as it can be checked without a runner; and its scripts without
root."""

import os
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / ".gitea" / "workflows" / "build.yaml").read_text()
STEPS = yaml.safe_load(TEXT)["jobs"]["images"]["steps"]


def test_gitea_and_github_find_the_same() -> None:
    gitea, github = (
        {path.name: path.read_text() for path in (ROOT / folder / "workflows").iterdir()}
        for folder in (".gitea", ".github")
    )
    assert gitea == github


def test_tags_are_whole_without_a_registry_and_have_the_version() -> None:
    image = yaml.safe_load(TEXT)["jobs"]["images"]["env"]["IMAGE"]
    assert image == "${{ vars.REGISTRY || 'localhost' }}/milevault-${{ matrix.target }}"
    (tags,) = (step["with"]["tags"].splitlines() for step in STEPS if "tags" in step.get("with", {}))
    assert tags == ["${{ env.IMAGE }}:latest", "${{ env.IMAGE }}:${{ steps.version.outputs.number }}"]


def test_the_version_is_read_from_the_project(tmp_path: Path) -> None:
    (step,) = (step for step in STEPS if step.get("id") == "version")
    output = tmp_path / "output"
    subprocess.run(
        step["run"], shell=True, check=True, cwd=ROOT, env=os.environ | {"GITHUB_OUTPUT": str(output)}
    )
    assert re.fullmatch(r"number=\d+\.\d+\.\d+\n", output.read_text())


def as_somebody_else(folder: Path, *, has_sudo: bool) -> dict[str, str]:
    """An environment whose `id` says that this is not root, and whose `sudo` only says what it was asked for."""
    programs = {"id": "echo 1000"} | ({"sudo": 'echo "sudo $*"'} if has_sudo else {})
    for name, does in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    for name in ("bash", "dirname", "env"):
        (folder / name).symlink_to(Path("/usr/bin") / name)
    return {"PATH": str(folder), "HOME": "/home/ann", "http_proxy": "http://proxy.example"}


def test_timescale_asks_for_root_by_sudo_and_keeps_where_things_are(tmp_path: Path) -> None:
    env = as_somebody_else(tmp_path, has_sudo=True)
    done = subprocess.run(
        ["/usr/bin/bash", ROOT / ".ci/timescale.sh", "stop"], env=env, capture_output=True, text=True
    )
    assert done.stdout == (
        "sudo -n MILEVAULT_CI_CACHE=/home/ann/.cache/milevault-ci http_proxy=http://proxy.example "
        f"{ROOT}/.ci/timescale.sh stop\n"
    )


def test_timescale_without_root_and_sudo_says_so(tmp_path: Path) -> None:
    env = as_somebody_else(tmp_path, has_sudo=False)
    done = subprocess.run(
        ["/usr/bin/bash", ROOT / ".ci/timescale.sh", "stop"], env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "sudo is not here" in done.stderr


def test_scripts_are_bash_that_can_be_read() -> None:
    for script in (
        ".ci/run",
        ".ci/timescale.sh",
        ".ci/audit.sh",
        "scripts/try-compose.sh",
        "scripts/pin-images.sh",
    ):
        assert subprocess.run(["bash", "-n", ROOT / script]).returncode == 0, script

"""The workflow that tests, builds and publishes, as far as it can be checked without a runner; and its scripts, run
without root.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
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
    """An environment whose `id` reports a user other than root, and whose `sudo` only prints its arguments."""
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


HOLE = "Name Version ID Fix\\n---- ---- ---- ----\\nbcrypt 1.0 PYSEC-1 2.0\\n"
LEFT_OUT = "No known vulnerabilities found\\nbcrypt Dependency not found on PyPI and could not be audited\\n"


@pytest.mark.parametrize(
    ("data", "found", "code", "said"),
    [
        ("", "", 0, "cannot be reached from here"),
        ("[]", "", 0, "Dependencies were audited: no known holes."),
        ("[]", LEFT_OUT, 0, "Dependencies were audited but for 1, named above"),
        ("[]", HOLE, 1, "Packages with known holes are pinned"),
    ],
)
def test_the_audit_says_what_it_could_not_look_at(
    tmp_path: Path, data: str, found: str, code: int, said: str
) -> None:
    """With stand-ins for curl and for the Python that installs pip-audit. The outcome depends on what they find."""
    answer = f'{{"vulnerabilities": {data}}}' if data else ""
    tool = f"#!/bin/sh\nprintf '{found}'\nexit {code}\n"
    stand_ins = {
        "curl": f"#!/bin/sh\necho '{answer}'\n",
        "python3": f'#!/bin/sh\nmkdir -p "$3/bin"\ncp {tmp_path}/pip {tmp_path}/pip-audit "$3/bin"\n',
        "pip": "#!/bin/sh\n",
        "pip-audit": tool,
    }
    for name, script in stand_ins.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([ROOT / ".ci" / "audit.sh"], env=os.environ | path, capture_output=True, text=True)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr

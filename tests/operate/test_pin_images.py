"""scripts/pin-images.sh, with a stand-in for Docker: each digest is added after its tag, only once."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = ("compose.yaml", "compose.deploy.yaml", "Dockerfile")


def pin(folder: Path, docker: str) -> subprocess.CompletedProcess[str]:
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    (bin_folder / "docker").write_text(f"#!/bin/sh\n{docker}\n")
    (bin_folder / "docker").chmod(0o755)
    return subprocess.run(
        ["bash", ROOT / "scripts" / "pin-images.sh", folder], capture_output=True, text=True,
        env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
    )  # fmt: skip


def test_digests_behind_the_tags(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    for letter in "a", "b":  # a second run replaces what the first wrote
        done = pin(tmp_path, f'printf "sha256:%064d" 0 | tr 0 {letter}')
        assert done.returncode == 0, done.stderr
        for name in FILES:
            was, now = (ROOT / name).read_text(), (tmp_path / name).read_text()
            assert re.sub(r"@sha256:[a-f]{64}", "", now) == was
            pinned = len(re.findall(f"@sha256:{letter}{{64}}", now))
            assert pinned == (1 if name == "Dockerfile" else 2)
            assert pinned == now.count("@sha256")


def test_what_is_no_digest_is_not_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    assert pin(tmp_path, "echo no such image").returncode != 0
    assert (tmp_path / "compose.yaml").read_text() == (ROOT / "compose.yaml").read_text()

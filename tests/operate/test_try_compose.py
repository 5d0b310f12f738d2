"""scripts/try-compose.sh without Docker: a stand-in records its arguments, keeps the file, and counts activities."""

import os
import subprocess
from pathlib import Path

import pytest

from milevault_core.formats import read

ROOT = Path(__file__).parents[2]
DOCKER = """#!/bin/sh
echo "$*" >>"$HERE/noted"
case "$*" in
*" demo --user try") exit 1 ;;  # refused beside activities of one's own, without --yes
*" import --user try /tmp/try.gpx") [ -z "$LOSES_FILES" ] && touch "$HERE/imported" ;;
*" jobs "*" status --json")
    if [ -e "$HERE/imported" ]; then echo '{"facts": {"activities": 1}}'; else echo '{"facts": {"activities": 0}}'; fi
    exit 1 ;;  # no app answers in the container of the jobs
*" sh -c cat >/tmp/try.gpx") cat >"$HERE/try.gpx" ;;
esac
exit 0
"""
CURL = '#!/bin/sh\ncase "$*" in *metrics*) printf 404 ;; esac\n'


@pytest.mark.parametrize("loses_files", ["", "yes"])
def test_it_imports_a_file_and_sees_whether_it_is_there(tmp_path: Path, loses_files: str) -> None:
    for name, lines in {"docker": DOCKER, "curl": CURL}.items():
        (tmp_path / name).write_text(lines)
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "HERE": str(tmp_path), "LOSES_FILES": loses_files}
    script = ROOT / "scripts" / "try-compose.sh"
    done = subprocess.run(["bash", script], env=env, capture_output=True, text=True)
    noted = (tmp_path / "noted").read_text().splitlines()
    assert noted[-1] == "compose down --volumes --timeout 20", done.stderr
    assert (done.returncode, "All of it worked." in done.stdout) == ((1, False) if loses_files else (0, True))
    (recording,) = read((tmp_path / "try.gpx").read_bytes(), "try.gpx").recordings
    assert (recording.sport, len(recording.track)) == ("cycling", 121)

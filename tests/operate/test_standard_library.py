"""manage.py uses these modules before any package is installed, so they may only import the standard library."""

import subprocess
import sys

from tests.commands import ROOT

CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
from milevault_core import env_file
from milevault_core.operate import compose, docker_or_local, local_process, logs, setup, update
from milevault_core.commands import COMMANDS
assert COMMANDS
own = {name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names
print(" ".join(sorted(own - {"__main__", "__mp_main__"})))
"""


def alone(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(ROOT)], capture_output=True, text=True
    )


def test_only_the_standard_library() -> None:
    done = alone(CHECK)
    assert (done.stdout.strip(), done.stderr) == ("milevault_core", ""), (
        "A file of milevault_core/commands or operate imports a package at its top: import it inside the function."
    )
    assert alone(CHECK + "import pandas").returncode != 0  # shows that the line above can fail

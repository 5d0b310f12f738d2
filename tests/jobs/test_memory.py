"""Memory between what is still in use goes back to the system after a long job."""

import subprocess
import sys

import pytest

from tests.jobs.processes import ROOT

HOLES = """
import psutil
from jobs import memory

held = [bytearray(4000) for _ in range(20_000)]
held = [block for number, block in enumerate(held) if number % 100 == 99]  # every hundredth stays, the last one too
before = psutil.Process().memory_info().rss
memory.give_back()
print((before - psutil.Process().memory_info().rss) // 2**20)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only glibc keeps holes, and only there are they given back"
)
def test_holes_are_given_back() -> None:
    """80 MB in blocks, of which a hundredth is still in use."""
    done = subprocess.run([sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True)
    assert int(done.stdout) > 60, done.stderr

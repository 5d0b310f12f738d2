"""After a long job, free memory between blocks that are still in use is returned to the system."""

import subprocess
import sys

import pytest

from milevault_core.server import memory
from tests.jobs.processes import ROOT

HOLES = """
import psutil
from milevault_core.server import memory

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
    """80 MB in blocks, 1 % of which are still in use."""
    done = subprocess.run([sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True)
    assert int(done.stdout) > 60, done.stderr


def test_a_rest_comes_once_after_work_and_only_when_it_has_lasted() -> None:
    rest = memory.IdleCheck()
    working = [memory.LITTLE_CPU_S * 2 * n for n in range(1, 4)]
    assert [rest.is_new(cpu_s) for cpu_s in working] == [False] * 3
    resting = [rest.is_new(working[-1] + 0.01 * n) for n in range(2 * memory.LOOKS)]
    assert resting.index(True) == memory.LOOKS - 1
    assert sum(resting) == 1
    assert not rest.is_new(100.0)
    assert any(rest.is_new(100.0) for _ in range(memory.LOOKS))

"""The crew of workers: a dead one is started again, and import workers stay light."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.jobs import processes
from tests.jobs.processes import ROOT, hand_over, running_jobs, worker_pids
from tests.waiting import wait_for

HEAVY = (
    "sklearn",
    "numba",
    "llvmlite",
)  # what tslearn brings; their compiled parts show in a process's memory map


def loaded(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not show memory maps")
def test_a_dead_worker_is_replaced_and_none_for_imports_loads_tslearn(user: int) -> None:
    hand_over(user, 3)
    with running_jobs() as start:
        jobs = start()
        before = wait_for(lambda: len(found := worker_pids(jobs)) == 2 and found, "two workers")
        processes.wait_until_done()
        for pid in before:
            assert not [name for name in HEAVY if f"/{name}/" in loaded(pid)]
            processes.kill(pid)
        wait_for(lambda: len(worker_pids(jobs) - before) == 2, "two new workers")
        hand_over(user, 4)  # three of them are known already
        processes.wait_until_done()
        assert jobs.poll() is None
    assert processes.sql("SELECT outcome, count(*) FROM import_items GROUP BY 1 ORDER BY 1") == [
        ("duplicate", 3),
        ("imported", 4),
    ]


PROGRAM = """
import sys
from jobs import crew
from milevault_core import derive, formats
from milevault_core.formats import dispatch

{extra}
dispatch.load_readers()
for scope in ("activity", "day", "athlete"):
    for queue in ("derive", "routes"):
        derive.steps_of(scope, queue)
print(*sorted({{"tslearn", "sklearn", "numba"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(("extra", "expected"), [("", ""), ("import tslearn.metrics", "tslearn")])
def test_no_task_step_or_reader_imports_tslearn(extra: str, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(extra=extra)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1:] == ([expected] if expected else [])

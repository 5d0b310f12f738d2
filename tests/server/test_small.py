"""Processes that only supervise load no numerical packages, and a waiting worker is as small as they are."""

import os
import subprocess
import sys

import pytest

from tests.commands import ROOT

LARGE = ("pandas", "numpy", "pyarrow", "tslearn", "streamlit", "altair", "alembic", "lxml")
PROGRAM = """
import sys
import {module}
{more}
print(*sorted(set(sys.argv[1:]) & set(sys.modules)))
"""


def loaded(module: str, *packages: str, more: str = "") -> list[str]:
    command = [sys.executable, "-c", PROGRAM.format(module=module, more=more), *packages]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_supervisor() -> None:
    assert loaded("milevault_core.server.supervisor", *LARGE, "sqlalchemy", "procrastinate") == []


@pytest.mark.parametrize("module", ["jobs.__main__", "jobs.worker"])
def test_the_jobs_process_and_a_worker_that_waits(module: str) -> None:
    assert loaded(module, *LARGE, more="import jobs.tasks" if module == "jobs.worker" else "") == []


def test_the_check_can_fail() -> None:
    assert loaded("pandas", *LARGE) == ["numpy", "pandas", "pyarrow"]


APP = """
import asyncio, gc, sys
import app
async def begun():
    async with app.lifespan(app.app):
        print(*sorted({"altair", "pydeck", "tslearn"} & set(sys.modules)))
        print("pandas" in sys.modules, gc.get_freeze_count() > 100_000)
asyncio.run(begun())
"""


def test_the_app_starts_without_what_only_a_chart_or_a_map_needs(database_url: str) -> None:
    environment = os.environ | {"DATABASE_URL": database_url}
    done = subprocess.run(
        [sys.executable, "-c", APP], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "True"], done.stderr  # frozen: never scanned again

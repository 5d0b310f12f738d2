"""A forked child uses its parent's server, and each goes on when the other leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.embedded_users import clients, data_with_database, server_is_gone

PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[2])
import psycopg
from milevault_core.store.embedded_server import embedded

server = embedded.start(sys.argv[1])
def works():
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
wait, go = os.pipe()
child = os.fork()
{body}
"""

PARENT_LEAVES_FIRST = """
if child:
    server.leave()
    os.write(go, b"!")
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.read(wait, 1)
works()
server.leave()
os._exit(0)
"""

CHILD_LEAVES_FIRST = """
if not child:
    server.leave()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print("child has left", flush=True)
sys.stdin.readline()
works()
"""


def run(data: Path, body: str) -> subprocess.Popen:
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", PROGRAM.format(body=body), str(data), root]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/")


@pytest.fixture
def data():
    with data_with_database() as folder:
        yield folder


def test_the_child_goes_on_when_its_parent_leaves(data):
    with clients() as client:
        client(data).ends()  # so that no server is left at the end whatever happens here
        assert run(data, PARENT_LEAVES_FIRST).wait(60) == 0
        assert server_is_gone(data / "pg")


def test_the_parent_goes_on_when_its_child_leaves(data):
    with clients() as client:
        program = run(data, CHILD_LEAVES_FIRST)
        assert program.stdout.readline() == "child has left\n"
        stranger = client(data)
        stranger.says()
        stranger.ends()  # stops the server if nothing seems to use it
        program.communicate("go on\n", timeout=60)
        assert program.returncode == 0
        assert server_is_gone(data / "pg")


def test_a_started_program_keeps_no_server(data):
    """Locks are not inherited: a program that outlives us must not keep the server running."""
    body = """
if child:
    os.waitpid(child, 0)
    import subprocess
    sleeper = subprocess.Popen(["sleep", "60"], close_fds=False)
    print(sleeper.pid, flush=True)
else:
    os._exit(0)
"""
    with clients() as client:
        client(data).ends()
        program = run(data, body)
        sleeper = int(program.stdout.readline())
        try:
            assert program.wait(60) == 0
            assert server_is_gone(data / "pg")
        finally:
            os.kill(sleeper, 9)

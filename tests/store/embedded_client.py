"""A program that uses the embedded server, for tests of the server's life cycle. It reports each result as a line
of JSON.

    python embedded_client.py DATA            start, say {"dsn", "postmaster"} or {"cannot"}, stay until stdin ends
    python embedded_client.py --connect DSN   connect once, say {"answer"} or {"refused"}

--uid N: become that user first. --adopt: become the parent of orphans and never reap them (they stay zombies).
Lines on stdin: `select` says {"answer": 1}, `leave` leaves and says {"left": true}.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from milevault_core.store.embedded_server import embedded

# A shell makes background processes ignore Ctrl-C, and their children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup


def say(**what) -> None:
    print(json.dumps(what), flush=True)


def select(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT 1").fetchone()[0]


def become(uid: int) -> None:
    embedded.programs()  # do late imports now: that user may not be able to read the files
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def use(data: Path) -> None:
    try:
        server = embedded.start(data)
    except embedded.CannotStart as why:
        say(cannot=str(why))
        return
    say(dsn=server.dsn, postmaster=int((server.pg / "postmaster.pid").read_text().split()[0]))
    for line in sys.stdin:
        if line.strip() == "select":
            say(answer=select(server.dsn))
        else:
            server.leave()
            say(left=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--connect")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--adopt", action="store_true")
    wanted = parser.parse_args()
    if wanted.adopt:
        pr_set_child_subreaper = 36
        assert ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0) == 0
    if wanted.uid is not None:
        become(wanted.uid)
    if wanted.connect:
        try:
            say(answer=select(wanted.connect))
        except psycopg.OperationalError as why:
            say(refused=str(why))
    else:
        use(wanted.data)


if __name__ == "__main__":
    main()

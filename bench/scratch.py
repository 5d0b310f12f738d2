"""A scratch database for benches, and CPU time of this process and of its database together."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from milevault_core import config, store
from milevault_core.store import queue
from milevault_core.store.embedded_server import embedded
from milevault_core.store.models import User


@contextmanager
def database() -> Iterator[int]:
    """An open store on a new, empty database (on TEST_DATABASE_URL's server, else a new embedded one) with one user;
    yields the user's id. Everything is deleted afterwards."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        server = None if given else embedded.start(Path(folder) / "data")
        address = given or server.dsn  # type: ignore[union-attr]
        name = f"bench_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
        head, _, query = address.partition("?")
        url = head.rsplit("/", 1)[0] + "/" + name + (f"?{query}" if query else "")
        store.close()
        queue.app.cache_clear()
        # In another process: a real worker finds its database migrated and has not loaded what migrating needs.
        migrate = "import sys; from milevault_core.store import migrate; migrate.upgrade(sys.argv[1])"
        subprocess.run([sys.executable, "-c", migrate, url], cwd=config.ROOT, check=True)
        store.open(url)
        note_database()
        with store.session() as session:
            user = User(username="bench", password_hash="!", time_zone="UTC")
            session.add(user)
            session.flush()
            user_id = user.id
        try:
            yield user_id
        finally:
            store.close()
            queue.app.cache_clear()
            with psycopg.connect(address, autocommit=True) as admin:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            if server:
                server.leave()


def note_database() -> None:
    """Remember which database is open, for the heading of the figures."""
    has = store.read("SELECT count(*) AS n FROM pg_extension WHERE extname = 'timescaledb'")["n"].iloc[0]
    os.environ["BENCH_DATABASE"] = "timescale" if has else "embedded PostgreSQL"


def server_cpu_s() -> float:
    """CPU seconds that the backends of this database's open connections have used so far."""
    pids = store.read("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")["pid"]
    total = 0.0
    for pid in pids:
        # In a chroot or on this machine the pids are visible here; for a server elsewhere nothing is counted.
        if psutil.pid_exists(int(pid)):
            used = psutil.Process(int(pid)).cpu_times()
            total += used.user + used.system
    return total


class Cpu:
    """CPU seconds of this process and of the database since this object was made."""

    def __init__(self) -> None:
        self._server = server_cpu_s()
        self._ours = time.process_time()

    def read(self) -> tuple[float, float]:
        ours = time.process_time() - self._ours
        return ours, server_cpu_s() - self._server

"""The embedded server's life cycle: which process starts and stops it, and what killed processes leave behind."""

import fcntl
import os
import select
import signal
import subprocess
import time

import psutil
import psycopg
import pytest

from milevault_core.store.embedded_server import cluster, embedded
from tests.store.embedded_users import (
    clients,
    data_with_database,
    kill_server,
    needs_linux,
    open_folder,
    server_is_gone,
    servers,
)


@pytest.fixture
def data():
    with data_with_database() as folder:
        yield folder


@pytest.fixture
def new_data():
    with open_folder() as home:
        yield home / "data"


def test_three_at_once_and_the_first_leaves(new_data):
    with clients() as client:
        three = [client(new_data) for _ in range(3)]
        postmasters = {each.says()["postmaster"] for each in three}
        assert len(postmasters) == 1
        for left in (2, 1, 0):
            assert three.pop(0).ends() == 0
            assert [each.told("select") for each in three] == [{"answer": 1}] * left
        assert server_is_gone(new_data / "pg")


def test_leaving_twice_and_two_shares_in_one_process(data):
    first, second = embedded.start(data), embedded.start(data)
    first.leave()
    first.leave()
    assert psycopg.connect(second.dsn).execute("SELECT 1").fetchone() == (1,)
    second.leave()
    assert server_is_gone(data / "pg")


def test_a_killed_user_does_not_keep_the_server(data):
    with clients() as client:
        killed, other = client(data), client(data)
        postmaster = killed.says()["postmaster"]
        assert other.says()["postmaster"] == postmaster
        killed.gets(signal.SIGKILL)
        assert other.told("select") == {"answer": 1}
        other.ends()
        assert server_is_gone(data / "pg")


def test_the_next_user_finds_and_stops_a_server_whose_users_were_all_killed(data):
    with clients() as client:
        killed = client(data)
        postmaster = killed.says()["postmaster"]
        killed.gets(signal.SIGKILL)
        assert psutil.pid_exists(postmaster)
        other = client(data)
        assert other.says()["postmaster"] == postmaster
        other.ends()
        assert server_is_gone(data / "pg")


def test_everything_killed_and_nothing_lost(data):
    with clients() as client:
        killed = client(data)
        with psycopg.connect(killed.says()["dsn"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 20000) AS n")
        killed.gets(signal.SIGKILL)
        kill_server(data / "pg")
        with psycopg.connect(client(data).says()["dsn"]) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (20000,)


@needs_linux
def test_a_killed_server_that_is_still_a_zombie(data):
    with clients() as client:
        parent = client(data, "--adopt")  # the server becomes its child, and it never reaps it
        postmaster = parent.says()["postmaster"]
        for process in servers(data / "pg"):
            process.kill()
        assert server_is_gone(data / "pg")
        said = client(data).says()
        assert said["postmaster"] != postmaster
        assert psutil.Process(postmaster).status() == psutil.STATUS_ZOMBIE, "the test has tested nothing"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_a_user_by_leaving(data, number):
    with clients() as client:
        user = client(data)
        user.says()
        assert user.gets(number) != 0
        assert server_is_gone(data / "pg")


def test_ctrl_c_in_one_terminal_is_not_for_the_server(data):
    with clients() as client:
        starter, other = client(data), client(data)
        assert starter.says()["postmaster"] == other.says()["postmaster"]
        os.killpg(starter.process.pid, signal.SIGINT)
        starter.process.wait(60)
        assert other.told("select") == {"answer": 1}


def bystander(data):
    """A program of the server's user that is unrelated to the server and dies from any signal."""
    return subprocess.Popen(["sleep", "600"], cwd="/", **as_owner(data / "pg"))


def as_owner(pg):
    owner = pg.stat()
    user = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": ()}
    return user if os.geteuid() == 0 else {}


def name_as_postmaster(data, pid):
    """Put another program's process id where the killed server wrote its own."""
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        path = data / "pg" / name
        _, *rest = path.read_bytes().split(b"\n")
        path.write_bytes(b"\n".join((str(pid).encode(), *rest)))


def test_a_killed_servers_number_now_belongs_to_another_program(data):
    with clients() as client:
        user = client(data)
        user.says()
        user.gets(signal.SIGKILL)
        kill_server(data / "pg")
        other = bystander(data)
        name_as_postmaster(data, other.pid)
        user = client(data)
        assert user.says()["postmaster"] != other.pid
        user.ends()
        assert other.poll() is None
        other.kill()
        other.wait()


def test_leaving_a_killed_server_hits_no_other_program(data):
    with clients() as client:
        user = client(data)
        user.says()
        kill_server(data / "pg")
        other = bystander(data)
        name_as_postmaster(data, other.pid)
        assert user.ends() == 0
        assert other.poll() is None
        other.kill()
        other.wait()


@pytest.mark.parametrize("torn", [b"", b"12", b"garbage\n"])
def test_a_server_killed_while_it_wrote_its_number(data, torn):
    with clients() as client:
        embedded.start(data).leave()
        (data / "pg" / "postmaster.pid").write_bytes(torn)
        assert client(data).says()["postmaster"]


def test_an_old_servers_last_process_is_waited_for(data):
    """A process of the dead server still uses the files, so no new server may start yet."""
    with clients() as client:
        user = client(data)
        dsn = user.says()["dsn"]
        # A busy computation, which does not notice that its server has died.
        busy = psycopg.connect(dsn, autocommit=True)
        backend = psutil.Process(busy.info.backend_pid)
        backend.suspend()
        for process in servers(data / "pg"):
            if process.pid != backend.pid:
                process.kill()
        new = client(data)
        wait_until_starting(data)
        assert select.select([new.process.stdout], [], [], 2.0)[0] == [], "it did not wait"
        assert servers(data / "pg") == [backend]
        backend.kill()
        said = new.says()
        assert "postmaster" in said, said


def test_a_recovering_server_is_waited_for(data):
    """The server is kept in recovery, as a standby that refuses connections until it is promoted."""
    with clients() as client:
        embedded.start(data).leave()
        pg = data / "pg"
        with (pg / "postgresql.auto.conf").open("a") as settings:
            settings.write("hot_standby = off\n")
        (pg / "standby.signal").touch()
        os.chown(pg / "standby.signal", pg.stat().st_uid, -1)
        two = [client(data), client(data)]
        wait_for_log(pg, "entering standby mode")
        assert select.select([each.process.stdout for each in two], [], [], 1.0)[0] == [], "it did not wait"
        promote = [embedded.programs() / "pg_ctl", "promote", "--no-wait", "--silent", "-D", pg]
        subprocess.run(promote, check=True, cwd="/", **as_owner(pg))
        assert len({each.says()["postmaster"] for each in two}) == 1
        assert two[0].told("select") == {"answer": 1}


def wait_until_starting(data):
    """Wait until a client holds the lock for starting a server."""
    deadline = time.monotonic() + 60
    with (data / ".starting").open() as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert time.monotonic() < deadline
            time.sleep(0.02)


def wait_for_log(pg, text):
    deadline = time.monotonic() + 60
    while text not in (pg / "log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_half_a_database_is_made_anew(new_data):
    (new_data / "pg.new" / "base").mkdir(parents=True)
    (new_data / "pg.new" / "PG_VERSION").write_text(cluster.VERSION)
    server = embedded.start(new_data)
    server.leave()
    assert not (new_data / "pg.new").exists()


def test_what_is_set(new_data):
    server = embedded.start(new_data)
    try:
        with psycopg.connect(server.dsn) as connection:
            shown = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
            files = connection.execute(
                "SELECT count(*) FROM pg_hba_file_rules WHERE type <> 'local' AND auth_method <> 'reject'"
            ).fetchone()
    finally:
        server.leave()
    assert files == (0,), "nobody is let in but through the socket"
    assert {name: shown[name] for name in WANTED} == WANTED


WANTED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": str(32 * 1024 // 8),
    "synchronous_commit": "on",
    "fsync": "on",
    "data_checksums": "on",
    "jit": "off",
    "TimeZone": "UTC",
    "server_encoding": "UTF8",
    "lc_messages": "C",
}

"""Backup and restore between all three kinds of database: embedded PostgreSQL 18, TimescaleDB, plain PostgreSQL.

The plain one is an older version (16), with another collation and other formats of dates and numbers, and our role has
few rights there. This reveals a backup that depends on its server's settings.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from milevault_core.backup import locations, make, restore, tables, verify
from milevault_core.store import migrate
from milevault_core.store.embedded_server import embedded, system_user
from tests.backup.filled import fill, new_database
from tests.store.embedded_users import open_folder


@pytest.fixture(scope="module")
def plain_url() -> Iterator[str]:
    """A plain PostgreSQL 16, with a role that cannot create databases."""
    programs = embedded.programs().parents[1] / "pginstall" / "bin"
    with open_folder() as home:
        data = home / "pg"
        user = system_user.serving_user(data)
        system_user.open_tree(programs.parent, user)
        system_user.open_way(programs, user)
        system_user.make_folder(data, user)
        run = {"user": user.uid, "group": user.gid, "extra_groups": ()} if user else {}
        start = ["-w", "-o", f"-c listen_addresses='' -k {data} -c fsync=off", "-l", str(data / "log")]
        make_it = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run(make_it, cwd=data, check=True, capture_output=True, **run)
        subprocess.run([programs / "pg_ctl", "-D", data, "start", *start], cwd=data, check=True, **run)
        try:
            server = f"postgresql://postgres@/postgres?host={data}"
            with psycopg.connect(server, autocommit=True) as admin:
                for statement in (
                    "CREATE ROLE milevault LOGIN",
                    "ALTER ROLE milevault SET DateStyle = 'German'",
                    "ALTER ROLE milevault SET TimeZone = 'America/St_Johns'",
                    "ALTER ROLE milevault SET extra_float_digits = -10",
                    "ALTER ROLE milevault SET bytea_output = 'escape'",
                    "ALTER ROLE milevault SET IntervalStyle = 'sql_standard'",
                    "ALTER ROLE milevault SET lock_timeout = '1ms'",
                ):
                    admin.execute(statement)
            yield server
        finally:
            subprocess.run(
                [programs / "pg_ctl", "-D", data, "stop", "-m", "fast"], cwd=data, check=True, **run
            )


@pytest.fixture(scope="module")
def embedded_url() -> Iterator[str]:
    with open_folder() as home:
        server = embedded.start(home / "data")
        yield server.dsn
        server.leave()


@pytest.fixture(scope="module")
def servers(plain_url: str, embedded_url: str) -> dict[str, tuple[str, str]]:
    """Kind of server -> its URL, and the options to create a database with."""
    found = {"embedded": (embedded_url, ""), "plain": (plain_url, "OWNER milevault")}
    if given := os.environ.get("TEST_DATABASE_URL"):
        found["timescale"] = (given, "")
    return found


def as_milevault(kind: str, url: str) -> str:
    return url.replace("postgres@", "milevault@") if kind == "plain" else url


def has_timescale(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return (
            connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone()
            is not None
        )


def test_from_any_into_any(servers: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    path = None
    for source, (server, options) in servers.items():
        with new_database(server, options) as made:
            url = as_milevault(source, made)
            if path is None:
                fill(url)
                wanted = tables.digests(url)
            else:
                restore.restore(url, path)
            assert has_timescale(url) == (source == "timescale")
            assert tables.digests(url) == wanted, source
            path = make.write(url, tmp_path / f"{source}.tar").path
            for target, (there, with_options) in servers.items():
                with new_database(there, with_options) as new:
                    restore.restore(as_milevault(target, new), path)
                    assert tables.digests(as_milevault(target, new)) == wanted, f"{source} to {target}"
                    assert migrate.differences(as_milevault(target, new)) == []


def test_a_proof_where_we_may_make_no_database(plain_url: str, backup_file: Path) -> None:
    """The proof starts its own embedded server, so that the weekly proof works there too."""
    with new_database(plain_url, "OWNER milevault") as made:
        url = as_milevault("plain", made)
        restore.restore(url, backup_file)
        assert verify.prove(url, backup_file).row_count > 0
        connection = psycopg.connect(url, autocommit=True)
        with connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE DATABASE x")
    assert locations.with_database("postgresql://a:b@h:5/c?d=e", "x") == "postgresql://a:b@h:5/x?d=e"

"""Databases for backup tests: rows in every table, and values that are easily lost in a backup."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from milevault_core import store
from milevault_core.backup import locations
from milevault_core.imports import files
from milevault_core.store import migrate, queue
from tests.backup import rows
from tests.builders import gpx
from tests.walls_person import person

AWKWARD = (
    "tab\there, line\nbreak, carriage\rreturn",
    "\\N \\. back\\slash",
    "Ümlaut 🧭 \u202eright to left",
    "",
)


@contextmanager
def new_database(server_url: str, options: str = "") -> Iterator[str]:
    """The URL of an empty database, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" {options}')
    try:
        yield locations.with_database(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def opened(url: str) -> Iterator[None]:
    """This process's store, open on a database."""
    store.close()
    queue.app.cache_clear()
    store.open(url)
    try:
        yield
    finally:
        store.close()
        queue.app.cache_clear()


def fill(url: str) -> None:
    """Add two people with rows in every table, a pending file, a dirty mark, and values that are easily lost."""
    migrate.upgrade(url)
    with opened(url):
        ann, bob = person("ann"), person("bob")
        files.add(ann.user_id, files.begin(ann.user_id, "page"), "later.gpx", track_file())
        with store.session() as session:
            connection = store.raw(session)
            for text in AWKWARD:
                connection.execute(
                    "INSERT INTO activities (user_id, name, sport, start_time, local_day, elapsed_s, "
                    "distance_m, details) VALUES (%s, %s, 'running', '1999-12-31 23:59:59.999999+00', "
                    "'2000-02-29', 0.1, 1e300, %s)",
                    (ann.user_id, text, psycopg.types.json.Jsonb({"x": text, "y": 0.1})),
                )
            connection.execute(
                "UPDATE activities SET avg_speed = 'Infinity', max_speed = '-Infinity', avg_power = 1/3::float8, "
                "ascent_m = 5e-324 WHERE name = ''"
            )
            connection.execute("UPDATE activity_data_points SET altitude = 1/3::real, time = time + '1 us'")
            connection.execute(
                "INSERT INTO dirty_activities (activity_id, step, user_id) VALUES (%s, 'metrics', %s)",
                (bob.activity_id, bob.user_id),
            )
            rows.fill_empty(connection)


def track_file() -> bytes:
    return gpx.gpx(gpx.track(gpx.points(30))).encode()


def counted(url: str, table: str = "users") -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

"""A database as the first MileVault (FastAPI, SQLAlchemy) may have created it, reconstructed from its models' names in
two dialects, because its column names are not known.
"""

import uuid
from pathlib import Path

import psycopg

from milevault_core.accounts import passwords
from tests.builders import fit
from tests.jobs.processes import gpx_file

PASSWORD = "a word that was good enough"

DIALECTS = {
    # Integer keys, a file store with a folder per user, absolute paths inside the container.
    "plain": """
        CREATE TABLE users (id serial PRIMARY KEY, username varchar(64) UNIQUE NOT NULL, email varchar(255),
            hashed_password varchar(255), is_admin boolean DEFAULT false, is_active boolean DEFAULT true,
            created_at timestamptz DEFAULT now());
        CREATE TABLE named_routes (id serial PRIMARY KEY, user_id int REFERENCES users, name varchar(255),
            reference_activity_id int, distance_m float);
        CREATE TYPE sporttype AS ENUM ('running', 'cycling', 'Trail Run', 'swordplay');
        CREATE TABLE activities (id serial PRIMARY KEY, user_id int REFERENCES users, name varchar(255),
            sport_type sporttype, start_time timestamptz, distance_m float, avg_heart_rate int, notes text,
            file_path varchar(512), named_route_id int REFERENCES named_routes, weather varchar(64));
    """,
    # UUID keys, other names, paths relative to the store.
    "other": """
        CREATE TABLE "user" (id uuid PRIMARY KEY, user_name text UNIQUE, password_hash text, is_superuser boolean,
            timezone text, units text);
        CREATE TABLE named_route (id uuid PRIMARY KEY, owner_id uuid, title text);
        CREATE TABLE activity (id uuid PRIMARY KEY, owner_id uuid, title text, activity_type text,
            started_at timestamp, description text, source_file text, route_id uuid);
    """,
}
REST = """
    CREATE TABLE activity_data_points (time timestamptz, activity_id int, latitude float, longitude float);
    CREATE TABLE activity_laps (id serial PRIMARY KEY, activity_id int);
    CREATE TABLE route_segments (id serial PRIMARY KEY, name text);
    CREATE TABLE personal_records (id serial PRIMARY KEY);
    CREATE TABLE health_metrics (id serial PRIMARY KEY, user_id int, date date, resting_hr int,
        sleep_minutes int, mood text);
    CREATE TABLE weight_logs (id serial PRIMARY KEY, user_id int, date date, weight_kg float, notes text);
    CREATE TABLE garmin_connect_configs (id serial PRIMARY KEY, email text, encrypted_password text);
    CREATE TABLE shoes (id serial PRIMARY KEY, name text);
    CREATE TABLE alembic_version (version_num text);
    INSERT INTO activity_data_points SELECT now(), 1, 47, 8 FROM generate_series(1, 5);
    INSERT INTO route_segments (name) VALUES ('Hill'), ('Bridge');
    INSERT INTO weight_logs (user_id, date, weight_kg, notes) VALUES (1, '2024-03-01', 70, 'After breakfast'),
        (1, '2024-03-02', 69.5, NULL), (2, NULL, 80, NULL), (2, '2024-03-01', 8000, NULL), (3, '2024-03-01', 60, NULL);
    INSERT INTO health_metrics (user_id, date, resting_hr, sleep_minutes, mood) VALUES
        (1, '2024-03-01', 51, 452, 'fine'), (1, '2024-03-02', 900, NULL, NULL), (2, '2024-03-01', 60, NULL, NULL),
        (3, '2024-03-01', 44, NULL, NULL), (NULL, '2024-03-01', 44, NULL, NULL);
    INSERT INTO garmin_connect_configs (email) VALUES ('a@example.org');
    INSERT INTO shoes (name) VALUES ('Fast ones');
    INSERT INTO alembic_version VALUES ('3f2a');
"""


def make_plain(dsn: str, store: Path) -> None:
    """Anna (an admin) with a run, a trail run on a named route, a wellness file that no row names, an activity whose
    file is lost and one that never had a file; bob with a ride; the user `test`, who is not to be moved."""
    hashed = passwords.hash_password(PASSWORD)
    with psycopg.connect(dsn) as connection:
        connection.execute(DIALECTS["plain"] + REST)
        connection.execute(
            "INSERT INTO users (username, hashed_password, is_admin, email) VALUES "
            "('Anna Miller', %s, true, 'a@example.org'), ('bob', 'pbkdf2:nothing-of-ours', false, NULL), "
            "('test', %s, false, NULL)",
            (hashed, hashed),
        )
        connection.execute(
            "INSERT INTO named_routes (user_id, name) VALUES (1, 'Lake loop'), (1, 'Never run')"
        )
        insert = (
            "INSERT INTO activities (user_id, name, sport_type, start_time, notes, file_path, named_route_id, weather) "
            "VALUES (%s, %s, %s, now(), %s, %s, %s, %s)"
        )
        for row in [
            (1, "Evening by the lake", "running", "Windy.\nGood.", "/data/files/1/a.gpx", 1, "rain"),
            (1, "Over the hill", "Trail Run", None, "/data/files/1/b.gpx", None, None),
            (1, "Lost", "running", None, "/data/files/1/lost.fit", None, None),
            (1, "Typed in", "running", None, None, None, None),
            (2, "Fencing", "swordplay", "", "/data/files/2/c.fit", None, None),
            (3, "Not this one", "running", None, "/data/files/3/d.gpx", None, None),
        ]:
            connection.execute(insert, row)
    for name, data in {
        "1/a.gpx": gpx_file(1), "1/b.gpx": gpx_file(2), "1/2024/c_WELLNESS.gpx": gpx_file(3),
        "2/c.fit": fit.activity(120).file(), "3/d.gpx": gpx_file(4), "stray.gpx": gpx_file(5),
    }.items():  # fmt: skip
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_bytes(data)


def make_other(dsn: str, store: Path) -> None:
    """One user with two activities, in the other dialect."""
    ann, route, one, two = (uuid.UUID(int=n) for n in range(1, 5))
    with psycopg.connect(dsn) as connection:
        connection.execute(DIALECTS["other"])
        connection.execute(
            """INSERT INTO "user" VALUES (%s, 'ann', %s, NULL, 'Europe/Berlin', 'imperial')""",
            (ann, passwords.hash_password(PASSWORD)),
        )
        connection.execute("INSERT INTO named_route VALUES (%s, %s, 'Home')", (route, ann))
        insert = "INSERT INTO activity VALUES (%s, %s, %s, %s, now(), %s, %s, %s)"
        connection.execute(insert, (one, ann, "One", "Ride", "Said", "2024/one.gpx", route))
        connection.execute(insert, (two, ann, "Two", None, None, "two.gpx", None))
    (store / "2024").mkdir(parents=True)
    (store / "2024" / "one.gpx").write_bytes(gpx_file(1))
    (store / "two.gpx").write_bytes(gpx_file(2))


def digest(dsn: str) -> dict[str, tuple]:
    """Row count and hash of every table, and the sequences' values."""
    with psycopg.connect(dsn) as connection:
        names = [
            r[0] for r in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        found = {
            n: connection.execute(
                f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{n}" t'
            ).fetchone()
            for n in names
        }
        sequences = "SELECT array_agg((sequencename, last_value)::text ORDER BY 1) FROM pg_sequences"
        return found | {"sequences": connection.execute(sequences).fetchone()}

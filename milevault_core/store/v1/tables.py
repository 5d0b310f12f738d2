"""The database of the first MileVault (FastAPI, SQLAlchemy), read-only. Its tables and columns are looked up by the
names listed here; what is not listed is reported, never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from milevault_core.store.v1.health_columns import DAYS, OWN, WEIGHTS

# Our name for a table -> names that the first MileVault may use.
TABLES = {
    "users": ("users", "user"),
    "activities": ("activities", "activity"),
    "points": ("activity_data_points", "activity_data_point", "data_points"),
    "laps": ("activity_laps", "activity_lap", "laps"),
    "named_routes": ("named_routes", "named_route", "routes"),
    "segments": ("route_segments", "route_segment", "segments"),
    "records": ("personal_records", "personal_record"),
    "health_days": ("health_metrics", "health_metric", "daily_health"),
    "weights": ("weight_logs", "weight_log", "weights"),
    "garmin": ("garmin_connect_configs", "garmin_connect_config", "garmin_configs"),
}
# Our name for a column -> names it may have there, likeliest first.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "users": {
        "id": ("id", "user_id"),
        "name": ("username", "user_name", "login", "name"),
        "password_hash": ("hashed_password", "password_hash", "hashed_pw", "password"),
        "is_admin": ("is_admin", "is_superuser", "admin"),
        "time_zone": ("time_zone", "timezone", "tz"),
        "units": ("units", "unit_system", "measurement_system"),
    },
    "activities": {
        "id": ("id", "activity_id"),
        "user": ("user_id", "owner_id", "athlete_id"),
        "file": ("file_path", "source_file", "original_file", "fit_file_path", "source_path", "stored_path", "path",
                 "file_name", "filename", "original_filename"),
        "name": ("name", "title"),
        "sport": ("sport_type", "activity_type", "sport", "type"),
        "description": ("notes", "description", "note", "comment", "comments"),
        "start": ("start_time", "started_at", "start_date", "start", "date"),
        "named_route": ("named_route_id", "route_id"),
    },
    "segments": {
        "id": ("id", "segment_id", "route_segment_id"),
        "user": ("user_id", "owner_id", "athlete_id"),
        "name": ("name", "title"),
        "sport": ("sport_type", "activity_type", "sport", "type"),
        "line": ("polyline", "encoded_polyline", "geojson", "geometry", "coordinates", "points", "path", "line"),
        "start_lat": ("start_lat", "start_latitude"),
        "start_lon": ("start_lon", "start_lng", "start_longitude"),
        "end_lat": ("end_lat", "end_latitude"),
        "end_lon": ("end_lon", "end_lng", "end_longitude"),
        "activity": ("activity_id", "reference_activity_id", "source_activity_id"),
    },
    "named_routes": {
        "id": ("id", "route_id", "named_route_id"),
        "user": ("user_id", "owner_id", "athlete_id"),
        "name": ("name", "title"),
    },
    "health_days": OWN | DAYS,
    "weights": OWN | WEIGHTS,
}  # fmt: skip
# Prefixes of columns that this MileVault computes itself, from the files.
COMPUTED = (
    "distance", "duration", "moving", "elapsed", "total_", "avg_", "average_", "max_", "min_", "mean_", "elevation",
    "ascent", "descent", "calories", "pace", "speed", "cadence", "heart_rate", "hr_", "power", "normalized", "tss",
    "intensity", "training_", "temperature", "bounding", "bbox", "start_lat", "start_lon", "start_lng", "end_lat",
    "end_lon", "end_lng", "polyline", "has_", "num_", "point_count", "lap_count", "sub_sport", "device",
    "manufacturer", "end_time", "end_date", "created_at", "updated_at", "uploaded_at", "processed", "processing",
    "status", "file_type", "file_format", "file_hash", "sha256", "checksum", "timezone", "utc_offset",
)  # fmt: skip
# Prefixes of the tables of its tools.
NOT_DATA = ("alembic_version", "celery_", "kombu_", "apscheduler_", "spatial_ref_sys")


class NotFirstMileVault(Exception):
    """This is not a database of the first MileVault; `str()` says why."""


@dataclass
class FirstMileVault:
    """An open, read-only connection to such a database. tables: our name -> (its name there, its columns)."""

    connection: psycopg.Connection[dict[str, Any]]
    tables: dict[str, tuple[str, tuple[str, ...]]]
    unknown_tables: list[str]

    def column(self, table: str, field: str) -> str | None:
        """The name of a column there; None if it has none of the known names."""
        have = self.tables[table][1] if table in self.tables else ()
        return next((name for name in COLUMNS[table][field] if name in have), None)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, by our names of the columns; values of missing columns are None."""
        if table not in self.tables:
            return []
        found = {field: self.column(table, field) for field in COLUMNS[table]}
        chosen = [
            SQL("{} AS {}").format(Identifier(name), Identifier(field))
            for field, name in found.items()
            if name
        ]
        key = found.get("id")
        order = SQL(" ORDER BY {}").format(Identifier(key)) if key else SQL("")
        query = (
            SQL("SELECT {} FROM {}").format(SQL(", ").join(chosen), Identifier(self.tables[table][0])) + order
        )
        return [dict.fromkeys(found) | row for row in self.connection.execute(query)]

    def count(self, table: str) -> int:
        """How many rows a table has; 0 if there is no such table."""
        if table not in self.tables:
            return 0
        query = SQL("SELECT count(*) AS n FROM {}").format(Identifier(self.tables[table][0]))
        row = self.connection.execute(query).fetchone()
        return row["n"] if row else 0

    def not_understood(self) -> list[str]:
        """Tables and columns that hold data which nothing here reads: "table", "table.column"."""
        found = [name for name in self.unknown_tables if self._holds(name)]
        for table, fields in COLUMNS.items():
            if table not in self.tables:
                continue
            name, columns = self.tables[table]
            read = {self.column(table, field) for field in fields}
            for column in columns:
                if column not in read and not column.startswith(COMPUTED) and self._holds(name, column):
                    found.append(f"{name}.{column}")
        return found

    def _holds(self, table: str, column: str = "") -> bool:
        where = SQL("WHERE {} IS NOT NULL").format(Identifier(column)) if column else SQL("")
        query = SQL("SELECT EXISTS (SELECT FROM {} {}) AS there").format(Identifier(table), where)
        row = self.connection.execute(query).fetchone()
        return bool(row and row["there"])


@contextmanager
def look_into(dsn: str) -> Iterator[FirstMileVault]:
    """Open the database, in one read-only transaction. Raises NotFirstMileVault, or psycopg.OperationalError when it
    does not answer."""
    options = "-c default_transaction_read_only=on"
    with psycopg.connect(dsn, row_factory=dict_row, options=options, connect_timeout=10) as connection:
        connection.read_only = True  # a second time: for the session, and for its one transaction
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        have: dict[str, list[str]] = {}
        for row in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "AND table_type = 'BASE TABLE') ORDER BY table_name, ordinal_position"
        ):
            have.setdefault(row["table_name"], []).append(row["column_name"])
        tables = {}
        for word, names in TABLES.items():
            name = next((n for n in names if n in have), None)
            if name:
                tables[word] = (name, tuple(have[name]))
        _check(have, tables)
        known = {name for name, _ in tables.values()}
        unknown = [name for name in have if name not in known and not name.startswith(NOT_DATA)]
        yield FirstMileVault(connection, tables, unknown)
        connection.rollback()


def _check(have: dict[str, list[str]], tables: dict) -> None:
    if "original_files" in have and "import_items" in have:
        raise NotFirstMileVault("This is a database of this MileVault itself, not of the first one.")
    missing = [word for word in ("users", "activities") if word not in tables]
    if missing:
        names = ", ".join(sorted(have)[:20]) or "none"
        raise NotFirstMileVault(
            f"This is not a database of the first MileVault: it has no table {missing[0]}. It has: {names}."
        )
    needed = {"users": ("id", "name"), "activities": ("id", "user", "file")}
    for word, fields in needed.items():
        table, columns = tables[word]
        for field in fields:
            if not set(COLUMNS[word][field]) & set(columns):
                raise NotFirstMileVault(
                    f"Its table {table} has none of the columns {', '.join(COLUMNS[word][field])}. "
                    f"It has: {', '.join(columns)}."
                )

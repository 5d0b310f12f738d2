"""TimescaleDB's compression and retention: every statement about them, in one place. Off by default.

Points and samples are written once and read by their activity or their day, so a chunk (a year) that has ended is
compressed: 84 bytes a point become 13. Everything still works on compressed chunks: reading, COPY, and deleting an
activity. Only changing the table's schema needs them decompressed (`turn_off`).

These features need the build under TimescaleDB's own licence. Apache-licensed builds (Debian's package among them)
have only hypertables, and the embedded PostgreSQL has no TimescaleDB at all.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

# Table -> columns by which its rows are read together, and their order within.
TABLES = {
    "activity_data_points": ("activity_id", "time, seq"),
    "wellness_samples": ("user_id, metric", "time"),
}
# Computed from the health files, which are kept, so dropped rows can be computed again. Points are never dropped.
FORGETTABLE = "wellness_samples"
# A chunk is compressed this long after it ended, so that files that come late still go into an uncompressed chunk.
AFTER_DAYS = 90

_NO_EXTENSION = (
    "This database has no TimescaleDB, so nothing can be compressed. The images of compose.yaml have it."
)
_APACHE = (
    "This is an Apache-licensed build of TimescaleDB (like Debian's package), which has no compression. The "
    "timescale/timescaledb images of compose.yaml have it; a backup can be restored there."
)


class CannotCompress(Exception):
    """This database cannot compress; `str()` says why."""


@dataclass(frozen=True)
class Compressed:
    """How far a table is compressed."""

    table: str
    chunks: int
    compressed: int  # chunks
    bytes_before: int  # of the compressed chunks
    bytes_after: int
    is_on: bool


def connected(dsn: str) -> psycopg.Connection:
    """A connection for the functions below: a context manager, in autocommit."""
    return psycopg.connect(dsn, autocommit=True)


def check(connection: psycopg.Connection) -> None:
    """Raises CannotCompress if this database cannot compress."""
    found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone()
    if found is None:
        raise CannotCompress(_NO_EXTENSION)
    row = connection.execute("SELECT current_setting('timescaledb.license', true)").fetchone()
    if row is None or row[0] != "timescale":
        raise CannotCompress(_APACHE)


def turn_on(connection: psycopg.Connection, after_days: int = AFTER_DAYS) -> None:
    """Compress chunks that ended `after_days` days ago, now and from now on. A second call changes the days.
    connection: in autocommit, so that each chunk is a transaction. Raises CannotCompress."""
    check(connection)
    connection.execute(_unlimited(connection))
    for table, (together, order) in TABLES.items():
        if not _is_on(connection, table):
            connection.execute(
                sql.SQL(
                    "ALTER TABLE {} SET (timescaledb.compress, timescaledb.compress_segmentby = {}, "
                    "timescaledb.compress_orderby = {})"
                ).format(sql.Identifier(table), sql.Literal(together), sql.Literal(order))
            )
        connection.execute("SELECT remove_compression_policy(%s, if_exists => true)", (table,))
        connection.execute(
            "SELECT add_compression_policy(%s, compress_after => %s * interval '1 day')", (table, after_days)
        )
        older = "SELECT c::text FROM show_chunks(%s, older_than => %s * interval '1 day') AS c ORDER BY 1"
        for (chunk,) in connection.execute(older, (table, after_days)).fetchall():
            connection.execute("SELECT compress_chunk(%s::regclass, if_not_compressed => true)", (chunk,))


def turn_off(connection: psycopg.Connection) -> None:
    """Decompress everything and stop compressing; this needs the disk space that compression has saved. connection: in
    autocommit. Raises CannotCompress."""
    check(connection)
    for table in TABLES:
        connection.execute("SELECT remove_compression_policy(%s, if_exists => true)", (table,))
        for (chunk,) in connection.execute(
            "SELECT c::text FROM show_chunks(%s) AS c ORDER BY 1", (table,)
        ).fetchall():
            connection.execute("SELECT decompress_chunk(%s::regclass, if_compressed => true)", (chunk,))
        if _is_on(connection, table):
            off = sql.SQL("ALTER TABLE {} SET (timescaledb.compress = false)")
            connection.execute(off.format(sql.Identifier(table)))


def forget_samples(connection: psycopg.Connection, years: int | None) -> None:
    """Drop health samples that are older than `years`, now and from now on; None: keep all from now on. Raises
    CannotCompress."""
    check(connection)
    connection.execute("SELECT remove_retention_policy(%s, if_exists => true)", (FORGETTABLE,))
    if years is not None:
        connection.execute(
            "SELECT add_retention_policy(%s, drop_after => %s * interval '1 year')", (FORGETTABLE, years)
        )


def state(connection: psycopg.Connection) -> list[Compressed]:
    """How far each table is compressed. Raises CannotCompress."""
    check(connection)
    return [_state(connection, table) for table in TABLES]


def _state(connection: psycopg.Connection, table: str) -> Compressed:
    row = connection.execute("SELECT count(*) FROM show_chunks(%s)", (table,)).fetchone()
    chunks = int(row[0]) if row else 0
    if not _is_on(connection, table):
        return Compressed(table, chunks, 0, 0, 0, is_on=False)
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE compression_status = 'Compressed'), "
        "coalesce(sum(before_compression_total_bytes), 0), coalesce(sum(after_compression_total_bytes), 0) "
        "FROM chunk_compression_stats(%s)",
        (table,),
    ).fetchone()
    compressed, before, after = (int(number) for number in row or (0, 0, 0))
    return Compressed(table, chunks, compressed, before, after, is_on=True)


def _is_on(connection: psycopg.Connection, table: str) -> bool:
    query = "SELECT compression_enabled FROM timescaledb_information.hypertables WHERE hypertable_name = %s"
    row = connection.execute(query, (table,)).fetchone()
    return bool(row and row[0])


def _unlimited(connection: psycopg.Connection) -> sql.Composed:
    """A statement that lifts TimescaleDB's limit on decompression. A long activity has more points than TimescaleDB
    decompresses for one DELETE by default (100,000), so it could be neither deleted nor read again."""
    return sql.SQL(
        "ALTER DATABASE {} SET timescaledb.max_tuples_decompressed_per_dml_transaction = 0"
    ).format(sql.Identifier(connection.info.dbname))

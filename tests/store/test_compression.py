"""Compression: refused with the reason unless TimescaleDB has its own licence; otherwise tested completely."""

import re
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from milevault_core import cli, store
from milevault_core.backup import make, restore, tables
from milevault_core.imports import files, reread, undo
from milevault_core.store import compression, engine, migrate
from tests.backup import filled
from tests.jobs.processes import ROOT, gpx_file, value
from tests.jobs.processes import sql as sql_


def licence(database: engine.Database) -> str:
    """The licence: "timescale", "apache", or "" without TimescaleDB."""
    with psycopg.connect(database.dsn) as connection:
        if connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone() is None:
            return ""
        return connection.execute("SELECT current_setting('timescaledb.license')").fetchone()[0]


def test_refused_with_the_reason(database: engine.Database) -> None:
    """Every subcommand refuses, and nothing is changed."""
    found = licence(database)
    if found == "timescale":
        pytest.skip("This TimescaleDB can compress.")
    reason = "has no TimescaleDB" if not found else "Apache-licensed build"
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        for attempt in (
            compression.turn_on, compression.turn_off, compression.state,
            lambda one: compression.forget_samples(one, 2),
        ):  # fmt: skip
            with pytest.raises(compression.CannotCompress, match=reason):
                attempt(connection)
        set_for = (
            "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE "
        )
        assert connection.execute(set_for + "datname = current_database())").fetchone() == (0,)


def test_the_command_refuses_with_a_sentence(database: engine.Database, monkeypatch, capsys) -> None:
    if licence(database) == "timescale":
        pytest.skip("This TimescaleDB can compress.")
    monkeypatch.setenv("DATABASE_URL", database.dsn)
    assert cli.main(["compress", "status"]) == 1
    assert "compose.yaml have it" in capsys.readouterr().err
    for wrong in (["on", "--after", "0"], ["samples", "1"], ["samples", "-3"], []):
        with pytest.raises(SystemExit):
            cli.main(["compress", *wrong])


def test_every_statement_names_what_is_there(database: engine.Database) -> None:
    """Tables and columns exist in the schema, including those by which rows are segmented."""
    for table, (together, order) in compression.TABLES.items():
        for column in re.split(r", ", f"{together}, {order}"):
            assert value(
                "SELECT count(*) FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                table, column,
            ) == 1  # fmt: skip
    assert compression.FORGETTABLE in compression.TABLES
    assert compression.FORGETTABLE != "activity_data_points"


class Told:
    """A stand-in for a connection to a TimescaleDB with its own licence; it records the statements."""

    def __init__(self, is_on: bool, real: psycopg.Connection) -> None:
        self.is_on, self.real, self.said = is_on, real, []
        self.info = real.info

    def execute(self, query, parameters=()):
        text = query.as_string(self.real) if isinstance(query, sql.Composed) else query
        self.said.append(text)
        self.answer = (
            [(1,)] if "pg_extension" in text
            else [("timescale",)] if "timescaledb.license" in text
            else [(self.is_on,)] if "compression_enabled" in text
            else [("_hyper_1_1_chunk",), ("_hyper_1_2_chunk",)] if "FROM show_chunks" in text and "c::text" in text
            else [(2,)] if "count(*) FROM show_chunks" in text
            else [(1, 840, 130)]
        )  # fmt: skip
        return self

    def fetchone(self):
        return self.answer[0]

    def fetchall(self):
        return self.answer


def test_what_is_said_to_the_database(database: engine.Database) -> None:
    """On: settings before chunks. Off: chunks before settings. Each once per table, and nothing else."""
    with psycopg.connect(database.dsn) as real:
        on = Told(False, real)
        compression.turn_on(on, 120)
        assert sum("compress_chunk(" in each for each in on.said) == 4
        first = next(n for n, each in enumerate(on.said) if "compress_chunk(" in each)
        assert any(
            "timescaledb.compress, timescaledb.compress_segmentby = 'activity_id'" in s
            for s in on.said[:first]
        )
        assert "max_tuples_decompressed_per_dml_transaction = 0" in on.said[2]
        again = Told(True, real)
        compression.turn_on(again, 120)
        assert not any(each.startswith("ALTER TABLE") for each in again.said)

        off = Told(True, real)
        compression.turn_off(off)
        kinds = [
            re.sub(r".*?(remove_compression_policy|decompress_chunk|compress = false).*", r"\1", each)
            for each in off.said
            if re.search("policy|decompress_chunk|compress = false", each)
        ]
        assert (
            kinds
            == ["remove_compression_policy", "decompress_chunk", "decompress_chunk", "compress = false"] * 2
        )
        assert not any("DROP" in each or "DELETE" in each for each in on.said + off.said)

        samples = Told(True, real)
        compression.forget_samples(samples, None)
        assert not any("add_retention" in each for each in samples.said)
        found = compression.state(Told(True, real))
        assert [(one.table, one.chunks, one.compressed, one.bytes_after) for one in found] == [
            ("activity_data_points", 2, 1, 130), ("wellness_samples", 2, 1, 130),
        ]  # fmt: skip


POINTS = "SELECT * FROM activity_data_points ORDER BY activity_id, time, seq"
COMPRESSED = "compressed"


def compress(dsn: str, kind: str) -> None:
    """Compress everything, twice because the second time must change nothing. With "plain", do nothing."""
    if kind != COMPRESSED:
        return
    with psycopg.connect(dsn, autocommit=True) as connection:
        compression.turn_on(connection, 7)
        compression.turn_on(connection, 7)
        state = {one.table: one for one in compression.state(connection)}["activity_data_points"]
        assert state.compressed == state.chunks


def decompress(dsn: str, kind: str) -> None:
    if kind == COMPRESSED:
        with psycopg.connect(dsn, autocommit=True) as connection:
            compression.turn_off(connection)
            assert not any(one.is_on or one.compressed for one in compression.state(connection))


@pytest.fixture(params=["plain", COMPRESSED])
def kind(request: pytest.FixtureRequest, database: engine.Database) -> str:
    """Run a test both ways: plain everywhere, and compressed only if TEST_DATABASE_URL is a TimescaleDB with its own
    licence."""
    if request.param == COMPRESSED and licence(database) != "timescale":
        pytest.skip("no TimescaleDB that can compress is named by TEST_DATABASE_URL")
    return request.param


def test_import_undo_and_reading_again(database: engine.Database, user: int, kind: str) -> None:
    """Import into compressed chunks, undo it there, and reread activities with damaged points there."""
    batch = files.begin(user, "page")
    for day in range(4):
        files.process(files.add(user, batch, f"{day}.gpx", gpx_file(day))[0])
    before = store.read(POINTS)
    compress(database.dsn, kind)
    assert store.read(POINTS).equals(before)

    late = files.begin(user, "page")
    files.process(files.add(user, late, "late.gpx", gpx_file(9))[0])
    assert value("SELECT count(DISTINCT activity_id) FROM activity_data_points") == 5
    undo.ask(user, late)
    undo.run(user, late)
    assert store.read(POINTS).equals(before)

    compress(database.dsn, kind)
    first, start = sql_("SELECT activity_id, min(time) FROM activity_data_points GROUP BY 1 ORDER BY 1")[0]
    of_it = "WHERE activity_id = %s AND time"
    sql_(f"DELETE FROM activity_data_points {of_it} > %s + interval '30 s'", first, start)
    sql_(f"UPDATE activity_data_points SET altitude = 7 {of_it} < %s + interval '9 s'", first, start)
    assert not store.read(POINTS).equals(before)
    again = reread.begin(user, "Everything")
    reread.work(user, again)
    reread.do(user, again)
    reread.work(user, again)
    assert store.read(POINTS).equals(before)
    decompress(database.dsn, kind)
    assert store.read(POINTS).equals(before)


def test_backups_from_and_over_compressed_chunks(
    database: engine.Database, user: int, kind: str, tmp_path: Path
) -> None:
    """A backup of compressed chunks contains plain rows; old and new backups can replace a compressed database."""
    batch = files.begin(user, "page")
    files.process(files.add(user, batch, "0.gpx", gpx_file(0))[0])
    backup, before = tmp_path / "backup.tar", tables.digests(database.dsn)
    compress(database.dsn, kind)
    make.write(database.dsn, backup)
    oldest, *_, newest = sorted((ROOT / "tests" / "backups").glob("schema-*.tar"))
    with filled.new_database(database.dsn) as other:
        # Each takes seconds; without compression once is enough, because other tests restore too.
        for file in (newest, backup, oldest) if kind == COMPRESSED else (backup,):
            restore.restore(other, file, replace=True)
            if file == backup:
                # Accounts deleted before the restore stay recorded; the older file had one.
                gone = {"deleted_accounts": None}
                assert tables.digests(other) | gone == before | gone
            assert migrate.differences(other) == []
            compress(other, kind)

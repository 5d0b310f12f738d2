"""Migrations, models and the queue's frozen schema agree; a wrong schema prevents the start with a message."""

import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import procrastinate
import psycopg
import pytest
from alembic.script import ScriptDirectory

from milevault_core.store import migrate


def test_migrations_and_models_agree(database_url: str) -> None:
    migrate.upgrade(database_url)
    assert migrate.differences(database_url) == []


def test_a_difference_would_be_seen(database_url: str) -> None:
    migrate.upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE activities DROP COLUMN device")
    assert migrate.differences(database_url)


def test_the_names_of_the_files_are_what_alembic_reads_in_them() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config(""))
    assert migrate.revisions() == [r.revision for r in script.walk_revisions()]
    assert migrate.newest() == script.get_current_head()


def test_a_process_with_nothing_to_migrate_does_without_alembic(database_url: str) -> None:
    migrate.upgrade(database_url)
    code = "import sys; from milevault_core import store; store.open(sys.argv[1]); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_the_queues_frozen_schema_is_the_packages() -> None:
    ours = Path(migrate.FOLDER, "sql", "procrastinate_3_10_0.sql").read_text()
    theirs = Path(procrastinate.__file__).with_name("sql").joinpath("schema.sql").read_text()

    def squeezed(sql: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"--.*", "", sql)).strip()

    assert squeezed(ours) == squeezed(theirs)


def test_many_at_once_migrate_once(server_url: str) -> None:
    from tests.databases import with_name

    name = "test_at_once"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    url = with_name(server_url, name)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(migrate.upgrade, [url] * 3))
    assert migrate.differences(url) == []
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_newer_schema_is_refused(database_url: str) -> None:
    migrate.upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(migrate.SchemaError, match="newer MileVault"):
        migrate.upgrade(database_url)


def test_the_first_milevaults_tables_are_left_alone(server_url: str) -> None:
    from tests.databases import with_name

    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS test_seed WITH (FORCE)")
        connection.execute("CREATE DATABASE test_seed")
    url = with_name(server_url, "test_seed")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE activities (id int)")
    with pytest.raises(migrate.SchemaError, match="import-milevault"):
        migrate.upgrade(url)
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (1,)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE test_seed WITH (FORCE)")

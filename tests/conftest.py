"""Fixtures of all tests: a real database, made new for each test that asks for one.

TEST_DATABASE_URL points the tests at any other server (CI: TimescaleDB); without it an embedded one is started
for the run, in a temporary folder.
"""

import os
import tempfile
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from milevault_core import config, store
from milevault_core.store import embedded, engine, migrate, queue
from tests.chromium import browser  # noqa: F401 - a fixture, one for all

os.environ["MILEVAULT_ENV_FILE"] = ""  # the .env of whoever runs the tests is not theirs


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Address of a server on which databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="milevault-test-") as folder:
        server = embedded.start(Path(folder) / "data")
        yield server.dsn
        server.leave()


def _with_name(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    address = head.rsplit("/", 1)[0] + "/" + name
    return f"{address}?{query}" if query else address


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """A migrated database that tests copy, or, with TimescaleDB (which cannot be copied), migrate anew."""
    name = f"template_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    migrate.upgrade(_with_name(server_url, name))
    yield name
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A fresh, migrated database of one test."""
    with fresh_database(server_url, template) as url:
        yield url


@contextmanager
def fresh_database(server_url: str, template: str) -> Iterator[str]:
    """A fresh, migrated database, gone afterwards; its address."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        offered = connection.execute(
            "SELECT count(*) FROM pg_available_extensions WHERE name = 'timescaledb'"
        )
        copied = not offered.fetchone()[0]  # type: ignore[index]
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if copied else ""))
    try:
        yield _with_name(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[engine.Database]:
    """The store of this process, open on a fresh database."""
    store.close()
    queue.app.cache_clear()
    yield store.open(database_url)
    store.close()
    queue.app.cache_clear()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (
        "DATABASE_URL",
        "ADMIN_PASSWORD",
        "ADMIN_USERNAME",
        "BASE_URL",
        "MILEVAULT_DATA",
        "JOBS_WORKERS",
    ):
        monkeypatch.delenv(name, raising=False)
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


def make_user(name: str) -> int:
    """A user whose password nobody knows: for tests that do not sign in."""
    from milevault_core.store.models import User

    with store.session() as session:
        user = User(username=name, password_hash="!", time_zone="Europe/Berlin")
        session.add(user)
        session.flush()
        return user.id


@pytest.fixture
def user(database: engine.Database) -> int:
    return make_user("ann")


@pytest.fixture
def other_user(database: engine.Database) -> int:
    return make_user("bob")


# ── In CI a skip is a failure, except those that tests/skips.toml names ─────────────────────────────────────

_skipped: dict[str, str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[report.nodeid] = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "")


def _unexpected_skips() -> dict[str, str]:
    allowed = tomllib.loads((Path(__file__).parent / "skips.toml").read_text())["allowed"]
    return {name: why for name, why in _skipped.items() if not name.startswith(tuple(allowed))}


def pytest_sessionfinish(session: pytest.Session) -> None:
    is_worker = hasattr(session.config, "workerinput")
    if os.environ.get("CI") and not is_worker and _unexpected_skips() and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    unexpected = _unexpected_skips()
    for name in sorted(set(_skipped) - set(unexpected)):
        terminalreporter.write_line(f"skipped, as tests/skips.toml says: {name}")
    for name, why in sorted(unexpected.items()):
        word = "FAILED: skipped in CI" if os.environ.get("CI") else "skipped"
        terminalreporter.write_line(f"{word}: {name}: {why}")

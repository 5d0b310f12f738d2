"""Fixtures for all tests: a real, clean database for each test that asks for one.

TEST_DATABASE_URL points the tests at another server (CI: TimescaleDB); without it an embedded server is started for the
run, in a temporary folder.
"""

import functools
import gc
import itertools
import os
import tempfile
import tomllib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from milevault_core import config, store
from milevault_core.accounts import passwords
from milevault_core.operate import changed
from milevault_core.store import engine, migrate
from milevault_core.store.embedded_server import embedded
from tests import databases
from tests.chromium import browser  # noqa: F401 - a fixture, shared by all tests
from tests.commands import command_here  # noqa: F401 - a fixture

# No deadlines. In CI, Hypothesis draws the same examples for the same code; elsewhere, new ones in every run.
hypothesis.settings.register_profile("milevault", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("milevault")
gc.disable()  # collecting 7,000 tests leaves no garbage: everything created is kept for the run

os.environ["MILEVAULT_ENV_FILE"] = ""  # tests must not read the .env of the developer who runs them

# The same bcrypt code at its lowest cost saves 0.25 s per hash; test_passwords.py uses the real cost.
REAL_COST, passwords.COST = passwords.COST, 4


def pytest_collection_finish() -> None:
    gc.freeze()  # the garbage collector never scans the tests themselves
    gc.enable()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """URL of a server on which databases may be created."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="milevault-test-") as folder:
        server = embedded.start(Path(folder) / "data")
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            for name in (
                "fsync",
                "synchronous_commit",
                "full_page_writes",
            ):  # none of it has to survive a crash
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.dsn
        server.leave()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """A migrated database that tests copy; with TimescaleDB, which cannot be copied, each test migrates its own."""
    name = f"template_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    migrate.upgrade(databases.with_name(server_url, name))
    yield name
    databases.drop(server_url, name)


@pytest.fixture(scope="session")
def lent_database(server_url: str, template: str) -> Iterator[databases.Lent]:
    lent = databases.Lent(server_url, template)
    yield lent
    lent.throw_away()


@pytest.fixture(scope="session")
def kept_rows() -> databases.Kept:
    return databases.Kept()


@pytest.fixture
def filled_once(database_url: str, kept_rows: databases.Kept) -> Callable[..., Any]:
    """`filled_once(make, user)` fills the database by make(user) and returns its result. It is computed for the first
    test; later tests get a copy of the rows. For fixtures that many tests use."""
    return functools.partial(kept_rows.fill, database_url)


@pytest.fixture
def database_url(lent_database: databases.Lent) -> Iterator[str]:
    """URL of a migrated, empty database for one test."""
    with lent_database.to_a_test() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[engine.Database]:
    """This process's store, open on a fresh database."""
    with databases.opened(database_url) as database:
        yield database


@pytest.fixture(scope="session")
def no_data_yet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths of data folders that do not exist yet."""
    return (tmp_path_factory.getbasetemp() / f"data-{number}" for number in itertools.count())


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, no_data_yet: Iterator[Path]) -> Iterator[None]:
    for name in (
        "DATABASE_URL",
        "ADMIN_PASSWORD",
        "ADMIN_USERNAME",
        "BASE_URL",
        "JOBS_WORKERS",
    ):
        monkeypatch.delenv(name, raising=False)
    # Not the checkout's `data`: a page that seals a secret creates its key in this folder.
    monkeypatch.setenv("MILEVAULT_DATA", str(next(no_data_yet)))
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


def make_user(name: str) -> int:
    """The id of a user without a usable password, for tests that do not sign in."""
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


# ── Where the time goes: `manage.py test --slowest` ───────────────────────────────────────────────────────────


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slowest", action="store_true", help="say which 30 tests took longest, with their fixtures"
    )


_took_s: dict[str, float] = {}

# ── In CI a skip is a failure, except those that tests/skips.toml names ─────────────────────────────────────

_skipped: dict[str, str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _took_s[report.nodeid] = _took_s.get(report.nodeid, 0.0) + report.duration
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[report.nodeid] = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "")


def _unexpected_skips() -> dict[str, str]:
    allowed = tomllib.loads((Path(__file__).parent / "skips.toml").read_text())["allowed"]
    return {name: why for name, why in _skipped.items() if not name.startswith(tuple(allowed))}


def pytest_sessionfinish(session: pytest.Session) -> None:
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and session.exitstatus == 0:
        _keep_times(session.config)
    if os.environ.get("CI") and not is_worker and _unexpected_skips() and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _keep_times(options: pytest.Config) -> None:
    """Save how long each file took, for `manage.py test --changed`; only when whole files ran."""
    is_part = (
        options.getoption("keyword") or options.getoption("markexpr") or any("::" in a for a in options.args)
    )
    if not is_part:
        took_s: dict[str, float] = {}
        for name, seconds in _took_s.items():
            file = name.partition("::")[0]
            took_s[file] = took_s.get(file, 0.0) + seconds
        changed.keep_times(took_s)


def pytest_terminal_summary(terminalreporter) -> None:
    if terminalreporter.config.getoption("--slowest"):
        slowest = sorted(_took_s.items(), key=lambda one: -one[1])[:30]
        terminalreporter.section(f"slowest of {sum(_took_s.values()):.0f} s")
        for name, took_s in slowest:
            terminalreporter.write_line(f"{took_s:7.2f} s  {name}")
    unexpected = _unexpected_skips()
    for name in sorted(set(_skipped) - set(unexpected)):
        terminalreporter.write_line(f"skipped, as tests/skips.toml says: {name}")
    for name, why in sorted(unexpected.items()):
        word = "FAILED: skipped in CI" if os.environ.get("CI") else "skipped"
        terminalreporter.write_line(f"{word}: {name}: {why}")

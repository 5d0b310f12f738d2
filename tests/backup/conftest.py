from collections.abc import Iterator
from pathlib import Path

import pytest

from milevault_core.backup import make
from tests.backup.filled import fill, new_database


@pytest.fixture(scope="session")
def filled(server_url: str) -> Iterator[str]:
    """A database with data; tests only read it."""
    with new_database(server_url) as url:
        fill(url)
        yield url


@pytest.fixture(scope="session")
def backup_file(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of `filled`; tests only read it."""
    return make.write(filled, tmp_path_factory.mktemp("backup") / "milevault.tar").path


@pytest.fixture
def empty(server_url: str) -> Iterator[str]:
    """A database with no tables at all."""
    with new_database(server_url) as url:
        yield url

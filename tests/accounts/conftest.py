"""bcrypt at its cheapest, except where its cost is the point: fewer seconds, the same code."""

from collections.abc import Iterator

import pytest

from milevault_core.accounts import passwords


@pytest.fixture(autouse=True)
def _cost(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    passwords._nobody.cache_clear()
    if request.module.__name__.rpartition(".")[2] != "test_passwords":
        monkeypatch.setattr(passwords, "COST", 4)
    yield
    passwords._nobody.cache_clear()

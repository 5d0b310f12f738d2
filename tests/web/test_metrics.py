"""/metrics: numbers for whoever has the token, nothing for anybody else."""

import re

import pytest
from starlette.testclient import TestClient

from milevault_core import config
from milevault_core.imports import files

TOKEN = "a token of the operator"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    config.settings.cache_clear()
    return TOKEN


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"]
)
def test_without_the_token_there_is_no_such_page(client: TestClient, token: str, given: str) -> None:
    headers = [(b"authorization", given.encode("latin-1"))] if given else []
    assert client.get("/metrics", headers=headers).status_code == 404


def test_where_none_is_set_nothing_opens_it(client: TestClient) -> None:
    for given in ("Bearer ", "Bearer"):
        assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_every_line_is_prometheus_and_nothing_is_a_users(client: TestClient, token: str, user: int) -> None:
    batch = files.begin(user, "page", "Secret name of a batch")
    files.add_and_process(user, batch, "secret-name.fit", b"nothing")
    answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in answer.text.splitlines():
        assert re.fullmatch(
            r'# (HELP|TYPE) milevault_\w+ .+|milevault_\w+(\{(\w+="\w*",?)+\})? [\d.e+-]+', line
        ), line
    assert "milevault_accounts 1" in answer.text
    assert 'milevault_import_items{outcome="failed"} 1' in answer.text
    assert "ecret" not in answer.text
    assert "ann" not in answer.text

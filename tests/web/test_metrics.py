"""/metrics: numbers for clients with the token, nothing for anyone else."""

import re

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import config, store
from milevault_core.imports import files
from milevault_core.store import server_rows

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


def test_jobs_that_wait_failed_and_were_done(client: TestClient, token: str, user: int) -> None:
    """How many jobs wait and for how long the oldest; how many were ever done, and how long they took."""
    for name in ("a.fit", "b.fit"):
        files.add(user, files.begin(user, "page"), name, b"nothing of " + name.encode())
    with store.session() as session:
        for status in ("doing", "failed"):
            change = "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status) WHERE id = "
            session.execute(text(change + "(SELECT min(id) FROM procrastinate_jobs)"), {"s": status})
        session.execute(text("UPDATE procrastinate_events SET at = now() - interval '90 s'"))
        for took in ({"derive": (2, 1.5)}, {"derive": (1, 0.25), "undo_import": (1, 3.0)}):
            server_rows.add_durations(session, took)
    said = client.get("/metrics", headers={"authorization": f"Bearer {token}"}).text.splitlines()
    queue = next(line for line in said if 'state="failed"' in line).split('"')[1]
    (waits,) = [line.split()[1] for line in said if line.startswith("milevault_oldest_waiting_seconds ")]
    assert 90 <= float(waits) < 150
    assert {
        f'milevault_jobs{{queue="{queue}",state="todo"}} 1',
        f'milevault_jobs{{queue="{queue}",state="failed"}} 1',
        'milevault_job_seconds_count{task="derive"} 3',
        'milevault_job_seconds_sum{task="derive"} 1.75',
        'milevault_job_seconds_count{task="undo_import"} 1',
    } <= set(said)

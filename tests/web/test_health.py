"""/healthz: 200 only while app, database and jobs answer."""

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store


def heartbeat(age_s: float) -> None:
    with store.session() as session:
        session.execute(text("DELETE FROM procrastinate_workers"))
        statement = text(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - :s * interval '1 s')"
        )
        session.execute(statement, {"s": age_s})


def ask(client: TestClient) -> tuple[int, str]:
    answer = client.get("/healthz")
    return answer.status_code, answer.text


def test_all_there(client: TestClient) -> None:
    heartbeat(3)
    assert ask(client) == (200, "ok")


def test_no_jobs(client: TestClient) -> None:
    assert ask(client) == (503, "not ready")
    heartbeat(60)
    assert ask(client) == (503, "not ready")


def test_no_database(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    heartbeat(1)
    dsn = store.database().dsn
    store.close()
    assert ask(client) == (503, "not ready")
    assert dsn not in caplog.text

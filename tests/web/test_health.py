"""/healthz: 200 only while app, database and jobs respond."""

import asyncio

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.store import reports
from milevault_core.web import health
from tests.waiting import run_apart


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


def test_the_app_reports_and_goes_on_after_an_outage(
    database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The pings to HEARTBEAT_URL depend on these reports."""
    save, tried = reports.save, []

    def fails_first(kind: str) -> None:
        tried.append(kind)
        if len(tried) == 1:
            raise store.UNAVAILABLE[1]("no database", None, Exception())
        save(kind)

    monkeypatch.setattr(reports, "save", fails_first)

    async def until_reported() -> None:
        reporting = asyncio.create_task(health.report(0.0))
        while len(tried) < 3:
            await asyncio.sleep(0)
        reporting.cancel()

    assert reports.lately("app") == {}
    run_apart(lambda: asyncio.wait_for(until_reported(), 60))
    assert list(reports.lately("app")) == [reports.here()]
    assert "could not report" in caplog.text


def test_no_database(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    heartbeat(1)
    dsn = store.database().dsn
    store.close()
    assert ask(client) == (503, "not ready")
    assert dsn not in caplog.text

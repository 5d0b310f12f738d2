"""Log lines: plain and as JSON, with the ids of requests and jobs, and never with a secret."""

import json
import logging
from contextlib import suppress
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from jobs import worker
from milevault_core import config
from milevault_core.operate import log_lines
from milevault_core.web.request_log import RequestLog
from tests.pages.server import run

CANARY = "canary-of-a-secret-7f3a"
SECRETS = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEF-1", "ADMIN_PASSWORD": f"{CANARY}-admin",
    "METRICS_TOKEN": f"{CANARY}-metrics", "POCKETID_CLIENT_SECRET": f"{CANARY}-oidc",
    "NOTIFY_URL": f"ntfy://user:{CANARY}-ntfy@host/topic", "HEARTBEAT_URL": f"https://beat.example/{CANARY}-beat",
    "DB_PASSWORD": f"{CANARY}-db", "DATABASE_URL": f"postgresql://ann:{CANARY}%40url@127.0.0.1:5432/vault",
}  # fmt: skip


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys):
    """Start logging with these environment variables; a function that returns the lines written since its last call."""
    root = logging.getLogger()
    before = root.handlers, root.level

    def begin(**env: str):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()
        log_lines.begin()
        return lambda: capsys.readouterr().err.splitlines()

    yield begin
    root.handlers, root.level = before


def test_as_json_with_what_it_is_about(lines) -> None:
    said = lines(LOG_FORMAT="json")
    log = logging.getLogger("milevault.test")
    with log_lines.about(job=7, task="derive"):
        log.info("It took %d s.", 3)
        with log_lines.about(request="abc"):
            log.warning("two\nlines", extra={"about": {"ms": 5}})
    try:
        raise LookupError("gone")
    except LookupError:
        log.exception("Not found")
    first, second, third = (json.loads(line) for line in said())
    assert {k: first[k] for k in ("level", "logger", "message", "job", "task")} == {
        "level": "info", "logger": "milevault.test", "message": "It took 3 s.", "job": 7, "task": "derive",
    }  # fmt: skip
    assert first["time"].endswith("Z")
    assert (second["message"], second["job"], second["request"], second["ms"]) == ("two\nlines", 7, "abc", 5)
    assert "job" not in third
    assert "LookupError: gone" in third["trace"]


def test_plain(lines) -> None:
    said = lines()
    with log_lines.about(job=7, task="derive"):
        logging.getLogger("milevault.test").info("Done.")
    (line,) = said()
    assert line.endswith("Z INFO milevault.test Done. (job=7 task=derive)")


@pytest.mark.parametrize("form", ["plain", "json"])
def test_no_secret_in_any_line(lines, form: str) -> None:
    said = lines(LOG_FORMAT=form, **SECRETS)
    log = logging.getLogger("milevault.test")
    for value in SECRETS.values():
        log.info("It holds %s.", value)
        try:
            raise OSError(f"connection to {value} failed")
        except OSError:
            log.exception("A failure with %r", {"value": value})
        log.info("more", extra={"about": {"path": value}})
    log.info("GET /setup?t=%s&x=1 and ?code=%s;", CANARY, CANARY)
    log.info("Authorization: Bearer %s; Cookie: mv_session=%s; theme=dark", CANARY, CANARY)
    log.info("Cookie: mv_browser=%s; X-MileVault-Ticket: %s", CANARY, CANARY)
    log.info("%s", {"x-milevault-ticket": CANARY})
    log.info("https://bob:%s@elsewhere.example/ and postgresql://bob:%s@db/x", CANARY, CANARY)
    text = "\n".join(said())
    assert CANARY not in text
    assert SECRETS["SECRET_KEY"] not in text
    assert "x=1" in text
    assert "theme=dark" in text
    assert text.count(log_lines.HIDDEN) >= 3 * len(SECRETS)


def answers(says_all: bool) -> TestClient:
    def inside(request):
        logging.getLogger("milevault.test").info("inside")
        return PlainTextResponse("ok", status_code=500 if "fail" in request.query_params else 200)

    app = Starlette(routes=[Route("/healthz", inside), Route("/_stcore/health", inside)])
    return TestClient(RequestLog(app, frozenset({"healthz"}), says_all))


def test_a_request_has_an_id(lines) -> None:
    said = lines(LOG_FORMAT="json")
    client = answers(says_all=True)
    answer = client.get("/healthz?t=secret")
    number = answer.headers["x-request-id"]
    logged = [json.loads(line) for line in said() if "httpx" not in line]
    assert [line["message"] for line in logged] == ["inside", "GET /healthz"]
    assert {line["request"] for line in logged} == {number}
    assert (logged[1]["status"], logged[1]["path"]) == (200, "/healthz")
    assert client.get("/_stcore/health").headers["x-request-id"] != number
    assert "GET /_stcore" not in "".join(line for line in said() if "httpx" not in line)
    # A proxy's own request id is used if it is valid.
    assert (
        client.get("/healthz", headers={"x-request-id": "proxy-1234"}).headers["x-request-id"] == "proxy-1234"
    )
    odd = client.get("/healthz", headers={"x-request-id": 'a"} {"b'}).headers["x-request-id"]
    assert len(odd) == 12


def test_plain_says_only_failures(lines) -> None:
    said = lines()
    client = answers(says_all=False)
    client.get("/healthz")
    client.get("/healthz?fail=1")
    ours = [line for line in said() if "milevault.web" in line]
    assert len(ours) == 1
    assert "status=500" in ours[0]


def test_jobs_say_which_job_it_was_and_what_became_of_it(lines) -> None:
    said = lines(LOG_FORMAT="json")
    state = worker.WorkerState(is_kept=False)
    state.has_worked = True  # so it loads nothing

    async def does() -> None:
        logging.getLogger("milevault.test").info("inside")

    async def fails() -> None:
        raise OSError("no")

    for number, work in ((7, does), (8, fails)):
        context = SimpleNamespace(job=SimpleNamespace(id=number, task_name="derive"))
        with suppress(OSError):
            run(state.around(work, context, SimpleNamespace(worker_id=3, app=None)))
    logged = [json.loads(line) for line in said()]
    assert [(line["job"], line["task"], line.get("outcome")) for line in logged] == [
        (7, "derive", None), (7, "derive", "done"), (8, "derive", "failed"),
    ]  # fmt: skip
    assert all(line["ms"] >= 0 for line in logged[1:])

"""The operator is told once of what stops, and once that all is well again; on a listener of our own."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from milevault_core import config, store
from milevault_core.server import notify, troubles
from milevault_core.store import room

SECRET = "a-secret-of-the-operator"


@dataclass
class Listener:
    port: int = 0
    status: int = 200
    messages: list[str] = field(default_factory=list)
    pings: int = 0


@pytest.fixture
def listener(database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if heard.status == 200:
                heard.messages.append(json.loads(body)["message"])
            self._answer()

        def do_GET(self) -> None:
            heard.pings += 1
            self._answer()

        def _answer(self) -> None:
            self.send_response(heard.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setenv("NOTIFY_URL", f"json://user:{SECRET}@127.0.0.1:{heard.port}/")
    monkeypatch.setenv("HEARTBEAT_URL", f"http://127.0.0.1:{heard.port}/ping/{SECRET}")
    config.settings.cache_clear()
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_told_once_and_once_when_it_is_over(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    notify.look()
    assert (listener.messages, listener.pings) == ([], 1)
    monkeypatch.setattr(room, "free_bytes", lambda: 500_000_000)
    notify.look()
    monkeypatch.setattr(room, "free_bytes", lambda: 499_000_000)
    notify.look()
    assert listener.messages == ["The disk is nearly full: 500 MB are free. Imports are paused."]
    assert listener.pings == 1  # silence, while something is wrong
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    for _ in range(2):
        notify.look()
    assert listener.messages[1:] == [notify.WELL]
    assert listener.pings == 3


def test_what_could_not_be_told_is_told_later(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 0)
    listener.status = 500
    with caplog.at_level(logging.DEBUG):
        notify.look()
    listener.status = 200
    notify.look()
    assert len(listener.messages) == 1
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("milevault", "apprise"))]
    assert not any(SECRET in line for line in ours)


def test_one_state_more_and_one_less() -> None:
    assert notify.text_of({}, {}) == ""
    assert notify.text_of({"a": "A."}, {"a": "A, still."}) == ""
    assert notify.text_of({"a": "A."}, {"a": "A.", "b": "B."}) == "B."
    assert notify.text_of({"a": "A.", "b": "B."}, {"b": "B."}) == "No longer: A."
    assert notify.text_of({"a": "A."}, {}) == notify.WELL


def test_an_address_that_nobody_understands(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_URL", f"nonsense://{SECRET}")
    config.settings.cache_clear()
    monkeypatch.setattr(room, "free_bytes", lambda: 0)
    notify.look()
    assert "does not understand" in caplog.text
    assert SECRET not in caplog.text


def test_what_counts_as_trouble(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    assert troubles.found() == {}
    with store.session() as session:
        backup = (
            "INSERT INTO backup_runs (kind, occasion, state, ended_at, reason) "
            "VALUES (:k, 'nightly', 'failed', now(), 'No space.')"
        )
        for kind in ("backup", "proof"):
            session.execute(text(backup), {"k": kind})
        batch = "INSERT INTO imports (user_id, source) VALUES (:u, 'page') RETURNING id"
        import_id = session.scalar(text(batch), {"u": user})
        item = (
            "INSERT INTO import_items (user_id, import_id, name, state, outcome, finished_at) "
            "SELECT :u, :i, 'x.fit', 'done', 'failed', now() FROM generate_series(1, 25)"
        )
        session.execute(text(item), {"u": user, "i": import_id})
        session.execute(
            text("INSERT INTO garmin_connect_configs (user_id, state) VALUES (:u, 'needs_sign_in')"),
            {"u": user},
        )
    found = troubles.found()
    assert set(found) == {"backup", "proof", "imports", f"garmin-{user}"}
    assert found[f"garmin-{user}"] == "Garmin Connect needs a new sign-in from ann."
    assert "No space." in found["backup"]


def test_two_workers_that_look_at_once_tell_it_once(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks while the first is sending; what was told is decided in the database."""
    monkeypatch.setattr(room, "free_bytes", lambda: 500_000_000)
    send = notify._send

    def send_slowly(url: str, message: str) -> bool:
        second = threading.Thread(target=notify.look)
        second.start()
        second.join()
        return send(url, message)

    monkeypatch.setattr(notify, "_send", send_slowly)
    notify.look()
    monkeypatch.setattr(notify, "_send", send)
    notify.look()
    assert len(listener.messages) == 1

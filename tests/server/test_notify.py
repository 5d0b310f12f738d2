"""The operator is notified once of a problem, and once that all is well again; with our own listener."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from milevault_core import config, store
from milevault_core.server import machine, notify, troubles
from milevault_core.store import reports, room, server_settings

SECRET = "a-secret-of-the-operator"


@dataclass
class Listener:
    port: int = 0
    status: int = 200
    messages: list[str] = field(default_factory=list)
    pings: int = 0
    refused: str = ""  # requests to this path get a 500 response
    paths: list[str] = field(default_factory=list)  # of the messages


@pytest.fixture
def listener(database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # send a response in one piece: the second of two would wait 40 ms for the client

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refused = heard.refused and self.path.startswith(heard.refused)
            if heard.status == 200 and not refused:
                heard.messages.append(json.loads(body)["message"])
                heard.paths.append(self.path.strip("/"))
            self._answer(500 if refused else heard.status)

        def do_GET(self) -> None:
            heard.pings += 1
            self._answer(heard.status)

        def _answer(self, status: int) -> None:
            self.send_response(status)
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
    monkeypatch.setattr(room, "free_at", lambda folder: 10**12)
    reports.save("app")
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
    assert listener.pings == 1  # no pings while something is wrong
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


def test_each_address_is_told_once_whatever_the_others_do(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One address fails, one is misspelt, one works."""
    port = listener.port
    addresses = [
        f"nonsense://{SECRET}",
        f"json://u:{SECRET}@127.0.0.1:{port}/good",
        f"json://127.0.0.1:{port}/bad",
    ]
    monkeypatch.setenv("NOTIFY_URL", " ".join(addresses))
    config.settings.cache_clear()
    listener.refused = "/bad"
    monkeypatch.setattr(room, "free_bytes", lambda: 0)
    for _ in range(3):
        notify.look()
    assert listener.paths == ["good"]
    assert caplog.text.count("does not understand address 1") == 1
    assert "address 3 could not be notified" in caplog.text
    listener.refused = ""
    notify.look()
    assert listener.paths == ["good", "bad"]
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    notify.look()
    assert listener.messages[2:] == [notify.WELL] * 2
    assert "127.0.0.1" not in str(server_settings.read())
    assert SECRET not in caplog.text + str(server_settings.read())


def test_what_was_told_before_addresses_were_told_apart(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_settings.save({"notified": json.dumps({"disk": "The disk is nearly full."})})
    monkeypatch.setattr(room, "free_bytes", lambda: 0)
    notify.look()
    assert listener.messages == []
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    notify.look()
    assert listener.messages == [notify.WELL]


def test_no_ping_while_the_app_is_silent(listener: Listener) -> None:
    server_settings.save({f"report app {reports.here()}": json.dumps({"at": 1.0})})
    notify.look()
    assert listener.pings == 0
    reports.save("app")
    assert server_settings.read().keys() == {f"report app {reports.here()}"}
    notify.look()
    assert listener.pings == 1


def test_reports_of_machines_that_are_gone_are_forgotten(database) -> None:
    server_settings.save({"report machine gone": json.dumps({"at": 1.0})})
    reports.save("app")
    assert list(server_settings.read()) == [f"report app {reports.here()}"]
    assert list(reports.lately("app")) == [reports.here()]
    assert reports.lately("machine") == {}


def test_the_disk_of_another_machine(database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever machine checks, the problems of all machines are reported."""
    for name in ("free_bytes", "free_at"):
        monkeypatch.setattr(room, name, lambda *_: 10**12)
    monkeypatch.setattr(reports, "here", lambda: "other")
    monkeypatch.setattr(room, "free_bytes", lambda: 500_000_000)
    machine.report()
    monkeypatch.setattr(reports, "here", lambda: "mine")
    monkeypatch.setattr(room, "free_bytes", lambda: None)
    assert troubles.found() == {"disk": "The disk is nearly full: 500 MB are free. Imports are paused."}


def test_the_disk_of_the_backups(database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: None)  # an external database server
    monkeypatch.setattr(room, "free_at", lambda folder: 500_000_000)
    assert troubles.found() == {"backup-disk": "The disk of the backups is nearly full: 500 MB are free."}
    monkeypatch.setenv("BACKUP_AT", "never")
    config.settings.cache_clear()
    assert troubles.found() == {}


def test_backups_that_stopped_or_are_gone(user: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What `status` calls a problem with the backups is notified too."""
    for name in ("free_bytes", "free_at"):
        monkeypatch.setattr(room, name, lambda *_: 10**12)
    with store.session() as session:
        session.execute(text("UPDATE users SET created_at = now() - interval '20 days'"))
    assert set(troubles.found()) == {"backup-late", "proof-late"}
    file = tmp_path / "milevault-1.tar"
    with store.session() as session:
        done = (
            "INSERT INTO backup_runs (kind, occasion, state, file, ended_at, made_at) "
            "SELECT kind, 'nightly', 'done', :f, now(), now() FROM unnest(ARRAY['backup', 'proof']) kind"
        )
        session.execute(text(done), {"f": str(file)})
    assert troubles.found() == {"backup-file": f"The file of the last backup is not there any more: {file}."}
    reports.save("machine", free=None, backups_free=None, has_backup=True)
    monkeypatch.setattr(reports, "here", lambda: "a machine that has no such folder")
    assert troubles.found() == {}


def test_what_counts_as_trouble(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 10**12)
    monkeypatch.setattr(room, "free_at", lambda folder: 10**12)
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
    """The second checks while the first is sending; the database decides what has been sent."""
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

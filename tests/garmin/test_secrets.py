"""No secret is in any log, page, error, job or backup: every secret of these tests contains the canary."""

import logging
import tarfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from milevault_core import cli, store
from milevault_core.actions import garmin as actions
from milevault_core.backup import make
from milevault_core.garmin import check, manners, sign_in, sync
from milevault_core.store.garmin import connection
from tests.garmin.conftest import Hand, connect, run_until_done, state
from tests.garmin.standin import CANARY, CODE, EMAIL, PASSWORD, Answer, StandIn
from tests.garmin.test_sync import add
from tests.pages.test_pages import everything


def dump() -> str:
    """Everything that the database holds, including the queue."""
    with store.session() as session:
        raw = store.raw(session)
        names = raw.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(
            f"{name} {row}" for (name,) in names for row in raw.execute(f'SELECT t::text FROM "{name}" t')
        )


def is_in(text: str) -> bool:
    return CANARY in text or CANARY.encode().hex() in text.lower()


def test_nowhere(
    user: int, garmin: StandIn, clock: Hand, caplog: pytest.LogCaptureFixture, capfd, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    clock.time = datetime.now(UTC)
    add(garmin, 1)
    garmin.wants_code = True
    found = []
    garmin.before = lambda path: found.append(is_in(dump()))
    actions.connect(user, EMAIL, PASSWORD)
    assert not is_in(dump())
    sign_in.work(user, clock)
    actions.give_code(user, "000000")
    sign_in.work(user, clock)
    actions.give_code(user, CODE)
    sign_in.work(user, clock)
    run_until_done(user, clock)
    for path, answer in (
        ("/", Answer(500, f"<html>{CANARY}</html>".encode())),
        ("/", Answer(401)),
        ("/", Answer(429)),
    ):
        garmin.answer = {path: answer}
        with store.session() as session:
            connection.change(session, user, {"cooling_until": None, "pass_began_at": clock.time})
        sync.run(user, clock)
    garmin.answer = {"/mobile": Answer(500), "/portal": Answer(500), "/sso": Answer(500)}
    with store.session() as session:
        connection.change(session, user, {"cooling_until": None})
    actions.connect(user, EMAIL, PASSWORD)
    sign_in.work(user, clock)
    assert garmin.refresh_token != ""
    assert not any(found)
    assert not is_in(dump())
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    # What urllib3 and our own code log at DEBUG is checked too; the package itself logs nothing.
    assert not is_in(logged)
    assert not [record for record in caplog.records if record.name.startswith("garminconnect")]
    out, err = capfd.readouterr()
    assert not is_in(out + err)
    backup = make.write(store.database().dsn, tmp_path / "backup.tar").path
    with tarfile.open(backup) as packed:
        for member in packed.getmembers():
            opened = packed.extractfile(member)
            data = opened.read() if opened else b""
            text = (zlib.decompress(data, 31) if member.name.endswith(".gz") else data).decode()
            assert not is_in(text), member.name
            assert not member.name.startswith("tables/garmin_sign_ins")
        assert "tables/garmin_connect_configs.copy.gz" in packed.getnames()


def test_the_dump_would_show_it(user: int, garmin: StandIn) -> None:
    """Otherwise the test above could not fail."""
    connect(user, garmin)
    with store.session() as session:
        connection.change(session, user, {"token": garmin.token().encode()})
    assert is_in(dump())


def test_no_page_shows_it(ann: int, garmin: StandIn, open_page) -> None:
    garmin.wants_code = True
    actions.connect(ann, EMAIL, PASSWORD)
    app = open_page(ann, "garmin")
    assert not is_in(everything(app))
    app = open_page(ann, "imports")
    assert not is_in(everything(app))


def test_the_check_prints_keys_and_no_values(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 1)
    lines: list[str] = []
    assert check.check(ann, lines.append, clock)
    told = "\n".join(lines)
    assert "get_daily_summaries: 200, ok" in told
    assert "data[].restingHeartRate: int" in told
    assert "get_device_last_used: 404, nothing" in told  # which the stand-in does not have
    assert "download_activity: 200, ok" in told
    for value in (CANARY, "Run 1", "Ann Example", "2026-", "48", "trail"):
        assert value not in told, value
    assert store.read("SELECT 1 FROM imports").empty
    assert state(ann).pass_began_at is None
    garmin.answer["/hrv-service"] = Answer(500)
    lines.clear()
    assert not check.check(ann, lines.append, clock)
    assert "get_hrv_data_range: 500, garmin_trouble" in lines
    garmin.answer["/hrv-service"] = Answer(429)
    lines.clear()
    assert not check.check(ann, lines.append, clock)
    assert lines[-2:] == ["get_hrv_data_range: 429, api_limit", "stopped: api_limit"]


def test_the_check_by_its_command(
    ann: int, garmin: StandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when all went well, 1 when not, and a sentence for an unknown name."""
    monkeypatch.setattr(manners, "BETWEEN_S", 0)
    monkeypatch.setattr(manners, "JITTER_S", 0)
    monkeypatch.setattr(store, "close", lambda: None)  # it belongs to the tests
    monkeypatch.setattr(store, "open", lambda: None)
    name = store.read("SELECT username FROM users WHERE id = $1", (ann,))["username"][0]
    assert cli.main(["garmin", "check", name]) == 0
    assert "get_daily_summaries: 200, ok" in capsys.readouterr().out
    garmin.answer["/hrv-service"] = Answer(500)
    assert cli.main(["garmin", "check", name]) == 1
    assert "get_hrv_data_range: 500, garmin_trouble" in capsys.readouterr().out
    assert cli.main(["garmin", "check", "nobody"]) == 1
    assert "There is no account called nobody." in capsys.readouterr().err

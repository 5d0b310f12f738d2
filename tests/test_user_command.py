"""`manage.py user close` and `user open`, `import` when the database connection breaks, and NUL in typed text."""

import argparse
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import sessions, sign_in, upload_keys, users
from milevault_core.commands import CommandError, import_paths
from milevault_core.commands import user as command
from milevault_core.imports import files
from milevault_core.store import room
from milevault_core.store.imports import upload_tokens
from milevault_core.store.queries import activities, import_log
from tests.builders import gpx
from tests.web.conftest import make_client

GOOD = "correct horse 7"
RUN = gpx.gpx(gpx.track(gpx.points())).encode()


@pytest.fixture
def keep_open(database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the store open: a command closes its process's store, but this process still needs it."""
    monkeypatch.setattr(store, "close", lambda: None)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.user(parser.parse_args(words))


def test_closing_an_account_asks_and_ends_everything(keep_open, monkeypatch, capsys) -> None:
    ann = users.create("ann", GOOD)
    token, key = sessions.create(ann.id), upload_keys.make(ann.id, "phone")
    monkeypatch.setattr("sys.stdin", io.StringIO("anne\n"))
    with pytest.raises(CommandError, match="nothing was done"):
        run("close", "ann")
    assert sign_in.check("ann", GOOD) == ann.id
    monkeypatch.setattr("sys.stdin", io.StringIO("ann\n"))
    assert run("close", "Ann") == 0
    assert "is closed" in capsys.readouterr().out
    assert sessions.user_of(token) is None
    assert sign_in.check("ann", GOOD) is None
    with store.session() as session:
        assert upload_tokens.owner(session, key) is None
    assert run("open", "ann") == 0
    assert run("close", "ann", "--yes") == 0
    with pytest.raises(CommandError, match="no account called bob"):
        run("close", "bob", "--yes")


def test_a_new_password_ends_the_upload_keys_only_where_asked(database) -> None:
    ann, bob = users.create("ann", GOOD), users.create("bob", GOOD)
    key, theirs = upload_keys.make(ann.id, "phone"), upload_keys.make(bob.id, "phone")
    users.change_password(ann.id, GOOD, "another horse 9")
    with store.session() as session:
        assert upload_tokens.owner(session, key)
    assert upload_keys.revoke_all(ann.id) == 1
    with store.session() as session:
        assert upload_tokens.owner(session, key) is None
        assert upload_tokens.owner(session, theirs)


@pytest.mark.parametrize("ending", ["database", "disk"])
def test_an_import_that_breaks_off_says_how_much_was_taken(
    user: int, tmp_path: Path, monkeypatch, ending
) -> None:
    for n in range(3):
        (tmp_path / f"{n}.gpx").write_bytes(RUN + b" " * n)
    add, count = files.add, 0

    def add_two(*arguments):
        nonlocal count
        count += 1
        if count > 2 and ending == "database":
            raise OperationalError("INSERT", {}, Exception("server closed the connection unexpectedly"))
        if count == 2 and ending == "disk":
            monkeypatch.setattr(room, "free_bytes", lambda: 0)
        return add(*arguments)

    monkeypatch.setattr(files, "add", add_two)
    with pytest.raises(CommandError) as said:
        import_paths._import(user, import_paths._sort([tmp_path]), "three files", False)
    assert "2 of 3 were received before that" in str(said.value)
    with store.session() as session:
        assert session.scalar(text("SELECT count(*) FROM import_items WHERE state = 'waiting'")) == 2


def test_a_nul_is_no_error_anywhere(client: TestClient, user: int) -> None:
    batch = files.begin(user, "page")
    files.add(user, batch, "a.gpx", RUN)
    assert len(import_log.page(user, batch, words="a\0.gpx")) == 1
    client.cookies.set("mv_session", sessions.create(user))
    asked = {"name": "a\0.zip", "size": 10, "key": "a\0\ud800key"}
    answers = [client.post("/upload/begin", content=json.dumps(asked)).json()["id"] for _ in range(2)]
    assert answers[0] == answers[1]


@pytest.fixture
def client(database) -> TestClient:
    return make_client()


def test_the_list_of_activities_is_cut_nowhere(user: int) -> None:
    """Because a search only looks through the list."""
    with store.session() as session:
        session.execute(
            text(
                "INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s) SELECT :u, 'running', t, "
                "t::date, 60 FROM generate_series(timestamptz '2000-01-01', timestamptz '2027-06-01', '1 day') t"
            ),
            {"u": user},
        )
    assert len(activities.recent(user)) == 10_014
    assert len(activities.recent(user, 6)) == 6

"""Exports made by a worker: requested, made in pieces, downloaded only by their owner, deleted after a week; and
dropped on another account's Import page.
"""

import io
import zipfile

import psutil
import pytest
from sqlalchemy import text

from jobs import sweep, tasks
from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.export import ExportError, read, runs
from milevault_core.imports import archives, everything, files
from milevault_core.store import engine, queue, room
from milevault_core.store.queries import uploads as upload_queries
from milevault_core.view.imports import plan
from tests.builders import gpx
from tests.conftest import make_user
from tests.digest import differing, digest
from tests.web.conftest import make_client

RUN = gpx.gpx(gpx.track(gpx.points())).encode()


def _with_a_run(user: int) -> None:
    files.add_and_process(user, files.begin(user, "page"), "run.gpx", RUN)


def _made(user: int) -> runs.Export:
    runs.ask(user)
    tasks.make_export(user)
    found = runs.current(user)
    assert found is not None
    assert found.state == "ready", found
    return found


def test_asked_for_made_and_downloaded(user: int, other_user: int) -> None:
    _with_a_run(user)
    assert runs.current(user) is None
    runs.ask(user)
    runs.ask(user)  # the second request changes nothing
    asked = runs.current(user)
    assert asked is not None
    assert asked.state == "asked"
    with store.session() as session:
        assert queue.waiting(session, "import") == 1
    tasks.make_export(user)
    found = runs.current(user)
    assert found is not None
    assert (found.state, found.id) == ("ready", asked.id)
    assert runs.current(other_user) is None
    data = b"".join(runs.pieces(user, found.id))
    assert len(data) == found.size_bytes
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert b"".join(runs.pieces(other_user, found.id)) == b""
    tasks.make_export(user)  # a second run of the job
    assert runs.current(user) == found


def test_the_download_is_its_owners(user: int, other_user: int) -> None:
    found = _made(user)
    address = f"/files/export/{found.id}.zip"
    client = make_client()
    assert client.get(address).status_code == 401
    client.cookies.set("mv_session", sessions.create(other_user))
    assert client.get(address).status_code == 404
    client.cookies.set("mv_session", sessions.create(user))
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(found.size_bytes) == str(len(answer.content))
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    runs.discard(user)
    assert client.get(address).status_code == 404


def test_one_that_goes_while_it_is_read_is_not_whole(user: int, monkeypatch) -> None:
    monkeypatch.setattr(runs, "CHUNK", 1000)
    _with_a_run(user)
    reading = runs.pieces(user, _made(user).id)
    next(reading)
    runs.discard(user)
    with pytest.raises(ExportError):
        list(reading)


def test_a_killed_worker_begins_anew(user: int) -> None:
    _with_a_run(user)
    runs.ask(user)
    with store.session() as session:
        session.execute(text("UPDATE exports SET state = 'making'"))
        session.execute(text("INSERT INTO export_chunks SELECT id, 0, 'half' FROM exports"))
        session.execute(text("DELETE FROM procrastinate_jobs"))
    sweep.sweep()
    with store.session() as session:
        assert queue.waiting(session, "import") >= 1
    tasks.make_export(user)
    found = runs.current(user)
    assert found is not None
    assert zipfile.ZipFile(io.BytesIO(b"".join(runs.pieces(user, found.id)))).testzip() is None


def test_a_failure_is_said(user: int, monkeypatch) -> None:
    monkeypatch.setattr(room, "is_short", lambda: True)
    with pytest.raises(room.NoRoom):
        runs.ask(user)
    monkeypatch.setattr(room, "need", lambda: None)
    _with_a_run(user)
    runs.ask(user)
    tasks.make_export(user)
    found = runs.current(user)
    assert found is not None
    assert (found.state, found.reason) == ("failed", "The disk is nearly full.")
    monkeypatch.setattr(room, "is_short", lambda: False)
    assert _made(user).id != found.id


def test_it_expires(user: int) -> None:
    _made(user)
    with store.session() as session:
        session.execute(text("UPDATE exports SET expires_at = now() - interval '1 second'"))
    assert runs.current(user) is None
    tasks.forget_old()
    assert len(store.read("SELECT 1 FROM export_chunks")) == 0


def test_large_files_need_little_memory(user: int) -> None:
    """Six incompressible files of 16 MB: only one file and one piece are in memory, not the whole export."""
    import os

    from milevault_core.store.imports import originals

    for number in range(6):
        with store.session() as session:
            originals.keep(session, user, f"{number}.bin", os.urandom(16 << 20))
    _made(user)
    before = psutil.Process().memory_info().rss
    found = _made(user)
    assert found.size_bytes > 90 << 20
    assert sum(map(len, runs.pieces(user, found.id))) == found.size_bytes
    assert psutil.Process().memory_info().rss - before < 60 << 20


def _dropped(user: int, data: bytes) -> int:
    upload = archives.begin(user, "everything.zip", len(data))
    archives.append(user, upload.id, 0, data)
    tasks.look_through(upload.id)
    return upload.id


def test_dropped_on_the_import_page(user: int, other_user: int) -> None:
    _with_a_run(user)
    data = b"".join(runs.pieces(user, _made(user).id))
    before = digest(user)
    upload_id = _dropped(other_user, data)
    found = upload_queries.one(other_user, upload_id)
    assert found is not None
    assert plan.sentence(found["plan"]) == "A whole MileVault account: 1 activity, 1 file"
    assert plan.details(found["plan"])
    with pytest.raises(LookupError):
        everything.start(user, upload_id)
    with pytest.raises(LookupError):
        archives.start(other_user, upload_id)
    everything.start(other_user, upload_id)
    tasks.take_in_export(upload_id)
    assert differing(before, digest(other_user)) == []
    assert upload_queries.one(other_user, upload_id) is None
    tasks.take_in_export(upload_id)  # a second run
    again = _dropped(other_user, data)
    found = upload_queries.one(other_user, again)
    assert found is not None
    assert found["state"] == "failed"
    assert "already holds data" in found["reason"]


def test_a_worker_killed_while_taking_in_leaves_nothing(user: int, other_user: int, monkeypatch) -> None:
    _with_a_run(user)
    data = b"".join(runs.pieces(user, _made(user).id))
    upload_id = _dropped(other_user, data)
    everything.start(other_user, upload_id)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(read, "_mark", killed)
        with pytest.raises(KeyboardInterrupt):
            tasks.take_in_export(upload_id)
    assert not any(digest(other_user).values())
    with store.session() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    sweep.sweep()
    with store.session() as session:
        jobs = engine.raw(session).execute("SELECT task_name FROM procrastinate_jobs").fetchall()
    assert ("take_in_export",) in jobs
    tasks.take_in_export(upload_id)
    assert differing(digest(user), digest(other_user)) == []


def test_deleting_the_account_deletes_its_export(user: int) -> None:
    from milevault_core.store import erase

    _made(user)
    with store.session() as session:
        erase.erase(engine.raw(session), user)
    assert len(store.read("SELECT 1 FROM export_chunks")) == 0


def test_the_command(user: int, tmp_path, monkeypatch, capsys) -> None:
    """`export-everything`, and `import-everything` into another account of the same server."""
    from milevault_core import cli

    _with_a_run(user)
    before = digest(user)
    make_user("cleo")
    url = store.database().dsn
    monkeypatch.setenv("DATABASE_URL", url)
    store.close()
    try:
        file = tmp_path / "ann.zip"
        assert cli.main(["export-everything", "ann", str(file)]) == 0
        assert cli.main(["export-everything", "ann", str(file)]) == 1
        assert "exists already" in capsys.readouterr().err
        assert cli.main(["export-everything", "nobody", str(tmp_path / "b.zip")]) == 1
        assert [p.name for p in tmp_path.iterdir()] == ["ann.zip"]
        assert cli.main(["import-everything", "cleo", str(file)]) == 0
        assert cli.main(["import-everything", "cleo", str(file)]) == 1
        assert "already holds data" in capsys.readouterr().err
    finally:
        store.open(url)
    with store.session() as session:
        cleo = session.scalar(text("SELECT id FROM users WHERE username = 'cleo'"))
    assert differing(before, digest(cleo)) == []

"""`manage.py status` detects problems: jobs that wait although workers run, a missing backup, a full disk."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text

from milevault_core import config, store
from milevault_core.backup import state
from milevault_core.imports import files
from milevault_core.server import status
from milevault_core.store import engine, room


def found(database: engine.Database) -> status.Status:
    made = status.Status(facts={"app": "runs"})
    status._look(made, database.dsn, None)
    return made


def said(made: status.Status) -> str:
    return "\n".join(problem["what"] for problem in made.problems)


@pytest.fixture
def waiting(user: int) -> None:
    """A living worker, and a file that has just been added."""
    files.add(user, files.begin(user, "page"), "a.gpx", b"<gpx></gpx>")
    with store.session() as session:
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"))


def test_work_that_waits_though_workers_run(database: engine.Database, waiting: None) -> None:
    assert said(found(database)) == ""
    with store.session() as session:
        session.execute(text("UPDATE procrastinate_events SET at = now() - interval '2 hours'"))
    assert "1 job is waiting" in said(found(database))
    assert "although 1 worker is running" in said(found(database))
    with store.session() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'"))
    assert said(found(database)) == ""  # it is not due yet
    with store.session() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL, status = 'doing'"))
    assert said(found(database)) == ""  # a worker is doing it


def test_jobs_that_failed_are_worth_a_note(database: engine.Database, waiting: None) -> None:
    assert found(database).notes == []
    with store.session() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
        session.execute(
            text(
                "INSERT INTO procrastinate_events (job_id, type, at) "
                "SELECT id, 'failed', now() FROM procrastinate_jobs"
            )
        )
    assert found(database).notes[0].startswith("1 job of the last day failed")


def test_a_backup_whose_file_is_gone(database: engine.Database, user: int, tmp_path: Path) -> None:
    file = tmp_path / "milevault-20240101.tar"
    file.write_bytes(b"x")
    with store.session() as session:
        session.execute(
            text(
                "INSERT INTO backup_runs (kind, occasion, state, file, began_at, ended_at, made_at) "
                "VALUES ('backup', 'nightly', 'done', :f, now(), now(), now())"
            ),
            {"f": str(file)},
        )
    assert state.state().problems == ()
    file.unlink()
    ((what, remedy),) = state.state().problems
    assert what == f"The file of the last backup is not there any more: {file}."
    assert "manage.py backup" in remedy


@pytest.mark.parametrize(
    ("free", "words"),
    [(10**12, ""), (room.LOW_BYTES - 1, "are free"), (room.RESERVE_BYTES - 1, "Imports are paused.")],
)
def test_a_disk_that_fills_up(free: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = status.Status()
    monkeypatch.setattr(status.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": free}))
    status._disk(made, config.settings())
    assert words in said(made)
    assert bool(made.problems) == bool(words)


def test_with_a_server_of_its_own_the_disk_of_the_backups_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not the disk of the data folder, which is in memory in our containers and unused elsewhere."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/x")
    monkeypatch.setenv("BACKUP_FOLDER", "/somewhere/backups")
    config.settings.cache_clear()
    asked: list[Path] = []
    monkeypatch.setattr(room, "free_at", lambda folder: asked.append(folder) or 500_000_000)
    made = status.Status()
    status._disk(made, config.settings())
    assert asked == [Path("/somewhere/backups")]
    assert said(made) == "Only 500 MB are free on the disk that holds the backups, /somewhere/backups."


def problems_of(module: ModuleType) -> list[str]:
    """The texts of the problems in a module's source, with "…" for inserted values."""

    def text(node: ast.expr) -> str:
        if isinstance(node, ast.JoinedStr):
            return "".join(text(part) for part in node.values)
        return str(node.value) if isinstance(node, ast.Constant) else "…"

    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wrong":
            found.append(text(node.args[0]))
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            found.append(text(node.value.elts[1]))
    return [one for one in found if one != "…"]


def test_each_problem_is_a_line_of_the_docs_and_each_line_a_problem() -> None:
    page = (config.ROOT / "docs" / "operating.md").read_text()
    table = page.partition("| `status` says |")[2].partition("\n\n")[0]
    lines = re.findall(r"(?m)^\| ([^|`-][^|]*?) \|", table)
    said_there = [*problems_of(status), *problems_of(state)]
    assert len(said_there) > 10
    for said in said_there:
        assert said.removesuffix("…") in {line.removesuffix("…") for line in lines}, said
    for line in lines:
        assert line.removesuffix("…") in {said.removesuffix("…") for said in said_there}, line

"""The rules of the house that a reviewer would otherwise have to remember (docs/decisions, import-linter)."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from milevault_core.registry import load_all
from milevault_core.store import queries

ROOT = Path(__file__).parents[1]
CODE = [p for top in ("milevault_core", "jobs", "pages") for p in sorted((ROOT / top).rglob("*.py"))]
# One third-party package, one room: where each may be imported.
ROOMS = {
    "streamlit": ("pages/", "app.py"),
    "streamlit_authenticator": ("pages/_login.py",),
    "fitparse": ("milevault_core/formats/fit/", "milevault_core/bench/"),
    "gpxpy": ("milevault_core/formats/", "milevault_core/bench/"),
    "tslearn": ("milevault_core/routes/relation.py", "milevault_core/bench/"),
    "garminconnect": ("milevault_core/garmin/",),
    "cryptography": ("milevault_core/vault.py",),
    "sqlalchemy": ("milevault_core/store/", "milevault_core/accounts/", "milevault_core/backup/"),
    "psycopg": ("milevault_core/store/", "milevault_core/bench/", "milevault_core/backup/"),
    "adbc_driver_postgresql": ("milevault_core/store/",),
    "alembic": ("milevault_core/store/",),
    "procrastinate": ("milevault_core/store/queue.py", "jobs/"),
    "schedule": ("jobs/metronome.py",),
    "tzfpy": ("milevault_core/summary.py",),
    "isal": ("milevault_core/store/originals.py",),
    "PIL": ("milevault_core/photos.py", "milevault_core/bench/"),
    "pillow_heif": ("milevault_core/photos.py",),
    "bcrypt": ("milevault_core/accounts/",),
}


def imported(path: Path) -> set[str]:
    """Top-level packages a file imports at run time (imports for type checks only do not count)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_packages_stay_in_their_rooms(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    for package in imported(path) & set(ROOMS):
        if package == "sqlalchemy" and _only_session_type(path):
            continue
        assert name.startswith(ROOMS[package]), f"{package} is imported in {name}"


def _only_session_type(path: Path) -> bool:
    """`from sqlalchemy.orm import Session` to name the type of a transaction handed through."""
    nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)]
    ours = [n for n in nodes if (n.module or "").startswith("sqlalchemy")]
    return all(n.module == "sqlalchemy.orm" and [a.name for a in n.names] == ["Session"] for n in ours)


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short(path: Path) -> None:
    if "migrations" in path.parts or path.name in ("fields.py", "sports.py", "sport_names.py"):
        return  # tables of facts
    assert path.read_text().count("\n") <= 320


def test_imports_point_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_query_takes_the_user_first() -> None:
    load_all(queries.__name__, queries.__path__)
    checked = 0
    for module in [m for name, m in sys.modules.items() if name.startswith(queries.__name__ + ".")]:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                if module.__name__.endswith(".accounts"):
                    continue  # before anyone is known there is no user; tests/accounts covers those
                assert next(iter(inspect.signature(function).parameters)) == "user_id", (
                    f"{module.__name__}.{name}"
                )
                checked += 1
    assert checked >= 10


def cached_functions(tree: ast.AST) -> list[ast.FunctionDef]:
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    return [f for f in found if any("cache_data" in ast.unparse(d) for d in f.decorator_list)]


def wrongly_cached(source: str) -> list[str]:
    """Cached functions whose first parameter is not `user_id` (an underscore would leave it out of the key)."""
    return [
        f.name
        for f in cached_functions(ast.parse(source))
        if not f.args.args or f.args.args[0].arg != "user_id"
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_cached_functions_are_keyed_by_user(path: Path) -> None:
    assert wrongly_cached(path.read_text()) == []


def test_the_check_of_cached_functions_can_fail() -> None:
    bad = "@st.cache_data(ttl=3)\ndef f(_user_id, x): ...\n@st.cache_data\ndef g(): ...\n"
    assert wrongly_cached(bad) == ["f", "g"]


def other_pages(source: str) -> list[str]:
    """The pages that a page leads to."""
    return [
        call.args[0].value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("switch_page", "page_link")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_pages_lead_to_pages_that_are_there(path: Path) -> None:
    """By their names beside `_site.py`, which Streamlit starts from; another name is an error on the click."""
    there = {p.name for p in (ROOT / "pages").glob("[a-z]*.py")}
    assert set(other_pages(path.read_text())) <= there


def test_the_check_of_pages_sees_them() -> None:
    assert other_pages('st.switch_page("pages/x.py")\nst.page_link("y.py", label="Y")') == [
        "pages/x.py",
        "y.py",
    ]


def test_code_is_clean() -> None:
    for command in (["check", "."], ["format", "--check", "."]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


def test_types_agree() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout

"""Rules of this code base that reviewers would otherwise have to remember (docs/decisions, import-linter)."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import grimp

from milevault_core.registry import load_all
from milevault_core.store import queries

ROOT = Path(__file__).parents[1]
CODE = [p for top in ("milevault_core", "jobs", "pages") for p in sorted((ROOT / top).rglob("*.py"))]
PAGES = sorted((ROOT / "pages").glob("*.py"))
# Third-party packages, and the rooms that may import each.
ROOMS = {
    "streamlit": ("pages/", "app.py"),
    "streamlit_authenticator": ("pages/_login.py",),
    "fitparse": ("milevault_core/formats/fit/", "bench/"),
    "gpxpy": ("milevault_core/formats/", "bench/"),
    "tslearn": ("milevault_core/routes/relation.py", "bench/"),
    "garminconnect": ("milevault_core/garmin/client.py",),
    "cryptography": ("milevault_core/accounts/vault.py",),
    "sqlalchemy": (
        "milevault_core/store/",
        "milevault_core/accounts/",
        "milevault_core/backup/",
        "milevault_core/export/",
    ),
    "psycopg": ("milevault_core/store/", "bench/", "milevault_core/backup/", "milevault_core/export/"),
    "adbc_driver_postgresql": ("milevault_core/store/",),
    "alembic": ("milevault_core/store/",),
    "procrastinate": ("milevault_core/store/queue.py", "jobs/"),
    "schedule": ("jobs/scheduler.py",),
    "tzfpy": ("milevault_core/activities/summary.py",),
    "isal": ("milevault_core/store/imports/originals.py",),
    "PIL": ("milevault_core/imports/photos.py", "milevault_core/view/activities/share_picture.py", "bench/"),
    "pillow_heif": ("milevault_core/imports/photos.py",),
    "athlib": ("milevault_core/metrics/vdot.py",),
    "bcrypt": ("milevault_core/accounts/",),
    "apprise": ("milevault_core/server/notify.py",),
    "pyotp": ("milevault_core/accounts/two_factor.py",),
    "authlib": ("milevault_core/accounts/oidc.py",),
    "joserfc": ("milevault_core/accounts/oidc.py",),
    "requests": ("milevault_core/accounts/oidc.py", "milevault_core/garmin/client.py"),
    "segno": ("milevault_core/accounts/two_factor.py",),
    "uvicorn": ("milevault_core/web/connections.py", "milevault_core/web/gathering.py"),
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


def test_packages_stay_in_their_rooms() -> None:
    strayed = [
        f"{package} is imported in {path.relative_to(ROOT)}"
        for path in CODE
        for package in imported(path) & set(ROOMS)
        if not str(path.relative_to(ROOT)).startswith(ROOMS[package])
        and not (package == "sqlalchemy" and _only_session_type(path))
    ]
    assert strayed == []


def _only_session_type(path: Path) -> bool:
    """`from sqlalchemy.orm import Session`, only to annotate a transaction that is passed through."""
    nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)]
    ours = [n for n in nodes if (n.module or "").startswith("sqlalchemy")]
    return all(n.module == "sqlalchemy.orm" and [a.name for a in n.names] == ["Session"] for n in ours)


def test_files_are_short() -> None:
    tables_of_facts = ("fields.py", "sports.py", "sport_names.py")
    prose = [p for p in CODE if "migrations" not in p.parts and p.name not in tables_of_facts]
    assert [str(p) for p in prose if p.read_text().count("\n") > 320] == []


def test_imports_point_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def imports_of_files() -> dict[str, set[str]]:
    """Each file and the files it imports, including imports inside functions."""
    graph = grimp.build_graph("milevault_core", "jobs", "pages", "bench")
    return {file: graph.find_modules_directly_imported_by(file) for file in graph.modules}


def circles(imports: dict[str, set[str]]) -> list[str]:
    """The files that import themselves, directly or through others."""

    def reached(file: str) -> set[str]:
        seen: set[str] = set()
        todo = [file]
        while todo:
            new = imports[todo.pop()] - seen
            seen |= new
            todo += new
        return seen

    return sorted(file for file in imports if file in reached(file))


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(imports_of_files()) == []


def test_the_check_of_circles_can_fail() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


def journeys(text: str) -> dict[str, list[tuple[str, str]]]:
    """The paths through the code in CONTRIBUTING.md: question -> [(file, function)]."""
    found: dict[str, list[tuple[str, str]]] = {}
    question = ""
    for line in text.splitlines():
        if line.startswith("**") and line.endswith("**"):
            question = line.strip("*")
        elif step := re.match(r"\d+\. `([\w/.]+)`: `(\w+)`", line):
            found.setdefault(question, []).append((step[1], step[2]))
    return found


def broken_steps(way: list[tuple[str, str]]) -> list[str]:
    """Steps whose file lacks the function, or whose function no earlier file of the path mentions (any earlier one,
    because a file may call several steps in turn)."""
    wrong = []
    sources: list[str] = []
    for file, function in way:
        if sources and not any(re.search(rf"\b{function}\b", source) for source in sources):
            wrong.append(f"nothing before {file} uses {function}")
        sources.append((ROOT / file).read_text() if (ROOT / file).exists() else "")
        names = {n.name for n in ast.walk(ast.parse(sources[-1])) if isinstance(n, ast.FunctionDef)}
        if function not in names:
            wrong.append(f"{file} has no function {function}")
    return wrong


def test_the_ways_through_the_code_are_as_told() -> None:
    ways = journeys((ROOT / "CONTRIBUTING.md").read_text())
    assert len(ways) >= 2
    for question, way in ways.items():
        assert len(way) >= 4, question
        assert broken_steps(way) == [], question


def test_the_page_of_the_house_is_drawn_from_the_code() -> None:
    from tests import make_architecture as made

    steps = journeys((ROOT / "CONTRIBUTING.md").read_text())[made.DROPPED]
    assert made.PAGE.read_text() == made.page(steps), "run: python -m tests.make_architecture"


def test_the_check_of_ways_can_fail() -> None:
    way = [("milevault_core/imports/undo.py", "ask"), ("jobs/tasks.py", "no_such_task")]
    assert broken_steps(way) == [
        "nothing before jobs/tasks.py uses no_such_task",
        "jobs/tasks.py has no function no_such_task",
    ]


def test_every_query_takes_the_user_first() -> None:
    load_all(queries.__name__, queries.__path__)
    checked = 0
    for module in [m for name, m in sys.modules.items() if name.startswith(queries.__name__ + ".")]:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                if module.__name__.endswith(".accounts"):
                    continue  # there is no user before sign-in; tests/accounts covers those
                assert next(iter(inspect.signature(function).parameters)) == "user_id", (
                    f"{module.__name__}.{name}"
                )
                checked += 1
    assert checked >= 10


def cached_functions(tree: ast.AST) -> list[ast.FunctionDef]:
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    ways = ("cache_data", "cache_resource", "kept")
    return [f for f in found if any(way in ast.unparse(d) for way in ways for d in f.decorator_list)]


def wrongly_cached(source: str) -> list[str]:
    """Cached functions whose first parameter is not `user_id` (with an underscore, Streamlit would leave it out of the
    cache key)."""
    return [
        f.name
        for f in cached_functions(ast.parse(source))
        if not f.args.args or f.args.args[0].arg != "user_id"
    ]


def test_cached_functions_are_keyed_by_user() -> None:
    found = {p.name: wrongly_cached(p.read_text()) for p in PAGES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_check_of_cached_functions_can_fail() -> None:
    bad = (
        "@st.cache_data(ttl=3)\ndef f(_user_id, x): ...\n@st.cache_data\ndef g(): ...\n@kept\ndef h(x): ...\n"
    )
    assert wrongly_cached(bad) == ["f", "g", "h"]


def bare_fragments(source: str) -> int:
    """How often a page makes a fragment that does not check who is signed in."""
    return sum(ast.unparse(node) == "st.fragment" for node in ast.walk(ast.parse(source)))


def test_every_fragment_asks_who_is_there() -> None:
    found = {p.name: bare_fragments(p.read_text()) for p in (ROOT / "pages").glob("*.py")}
    assert {name for name, count in found.items() if count} == {"_page.py"}  # where the check is added
    assert found["_page.py"] == 1
    assert bare_fragments("@st.fragment\ndef f(): ...\n@st.fragment(run_every=1)\ndef g(): ...") == 2


def worded_toasts(source: str) -> list[str]:
    """Texts of a page's toasts that are not constants: toasts render Markdown, and the tests of pages do not see their
    text."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and n.args]
    said = [call.args[0] for call in calls if ast.unparse(call.func) == "st.toast"]
    return [
        ast.unparse(words)
        for words in said
        if not (isinstance(words, ast.Constant) or (isinstance(words, ast.Name) and words.id.isupper()))
    ]


def test_toasts_say_sentences_of_ours() -> None:
    found = {p.name: worded_toasts(p.read_text()) for p in (ROOT / "pages").rglob("*.py")}
    assert {name: words for name, words in found.items() if words} == {}
    assert worded_toasts('st.toast("Saved."); st.toast(AGAIN); st.toast(name); st.toast(f"{name} is gone.")') == [
        "name", "f'{name} is gone.'",
    ]  # fmt: skip


def comma_thousands(source: str) -> int:
    """How often a number is formatted with commas: `{count:,}`."""
    tree = ast.parse(source)
    specs = [n.format_spec for n in ast.walk(tree) if isinstance(n, ast.FormattedValue) and n.format_spec]
    return sum("," in ast.unparse(spec) for spec in specs)


def test_thousands_are_parted_one_way() -> None:
    """Only by `problems.thousands` and view/format."""
    found = {str(p.relative_to(ROOT)): comma_thousands(p.read_text()) for p in CODE}
    assert {name for name, count in found.items() if count} == {
        "milevault_core/problems.py", "milevault_core/view/format.py",
    }  # fmt: skip


def other_pages(source: str) -> list[str]:
    """The pages that a page links or switches to."""
    return [
        call.args[0].value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("switch_page", "page_link")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]


def test_pages_lead_to_pages_that_are_there() -> None:
    """Their names are relative to `_site.py`, which Streamlit starts from; any other name raises an error on click."""
    there = {p.name for p in PAGES if not p.name.startswith("_")}
    found = {p.name: set(other_pages(p.read_text())) - there for p in PAGES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_check_of_pages_sees_them() -> None:
    assert other_pages('st.switch_page("pages/x.py")\nst.page_link("y.py", label="Y")') == [
        "pages/x.py",
        "y.py",
    ]

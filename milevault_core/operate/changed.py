"""Choose the tests that cover the changed files, closest first: changed tests, tests of the same name, tests that
import a changed file, tests with one other file in between, and the other tests of the same room. Only as many as fit
in a minute or two; the rest is left to the full run.

A file needs the files that it imports or names (such as a test that reads docs/install.md), the pages that a test
opens, and the modules of a package that it loads as a whole (registry.load_all).
"""

import json
import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

_TOPS = ("milevault_core", "jobs", "pages", "bench", "tests")
_ALWAYS = ("tests/test_architecture.py", "tests/test_docstrings.py", "tests/test_mutations.py")  # of all code
# These cover every function of the rooms in _WALLED, which they find by walking the folders.
_WALLS = ("tests/test_walls.py", "tests/test_walls_everywhere.py")
_WALLED = ("milevault_core/store/", "milevault_core/actions/", "milevault_core/imports/")
_STEPS = 2
BUDGET_S = 200.0  # total time of the tests, which run in parallel processes
# Seconds assumed for a test file that has not been timed yet on this machine, by its folder.
_USUAL_S = {
    "browser": 60.0,
    "faults": 40.0,
    "jobs": 20.0,
    "proxy": 20.0,
    "demo": 12.0,
    "pages": 10.0,
    "imports": 8.0,
}
_ELSEWHERE_S = 3.0

# Measured times are kept outside the checkout, so that a fresh checkout can use them too.
TIMES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "milevault" / "test_seconds.json"


def tests(root: Path) -> tuple[list[str], int]:
    """(test files, relative to `root`, that cover what differs from the main branch, committed or not; how many more
    there are that do not fit in a minute or two)."""
    changed = changed_files(root, "main")
    found = chosen(changed, needs(root))
    near = within(found, times(), BUDGET_S, changed)
    return near, len(found) - len(near)


def changed_files(root: Path, against: str) -> set[str]:
    """Paths, relative to `root`, of files that this branch has changed since it forked from `against`, including
    uncommitted changes."""
    base = _git(root, "merge-base", "HEAD", against)
    changed = _git(root, "diff", "--name-only", "--no-renames", base[0] if base else "HEAD")
    return {*changed, *_git(root, "ls-files", "--others", "--exclude-standard")}


def _git(root: Path, *words: str) -> list[str]:
    command = ["git", "-c", "core.quotePath=false", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True).stdout.splitlines()


def needs(root: Path) -> dict[str, set[str]]:
    """Each Python file of the repository with the files of the repository that it needs; a folder ends in "/"."""
    files = {str(p.relative_to(root)) for top in _TOPS for p in (root / top).rglob("*.py")}
    others = {file for file in _git(root, "ls-files") if Path(file).suffix not in ("", ".py")}
    folders = {
        f"{parent}/" for file in files | others for parent in Path(file).parents if len(parent.parts) > 1
    }
    by_name: dict[str, set[str]] = {}
    for each in others | folders:
        by_name.setdefault(Path(each).name, set()).add(each)
    found = {}
    for file in files:
        source = (root / file).read_text()
        found[file] = _imported(source, files) | _loaded(source, file, files)
        for name in _names(source):
            found[file] |= by_name.get(name, set())
            if file.startswith("tests/pages/") and f"pages/{name}.py" in files:
                found[file].add(f"pages/{name}.py")
    return found


# Patterns instead of syntax trees, which would take seconds. A false match only runs an extra test.
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(\([^)]*\)|[^\n(]+)", re.MULTILINE)
_LOAD_ALL = re.compile(r"^ *load_all\((__name__|__package__|\"[\w.]+\")", re.MULTILINE)
_STRING = re.compile(r"""["']([^"'\n]{1,120})["']""")


def _imported(source: str, files: set[str]) -> set[str]:
    """Files that the source imports, also inside functions."""
    found: set[str] = set()
    for module, names in _IMPORT.findall(source):
        each = [
            words[0]
            for name in re.sub(r"#.*", "", names).strip("() \t").split(",")
            if (words := name.split())
        ]
        for name in [f"{module}.{one}" for one in each] + [module] if module else each:
            path = name.replace(".", "/")
            found |= {path for path in (f"{path}.py", f"{path}/__init__.py") if path in files}
    return found


def _loaded(source: str, file: str, files: set[str]) -> set[str]:
    """The modules of the package that a file loads with `registry.load_all`."""
    folders = {
        str(Path(file).parent) if name.startswith("__") else name.strip('"').replace(".", "/")
        for name in _LOAD_ALL.findall(source)
    }
    if not folders:
        return set()
    return {each for each in files if each.rpartition("/")[0] in folders} - {file}


def _names(source: str) -> Iterator[str]:
    """The last component of every string in the source that could be a path."""
    for text in _STRING.findall(source):
        yield text.rpartition("/")[2]


def chosen(changed: set[str], needed: dict[str, set[str]]) -> list[str]:
    """The test files that cover `changed`, closest first."""
    if not changed:
        return []
    rings = [changed & set(needed), {test for file in changed for test in _named_after(file, needed)}]
    if any(file.startswith(_WALLED) for file in changed):
        rings[1] |= set(_WALLS) & set(needed)
    reached = changed | _registries(changed, needed) | _folders(changed, needed)
    for _ in range(_STEPS):
        further = {file for file, its in needed.items() if its & reached}
        rings.append(further)
        # Half of the code imports the __init__.py of some package, which is no reason to run its tests.
        reached = reached | {file for file in further if not file.endswith("__init__.py")}
    rooms = {f"tests/{_room(file)}/" for file in changed}
    rings.append({file for file in needed if file.startswith(tuple(rooms))})
    tests = (
        file
        for ring in rings
        for file in sorted(filter(_is_test, ring), key=lambda test: (not test.startswith(tuple(rooms)), test))
    )
    return list(dict.fromkeys(tests) | dict.fromkeys(_ALWAYS))


def _room(file: str) -> str:
    parts = Path(file).parts
    return parts[1] if parts[0] in ("milevault_core", "tests") and len(parts) > 2 else parts[0]


def _named_after(file: str, needed: Iterable[str]) -> set[str]:
    """Tests of the same room that are named after a file; for a conftest.py, all tests below its folder."""
    path = Path(file)
    if path.name == "conftest.py":
        return {test for test in needed if test.startswith(f"{path.parent}/")}
    if path.parts[0] not in _TOPS or path.parts[0] == "tests":
        return set()
    stem = path.stem.strip("_")
    return {test for test in needed if test.startswith(f"tests/{_room(file)}/") and stem in Path(test).stem}


def _registries(changed: set[str], needed: dict[str, set[str]]) -> set[str]:
    """Files that load the whole package of a changed file; such a file has no other importer."""
    return {
        file
        for file, its in needed.items()
        for each in changed & its
        if Path(file).parent in list(Path(each).parents)[:2]
        if each.endswith(".py") and not _is_test(file)
        if its >= {other for other in needed if Path(other).parent == Path(each).parent} - {file}
    }


def _folders(changed: set[str], needed: dict[str, set[str]]) -> set[str]:
    """For each changed file that no file imports or names, the nearest parent folder that some file names."""
    all_needed = set().union(*needed.values())
    found = set()
    for file in filter(lambda file: not _is_test(file), changed - all_needed):
        found.update([f"{above}/" for above in Path(file).parents if f"{above}/" in all_needed][:1])
    return found


def _is_test(file: str) -> bool:
    return file.startswith("tests/") and Path(file).name.startswith("test_") and file.endswith(".py")


def within(
    files: list[str], seconds: dict[str, float], budget_s: float, always: Collection[str] = ()
) -> list[str]:
    """The first of `files` that together fit in `budget_s` seconds, and every later one that still fits. A file that
    alone takes more than a third of the budget is left out, because several others find more in the same time.
    always: files to include however long they take, such as tests that were changed themselves."""
    left_s, found = budget_s, []
    for file in files:
        takes_s = seconds.get(file, _USUAL_S.get(_room(file), _ELSEWHERE_S))
        if takes_s <= min(left_s, budget_s / 3) or file in _ALWAYS or file in always:
            left_s -= takes_s
            found.append(file)
    return found


def times() -> dict[str, float]:
    """Seconds that each test file took in its last run; empty before the first run."""
    try:
        return {str(file): float(s) for file, s in json.loads(TIMES.read_text()).items()}
    except (OSError, ValueError):
        return {}


def keep_times(took_s: dict[str, float]) -> None:
    """Save the seconds that each test file took; times of other files are kept."""
    try:
        TIMES.parent.mkdir(parents=True, exist_ok=True)
        TIMES.write_text(json.dumps(times() | took_s, indent=1, sort_keys=True))
    except OSError:
        pass  # a read-only machine: the next `--changed` uses the assumed times

"""`manage.py test --changed` runs the tests that cover a change, not all tests."""

import subprocess
from pathlib import Path

import pytest

from milevault_core.operate import changed

ROOT = Path(__file__).parents[2]
ALWAYS = [f"tests/test_{name}.py" for name in ("architecture", "docstrings", "mutations")]
NEEDS = {
    "milevault_core/track/table.py": set(),
    "milevault_core/metrics/power.py": {"milevault_core/track/table.py"},
    "milevault_core/metrics/pace.py": set(),
    "milevault_core/metrics/__init__.py": {
        "milevault_core/metrics/power.py",
        "milevault_core/metrics/pace.py",
    },
    "milevault_core/view/charts.py": {"milevault_core/metrics/power.py"},
    "milevault_core/store/migrate.py": {"milevault_core/store/migrations/"},
    "milevault_core/store/migrations/versions/0001_first.py": set(),
    "pages/records.py": {"milevault_core/view/charts.py"},
    "tests/track/test_table.py": {"milevault_core/track/table.py"},
    "tests/metrics/test_all.py": {"milevault_core/metrics/__init__.py"},
    "tests/metrics/test_power.py": {"milevault_core/metrics/power.py"},
    "tests/view/test_charts.py": {"milevault_core/view/charts.py"},
    "tests/view/conftest.py": set(),
    "tests/pages/test_records_page.py": {"pages/records.py"},
    "tests/store/test_schema.py": {"milevault_core/store/migrate.py"},
    "tests/test_config.py": {"docs/install.md"},
}
TABLE, POWER, ALL = "tests/track/test_table.py", "tests/metrics/test_power.py", "tests/metrics/test_all.py"
CHARTS, RECORDS = "tests/view/test_charts.py", "tests/pages/test_records_page.py"


@pytest.mark.parametrize(
    ("files", "tests"),
    [
        (set(), []),
        ({"milevault_core/track/table.py"}, [TABLE, POWER]),  # nearest first, not alphabetically
        ({"milevault_core/view/charts.py"}, [CHARTS, RECORDS]),
        ({"milevault_core/metrics/pace.py"}, [ALL, POWER]),  # loaded by its package; then others of the room
        ({"pages/records.py"}, [RECORDS]),
        ({CHARTS}, [CHARTS]),
        ({"tests/view/conftest.py"}, [CHARTS]),
        ({"milevault_core/store/migrations/versions/0001_first.py"}, ["tests/store/test_schema.py"]),
        ({"docs/install.md"}, ["tests/test_config.py"]),
        ({"README.md"}, []),
        ({"milevault_core/gone.py"}, []),
    ],
)
def test_the_tests_of_a_change(files: set[str], tests: list[str]) -> None:
    assert changed.chosen(files, NEEDS) == [*tests, *(ALWAYS if files else [])]


def test_what_this_code_needs() -> None:
    found = changed.needs(ROOT)
    assert "milevault_core/store/engine.py" in found["tests/conftest.py"]
    assert "milevault_core/imports/files.py" in found["jobs/tasks.py"]  # imported inside a function
    assert "milevault_core/metrics/power.py" in found["milevault_core/metrics/__init__.py"]  # loaded
    assert "docs/install.md" in found["tests/test_config.py"]  # read as a file
    assert "pages/activity.py" in found["tests/pages/test_activity_rows.py"]  # opened as a page
    few = changed.chosen({"milevault_core/records/streaks.py"}, found)
    assert few[0].startswith("tests/records/")
    assert 2 <= len(few) < sum(Path(file).name.startswith("test_") for file in found) / 3
    query = changed.chosen({"milevault_core/store/queries/gear.py"}, found)
    assert {"tests/test_walls.py", "tests/test_walls_everywhere.py"} <= set(query[:5])
    metric = changed.chosen({"milevault_core/metrics/power.py"}, found)
    assert {"tests/metrics/test_worked_values.py", "tests/view/test_metric_docs.py"} <= set(metric)


def test_no_more_than_a_minute_or_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(changed, "TIMES", tmp_path / "not" / "yet.json")
    changed.keep_times({"near": 30.0, "slow": 25.0, "far": 30.0})
    changed.keep_times({"slow": 80.0})
    files = ["slow", "near", "far", "new", *ALWAYS]
    assert changed.within(files, changed.times(), 100.0) == ["near", "far", "new", *ALWAYS]
    assert changed.within(files, changed.times(), 89.0) == ["new", *ALWAYS], "no file takes more than a third"
    files = ["near", "slow", "new", *ALWAYS]
    assert changed.within(files, changed.times(), 100.0, {"slow"}) == ["near", "slow", *ALWAYS]
    journeys = [f"tests/browser/test_{n}.py" for n in range(5)]
    assert changed.within(journeys, {}, changed.BUDGET_S) == journeys[:3], "browsers are slow, timed or not"
    changed.TIMES.write_text("{")
    assert changed.times() == {}


def test_what_has_changed_since_main(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        name = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True, capture_output=True)

    for name in ("kept", "old", "edited"):
        (tmp_path / name).write_text(name * 20)
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "first")
    git("checkout", "-b", "mine")
    git("mv", "old", "moved")
    git("commit", "-m", "second")
    (tmp_path / "edited").write_text("anew")
    (tmp_path / "löcher").write_text("")
    assert changed.changed_files(tmp_path, "main") == {"old", "moved", "edited", "löcher"}

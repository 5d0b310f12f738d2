"""What is exempt from the strict checks of mypy and of warnings: lists that only shrink."""

import tomllib

from tests.commands import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
# Remove a room here and in pyproject.toml once it passes; add none.
OLD = {"commands", "demo", "formats", "imports", "store", "view"}
NUMBERS = {"activities", "geo", "metrics", "records", "routes", "track"}  # numpy returns Any


def test_new_rooms_are_strict() -> None:
    lax_about, numbers = SETTINGS["mypy"]["overrides"]
    assert numbers == {
        "module": [f"milevault_core.{room}.*" for room in sorted(NUMBERS)],
        "warn_return_any": False,
    }
    for flag, value in lax_about.items():
        if flag != "module":
            assert SETTINGS["mypy"][flag] is not value, f"{flag} is lax everywhere"
    lax = set(lax_about["module"])
    assert lax <= {"bench.*"} | {f"milevault_core.{room}" + ".*" * (room != "cli") for room in OLD}


def test_rooms_that_are_gone_are_off_the_list() -> None:
    for room in OLD:
        assert (ROOT / "milevault_core" / room).is_dir() or (
            ROOT / "milevault_core" / f"{room}.py"
        ).exists(), room

"""Writes docs/architecture.md from the code: the rooms, what they import, and a file's path through them.

    python -m tests.make_architecture

tests/test_architecture.py fails if the page and the code differ.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
DROPPED = "What happens to a FIT file that was dropped?"


def room_of(module: str) -> str:
    """The room of a module: "store", "imports" …, or "pages", "jobs", "bench"."""
    top, _, rest = module.partition(".")
    return rest.partition(".")[0] if top == "milevault_core" else top


def arrows() -> dict[str, set[str]]:
    """Each room, and the rooms it imports from."""
    graph = grimp.build_graph("milevault_core", "jobs", "pages", "bench")
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if (here := room_of(module)) != (there := room_of(imported)) and there:
                found.setdefault(here, set()).add(there)
    return found


def floors() -> list[list[str]]:
    """The layers in pyproject.toml, from the top down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (layers,) = [c["layers"] for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    names = [floor.replace("|", ":").replace("milevault_core.", "") for floor in layers]
    return [[name.strip(" ()") for name in floor.split(":")] for floor in names]


def says(room: str) -> str:
    """The first sentence of a room's docstring."""
    places = [ROOT / room, ROOT / "milevault_core" / room]
    for place in [p / "__init__.py" for p in places] + [p.with_suffix(".py") for p in places]:
        if place.exists() and (text := ast.get_docstring(ast.parse(place.read_text()))):
            first = " ".join(text.split("\n\n")[0].split())
            end = first.find(". ")
            return first if end < 0 else first[: end + 1]
    return ""


def way(steps: list[tuple[str, str]]) -> Iterator[str]:
    """The steps as a diagram: a line for each, with the folder where it changes."""
    last = ""
    for file, function in steps:
        parts = file.removeprefix("milevault_core/").split("/")
        place = "/".join(parts[:-1]) or parts[0]
        name = f"{parts[-1].removesuffix('.py')}.{function}"
        yield f"{place if place != last else '':<20} {name}"
        last = place


def page(steps: list[tuple[str, str]]) -> str:
    imports = arrows()
    rows = [
        f"| {number} | `{room}` | {says(room)} | {', '.join(sorted(imports.get(room, ()))) or '-'} |"
        for number, floor in zip(range(len(floors()), 0, -1), floors(), strict=True)
        for room in floor
        if says(room)
    ]
    return "\n".join(
        [
            "# The house, room by room",
            "",
            "Made from the code by `python -m tests.make_architecture`. A room imports only from the floors below it;",
            "a feature has the same name on every floor (`imports`, `store/imports`, `view/imports`).",
            "",
            "## A file's way in",
            "```",
            "room                 function",
            *way(steps),
            "```",
            "",
            "## The floors, from the roof down",
            "| floor | room | what is in it | imports |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    from tests.test_architecture import journeys

    PAGE.write_text(page(journeys((ROOT / "CONTRIBUTING.md").read_text())[DROPPED]))

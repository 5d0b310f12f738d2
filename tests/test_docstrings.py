"""Docstrings of public functions say what their types do not: the shape or unit of arrays, and which errors are raised.

The lists of exceptions only shrink: remove a function once it passes, and add none.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.commands import ROOT

# Only arrays: data frames are rows of a query or of a room's own table, and that room names the columns.
ARRAYS = re.compile(r"\bndarray\b")
# A shape, "a row for each", columns, or a unit; or something without a unit: a mask, a share, indices.
SAID = re.compile(
    r"\(n[,)]|\b(shape|rows?|columns?|mask|indices|index|share|metres|seconds|degrees|watts|beats|joules|minutes|"
    r"m|s|m/s|W|bpm|km|°C|kg|J|m²|ratio|number|float32|float64|points?|second|samples?|longitudes?|times|texts?|"
    r"one value|\w+_\w+|queries\.\w+)\b|\(\d+, \d+\)"
)
ERRORS = re.compile(r"\bRais(es|ed)\b|Error\b")
# Raised for a caller's mistake, or because Python's protocols require it: not part of a function's contract.
OUR_MISTAKES = {"AssertionError", "NotImplementedError", "AttributeError", "TypeError", "KeyError"}
# Documented once for the whole room, in commands/__init__.py and metrics/__init__.py.
SAID_ONCE = {"CommandError", "NotComputable"}
# Commands: `command` in commands/__init__.py and their help texts document them.
COMMANDS = re.compile(r"^commands\.\w+\.\w+$")


@cache
def functions() -> list[tuple[str, ast.FunctionDef]]:
    """(label, function) of every public function and method of the product."""
    paths = [path for folder in ("milevault_core", "jobs") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [found for path in paths if "migrations" not in path.parts for found in _of(path)]


def _of(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("milevault_core.")
    for node in ast.parse(path.read_text()).body:
        inside = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
        for one in inside:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                name = f"{node.name}.{one.name}" if isinstance(node, ast.ClassDef) else one.name
                yield f"{module}.{name}", one


def is_overloaded(function: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(d) or "overload" in ast.unparse(d) for d in function.decorator_list)


def takes_or_gives_arrays(function: ast.FunctionDef) -> bool:
    arguments = function.args
    given = [a.annotation for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return any(ARRAYS.search(ast.unparse(each)) for each in (*given, function.returns) if each is not None)


def raised(function: ast.FunctionDef) -> set[str]:
    """Names of the exceptions that a function raises itself, outside a `try`."""
    found = set()
    tried = {
        inside for node in ast.walk(function) if isinstance(node, ast.Try) and node.handlers
        for each in node.body for inside in ast.walk(each)
    }  # fmt: skip
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None and node not in tried:
            what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(what).rpartition(".")[2]
            if name[:1].isupper():
                found.add(name)
    return found - OUR_MISTAKES - SAID_ONCE


def without_a_docstring() -> set[str]:
    """Public functions of more than two lines without a docstring; shorter ones explain themselves."""
    return {
        label
        for label, one in functions()
        if not ast.get_docstring(one)
        and not is_overloaded(one)
        and not COMMANDS.match(label)
        and one.end_lineno - one.body[0].lineno > 2
    }


def without_shapes() -> set[str]:
    return {
        label
        for label, one in functions()
        if takes_or_gives_arrays(one) and not SAID.search(ast.get_docstring(one) or "")
    }


def without_errors() -> set[str]:
    return {
        label for label, one in functions() if raised(one) and not ERRORS.search(ast.get_docstring(one) or "")
    }


# Methods of classes whose docstrings describe the arrays.
NO_SHAPE = {
    "demo.form.chronic_load", "demo.health.Day.total", "records.performance.Performance.seconds",
    "segments.line.Line.end", "segments.line.Line.start", "view.activities.more_tables.dynamics_table",
}  # fmt: skip


def test_every_public_function_has_a_docstring() -> None:
    assert without_a_docstring() == set()


def test_arrays_have_a_shape_or_a_unit() -> None:
    assert without_shapes() == NO_SHAPE


def test_what_is_raised_is_said() -> None:
    assert without_errors() == set()


def test_a_function_without_words_is_found(monkeypatch) -> None:
    source = "def speed(metres: np.ndarray):\n    'Fast.'\n    raise ValueError(1)\n"
    silent = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    return a\n"
    made = [("m.speed", ast.parse(source).body[0]), ("m.f", ast.parse(silent).body[0])]
    monkeypatch.setattr(f"{__name__}.functions", lambda: made)
    assert (without_a_docstring(), without_shapes(), without_errors()) == ({"m.f"}, {"m.speed"}, {"m.speed"})

"""Figures as measured: one file per area, each with `run(*words) -> list[dict]`, printed by `manage.py bench`.

A figure is {"name", "value", "unit", "budget", "ok", "against"}: budget is a string such as "at most 35" or "at least
80", ok is None when there is no budget, against names what it is compared with in the same run.
"""

import inspect
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def figure(name: str, value: float, unit: str, budget: str = "", against: str = "") -> dict:
    """A figure, checked against its budget ("at most 35", "at least 80", or none)."""
    ok = None
    value = float(value)
    if budget:
        word, _, limit = budget.rpartition(" ")
        ok = value <= float(limit) if word == "at most" else value >= float(limit)
    return {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "budget": budget,
        "ok": ok,
        "against": against,
    }


def names() -> list[str]:
    """Every bench: a module of this package with a function `run`."""
    found = sorted(m.name for m in iter_modules([str(Path(__file__).parent)]))
    return [_word(name) for name in found if hasattr(import_module(f"{__name__}.{name}"), "run")]


def _word(module: str) -> str:
    """The name of a module's bench: a module cannot be called "import", so that one is import_bench."""
    return module.removesuffix("_bench")


def main(name: str, as_json: bool, words: Sequence[str] = ()) -> int:
    """Run a bench with its arguments and print its figures with budget and verdict; returns 1 if a budget is missed."""
    if name not in names():
        print(f"There is no bench called {name}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    modules = {_word(m.name): m.name for m in iter_modules([str(Path(__file__).parent)])}
    module = import_module(f"{__name__}.{modules[name]}")
    try:
        inspect.signature(module.run).bind(*words)
    except TypeError as error:
        print(f"bench {name}: {error}.", file=sys.stderr)
        return 2
    figures = module.run(*words)
    missed = [f for f in figures if f["ok"] is False]
    if as_json:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        print(json.dumps({"bench": name, "database": database(), "machine": machine, "figures": figures}))
    else:
        print(f"{name} ({database()})")
        for f in figures:
            verdict = {True: "ok", False: "MISSED", None: ""}[f["ok"]]
            budget = f"({f['budget']})" if f["budget"] else ""
            print(
                f"  {f['name']:<62} {f['value']:>10.4g} {f['unit']:<8} {budget:<18} {verdict:<7} {f['against']}"
            )
    return int(bool(missed))


def database() -> str:
    """The database that the figures come from."""
    return "TimescaleDB" if os.environ.get("BENCH_DATABASE") == "timescale" else os.environ.get(
        "BENCH_DATABASE", "embedded PostgreSQL"
    )  # fmt: skip

"""The steps of derive: what a step is, how it is registered, and in which order steps run."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from milevault_core.registry import load_all
from milevault_core.store.activities import points
from milevault_core.store.models import Activity


@dataclass
class Work:
    """One activity to derive from: its row, and its track, which is loaded when a step asks for it."""

    user_id: int
    row: Activity
    results: dict[str, Any] = field(default_factory=dict)  # of earlier steps, for steps that need them

    @cached_property
    def track(self) -> pd.DataFrame:
        return points.take_or_load(self.user_id, self.row.id, self.row.version)


@dataclass(frozen=True)
class Step:
    name: str
    scope: str  # activity | day | athlete
    needs: tuple[str, ...]  # of the same scope, run first; this step follows if one changed something
    version: str
    queue: str  # "derive", or "routes" for steps that only the worker with tslearn runs
    compute: Callable[..., Any]


STEPS: dict[str, Step] = {}
UNCHANGED = "unchanged"  # returned by a step that changed nothing that the steps that need it read


def step(
    name: str,
    scope: str,
    needs: tuple[str, ...] = (),
    version: int = 1,
    queue: str = "derive",
    parts: Mapping[str, int] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a step; raising `version` recomputes it for everyone at the next start.

    `parts`: name -> version of the things that the step computes, if each has its own version. Adding or removing a
    part, or raising its version, recomputes the step. Raises ValueError for a second step with the same name.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        if name in STEPS:
            raise ValueError(f"two steps are called {name!r}")
        STEPS[name] = Step(name, scope, needs, version_of(version, parts), queue, function)
        return function

    return register


def version_of(version: int, parts: Mapping[str, int] | None = None) -> str:
    """The version of a step and its parts as text. A sum would not change when one part replaces another."""
    if parts is None:
        return str(version)
    pairs = json.dumps(sorted(parts.items()))
    return f"{version}:{hashlib.sha256(pairs.encode()).hexdigest()[:16]}"


def steps_of(scope: str, queue: str = "derive") -> list[Step]:
    """Steps of a scope in a queue, each after the steps that it needs."""
    load_steps()
    ordered: list[Step] = []

    def put(one: Step) -> None:
        for need in one.needs:
            put(STEPS[need])
        if one not in ordered:
            ordered.append(one)

    for name in sorted(STEPS):
        if STEPS[name].scope == scope and STEPS[name].queue == queue:
            put(STEPS[name])
    return ordered


def athlete_steps() -> tuple[str, ...]:
    """The names of all steps over all of an athlete's activities."""
    return tuple(one.name for queue in ("derive", "routes") for one in steps_of("athlete", queue))


@cache
def load_steps() -> None:
    """Import every file of derive/steps once, which registers the steps."""
    load_all("milevault_core.derive.steps", [str(Path(__file__).parent / "steps")])

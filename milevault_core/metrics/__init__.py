"""One number per activity. Add a file here with @metric functions; nothing else needs to change.

A metric is a pure function of the cleaned track (milevault_core.track.table, SI units) and its Context: the sport, the
athlete's values on that local day, the device's own numbers, laps, and the metrics it needs. It returns a float, or NaN
if the track lacks the data, or raises NotComputable with the reason. Its docstring gives the source, the definition and
how messy data are handled; docs/metrics.md is made from it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from milevault_core.metrics.shared import once_a_track
from milevault_core.registry import load_all
from milevault_core.track import Columns


class NotComputable(Exception):
    """A metric cannot be computed; `str()` is the reason, a sentence for the user."""


@dataclass
class Context:
    """What a metric may use besides the track.

    athlete: the values valid on the activity's local day in its sport (training/values.py names them, SI units).
    device: the device's totals for the whole activity, by the names of formats.TOTALS. figures: distance_m and
    elapsed_s from the activity's row. metrics: the winners of the metrics computed before.
    """

    sport: str = "other"
    sub_sport: str = ""
    is_indoor: bool = False
    athlete: Mapping[str, float] = field(default_factory=dict)
    device: Mapping[str, float] = field(default_factory=dict)
    load_laps: Callable[[], Mapping[str, np.ndarray] | None] = lambda: None
    figures: Mapping[str, float | None] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    load_lengths: Callable[[], pd.DataFrame | None] = lambda: None

    @cached_property
    def lengths(self) -> pd.DataFrame | None:
        """start_time, elapsed_s, distance_m, is_active of the pool lengths, including rests; None if there are none."""
        return self.load_lengths()

    @cached_property
    def laps(self) -> Mapping[str, np.ndarray] | None:
        """start_time, elapsed_s, distance_m, is_active of the laps; None if there are none. Read only when needed."""
        return self.load_laps()

    def athlete_value(self, name: str, words: str) -> float:
        """A value of the athlete. Raises NotComputable if it is missing; `words` names it ("your threshold power")."""
        value = self.athlete.get(name)
        if value is None:
            raise NotComputable(f"It needs {words}, which is not known for that day.")
        return value


NOTHING = Context()
type Compute = Callable[[Columns, Context], float]


@dataclass(frozen=True)
class Metric:
    name: str  # stored in the database; never rename
    label: str
    unit: str
    columns: tuple[str, ...]  # track columns that must hold data
    needs: tuple[str, ...]  # metrics computed first; without them this one is absent
    after: tuple[str, ...]  # metrics computed first, if there are any
    sports: frozenset[str]  # empty: every sport
    aggregate: str  # how several activities are combined: sum | mean | max | latest
    decimals: int
    better: str  # higher | lower | neither
    words: Mapping[int, str]  # labels, if the value is a choice and not an amount
    version: int  # raise it when the formula changes: old activities are recomputed
    device_first: (
        bool  # if both exist, the device's value beats ours (it has a barometer, it knows its pauses)
    )
    is_listed: bool  # offered as a column of the activity list
    compute: Compute | None  # None: only devices know it

    @property
    def doc(self) -> str:
        return (self.compute.__doc__ if self.compute else DEVICE_DOCS.get(self.name)) or ""


METRICS: dict[str, Metric] = {}
DEVICE_DOCS: dict[str, str] = {}


def metric[F: Compute | None](
    name: str,
    label: str,
    unit: str = "",
    *,
    columns: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    sports: Collection[str] = (),
    aggregate: str = "mean",
    decimals: int = 0,
    better: str = "neither",
    words: Mapping[int, str] | None = None,
    version: int = 1,
    device_first: bool = False,
    is_listed: bool = True,
) -> Callable[[F], F]:
    """Register a function of (track, context) as the metric `name`. Raises ValueError if the name is already taken."""
    assert aggregate in ("sum", "mean", "max", "latest")
    assert better in ("higher", "lower", "neither")

    def register(function: F) -> F:
        if name in METRICS:
            raise ValueError(f"two metrics are called {name!r}")
        METRICS[name] = Metric(name, label, unit, columns, needs, after, frozenset(sports), aggregate, decimals,
                               better, words or {}, version, device_first, is_listed, function)  # fmt: skip
        _ordered.clear()
        return function

    return register


def device_number(name: str, label: str, unit: str, doc: str, **options: Any) -> None:
    """Register a number that only devices know: it is shown next to ours, never computed."""
    metric(name, label, unit, **options)(None)
    DEVICE_DOCS[name] = doc


_ordered: list[Metric] = []


def in_order() -> list[Metric]:
    """Every metric, each after those it needs, otherwise sorted by name."""
    if not _ordered:
        done: set[str] = set()

        def put(one: Metric) -> None:
            if one.name in done:
                return
            done.add(one.name)
            for need in (*one.needs, *one.after):
                put(METRICS[need])
            _ordered.append(one)

        for name in sorted(METRICS):
            put(METRICS[name])
    return _ordered


@dataclass
class Results:
    """computed: the values we computed. metrics: the winner for each name. reasons: why a metric is absent, unless the
    recording simply lacks a channel."""

    computed: dict[str, float]
    metrics: dict[str, float]
    reasons: dict[str, str]


def compute_all(
    track: Columns,
    context: Context = NOTHING,
    edited: Mapping[str, float] | None = None,
    known: Mapping[str, float] | None = None,
) -> Results:
    """Compute every metric of a track in its sport, and the winner for each name (see `winner`).

    known: values already computed from the same points, which are not computed again.
    """
    edited, known = edited or {}, known or {}
    results = Results({}, {}, {})
    context.metrics = results.metrics
    present = _present(track)
    with once_a_track():
        for one in in_order():
            value = known[one.name] if one.name in known else _value(one, track, context, present, results)
            if value is not None and np.isfinite(value):
                results.computed[one.name] = float(value)
            won = winner(
                one, edited.get(one.name), context.device.get(one.name), results.computed.get(one.name)
            )
            if won is not None:
                results.metrics[one.name] = won
                results.reasons.pop(one.name, None)
    return results


def winner(one: Metric, edited: float | None, device: float | None, computed: float | None) -> float | None:
    """The value of a metric that pages show: the edited one; else the device's if the device knows better
    (`device_first`), otherwise the computed one; else whichever exists. A device that gives 0 where the track has a
    value has simply not measured it."""
    if edited is not None:
        return edited
    if device is None or computed is None:
        return computed if device is None else device
    return device if one.device_first and device else computed


def _present(track: Columns) -> set[str]:
    needed = {name for m in METRICS.values() for name in m.columns}
    if len(track["time"]) < 2:
        return set()
    return {name for name in needed if not np.isnan(np.asarray(track[name])).all()}


def _value(
    one: Metric, track: Columns, context: Context, present: set[str], results: Results
) -> float | None:
    if one.compute is None or (one.sports and context.sport not in one.sports):
        return None
    if not present.issuperset(one.columns):
        return None
    for need in one.needs:
        if need not in results.metrics:
            if need in results.reasons:
                results.reasons[one.name] = results.reasons[need]
            return None
    try:
        return one.compute(track, context)
    except NotComputable as absent:
        results.reasons[one.name] = str(absent)
        return None


load_all(__name__, __path__)

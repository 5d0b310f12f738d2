"""One number per activity. Add a file here with @metric functions; nothing else needs to change.

A metric is a pure function of the cleaned track (milevault_core.track, SI units) that returns a float, NaN where
the track does not tell. Its docstring gives source, definition and the decision taken on messy data.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.metrics.shared import once_a_track
from milevault_core.registry import load_all


@dataclass(frozen=True)
class Metric:
    name: str  # stored in the database; never rename
    label: str
    unit: str
    needs: tuple[str, ...]  # columns of the track that must hold something
    version: int  # raise it when the formula changes: old activities are recomputed
    compute: Callable[[pd.DataFrame], float]


METRICS: dict[str, Metric] = {}


def metric(name: str, label: str, unit: str, needs: tuple[str, ...] = (), version: int = 1):
    """Register a function of the track as the metric `name`."""

    def register(function: Callable[[pd.DataFrame], float]):
        if name in METRICS:
            raise ValueError(f"two metrics are called {name!r}")
        METRICS[name] = Metric(name, label, unit, needs, version, function)
        return function

    return register


def compute_all(track: pd.DataFrame) -> dict[str, float]:
    """Every metric the track has the columns for; what comes out as NaN is left out."""
    if len(track) < 2:
        return {}
    needed = {name for m in METRICS.values() for name in m.needs}
    present = {name for name in needed if not np.isnan(track[name].to_numpy()).all()}
    with once_a_track():
        values = {m.name: float(m.compute(track)) for m in METRICS.values() if present.issuperset(m.needs)}
    return {name: value for name, value in values.items() if np.isfinite(value)}


load_all(__name__, __path__)

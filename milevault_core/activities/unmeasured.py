"""Values that a device writes without having measured them: a power or cadence of 0 throughout, and the altitude in a
sport done on the spot, where a barometer only shows the weather and the doors of the hall."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from milevault_core.sports import ON_THE_SPOT

NO_CADENCE = (255.0, 127.5)  # FIT's "not measured" after conversion; half of it for runners
_ALL = ("altitude",)  # its figures are dropped even if they are not 0
# Column of the track -> totals and columns of laps that come from it.
_FIGURES = {
    "power": ("avg_power", "max_power", "normalized_power", "tss", "intensity_factor"),
    "cadence": ("avg_cadence", "max_cadence"),
    "altitude": ("ascent_m", "descent_m"),
}


def unmeasured(sport: str, columns: dict[str, np.ndarray]) -> frozenset[str]:
    """Names of the columns of a cleaned track that hold nothing measured, including a missing power or cadence."""
    found = {name for name in ("power", "cadence") if not np.nanmax(columns[name], initial=0.0) > 0}
    cadence = columns["cadence"]
    if np.nanmin(cadence, initial=np.inf) == np.nanmax(cadence, initial=0.0) and cadence[0] in NO_CADENCE:
        found.add("cadence")
    if sport in ON_THE_SPOT and not np.isfinite(columns["lat"]).any():
        found.add("altitude")
    return frozenset(found)


def without_unmeasured(totals: dict[str, float], names: Collection[str]) -> dict[str, float]:
    """The totals without those of unmeasured columns: those that are 0, or all of them for altitude."""
    out = {figure for name in names for figure in _FIGURES[name] if name in _ALL or not totals.get(figure)}
    return {name: value for name, value in totals.items() if name not in out}


def laps_without_unmeasured(laps: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The laps without figures of unmeasured columns: those that are 0 in every lap, or all of them for altitude."""
    changed = {}
    for name in names if len(laps) else ():
        for figure in _FIGURES[name]:
            if figure not in laps:
                continue
            values = np.asarray(laps[figure], float)
            if np.isfinite(values).any() and (name in _ALL or not np.nanmax(values) > 0):
                changed[figure] = np.full(len(laps), np.nan)
    return laps.assign(**changed) if changed else laps

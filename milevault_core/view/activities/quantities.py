"""Everything an activity's track can be coloured by: its own quantities, its slope, heart rate zones, and whatever else
its devices recorded at each point."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from milevault_core.activities import stretch
from milevault_core.view import format as fmt
from milevault_core.view.activities import channels
from milevault_core.view.activities.series import COLOURS, Series, available, series
from milevault_core.view.format import Units

GRADE, ZONE = "grade", "zone"
# Shares of the highest heart rate at which zones begin; below the first is no training.
ZONES = (0.5, 0.6, 0.7, 0.8, 0.9)
_STEEPEST = 15.0
Load = Callable[[str, str], np.ndarray]  # the values of a channel (name, developer)


def choices(
    track: pd.DataFrame, sport: str, further: dict[tuple[str, str], str], top_rate: float | None
) -> dict[str, str]:
    """key -> label of what a track can be coloured by. further: channels.choices; top_rate: the highest heart rate."""
    found = {key: series(track, key, fmt.METRIC, sport).label for key in available(track, sport)}
    if "altitude" in found and track["distance"].notna().any():
        found[GRADE] = "Grade"
    if "heart_rate" in found and top_rate:
        found[ZONE] = "Heart rate zone"
    return found | {f"channel:{name}:{developer}": label for (name, developer), label in further.items()}


def quantity(
    track: pd.DataFrame, key: str, units: Units, sport: str, load: Load, channel_units: dict[tuple[str, str], str],
    top_rate: float | None = None,
) -> Series | None:  # fmt: skip
    """One of `choices`; None if it turns out to have no values."""
    if key in COLOURS:
        return series(track, key, units, sport)
    if key == GRADE:
        slope = stretch.grades(track)
        bound = (
            float(np.clip(np.nanpercentile(np.abs(slope), 98), 3.0, _STEEPEST))
            if np.isfinite(slope).any()
            else 3.0
        )
        return Series(GRADE, "Grade", "%", "#7487a3", slope, lambda v: fmt.number(v, 1, "%"), (-bound, bound))
    if key == ZONE and top_rate:
        number = zone_numbers(track["heart_rate"].to_numpy(dtype=float), top_rate)
        return Series(ZONE, "Heart rate zone", "", "#e5484d", number, _zone, (1.0, 5.0))
    if not key.startswith("channel:"):
        return None
    _, name, developer = key.split(":", 2)
    rows = channels.rows(
        [(name, developer, channel_units.get((name, developer), ""), load(name, developer))],
        len(track),
        units,
    )
    return rows[0] if rows else None


def zone_numbers(heart_rate: np.ndarray, top_rate: float) -> np.ndarray:
    """Zones 1 to 5 by share of the highest heart rate; a value equal to a boundary is in the zone above. Everything
    below zone 1 counts as zone 1."""
    numbers = np.digitize(heart_rate, [share * top_rate for share in ZONES[1:]]) + 1.0
    return np.where(np.isfinite(heart_rate), numbers, np.nan)


def _zone(value: float) -> str:
    return f"Zone {round(value)}" if value == value else fmt.MISSING

"""A short report that compares two recordings of the same workout."""

import pandas as pd

from milevault_core.activities.compare_recordings import Comparison
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.format import Units

_NAMES = {"heart_rate": ("Heart rate", "bpm", 1), "power": ("Power", "W", 1), "cadence": ("Cadence", "per minute", 1),
          "speed": ("Speed", "", 1), "altitude": ("Elevation", "", 0),
          "temperature": ("Temperature", "°C", 1)}  # fmt: skip


def sentences(found: Comparison) -> list[str]:
    """When the second recording begins, how late its clock is, and what each of them missed."""
    begins = _late(found.offset_s, "It begins", "the one shown")
    out = [f"{begins}; they overlap for {fmt.duration(found.common_s)}."]
    if found.lag_s is None:
        out.append("Nothing in them shows whether their clocks agree.")
    elif abs(found.lag_s) < 0.5:
        out.append("Their clocks agree.")
    else:
        by = _NAMES[found.found_by][0].lower()
        out.append(f"It shows the same {by} {fmt.number(abs(found.lag_s), 1, 's')} "
                   f"{'later' if found.lag_s > 0 else 'earlier'}.")  # fmt: skip
    for holes, which in zip(found.dropouts, ("The one shown", "This one"), strict=True):
        if holes:
            lost = sum(one.duration_s for one in holes)
            out.append(f"{which} has {texts.count(len(holes), 'gap')}, {fmt.duration(lost)} in total.")
    return out


def _late(seconds: float, begins: str, other: str) -> str:
    if abs(seconds) < 0.5:
        return f"{begins} at the same time as {other}"
    word = "after" if seconds > 0 else "before"
    return f"{begins} {fmt.number(abs(seconds), 0 if abs(seconds) >= 10 else 1, 's')} {word} {other}"


def bias_table(found: Comparison, units: Units) -> pd.DataFrame | None:
    """How far this recording's values lie above the shown one's, by channel; None if they share no channel."""
    rows = []
    for name, bias in found.bias.items():
        label, unit, decimals = _NAMES[name]
        factor = 1.0
        if name == "speed":
            factor, unit = 3600.0 / units.distance_m, units.speed
        elif name == "altitude":
            factor, unit = 1.0 / units.altitude_m, units.altitude
        mean = bias.mean * factor
        sign = "+" if mean > 0 else ""
        rows.append({
            "Channel": label, "Difference": sign + fmt.number(mean, decimals, unit),
            "Mostly within": "± " + fmt.number(bias.spread * factor, decimals, unit),
            "Far off": fmt.number(100 * bias.outliers, 1, "%"), "Over": fmt.duration(bias.seconds),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("Channel") if rows else None

"""Tables of an activity that are not stretches of its track: pool lengths, strength sets, running dynamics."""

import numpy as np
import pandas as pd

from milevault_core.view import format as fmt
from milevault_core.view.activities import channels
from milevault_core.view.format import Units

# Channels about how somebody runs, pedals or breathes, by the names of formats/fit/fields.py.
DYNAMICS = ("vertical_oscillation", "stance_time", "stance_time_percent", "stance_time_balance", "vertical_ratio",
            "step_length", "left_right_balance", "left_torque_effectiveness", "right_torque_effectiveness",
            "left_pedal_smoothness", "right_pedal_smoothness", "respiration_rate",
            "enhanced_respiration_rate")  # fmt: skip


def length_table(lengths: pd.DataFrame, pool_m: float | None, units: Units) -> pd.DataFrame:
    """Pool lengths with strokes and SWOLF (seconds plus strokes of a length); rests are separate rows."""
    seconds = lengths["timer_s"].fillna(lengths["elapsed_s"])
    active = (lengths["intensity"] != "rest").to_numpy()
    strokes = lengths["strokes"].where(active)
    swolf = (seconds + strokes).where(strokes > 0)
    number = np.cumsum(active)
    columns = {
        "Stroke": [str(s).replace("_", " ") if a else "Rest" for s, a in zip(lengths["stroke"], active, strict=True)],
        "Time": [fmt.duration(v) for v in seconds],
        "Pace": [fmt.rate(pool_m / s if a and pool_m and s else None, units, "swimming")
                 for s, a in zip(seconds, active, strict=True)],
        "Strokes": [fmt.number(v) for v in strokes],
        "SWOLF": [fmt.number(v) for v in swolf],
    }  # fmt: skip
    index = pd.Index([str(n) if a else "" for n, a in zip(number, active, strict=True)], name="Length")
    table = pd.DataFrame(columns, index=index)
    return table.loc[:, [not set(table[c]).issubset({fmt.MISSING, ""}) for c in table.columns]]


def swim_sentence(lengths: pd.DataFrame, pool_m: float | None, units: Units) -> str:
    """ "40 lengths of 25 m · SWOLF 38 · 14 strokes a length"."""
    swum = lengths[lengths["intensity"] != "rest"]
    if not len(swum):
        return ""
    parts = [f"{len(swum)} lengths" + (f" of {_pool(pool_m, units)}" if pool_m else "")]
    strokes = swum["strokes"].where(swum["strokes"] > 0)
    if strokes.notna().any():
        seconds = swum["timer_s"].fillna(swum["elapsed_s"])
        parts.append(f"SWOLF {fmt.number(float((seconds + strokes).mean()))}")
        parts.append(f"{fmt.number(float(strokes.mean()), 1)} strokes a length")
    return " · ".join(parts)


def _pool(metres: float, units: Units) -> str:
    """The pool's length; a pool of 25 yards is given in yards in every system of units."""
    yards = metres / fmt.YARD
    if abs(yards - round(yards)) < 0.02 and abs(metres - round(metres)) > 0.02:
        return fmt.number(yards, 0, "yd")
    return fmt.number(metres, 0 if abs(metres - round(metres)) < 0.02 else 1, "m")


def strength_sentence(sets: pd.DataFrame, units: Units) -> str:
    """ "12 sets · 96 repetitions · 4 320 kg lifted"."""
    done = sets[sets["is_active"].astype(bool)]
    if not len(done):
        return ""
    parts = [fmt.number(len(done)) + (" set" if len(done) == 1 else " sets")]
    repetitions = done["repetitions"].sum()
    if repetitions > 0:
        parts.append(f"{fmt.number(repetitions)} repetitions")
    lifted = float((done["repetitions"] * done["weight_kg"]).sum())
    if lifted > 0:
        parts.append(f"{fmt.number(lifted / units.weight_kg, 0, units.weight)} lifted")
    return " · ".join(parts)


def dynamics_table(found: list[tuple[str, str, str, np.ndarray]]) -> pd.DataFrame | None:
    """Mean and middle 80% of the DYNAMICS channels (name, developer, unit, values); None if there are none."""
    rows = []
    for name, developer, unit, raw in found:
        values = np.asarray(raw, dtype=float)
        values = values[np.isfinite(values) & (values > 0)]
        if len(values) < 2:
            continue
        low, high = np.percentile(values, (10, 90))
        unit = "%" if unit == "% left" else unit
        decimals = 0 if float(np.mean(values)) >= 100 else 1
        mean, most = (fmt.number(float(v), decimals, unit) for v in (values.mean(), high))
        mostly = f"{fmt.number(float(low), decimals)} to {most}"
        rows.append({"": channels.label(name, developer), "Average": mean, "Mostly": mostly})
    return pd.DataFrame(rows).set_index("") if rows else None

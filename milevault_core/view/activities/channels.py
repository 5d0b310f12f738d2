"""Channels as rows of the timeline: values per point that have no fixed column, with their labels and colours.

Only better labels for some channels are listed by hand: an unknown channel gets a row too.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from milevault_core.training import channels as training
from milevault_core.view import format as fmt
from milevault_core.view.activities.series import Series
from milevault_core.view.format import Units

# Used in turn; each has a contrast of 3 or more on both of our backgrounds (tested).
COLOURS = ("#b4568f", "#5a8a2c", "#8a72cf", "#c2603a", "#2f8aa6", "#9a7a1f")
_WORDS = {
    "left_right_balance": "Left balance", "grade": "Grade", "gps_accuracy": "GPS accuracy",
    "stance_time": "Ground contact time", "stance_time_percent": "Ground contact",
    "stance_time_balance": "Ground contact balance", "step_length": "Step length", "motor_power": "Motor power",
    "accumulated_power": "Accumulated power", "total_hemoglobin_conc": "Haemoglobin", "left_pco": "Left offset",
    "right_pco": "Right offset", "saturated_hemoglobin_percent": "Muscle oxygen", "rmv": "Breathing volume",
    "ebike_battery_level": "Battery", "battery_soc": "Battery", "hdop": "GPS dilution", "sat": "Satellites",
    "atemp": "Temperature", "wtemp": "Water temperature", "cns_load": "CNS load", "n2_load": "Nitrogen load",
    "po2": "Oxygen pressure", "ndl_time": "No-stop time", "w_prime_balance": "W′ balance",
    "graded_speed": "Graded speed",
}  # fmt: skip
_UNITS = {"% left": "%"}


def with_ours(found: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The channels from devices, plus those computed by training/channels.py."""
    ours = [(name, training.OURS, training.UNITS[name]) for name in names]
    return pd.concat([found, pd.DataFrame(ours, columns=["name", "developer", "unit"])], ignore_index=True)


def choices(channels: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(name, developer) of the channels of `queries.activities.channels` -> label, in the order of labels."""
    keys = [
        (str(name), str(developer))
        for name, developer in zip(channels["name"], channels["developer"], strict=True)
    ]
    labels: dict[tuple[str, str], str] = {}
    for key in keys:
        labels[key] = _told_apart(label(*key), labels.values())
    return dict(sorted(labels.items(), key=lambda item: (item[1].lower(), item[0])))


def label(name: str, developer: str = "") -> str:
    """ "vertical_oscillation" -> "Vertical oscillation"; a field of an app: "Form power (Stryd)", or "(app)" if the
    file identifies the app only by a number."""
    if len(developer) >= 16 and not set(developer.lower()) - set("0123456789abcdef-"):
        developer = "app"
    text = _WORDS.get(name) or " ".join(name.replace("_", " ").split())
    text = text[:1].upper() + text[1:]
    if developer == training.OURS:
        return text
    return _plain(f"{text} ({developer})" if developer and developer.lower() not in text.lower() else text)


def _told_apart(title: str, used: Iterable[str]) -> str:
    taken, number = set(used), 2
    wanted = title
    while title in taken:
        title, number = f"{wanted} {number}", number + 1
    return title


def _plain(text: str) -> str:
    """Without the characters that have a meaning in a chart's field names."""
    return "".join(" " if c in ".[]\\\"'" else c for c in text).strip() or "Unnamed"


def rows(found: list[tuple[str, str, str, np.ndarray]], points: int, units: Units) -> list[Series]:
    """Rows for the (name, developer, unit, values) channels of a track of `points` points; empty ones are left out."""
    out: list[Series] = []
    used: list[str] = []
    for name, developer, unit, raw in found:
        values = np.asarray(raw, dtype=float)
        if len(values) != points or np.isfinite(values).sum() < 2:
            continue
        unit = _UNITS.get(unit, unit)
        if unit == "°C":
            values, unit = units.degrees(values), units.temperature
        elif unit == "m/s" and developer == training.OURS:
            values, unit = values * 3600.0 / units.distance_m, units.speed
        title = _told_apart(label(name, developer), used)
        used.append(title)
        colour = COLOURS[len(out) % len(COLOURS)]
        out.append(_series(f"channel_{len(out)}", title, unit, colour, values))
    return out


def _series(key: str, title: str, unit: str, colour: str, values: np.ndarray) -> Series:
    finite = values[np.isfinite(values)]
    lo, hi = (float(v) for v in np.percentile(finite, [0.5, 99.5]))
    least = 0.02 * max(abs(lo), abs(hi)) or 1.0  # a constant becomes a line in the middle
    if hi - lo < least:
        lo, hi = lo - least, hi + least
    decimals = 0 if hi - lo >= 20 else 1 if hi - lo >= 2 else 2 if hi - lo >= 0.2 else 3
    return Series(key, title, unit, colour, values, lambda v: fmt.number(v, decimals, unit), (lo, hi))

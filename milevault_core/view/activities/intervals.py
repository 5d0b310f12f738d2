"""Intervals in words: "5 × 4 min at 3:35 /km, 2 min easy"."""

from collections.abc import Sequence

import numpy as np

from milevault_core.activities.intervals import Interval, Set
from milevault_core.view import format as fmt
from milevault_core.view.format import Units

STANDING_M_S = 0.5


def explain(sets: Sequence[Set], units: Units, sport: str) -> str:
    """One sentence about all sets; "" if there are none. A pyramid: "1-2-3-2-1 min at 3:40 /km, 90 s easy"."""
    if not sets:
        return ""
    if len(sets) >= 5 and all(len(one.intervals) == 1 for one in sets):
        every = [i for one in sets for i in one.intervals]
        steps = "-".join(fmt.number(i.duration_s / 60, 0 if _is_whole(i.duration_s) else 1) for i in every)
        return f"{steps} min at {_rate(every, units, sport)}{_rest(every[:-1])}"
    return ", then ".join(_set(one, units, sport) for one in sets)


def _set(one: Set, units: Units, sport: str) -> str:
    every = one.intervals
    length = _way(every, units) if one.by_distance else round_time(_middle([i.duration_s for i in every]))
    return f"{len(every)} × {length} at {_rate(every, units, sport)}{_rest(every[:-1])}"


def _rest(every: Sequence[Interval]) -> str:
    rests = [i.rest_s for i in every if i.rest_s > 0]
    if not rests:
        return ""
    speeds = [i.rest_speed for i in every if np.isfinite(i.rest_speed)]
    stood = bool(speeds) and _middle(speeds) < STANDING_M_S
    return f", {round_time(_middle(rests))} {'standing' if stood else 'easy'}"


def _rate(every: Sequence[Interval], units: Units, sport: str) -> str:
    watts = [i.power for i in every if np.isfinite(i.power)]
    if sport == "cycling" and len(watts) == len(every):
        return fmt.power(_middle(watts))
    seconds = sum(i.duration_s for i in every)
    return fmt.rate(sum(i.distance_m for i in every) / seconds, units, sport)


def _way(every: Sequence[Interval], units: Units) -> str:
    metres = _middle([i.distance_m for i in every])
    if units.name == "imperial" and metres >= 0.2 * units.distance_m:
        for share, text in ((0.25, "¼"), (0.5, "½"), (1, "1"), (2, "2"), (3, "3")):
            if abs(metres / (share * units.distance_m) - 1) < 0.03:
                return f"{text} mi"
        return fmt.number(metres / units.distance_m, 2, "mi")
    rounded: float = 100 * round(metres / 100) if metres >= 300 else 50 * round(metres / 50)
    rounded = rounded if rounded and abs(rounded / metres - 1) < 0.04 else round(metres, -1)
    if rounded < 1000 or rounded % 100:
        return fmt.number(rounded, 0, "m")
    return fmt.number(rounded / 1000, 0 if rounded % 1000 == 0 else 1, "km")


def round_time(seconds: float) -> str:
    """Rounded to what one would set a watch to: "30 s", "90 s", "4 min", "2:30 min"."""
    step = 5 if seconds < 150 else 10 if seconds < 300 else 15 if seconds < 900 else 60
    whole = max(step * round(seconds / step), step)
    if _is_whole(whole) and abs(whole - seconds) <= max(3, 0.03 * seconds):
        return fmt.number(round(whole / 60), 0, "min")
    if whole < 120:
        return fmt.number(whole, 0, "s")
    return f"{int(whole) // 60}:{int(whole) % 60:02d} min" if whole % 60 else fmt.number(whole / 60, 0, "min")


def _is_whole(seconds: float) -> bool:
    return seconds >= 60 and abs(seconds - 60 * round(seconds / 60)) <= 3


def _middle(values: Sequence[float]) -> float:
    return float(np.median(values))

"""Thresholds estimated from the athlete's last weeks. Only suggested, never applied without asking."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from milevault_core.training import critical
from milevault_core.training.values import Refused

DAYS = 90
LEAST_CHANGE = 0.01


@dataclass(frozen=True)
class Suggestion:
    """A suggested value for a name and sport, in SI units, and the words that say where it comes from."""

    name: str
    sport: str
    value: float
    because: str


def from_power(sport: str, durations: np.ndarray, best: np.ndarray) -> list[Suggestion]:
    """Suggestions from the best power of 90 days over `durations` (s): FTP as 95% of 20 min (Allen and Coggan),
    critical power and W′."""
    found = []
    twenty = _at(durations, best, 1_200)
    if twenty:
        found.append(
            Suggestion("threshold_power", sport, round(0.95 * twenty), "95% of your best 20 minutes")
        )
    try:
        fitted = critical.fit(critical.best_of_curve(durations.tolist(), best))
    except Refused:
        return found
    efforts = "your best efforts of 2 to 20 minutes"
    because = f"{efforts}, ± {fitted.rate_error:.0f} W"
    found.append(Suggestion("critical_power", sport, round(fitted.rate), because))
    found.append(
        Suggestion(
            "w_prime_j",
            sport,
            round(fitted.reserve, -2),
            f"{efforts}, ± {fitted.reserve_error / 1000:.1f} kJ",
        )
    )
    return found


def from_heart_rate(sport: str, durations: np.ndarray, best: np.ndarray) -> list[Suggestion]:
    """Suggestions from the highest heart rates over `durations` (s): the maximum as the best 5 s (spikes of a chest
    strap are shorter), the threshold as 98% of the best 30 min or 95% of the best 20.

    Friel 2009, A Quick Guide to Setting Zones, uses the mean of the last 20 of 30 minutes all-out and alone. The best
    of 90 days is often a race, so less of it is used here (the two shares are from memory)."""
    found = []
    five = _at(durations, best, 5)
    if five:
        found.append(Suggestion("max_heart_rate", "", round(five), "the highest you held for 5 seconds"))
    thirty, twenty = _at(durations, best, 1_800), _at(durations, best, 1_200)
    if thirty:
        found.append(
            Suggestion("threshold_heart_rate", sport, round(0.98 * thirty), "98% of your best 30 minutes")
        )
    elif twenty:
        found.append(
            Suggestion("threshold_heart_rate", sport, round(0.95 * twenty), "95% of your best 20 minutes")
        )
    return found


def from_speed(sport: str, durations: np.ndarray, best: np.ndarray) -> list[Suggestion]:
    """Suggestions from the best speeds over `durations` (s): a runner's threshold as critical speed minus 2%, a
    swimmer's critical speed."""
    if sport not in ("running", "swimming"):
        return []
    try:
        fitted = critical.fit(critical.best_of_curve(durations.tolist(), best))
    except Refused:
        return []
    if sport == "swimming":
        return [Suggestion("critical_swim_speed", sport, round(fitted.rate, 3), "your best 2 to 20 minutes")]
    because = "your critical speed less 2%, from your best 2 to 20 minutes"
    return [Suggestion("threshold_speed", sport, round(0.98 * fitted.rate, 3), because)]


def new(found: list[Suggestion], known: Mapping[tuple[str, str], float]) -> list[Suggestion]:
    """The suggestions that are more than 1% above today's value: weeks without an all-out effort are no evidence for a
    lower threshold. W′ comes with its critical power, up or down, and alone if there is no W′ yet."""
    out: list[Suggestion] = []
    for one in found:
        now = known.get((one.name, one.sport))
        if one.name == "w_prime_j":
            if now is None or ("critical_power", one.sport) in {(o.name, o.sport) for o in out}:
                out.append(one)
        elif now is None or one.value > now * (1 + LEAST_CHANGE):
            out.append(one)
    return out


def _at(durations: np.ndarray, best: np.ndarray, seconds: int) -> float | None:
    row = np.flatnonzero(np.asarray(durations) == seconds)
    value = float(best[row[0]]) if len(row) else float("nan")
    return value if np.isfinite(value) and value > 0 else None

"""The true values, in contrast to what the watch says: tests and benches measure against them."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from milevault_core.demo import plan, seasons
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity
from milevault_core.demo.motion import Journey

Truth = dict[str, Any]

# Every distance that any sport is timed over, so that a comparison leaves none out.
DISTANCES_M = (
    50.0, 100.0, 200.0, 400.0, 500.0, 750.0, 800.0, 804.672, 1000.0, 1500.0, 1609.344, 1900.0, 2000.0, 3000.0,
    3218.688, 3800.0, 5000.0, 6000.0, 10_000.0, 15_000.0, 16_093.44, 20_000.0, 21_097.5, 30_000.0, 40_000.0, 42_195.0,
    50_000.0, 80_467.2, 90_000.0, 100_000.0, 160_934.4, 180_000.0, 200_000.0, 300_000.0,
)  # fmt: skip


def of(made: Activity) -> Truth:
    """The truth of one activity, times in seconds since its start, elapsed (pauses included):

    number, key, sport, kind, day (local), start (s since 1970), utc_offset_s, place, elapsed_s, timer_s, moving_s,
    distance_m, ascent_m, descent_m, points, calories
    route_id, direction ("forward", "reverse", "" indoors), start_shift (crossings), route_laps
    efforts {distance in m: best seconds}, segment_passes [(segment id, start, duration)]
    spikes [row numbers of wrong positions], pauses [(start, end)]
    """
    session, way = made.session, made.journey
    route = session.route
    return {
        "number": session.number, "key": made.key, "sport": session.sport, "kind": session.kind,
        "day": session.day, "start": made.start, "utc_offset_s": made.utc_offset_s, "place": session.place,
        "elapsed_s": float(made.elapsed_s), "timer_s": float(made.timer_s), "moving_s": made.moving_s,
        "distance_m": made.distance_m, "ascent_m": made.ascent_m, "descent_m": made.descent_m,
        "points": len(made.seconds), "calories": made.calories,
        "route_id": route.id if route else "",
        "direction": "" if route is None else "reverse" if session.reverse else "forward",
        "start_shift": session.shift, "route_laps": session.laps,
        "efforts": best_efforts(way) if way else {}, "segment_passes": made.segment_passes,
        "spikes": made.spikes, "pauses": list(way.pauses) if way else [],
    }  # fmt: skip


def best_efforts(way: Journey) -> dict[float, float]:
    """Fewest seconds for each of DISTANCES_M anywhere on the journey, including stops. Exact, because the journey is
    linear between its knots, so a best effort begins or ends at a knot."""
    return {d: _best_effort(way.t, way.s, d) for d in DISTANCES_M if d <= way.s[-1]}


def _best_effort(t: np.ndarray, s: np.ndarray, distance: float) -> float:
    """The least difference between the time when metre x is first reached and that when metre x - distance is last
    left."""
    on = np.concatenate([[True], np.diff(s) > 0])  # the earliest time at each position
    reached_s, reached_t = s[on], t[on]
    off = np.concatenate([np.diff(s) > 0, [True]])  # the latest
    left_s, left_t = s[off], t[off]
    starts = s[s <= s[-1] - distance]
    ends = s[s >= distance]
    begun = np.concatenate([starts, np.maximum(ends - distance, 0.0), [s[-1] - distance]])
    end = np.minimum(begun + distance, s[-1])
    # Between two positions the journey is linear, whether it paused at one of them or not.
    took = _time_at(end, reached_s, reached_t, s, t, "left") - _time_at(begun, left_s, left_t, s, t, "right")
    return float(took.min())


def _time_at(x, known_s, known_t, s, t, side: Literal["left", "right"]) -> np.ndarray:
    """When metre x is passed: on a knot the known time, between two knots on the straight line."""
    k = np.clip(np.searchsorted(s, x, side=side), 1, len(s) - 1)
    gap = s[k] - s[k - 1]
    share = (x - s[k - 1]) / np.where(gap > 0, gap, 1.0)
    between = t[k - 1] + share * (t[k] - t[k - 1])
    at = np.clip(np.searchsorted(known_s, x), 0, len(known_s) - 1)
    return np.where(known_s[at] == x, known_t[at], between)


def daily_totals(truths: list[Truth]) -> pd.DataFrame:
    """Sums by local day: activities, distance_m, elapsed_s, moving_s, ascent_m; one row per day with an activity."""
    frame = pd.DataFrame(truths)
    sums = frame.groupby("day")[["distance_m", "elapsed_s", "moving_s", "ascent_m"]].sum()
    sums.insert(0, "activities", frame.groupby("day").size())
    return sums


def route_members(athlete: Athlete) -> dict[str, list[int]]:
    """Numbers of the activities on each route that is taken more than once, in either direction."""
    members: dict[str, list[int]] = {}
    for session in plan.sessions(athlete):
        if session.route is not None:
            members.setdefault(session.route.id, []).append(session.number)
    return {route: numbers for route, numbers in members.items() if len(numbers) > 1}


def places_of(athlete: Athlete) -> dict[str, list[int]]:
    """Numbers of the activities at each place."""
    found: dict[str, list[int]] = {seasons.HOME: []}
    for session in plan.sessions(athlete):
        found.setdefault(session.place, []).append(session.number)
    return found

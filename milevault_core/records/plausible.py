"""What is impossible for a person, from the table of world records beside this file."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np

from milevault_core.sports.limits import limits_of

TABLE = tomllib.loads(Path(__file__).with_name("world_records.toml").read_text(encoding="utf-8"))
# Sports judged by the table of another sport.
SAME_AS = {"hiking": "walking", "mountaineering": "walking", "snowshoeing": "walking", "e_biking": "cycling"}
# Sports not powered by muscle, and multisport activities, whose parts are activities themselves.
NOT_OWN_LEGS = frozenset({"motor_sports", "transition", "multisport"})

FASTEST_STEP = 60.0  # m/s, where the sport has no limit
# A value within this share of the table's is not impossible.
MARGIN = float(TABLE["margin"])

IMPOSSIBLE = "impossible"  # kind of the effort that excludes a whole activity
STRETCH = "impossible_stretch"  # … that reports stretches cut out: key is their number, value their metres
IMPOSSIBLE_OF = {"power": "impossible_power", "heart_rate": "impossible_heart_rate"}  # … excludes a sensor


def step_cap(sport: str) -> float:
    """The fastest a single step of a track can be, in m/s; the track is cleaned by the same limit."""
    return min(limits_of(sport).fastest, FASTEST_STEP)


@cache
def _records(sport: str) -> tuple[np.ndarray, np.ndarray] | None:
    rows = TABLE.get(SAME_AS.get(sport, sport), {}).get("records")
    if not rows:
        return None
    return np.log([float(r["distance"]) for r in rows]), np.log([float(r["seconds"]) for r in rows])


def record_distances(sport: str) -> tuple[float, ...]:
    """The distances (m) for which the table has a world record of this sport; empty for a sport without a table."""
    rows = TABLE.get(SAME_AS.get(sport, sport), {}).get("records", ())
    return tuple(float(r["distance"]) for r in rows)


@cache
def world_record_s(sport: str, distance: float) -> float:
    """The fastest anybody has covered `distance` metres, in seconds; 0 for a sport without a table.

    Interpolated between records on a log-log line; beyond the first and last record at their speed, so it errs on the
    lenient side.
    """
    table = _records(sport)
    if table is None or distance <= 0:
        return 0.0
    distances, seconds = table
    x = np.log(distance)
    inside = np.clip(x, distances[0], distances[-1])
    return float(np.exp(np.interp(inside, distances, seconds) + x - inside))


def fastest_believed_s(sport: str, distance: float) -> float:
    """The shortest believable time over `distance` metres, in seconds; 0 for a sport without a table."""
    return world_record_s(sport, distance) * (1 - MARGIN)


@cache
def ceiling(kind: str, duration: float) -> float:
    """The highest mean power (W) or heart rate (bpm) over `duration` seconds that is believed."""
    rows = TABLE[kind]["ceilings"]
    unit = "watts" if kind == "power" else "bpm"
    x, y = np.log([r["duration"] for r in rows]), np.log([r[unit] for r in rows])
    return float(np.exp(np.interp(np.log(duration), x, y)))


def highest_ascent_m(seconds: float) -> float:
    """The most metres anybody climbs in `seconds`, plus what an altimeter adds; infinite if `seconds` is unknown."""
    if not seconds > 0:
        return float("inf")
    rows = TABLE["climb"]["ceilings"]
    x, y = np.log([r["duration"] for r in rows]), np.log([r["metres"] for r in rows])
    at = float(np.log(seconds))
    inside = float(np.clip(at, x[0], x[-1]))
    return float(np.exp(np.interp(inside, x, y) + at - inside)) * CLIMB_MARGIN


CLIMB_MARGIN = 1.25  # noise in GPS altitude adds ascent

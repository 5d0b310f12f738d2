"""What no person can have done, from the table of world records that ships beside this file."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np

TABLE = tomllib.loads(Path(__file__).with_name("world_records.toml").read_text(encoding="utf-8"))
# Sports held to the table of another.
SAME_AS = {"hiking": "walking", "mountaineering": "walking", "snowshoeing": "walking", "e_biking": "cycling"}
# What the sport itself says no muscle did, and the whole whose parts are activities of their own.
NOT_OWN_LEGS = frozenset({"motor_sports", "transition", "multisport"})

# Nothing is impossible that is within this share of the table.
MARGIN = float(TABLE["margin"])

IMPOSSIBLE = "impossible"  # kind of the effort that puts a whole activity out
IMPOSSIBLE_OF = {"power": "impossible_power", "heart_rate": "impossible_heart_rate"}  # … only one sensor


def step_cap(sport: str) -> float:
    """The fastest a single step of a track can be, m/s."""
    return float(TABLE.get(SAME_AS.get(sport, sport), {}).get("step_cap", TABLE["step_cap"]))


@cache
def _records(sport: str) -> tuple[np.ndarray, np.ndarray] | None:
    rows = TABLE.get(SAME_AS.get(sport, sport), {}).get("records")
    if not rows:
        return None
    return np.log([float(r["distance"]) for r in rows]), np.log([float(r["seconds"]) for r in rows])


def record_distances(sport: str) -> tuple[float, ...]:
    """The distances (m) for which the table has a world record of this sport; empty for a sport it lacks."""
    rows = TABLE.get(SAME_AS.get(sport, sport), {}).get("records", ())
    return tuple(float(r["distance"]) for r in rows)


@cache
def world_record_s(sport: str, distance: float) -> float:
    """The fastest anybody has covered `distance` metres, in seconds; 0 for a sport without a table.

    Between records on a log-log line; beyond the first and last one at their speed, so too kind, never unfair.
    """
    table = _records(sport)
    if table is None or distance <= 0:
        return 0.0
    distances, seconds = table
    x = np.log(distance)
    inside = np.clip(x, distances[0], distances[-1])
    return float(np.exp(np.interp(inside, distances, seconds) + x - inside))


def fastest_believed_s(sport: str, distance: float) -> float:
    """What anything over `distance` metres must take at least, in seconds; 0 for a sport without a table."""
    return world_record_s(sport, distance) * (1 - MARGIN)


@cache
def ceiling(kind: str, duration: float) -> float:
    """The highest mean power (W) or heart rate (bpm) over `duration` seconds that is believed."""
    rows = TABLE[kind]["ceilings"]
    unit = "watts" if kind == "power" else "bpm"
    x, y = np.log([r["duration"] for r in rows]), np.log([r[unit] for r in rows])
    return float(np.exp(np.interp(np.log(duration), x, y)))

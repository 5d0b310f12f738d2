"""A planned workout from the file, in words: its name and the names of its steps."""

from collections.abc import Mapping

from milevault_core.view import format as fmt
from milevault_core.view.format import Units

_KINDS = {"active": "Work", "rest": "Rest", "warmup": "Warm-up", "cooldown": "Cool-down", "recovery": "Recovery",
          "interval": "Interval"}  # fmt: skip
_ZONES = {"speed": "speed", "heart_rate": "heart rate", "cadence": "cadence", "power": "power"}


def sentence(activity: Mapping) -> str:
    """ "Workout: 5 x 1000. Keep it easy between.", or "" if the file has none."""
    told = activity["details"].get("workout", {})
    if not told.get("name"):
        return told.get("description", "")
    return f"Workout: {told['name']}" + (f". {told['description']}" if told.get("description") else "")


def step_names(activity: Mapping, units: Units) -> dict[int, str]:
    """Step number -> its own name, else its target: "Interval 1000 m", "Warm-up 10 min, 120 to 140 bpm"; notes follow
    after a colon."""
    steps = activity["details"].get("workout", {}).get("steps", [])
    return {one["number"]: _named(one, units, activity["sport"]) for one in steps}


def _named(step: Mapping, units: Units, sport: str) -> str:
    name = step.get("name") or _asked(step, units, sport)
    return ": ".join(filter(None, (name, step.get("notes", ""))))


def _asked(step: Mapping, units: Units, sport: str) -> str:
    length = ""
    if "duration_s" in step:
        length = _time(step["duration_s"])
    elif "distance_m" in step:
        length = _way(step["distance_m"], units)
    kind = _KINDS.get(step.get("intensity", ""), "")
    return ", ".join(
        filter(None, (f"{kind} {length}".strip(), _target(step.get("target", {}), units, sport)))
    )


def _time(seconds: float) -> str:
    if seconds % 60 == 0:
        return fmt.number(seconds / 60, 0, "min")
    return fmt.number(seconds, 0, "s") if seconds < 120 else fmt.duration(seconds)


def _way(metres: float, units: Units) -> str:
    if units.name == "imperial":
        return fmt.number(
            metres / units.distance_m, 0 if metres % units.distance_m < 1 else 2, units.distance
        )
    return fmt.number(metres / 1000, 0, "km") if metres > 1000 and metres % 1000 == 0 else f"{metres:.0f} m"


def _target(target: Mapping, units: Units, sport: str) -> str:
    if not target:
        return ""
    if "zone" in target:
        return f"{_ZONES[target['kind']]} zone {target['zone']}"
    low, high = target["low"], target["high"]
    if target["kind"] == "speed":  # for a pace, the faster end comes first
        ends = [fmt.rate(high, units, sport), fmt.rate(low, units, sport)]
        ends = ends if fmt.rate_label(sport) == "Pace" else ends[::-1]
        return "" if fmt.MISSING in ends else " to ".join(dict.fromkeys(ends))
    if low == high:
        return fmt.number(low, 0, target["unit"])
    return f"{fmt.number(low)} to {fmt.number(high, 0, target['unit'])}"

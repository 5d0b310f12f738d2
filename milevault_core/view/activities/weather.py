"""The weather of an activity in one line, if its file contains it."""

from collections.abc import Mapping

from milevault_core.view import format as fmt
from milevault_core.view.format import Units

_WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def sentence(activity: Mapping, units: Units) -> str:
    """ "Light rain · 12 °C, feels like 9 °C · wind 18.0 km/h from the south-west · humidity 80%"; "" if unknown."""
    told = activity["details"].get("weather", {})
    parts = [str(told.get("condition", "")).replace("_", " ").capitalize()]
    if "temperature" in told:
        felt = told.get("feels_like", told["temperature"])
        parts.append(fmt.temperature(told["temperature"], units))
        if felt != told["temperature"]:
            parts[-1] += f", feels like {fmt.temperature(felt, units)}"
    if told.get("wind_m_s"):
        parts.append(f"wind {fmt.speed(told['wind_m_s'], units)}")
        if "wind_from" in told:
            parts[-1] += f" from the {_WINDS[round(told['wind_from'] / 45) % 8]}"
    if "humidity" in told:
        parts.append(f"humidity {fmt.number(told['humidity'], 0, '%')}")
    return " · ".join(filter(None, parts))

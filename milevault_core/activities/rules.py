"""Rules: if an activity meets the conditions, the actions apply. Pure functions that say what a rule would change.

Conditions (all that are given have to hold; a rule without conditions never matches):
    sports      one of these                        weekdays    local, 1 is Monday
    name        the name has these words            minutes     [from, to) of the local day; over midnight too
    device      the device has these words          metres      [from, to] of the distance
    near        {lat, lon, radius_m}: starts there   is_indoor   true or false
    tags        has all of these

Actions: gear, sport, name (texts), tags (a text, added to the existing tags), is_commute ("true"),
leave_out ("true": move to the trash).
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from milevault_core.activities import texts
from milevault_core.geo.sphere import EARTH_M

FIELDS = ("name", "sport", "gear", "tags", "is_commute", "leave_out")


class Facts(NamedTuple):
    """What rules look at. minute and weekday (1 is Monday) are local; lat and lon are those of the start, None without
    a track; edited: fields set by the user, not by a rule or the default gear."""

    id: int
    name: str
    sport: str
    device: str
    gear: str
    is_commute: bool
    is_indoor: bool
    distance_m: float | None
    minute: int
    weekday: int
    lat: float | None
    lon: float | None
    edited: frozenset[str] = frozenset()
    tags: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Rule:
    id: int
    conditions: Mapping[str, Any]
    actions: Mapping[str, Any]


class Change(NamedTuple):
    activity_id: int
    rule_id: int
    field: str
    before: str
    after: str


def matches(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Whether all conditions hold."""
    if not conditions:
        return False
    return all(_CHECKS[name](wanted, facts) for name, wanted in conditions.items())


def _has_words(wanted: str, text: str) -> bool:
    return all(word in text.casefold() for word in wanted.casefold().split())


def _in_minutes(wanted: tuple[int, int], facts: Facts) -> bool:
    begin, end = wanted
    return begin <= facts.minute < end if begin <= end else facts.minute >= begin or facts.minute < end


def _in_metres(wanted: tuple[float | None, float | None], facts: Facts) -> bool:
    least, most = wanted
    metres = facts.distance_m or 0.0
    return metres >= (least or 0.0) and (most is None or metres <= most)


def _is_near(wanted: Mapping[str, float], facts: Facts) -> bool:
    if facts.lat is None or facts.lon is None:
        return False
    north = math.radians(facts.lat - wanted["lat"])
    east = math.radians((facts.lon - wanted["lon"] + 180) % 360 - 180) * math.cos(math.radians(wanted["lat"]))
    return math.hypot(north, east) * EARTH_M <= wanted["radius_m"]


_CHECKS: dict[str, Callable[[Any, Facts], bool]] = {
    "sports": lambda wanted, facts: facts.sport in wanted,
    "name": lambda wanted, facts: _has_words(wanted, facts.name),
    "device": lambda wanted, facts: _has_words(wanted, facts.device),
    "weekdays": lambda wanted, facts: facts.weekday in wanted,
    "minutes": _in_minutes,
    "metres": _in_metres,
    "near": _is_near,
    "tags": lambda wanted, facts: set(wanted) <= set(facts.tags.split(", ")),
    "is_indoor": lambda wanted, facts: facts.is_indoor == wanted,
}


def changes(rules: Iterable[Rule], everything: Iterable[Facts]) -> list[Change]:
    """What these rules would change, in their order. If two set the same field, the first counts; the tags of all are
    added. Fields set by the user, and fields that already have the value, stay."""
    made = []
    ordered = list(rules)
    for facts in everything:
        settled, tags = set(facts.edited), facts.tags
        for rule in ordered:
            if not matches(rule.conditions, facts):
                continue
            for field, value in rule.actions.items():
                if field in settled or field not in FIELDS:
                    continue
                before = _value(field, facts)
                if field == "tags":
                    before, tags = tags, texts.tags(f"{tags},{value}")
                    value = tags
                else:
                    settled.add(field)
                if before != value:
                    made.append(Change(facts.id, rule.id, field, before, value))
    return made


def _value(field: str, facts: Facts) -> str:
    if field == "leave_out":
        return ""
    value = getattr(facts, field)
    return ("true" if value else "") if field == "is_commute" else str(value)

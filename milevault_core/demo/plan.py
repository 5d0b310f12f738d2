"""The diary: every session of an athlete's life, before a single second of it is made.

A week has a pattern (templates by weekday and season), life interferes (seasons.py), and finally sessions are left out,
the least important first, until exactly `athlete.activities` remain.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from milevault_core.demo import draws, routes, seasons
from milevault_core.demo.athlete import Athlete

OUTDOOR = ("running", "cycling", "hiking")


@dataclass(frozen=True)
class Session:
    """One planned activity. `start_s`: seconds after local midnight. `route`: None indoors and in the pool.

    kind: easy, long, tempo, intervals, race, commute, treadmill, trainer, pool, open_water, strength, hike
    """

    number: int
    day: date
    start_s: int
    sport: str
    kind: str
    place: str
    hours: float  # as planned
    route: routes.Route | None = None
    reverse: bool = False
    shift: int = 0
    laps: int = 1
    smart: bool = False  # the watch records only every few seconds
    keep: float = 1.0  # the sessions with the lowest are left out

    @property
    def names(self) -> tuple[int | str, ...]:
        """Names of this session's random streams: its day, start and kind, not its number."""
        return (self.day.isoformat(), self.start_s, self.kind)


# weekday: (sport, kind, hours or km, hour of the day); km if the session has a route
Pattern = dict[int, list[tuple[str, str, float, float]]]

_SUMMER: Pattern = {
    0: [("strength", "strength", 0.8, 12.2)],
    1: [("cycling", "commute", 0, 7.4), ("cycling", "commute", 0, 17.2), ("running", "intervals", 10, 18.6)],
    2: [("swimming", "pool", 0.9, 6.6), ("running", "easy", 9, 17.8)],
    3: [("cycling", "commute", 0, 7.4), ("cycling", "commute", 0, 17.2), ("running", "tempo", 12, 18.4)],
    4: [("strength", "strength", 0.9, 17.5), ("swimming", "open_water", 0.7, 19.0)],
    5: [("cycling", "long", 92, 8.5)],
    6: [("running", "long", 17, 8.8), ("hiking", "hike", 8, 14.0)],
}
_COLD: Pattern = {
    0: [("strength", "strength", 0.9, 12.2), ("running", "easy", 7, 17.4)],
    1: [("running", "intervals", 10, 17.8)],
    2: [("swimming", "pool", 1.0, 6.6), ("cycling", "trainer", 1.3, 19.0)],
    3: [("running", "tempo", 11, 17.6)],
    4: [("strength", "strength", 1.0, 17.2), ("swimming", "pool", 0.9, 7.0)],
    5: [("cycling", "trainer", 2.0, 9.5), ("running", "treadmill", 1.0, 16.0)],
    6: [("running", "long", 18, 9.2), ("hiking", "hike", 7, 13.6)],
}
_HOLIDAY: Pattern = {
    0: [("running", "easy", 8, 7.5), ("swimming", "open_water", 0.6, 16.0)],
    1: [("hiking", "hike", 14, 9.2)],
    2: [("cycling", "long", 48, 8.3)],
    3: [("running", "easy", 5, 7.6), ("hiking", "hike", 8, 14.5)],
    4: [("cycling", "easy", 36, 9.0), ("swimming", "open_water", 0.6, 17.0)],
    5: [("hiking", "hike", 18, 8.8)],
    6: [("running", "long", 13, 8.0)],
}
_HARD = {"intervals": 0.35, "tempo": 0.25, "long": 0.3, "race": 2.0}


@cache
def sessions(athlete: Athlete) -> tuple[Session, ...]:
    """The diary, in order of time. Raises ValueError if the activities do not fit in the days."""
    wished = []
    for offset in range(athlete.days):
        wished += _day(athlete, athlete.first_day + timedelta(days=offset))
    if len(wished) < athlete.activities:
        raise ValueError(
            f"{athlete.activities} activities do not fit in {athlete.days} days: {len(wished)} do."
        )
    kept = sorted(wished, key=lambda one: (-one.keep, one.day, one.start_s))[: athlete.activities]
    kept.sort(key=lambda one: (one.day, one.start_s))
    return tuple(replace(session, number=number) for number, session in enumerate(kept))


def _day(athlete: Athlete, day: date) -> list[Session]:
    source = draws.stream(athlete.seed, "plan", day.isoformat())
    place = seasons.place_of(athlete, day)
    trouble = seasons.trouble_of(athlete, day)
    if trouble == "pause" or seasons.is_travel_day(athlete, day):
        return []
    race = seasons.races(athlete.seed, day.year).get(day)
    if race and not trouble and place == seasons.HOME and race.split("-")[0] in athlete.sports:
        sport, km = race.split("-")
        return [_outdoor(athlete, source, day, sport, "race", float(km), 9.0, place)]
    if place != seasons.HOME:
        pattern = _HOLIDAY
    else:
        pattern = _SUMMER if 4 <= day.month <= 9 else _COLD
    easy_week = day.isocalendar().week % 4 == 0
    found = []
    for sport, kind, amount, hour in pattern[day.weekday()]:
        if sport not in athlete.sports or (trouble == "injury" and sport in ("running", "hiking")):
            continue
        amount *= 0.75 if easy_week else 1.0
        if sport in OUTDOOR and kind not in ("treadmill", "trainer"):
            found.append(_outdoor(athlete, source, day, sport, kind, amount, hour, place))
        else:
            found.append(_off_road(athlete, source, day, sport, kind, amount, hour, place))
    return found


def _outdoor(athlete, source, day, sport, kind, km, hour, place) -> Session:
    seed = athlete.seed
    known = [r for r in routes.catalog(seed, place) if r.sport == sport and r.kind in ("loop", "trail")]
    laps = shift = 0
    if kind == "commute":
        route = routes.find(seed, place, "home-commute")
        return _session(
            source, day, hour, sport, kind, place, route.length_m / 25_000, route, hour > 12, 0, 1
        )
    if kind == "intervals" and place == seasons.HOME:
        route = routes.find(seed, place, "home-track")
        laps = draws.integer(source, 20, 27)
        return _session(source, day, hour, sport, kind, place, laps * 0.4 / 11, route, False, 0, laps)
    wanted = km * 1000 * draws.uniform(source, 0.85, 1.15)
    if draws.chance(source, 0.1) and kind != "race" and sport != "hiking":
        route = routes.one_off(seed, place, sport, day.toordinal(), round(wanted / 1000, 1))
    else:
        near = sorted(known, key=lambda r: abs(r.length_m - wanted))[:3]
        route = near[0] if kind == "race" else draws.pick(source, near)
    laps = 3 if route.length_m * 2.7 < wanted else 1
    if draws.chance(source, 0.15) and kind != "race":
        shift = draws.integer(source, 3, len(route.nodes or route.shape) - 4)
    kmh = {"running": 10.5, "cycling": 27.0, "hiking": 4.3}[sport]
    reverse = draws.chance(source, 0.3) and kind != "race"
    hours = route.length_m * laps / 1000 / kmh
    return _session(source, day, hour, sport, kind, place, hours, route, reverse, shift, laps)


def _off_road(athlete, source, day, sport, kind, hours, hour, place) -> Session:
    route, laps = None, 1
    if kind == "open_water":
        route = next(r for r in routes.catalog(athlete.seed, place) if r.kind == "water")
        laps = draws.integer(source, 2, 4)
        hours = laps * route.length_m / 3600
    return _session(source, day, hour, sport, kind, place, hours, route, False, 0, laps)


def _session(source, day, hour, sport, kind, place, hours, route, reverse, shift, laps) -> Session:
    start = int((hour + draws.uniform(source, -0.35, 0.35)) * 3600)
    smart = draws.chance(source, 0.5 if sport == "hiking" else 0.12)
    keep = draws.uniform(source) + _HARD.get(kind, 0.0) + (0.15 if place != seasons.HOME else 0.0)
    if kind == "commute":
        keep -= 0.15
    return Session(0, day, start, sport, kind, place, hours, route, reverse, shift, laps, smart, keep)

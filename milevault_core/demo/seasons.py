"""What the days are like before any session is planned: at home, on holiday, injured, paused, race days."""

from datetime import date, timedelta
from functools import cache

from milevault_core.demo import draws
from milevault_core.demo.athlete import Athlete

HOME, SUMMER, WINTER = "home", "summer", "winter"


@cache
def holidays(seed: int, year: int) -> tuple[tuple[date, date, str], ...]:
    """(first day, last day, place) of a year: two weeks every summer, ten days every other winter."""
    source = draws.stream(seed, "holidays", year)
    summer = date(year, 7, 5) + timedelta(days=draws.integer(source, 0, 30))
    found = [(summer, summer + timedelta(days=13), SUMMER)]
    if (year + seed) % 2:
        winter = date(year, 1, 20) + timedelta(days=draws.integer(source, 0, 35))
        found.append((winter, winter + timedelta(days=9), WINTER))
    return tuple(found)


@cache
def troubles(seed: int, year: int) -> tuple[tuple[date, date, str], ...]:
    """(first day, last day, "injury" or "pause") of a year: an injury stops running and hiking, a pause stops
    everything."""
    source = draws.stream(seed, "troubles", year)
    found = []
    if draws.chance(source, 0.7):
        start = date(year, 1, 1) + timedelta(days=draws.integer(source, 0, 330))
        found.append((start, start + timedelta(days=draws.integer(source, 14, 52)), "injury"))
    for _ in range(draws.integer(source, 1, 2)):
        start = date(year, 1, 1) + timedelta(days=draws.integer(source, 0, 350))
        found.append((start, start + timedelta(days=draws.integer(source, 5, 16)), "pause"))
    return tuple(found)


@cache
def races(seed: int, year: int) -> dict[date, str]:
    """Race days (Sundays) and the race of each."""
    source = draws.stream(seed, "races", year)
    calendar = ((4, "running-10"), (5, "running-21"), (6, "cycling-72"), (9, "running-5"), (10, "running-30"))
    found = {}
    for month, race in calendar:
        day = date(year, month, 1) + timedelta(days=draws.integer(source, 0, 27))
        day += timedelta(days=6 - day.weekday())
        if draws.chance(source, 0.75):
            found[day] = race
    return found


def place_of(athlete: Athlete, day: date) -> str:
    """Where the athlete is on a day."""
    return next((p for first, last, p in holidays(athlete.seed, day.year) if first <= day <= last), HOME)


def is_travel_day(athlete: Athlete, day: date) -> bool:
    """The day before a holiday: it is spent travelling, and flying east shortens it."""
    return place_of(athlete, day) == HOME != place_of(athlete, day + timedelta(days=1))


def trouble_of(athlete: Athlete, day: date) -> str:
    """ "injury", "pause" or "" on a day; one that begins in December continues in January."""
    for year in (day.year - 1, day.year):
        for first, last, kind in troubles(athlete.seed, year):
            if first <= day <= last:
                return kind
    return ""

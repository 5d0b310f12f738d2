"""How fit the athlete is on each day, from earlier training: fitness rises with work and falls with rest."""

from datetime import date
from functools import cache

import numpy as np

from milevault_core.demo import draws, exact, plan
from milevault_core.demo.athlete import Athlete

_HARDNESS = {"race": 1.0, "intervals": 0.75, "tempo": 0.75, "trainer": 0.65, "strength": 0.35, "hike": 0.3}
_WINDOW = 42.0  # days, as of chronic training load


@cache
def daily_load(athlete: Athlete) -> np.ndarray:
    """Training load planned for each day of the athlete's life, about 100 for an hour flat out."""
    load = np.zeros(athlete.days)
    for one in plan.sessions(athlete):
        load[(one.day - athlete.first_day).days] += one.hours * 100 * _HARDNESS.get(one.kind, 0.5)
    return load


@cache
def chronic_load(athlete: Athlete) -> np.ndarray:
    """Load smoothed over six weeks, as of the morning of each day. One value per day."""
    smooth = exact.lag(daily_load(athlete), _WINDOW, start=40.0)
    return np.concatenate([[40.0], smooth[:-1]])


@cache
def form(athlete: Athlete) -> np.ndarray:
    """The threshold on each day as a share of the athlete's best, about 0.80 to 1.02: from training, then from age."""
    level = chronic_load(athlete)
    fit = 0.80 + 0.20 * level / (level + 15.0)
    years = (np.arange(athlete.days) + athlete.first_day.toordinal()) / 365.25 - 5.0 - athlete.birth_year
    peak = np.where(years < 28, 0.01 * (28 - years), np.where(years > 36, 0.004 * (years - 36), 0.0))
    return np.clip(fit * 1.04 - peak, 0.70, 1.02)


def form_on(athlete: Athlete, day: date) -> float:
    return float(form(athlete)[_index(athlete, day)])


def _index(athlete: Athlete, day: date) -> int:
    """Days before the first count as the first, days after the last as the last."""
    return min(max((day - athlete.first_day).days, 0), athlete.days - 1)


@cache
def resting_heart_rates(athlete: Athlete) -> np.ndarray:
    """Resting heart rate of each day (bpm): lower the fitter the athlete is, higher after a hard day, and with random
    variation."""
    source = draws.stream(athlete.seed, "resting heart rate")
    yesterday = np.concatenate([[0.0], daily_load(athlete)[:-1]])
    base = 62.0 - 60.0 * (form(athlete) - 0.80) + 0.02 * np.minimum(yesterday, 200.0)
    return np.rint(base + 1.3 * draws.normals(source, athlete.days))


def resting_on(athlete: Athlete, day: date) -> int:
    return int(resting_heart_rates(athlete)[_index(athlete, day)])

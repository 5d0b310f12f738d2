"""Made-up athletes with a known truth: their races, and their runs on hills."""

import datetime as dt

import numpy as np

from milevault_core.metrics.graded import KNOTS, published_factor
from milevault_core.training import forecast
from tests.metrics.made import track

DAY_0 = dt.date(2022, 1, 3)


def races(seed: int, years: int = 4) -> list[forecast.Effort]:
    """Four years of runs every other day. Now and then one is a race at what the form of the day allows, with noise,
    endurance and a season that no forecast knows. Easy runs are 10 to 35 % slower, and marked as such."""
    rng = np.random.default_rng(seed)
    level, endurance, noise = rng.uniform(38, 60), rng.normal(0, 0.012), rng.uniform(0.012, 0.03)
    distances = list(forecast.DISTANCES)
    efforts, last = [], -99
    for day in range(0, 365 * years, 2):
        form = level * (
            1 + 0.04 * np.sin(2 * np.pi * day / 365 + seed) + 0.02 * np.sin(2 * np.pi * day / 900)
        )
        is_race = day - last > rng.integers(20, 60)
        last = day if is_race else last
        chances = [0.1, 0.15, 0.3, 0.25, 0.15, 0.05] if is_race else [0, 0.4, 0.3, 0.3, 0, 0]
        distance = float(rng.choice(distances, p=chances))
        seconds = forecast.seconds_at_vdot(form, distance)
        seconds *= np.exp(rng.normal(0, noise) + endurance * np.log(distance / 5000))
        seconds *= 1.0 if is_race else np.exp(rng.uniform(0.1, 0.3))
        when = DAY_0 + dt.timedelta(days=day)
        efforts.append(forecast.Effort(when, distance, float(seconds), is_race))
        if distance > 3000:  # the fastest 3 km of it is an effort too, but was not all-out
            efforts.append(forecast.Effort(when, 3000.0, float(seconds * 3000 / distance * 0.97), False))
    return efforts


def races_by_a_power_law(seed: int, years: int = 4) -> list[forecast.Effort]:
    """Like `races`, but of an athlete whose times follow none of the methods: their own 5 km time and exponent, season,
    and years of improvement."""
    rng = np.random.default_rng(seed)
    exponent, of_5_km, noise = rng.normal(1.07, 0.02), rng.uniform(960, 1_680), rng.uniform(0.012, 0.03)
    efforts, last = [], -99
    for day in range(0, 365 * years, 2):
        form = 1 - 0.03 * np.sin(2 * np.pi * day / 365 + seed) - 0.03 * day / (365 * years)
        is_race = day - last > rng.integers(20, 60)
        last = day if is_race else last
        chances = [0.1, 0.15, 0.3, 0.25, 0.15, 0.05] if is_race else [0, 0.4, 0.3, 0.3, 0, 0]
        distance = float(rng.choice(list(forecast.DISTANCES), p=chances))
        seconds = of_5_km * form * (distance / 5_000) ** exponent * np.exp(rng.normal(0, noise))
        seconds *= 1.0 if is_race else np.exp(rng.uniform(0.1, 0.3))
        efforts.append(forecast.Effort(DAY_0 + dt.timedelta(days=day), distance, float(seconds), is_race))
    return efforts


def own_factor(grade: np.ndarray) -> np.ndarray:
    """The true factor of the hill runner: worse uphill than the published curve, better downhill."""
    return published_factor(grade) * np.exp(0.005 * np.clip(grade, -20, 20))


def hilly_run(seed: int, steepest: float = 18.0, minutes: int = 60) -> dict[str, np.ndarray]:
    """A run in which heart rate gives the effort, and speed follows from effort and slope. Heart rate lags by 20 s, GPS
    and barometer are noisy, and every run has its own form."""
    rng = np.random.default_rng(seed)
    n, form = minutes * 60, rng.uniform(0.021, 0.025)
    slopes = np.repeat(rng.uniform(-steepest, steepest, n // 240 + 1), 240)[:n]
    slopes[rng.random(n // 240 + 1).repeat(240)[:n] < 0.3] = 0.0
    effort = 145 + 6 * np.sin(np.arange(n) / 900 + seed)
    speed = form * effort / own_factor(slopes) * np.exp(rng.normal(0, 0.03, n))
    metres = np.append(0.0, np.cumsum(speed))
    altitude = 400 + np.append(0.0, np.cumsum(speed * slopes / 100)) + rng.normal(0, 0.3, n + 1)
    heart = np.round(np.concatenate([np.full(21, effort[0]), effort[: n - 20]]) + rng.normal(0, 1.0, n + 1))
    return track(distance=metres, altitude=altitude, heart_rate=heart)


KNOTS_AT = {k: i for i, k in enumerate(KNOTS)}

"""Interval workouts with known intervals, as messy as devices record them, and workouts without intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core import track


@dataclass
class Workout:
    track: pd.DataFrame
    sport: str
    work: list[tuple[float, float]]  # (start, stop) in seconds
    name: str


def _noise(chance: np.random.Generator, n: int, size: float, memory: float) -> np.ndarray:
    """Autoregressive noise with a standard deviation of `size`."""
    steps = chance.normal(0, size * np.sqrt(1 - memory**2), n + 40)
    return np.convolve(steps, memory ** np.arange(40), "valid")[:n]


def _heart(level: np.ndarray) -> np.ndarray:
    """Heart rate that follows the effort with a lag of 40 s."""
    wanted = 95 + 85 * np.minimum(level / np.percentile(level, 97), 1.1)
    kernel = np.exp(-np.arange(240) / 40)
    return np.convolve(np.pad(wanted, (239, 0), constant_values=100.0), kernel / kernel.sum(), "valid")


def _made(plan: list[tuple[float, float]], chance: np.random.Generator, sport: str, power: bool, name: str,
          work: list[tuple[float, float]]) -> Workout:  # fmt: skip
    """A workout from `plan`, a list of (seconds, level) with levels in m/s, or in watts if `power`."""
    n = int(sum(s for s, _ in plan))
    level = np.concatenate([np.full(int(s), v) for s, v in plan])[:n]
    # Nobody changes pace instantly.
    ramp = int(chance.integers(2, 6))
    level = np.convolve(
        np.pad(level, (ramp // 2, ramp - ramp // 2 - 1), "edge"), np.ones(ramp) / ramp, "valid"
    )
    hills = 1 + 0.03 * np.sin(np.arange(n) / chance.uniform(60, 400) + chance.uniform(0, 6))
    if power:
        watts = np.clip(level * hills * 1.0 + _noise(chance, n, 22.0, 0.5), 0, None)
        watts[level < 20] = 0
        speed = np.cbrt(np.convolve(watts, np.ones(20) / 20, "same").clip(20) / 0.22)
    else:
        watts = np.full(n, np.nan)
        speed = np.clip(level * hills + _noise(chance, n, 0.13, 0.75), 0, None)
        speed[level < 0.2] = chance.uniform(0, 0.15)
    time = np.datetime64("2026-05-05T16:00:00", "us") + np.arange(n).astype("timedelta64[s]")
    made = track.from_columns({
        "time": time, "lat": np.full(n, np.nan), "lon": np.full(n, np.nan), "altitude": np.full(n, np.nan),
        "distance": np.cumsum(speed), "speed": np.round(speed, 3), "heart_rate": np.round(_heart(level)),
        "power": np.round(watts),
        "cadence": np.full(n, np.nan), "temperature": np.full(n, np.nan),
    })  # fmt: skip
    if chance.random() < 0.3:  # smart recording
        keep = np.flatnonzero(chance.random(n) < 0.6)
        made = made.iloc[np.union1d(keep, [0, n - 1])].reset_index(drop=True)
    if chance.random() < 0.3:  # brief GPS errors
        for at in chance.integers(30, len(made) - 40, 3):
            made.loc[at : at + 1, "speed"] *= chance.choice([0.3, 1.9])
    return Workout(made, sport, work, name)


def intervals(seed: int) -> Workout:
    """A workout with intervals: uniform, by distance, in two sets, a pyramid, or short ones; runs and rides."""
    chance = np.random.default_rng(seed)
    power = bool(chance.random() < 0.4)
    kind = ["time", "distance", "two", "pyramid", "short"][int(chance.integers(0, 5))]
    hard = chance.uniform(250, 330) if power else chance.uniform(3.8, 5.2)
    easy = hard * chance.uniform(0.35, 0.62) if power else hard * chance.uniform(0.5, 0.75)
    if not power and chance.random() < 0.25:
        easy = 0.0  # standing
    calm = (easy if easy else 0.6 * hard) * chance.uniform(0.95, 1.1)
    plan: list[tuple[float, float]] = [(int(chance.integers(480, 1200)), min(calm, 0.75 * hard))]
    work: list[tuple[float, float]] = []

    def add(length: float, level: float, rest: float) -> None:
        begin = sum(s for s, _ in plan)
        plan.append((int(length), level))
        work.append((begin, begin + int(length)))
        if rest:
            plan.append((int(rest), easy))

    def repeat(count: int, length: float, rest: float, faster: float = 1.0) -> None:
        for _ in range(count):
            wobble = chance.normal(1, 0.02)
            took = length / wobble if kind == "distance" else length
            add(took, hard * faster * wobble, rest + chance.integers(-3, 4))

    if kind in ("time", "distance"):
        repeat(
            int(chance.integers(3, 9)),
            int(chance.choice([60, 120, 180, 240, 300, 480])),
            int(chance.choice([60, 90, 120, 180])),
        )
    elif kind == "short":
        length = int(chance.choice([20, 30, 40]))
        repeat(int(chance.integers(8, 20)), length, int(chance.choice([20, 30, 60])))
    elif kind == "two":
        repeat(int(chance.integers(3, 5)), 240, 120)
        plan.append((240, max(easy, 0.5 * hard)))
        repeat(int(chance.integers(4, 7)), 60, 60, 1.08)
    else:
        for minutes in (1, 2, 3, 4, 3, 2, 1):
            add(60 * minutes, hard, 90)
    plan.append((int(chance.integers(300, 900)), min(calm, 0.75 * hard)))
    return _made(plan, chance, "cycling" if power else "running", power, kind, work)


def without(seed: int) -> Workout:
    """A workout without intervals: steady, progressive, hilly, with traffic lights, a mixed ride, or rolling hills."""
    chance = np.random.default_rng(10_000 + seed)
    kind = ["steady", "progressive", "hills", "lights", "ride", "rolling"][seed % 6]
    pace = chance.uniform(2.6, 3.6)
    if kind == "steady":
        plan = [(int(chance.integers(1500, 5000)), pace)]
    elif kind == "progressive":
        plan = [(300, pace * (0.9 + 0.03 * k)) for k in range(9)]
    elif kind == "hills":
        plan = [(int(chance.integers(60, 400)), pace * chance.uniform(0.8, 1.12)) for _ in range(14)]
    elif kind == "lights":
        plan = []
        for _ in range(12):
            plan += [(int(chance.integers(40, 500)), pace), (int(chance.integers(8, 60)), 0.0)]
        plan.append((200, pace))
    elif kind == "rolling":  # many similar hills that all begin gradually
        t = np.arange(int(chance.integers(3000, 9000)) // 5) * 5
        plan = [(5, 200 + 70 * np.sin(x / chance.uniform(90, 91))) for x in t]
    else:
        plan = [(int(np.exp(chance.uniform(3.2, 6.3))), chance.uniform(90, 280)) for _ in range(20)]
    ride = kind in ("ride", "rolling")
    return _made(plan, chance, "cycling" if ride else "running", ride, kind, [])

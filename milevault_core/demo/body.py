"""How the body responds to effort: heart rate, cadence and power, second by second, in whole numbers."""

import numpy as np

from milevault_core.demo import draws, exact


def heart_rate(
    source: draws.Stream, effort: np.ndarray, resting: float, maximum: int, warmth: float = 18.0
) -> np.ndarray:
    """Beats per minute at each second of an effort (share of threshold; 0 is standing).

    It responds with a delay of about 40 s and drifts upwards over the hours, more so in the heat.
    """
    n = len(effort)
    hours = np.arange(n) / 3600.0
    drift = 0.018 * hours * (1.0 + max(warmth - 18.0, 0.0) / 12.0)
    reserve = np.clip(0.26 + 0.63 * effort + np.where(effort > 0.1, drift, 0.0), 0.1, 0.985)
    target = resting + (maximum - resting) * reserve
    beats = exact.lag(target, 40.0, start=resting + 25.0)
    beats += 1.1 * exact.lag(draws.normals(source, n), 8.0) * 4.0
    return np.rint(np.clip(beats, resting, maximum)).astype(np.int64)


def running_cadence(source: draws.Stream, speed: np.ndarray) -> np.ndarray:
    """Steps of one leg per minute; 0 when standing. speed: m/s, one value per second."""
    steps = np.where(speed > 1.9, 83.0 + 3.2 * (speed - 3.0), 52.0 + 6.0 * (speed - 1.2))
    steps = steps + 0.9 * draws.normals(source, len(speed))
    return np.where(speed > 0.2, np.rint(np.clip(steps, 30, 120)), 0).astype(np.int64)


def cycling_cadence(
    source: draws.Stream, speed: np.ndarray, power: np.ndarray, grade: np.ndarray
) -> np.ndarray:
    """Revolutions per minute: about 88, slower uphill, 0 when coasting or standing. speed in m/s, power in W, grade as
    a fraction; one value per second each."""
    turns = (
        88.0
        - 160.0 * np.clip(grade, 0.0, 0.12)
        + 2.5 * exact.lag(draws.normals(source, len(speed)), 6.0) * 3.0
    )
    return np.where((speed > 0.5) & (power > 15), np.rint(np.clip(turns, 35, 130)), 0).astype(np.int64)


def noisy_power(source: draws.Stream, power: np.ndarray, share: float) -> np.ndarray:
    """Whole watts with the variation of pedalling or stepping; 0 stays 0."""
    noise = exact.lag(draws.normals(source, len(power)), 2.5) * 2.0
    return np.where(power > 0, np.rint(np.clip(power * (1.0 + share * noise), 0.0, 2000.0)), 0).astype(
        np.int64
    )

"""Recordings of paths with a segment on them, and exactly when it was passed. None comes from a real person's track.

The athlete moves along a known path (simulate.py) at a changing speed; the segment is a part of that path, so the
moments at which its ends are passed are known exactly.
"""

from dataclasses import dataclass

import numpy as np

from bench import simulate as sim
from milevault_core.routes.geometry import along, cumulative, unproject

RATES = ("1hz", "5s", "smart")
SHAPES = ("streets", "trail", "loop")
PLACE = (-31.7, -18.3)  # in the middle of an ocean


@dataclass(frozen=True)
class Recorded:
    seconds: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    truth: list[tuple[float, float]]  # (entry, exit) of each pass, seconds


def degrees(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return unproject(xy, PLACE)


def piece(path: np.ndarray, start_m: float, end_m: float) -> np.ndarray:
    """The path between two distances along it, including its corners."""
    at = cumulative(path)
    inside = at[(at > start_m) & (at < end_m)]
    return along(path, np.concatenate(([start_m], inside, [end_m])), at)


def record(
    rng: np.random.Generator,
    path: np.ndarray,
    gates: list[tuple[float, float]],
    rate: str = "1hz",
    sigma: float = 0.0,
    speed: float | None = None,
    stand: tuple[float, int] | None = None,
) -> Recorded:
    """A recording of a path. gates: metres along it at which each pass begins and ends. sigma: noise in m per axis.
    stand: (metres along, seconds) of a stop."""
    _, _, s = sim.record(rng, path, speed=speed, rate="1hz", pauses=0, noise=False)
    s = _surging(rng, s)
    t = np.arange(len(s), dtype=float)
    if stand is not None:
        where, lasts = stand
        i = int(np.searchsorted(s, where))
        s = np.concatenate([s[:i], np.full(lasts, where), s[i:]])
        t = np.arange(len(s), dtype=float)
    truth = [(_left(a, t, s), _reached(b, t, s)) for a, b in gates]
    if rate == "5s":
        kept = np.arange(0, len(t), 5)
    elif rate == "smart":
        steps = np.cumsum(rng.integers(1, 9, len(t)))
        kept = np.concatenate([[0], steps[steps < len(t)]])
    else:
        kept = np.arange(len(t))
    t, s = t[kept], s[kept]
    xy = along(path, s)
    if sigma:
        xy = (
            xy
            + sim.wander(rng, t, sigma, rng.uniform(20, 90)) * 0.95
            + rng.normal(0, 0.2 * sigma, (len(t), 2))
        )
    return Recorded(t, *degrees(xy), truth)


def _surging(rng: np.random.Generator, s: np.ndarray) -> np.ndarray:
    """The same path at a speed that also changes within seconds, by a fifth, so that motion between points is not
    uniform."""
    steps = np.diff(s)
    surge = np.clip(1 + sim.wander(rng, np.arange(len(steps), dtype=float), 0.2, 6.0)[:, 0], 0.3, 2.0)
    way = np.concatenate([[0.0], np.cumsum(steps * surge)])
    return way * (s[-1] / way[-1])


def _left(metre: float, t: np.ndarray, s: np.ndarray) -> float:
    """When a position was last left."""
    i = int(np.searchsorted(s, metre, side="right"))
    return float(t[i - 1] + (metre - s[i - 1]) / (s[i] - s[i - 1]))


def _reached(metre: float, t: np.ndarray, s: np.ndarray) -> float:
    """When a position was first reached."""
    i = max(1, int(np.searchsorted(s, metre, side="left")))
    return float(t[i - 1] + (metre - s[i - 1]) / (s[i] - s[i - 1]))


def ring(rng: np.random.Generator, length_m: float) -> np.ndarray:
    """A loop that ends where it begins."""
    path = sim.way(rng, length_m, "loop")
    return np.concatenate([path, path[:1]])


def laps(round_: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([round_[:-1]] * count + [round_[:1]])


def straight(length_m: float) -> np.ndarray:
    return np.stack([np.arange(0.0, length_m + 2.5, 5.0), np.zeros(int(length_m / 5) + 1)], axis=1)


def traps(rng: np.random.Generator, sigma: float) -> dict[str, tuple[np.ndarray, Recorded]]:
    """Name -> (the path of a segment, a recording that must not count as a pass of it)."""
    path = sim.way(rng, float(rng.uniform(2_500, 5_000)), "trail")
    whole = float(cumulative(path)[-1])
    segment = piece(path, 0.2 * whole, 0.7 * whole)
    half = piece(path, 0.2 * whole, 0.45 * whole)
    there_and_back = np.concatenate([half, half[-2::-1]])
    short_m = float(cumulative(half)[-1]) - float(rng.uniform(40, 120))
    short = piece(half, 0.0, short_m)
    before, after = piece(path, 0.0, 0.2 * whole), piece(path, 0.7 * whole, whole)
    aside = sim.detour(rng, segment, rng.uniform(0.25, 0.4), rng.uniform(150, 400))
    street = straight(1_500.0)
    beside = street + np.array([0.0, 50.0])
    lot = np.cumsum(rng.normal(0, 6, (400, 2)), axis=0)
    lot = 30 * np.sin(lot / 30)  # wanders about in 60 x 60 m
    found = {
        "parallel street at 50 m": (street[100:250], record(rng, beside, [], "1hz", sigma)),
        "wrong direction": (segment, record(rng, path[::-1], [], "1hz", sigma)),
        "detour": (segment, record(rng, np.concatenate([before, aside, after]), [], "1hz", sigma)),
        "turned short": (
            there_and_back,
            record(rng, np.concatenate([before, short, short[-2::-1], before[::-1]]), [], "1hz", sigma),
        ),
        "car park at the start": (street[100:250], record(rng, lot + street[100], [], "1hz", sigma, 1.5)),
        "car park round": (ring(rng, 250.0), record(rng, lot, [], "1hz", sigma, 1.5)),
    }
    gap = record(rng, path, [(0.2 * whole, 0.7 * whole)], "1hz", sigma)
    (entry, leave), middle = gap.truth[0], np.mean(gap.truth[0])
    kept = np.abs(gap.seconds - middle) > min(60.0, (leave - entry) / 4)
    found["recording gap"] = (segment, Recorded(gap.seconds[kept], gap.lat[kept], gap.lon[kept], []))
    return found

"""Where the athlete is at each moment: a journey along a path with its pauses, exact at every instant."""

from dataclasses import dataclass

import numpy as np

from milevault_core.demo import exact


@dataclass(frozen=True)
class Journey:
    """Metres `s` at seconds `t`, linear in between; the last second is a whole number. `leg`: the piece of the path
    after each knot, -1 for standing. `pauses`: (first second, last second) of each real stop."""

    t: np.ndarray
    s: np.ndarray
    leg: np.ndarray
    pauses: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> int:
        return round(float(self.t[-1]))

    @property
    def moving_s(self) -> float:
        return float(self.t[-1]) - sum(b - a for a, b in self.pauses)


def journey(knots: np.ndarray, speed: np.ndarray, pauses: list[tuple[int, int]]) -> Journey:
    """The journey over knots (m, n + 1) at a speed for each piece (m/s, n), with stops at (knot, whole seconds).

    All speeds are scaled by one factor close to 1, so that the journey takes a whole number of seconds.
    """
    t = np.concatenate([[0.0], np.cumsum(np.diff(knots) / speed)])
    t *= np.ceil(t[-1]) / t[-1]
    at = np.array([k for k, _ in pauses], dtype=int)
    length = np.array([d for _, d in pauses], dtype=float)
    legs = np.append(np.arange(len(speed)), len(speed) - 1)
    if not len(at):
        return Journey(t, knots, legs, ())
    later = np.searchsorted(at, np.arange(len(t)), side="left")  # pauses before each knot
    waited = np.concatenate([[0.0], np.cumsum(length)])
    t = t + waited[later]
    stops = tuple((float(t[k]), float(t[k] + d)) for k, d in zip(at, length, strict=True))
    t = np.insert(t, at, [a for a, _ in stops])
    t[at + np.arange(len(at)) + 1] = [b for _, b in stops]
    return Journey(t, np.insert(knots, at, knots[at]), np.insert(legs, at, -1), stops)


@dataclass(frozen=True)
class Samples:
    """Samples of a journey: seconds, metres along, piece of the path (-1 standing), speed (m/s)."""

    seconds: np.ndarray
    s: np.ndarray
    leg: np.ndarray
    speed: np.ndarray


def sample(way: Journey) -> Samples:
    """The journey at every whole second, first and last included."""
    seconds = np.arange(way.seconds + 1)
    i, share = exact.locate(seconds.astype(float), way.t)
    s = exact.between(way.s, i, share)
    s[-1] = way.s[-1]
    gap = np.diff(way.t)
    pace = np.diff(way.s) / np.where(gap > 0, gap, 1.0)
    leg = way.leg[i]
    speed = np.where(leg < 0, 0.0, pace[i])
    return Samples(seconds, s, leg, speed)


def choose_pauses(source, knots: np.ndarray, every_m: float, longest_s: int) -> list[tuple[int, int]]:
    """Stops at random knots, about one every `every_m` metres, mostly short: (knot, seconds), ascending."""
    from milevault_core.demo import draws

    count = draws.integer(source, 0, max(1, int(2 * float(knots[-1]) / every_m)))
    if len(knots) < 12 or not count:
        return []
    at = sorted(set(draws.integers(source, count, 5, len(knots) - 6).tolist()))
    short = draws.uniforms(source, len(at))
    return [(k, 8 + int(longest_s * u * u * u)) for k, u in zip(at, short.tolist(), strict=True)]

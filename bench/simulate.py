"""Invented paths and simulated recordings of them, with exact truth. None comes from a real person's track.

Noise and pauses: the pace drifts by 10 % over minutes; up to two pauses of 20-120 s; recorded at 1 Hz, every 5 s or at
"smart" steps of 1-8 s; the position error is an Ornstein-Uhlenbeck process with sigma 3-10 m per axis (tau 20-90 s)
plus 0.6 m white noise.
"""

import numpy as np

from milevault_core.routes.geometry import cumulative, resample

SPACING = 5.0  # m between the points of a true path


def smooth(xy: np.ndarray, width: int) -> np.ndarray:
    """Hann-weighted moving average of the points; the end points are repeated as padding."""
    kernel = np.hanning(width + 2)[1:-1]
    kernel /= kernel.sum()
    padded = np.pad(xy, ((width // 2, width // 2), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, i], kernel, "valid") for i in (0, 1)], axis=1)


def way(rng: np.random.Generator, length_m: float, shape: str) -> np.ndarray:
    """A true path of about `length_m`, a point every 5 m. shape: loop, streets, eight or trail."""
    if shape == "loop":
        angle = np.linspace(0, 2 * np.pi, 721)
        radius = 1 + sum(rng.normal(0, 0.55 / k**1.1) * np.cos(k * angle + rng.uniform(0, 6.3))
                         for k in range(2, 15))  # fmt: skip
        xy = np.clip(radius, 0.15, None)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    elif shape == "eight":
        angle = np.linspace(0, 2 * np.pi, 721)
        bend = sum(rng.normal(0, 0.12 / k) * np.sin(k * angle + rng.uniform(0, 6.3)) for k in range(3, 10))
        xy = np.stack([np.sin(angle), (0.6 + bend) * np.sin(2 * angle) + 0.3 * bend], axis=1)
    elif shape == "streets":
        n = int(max(8, length_m / 220))
        heading = np.cumsum(rng.choice([0, 0, 0, 1, -1], n)) * np.pi / 2 * rng.uniform(0.9, 1.0)
        legs = rng.uniform(0.5, 1.6, n)[:, None] * np.stack([np.cos(heading), np.sin(heading)], axis=1)
        xy = np.concatenate([[[0.0, 0.0]], np.cumsum(legs, axis=0)])
    else:
        n = int(max(30, length_m / 60))
        heading = np.cumsum(rng.normal(0, 0.28, n)) * np.exp(-rng.uniform(0, 0.2))
        xy = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
    xy = xy * (length_m / cumulative(xy)[-1])
    turn = rng.uniform(0, 2 * np.pi)
    xy = xy @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return smooth(resample(xy, max(64, int(length_m / SPACING))), 9)


def wander(rng: np.random.Generator, t: np.ndarray, sigma: float, tau: float) -> np.ndarray:
    """An Ornstein-Uhlenbeck process at the times t: (n, 2), stationary, sigma metres per axis."""
    decay = np.exp(-np.diff(t) / tau)
    kick = rng.normal(0, 1, (len(t), 2)) * sigma
    kick[1:] *= np.sqrt(1 - decay**2)[:, None]
    (x, y), out = kick[0], kick.tolist()
    for i, a in enumerate(decay.tolist(), start=1):
        x, y = a * x + out[i][0], a * y + out[i][1]
        out[i] = (x, y)
    out[0] = tuple(kick[0])
    return np.array(out)


def record(
    rng: np.random.Generator,
    path: np.ndarray,
    sigma: float | None = None,
    rate: str | None = None,
    speed: float | None = None,
    pauses: int | None = None,
    noise: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One recording of a true path: seconds (n,), position in metres (n, 2), true metres along the path (n,)."""
    sigma = rng.uniform(3, 10) if sigma is None else sigma
    speed = rng.uniform(2.4, 3.6) if speed is None else speed
    at = cumulative(path)
    length = at[-1]
    n = int(length / speed * 1.3) + 10
    knots = np.arange(0, n + 60, 60)
    pace = np.interp(np.arange(n), knots, rng.normal(1, 0.1, len(knots)))
    s = np.concatenate([[0.0], np.cumsum(speed * np.clip(pace, 0.5, 1.6))])
    s = np.append(s[s < length], length)
    for _ in range(rng.integers(0, 3) if pauses is None else pauses):
        i, stand = rng.integers(5, len(s) - 5), rng.integers(20, 120)
        s = np.concatenate([s[:i], np.full(stand, s[i]), s[i:]])
    rate = str(rng.choice(["1hz", "smart", "5s"])) if rate is None else rate
    last = len(s) - 1
    if rate == "1hz":
        index = np.arange(len(s))
    elif rate == "5s":
        index = np.unique(np.append(np.arange(0, len(s), 5), last))
    else:
        steps = np.cumsum(rng.integers(1, 9, len(s)))
        index = np.unique(np.concatenate([[0], steps[steps < len(s)], [last]]))
    t, s = index.astype(float), s[index]
    xy = np.stack([np.interp(s, at, path[:, 0]), np.interp(s, at, path[:, 1])], axis=1)
    if noise:
        xy = xy + wander(rng, t, sigma, rng.uniform(20, 90)) * 0.95 + rng.normal(0, 0.6, (len(t), 2))
    return t, xy, s


def normal(path: np.ndarray) -> np.ndarray:
    """The unit vector to the left of the path at each point."""
    g = np.gradient(path, axis=0)
    g /= np.maximum(np.hypot(g[:, 0], g[:, 1])[:, None], 1e-9)
    return np.stack([-g[:, 1], g[:, 0]], axis=1)


def detour(rng: np.random.Generator, path: np.ndarray, share: float, metres: float) -> np.ndarray:
    """The path, with a part that bulges out to one side."""
    n = len(path)
    m = max(8, int(n * share))
    i = rng.integers(2, n - m - 2)
    bulge = np.zeros(n)
    bulge[i : i + m] = np.sin(np.linspace(0, np.pi, m))
    return path + smooth(normal(path), 21) * (bulge * metres * rng.choice([-1, 1]))[:, None]


def parallel(rng: np.random.Generator, path: np.ndarray, offset: float, share: float) -> np.ndarray:
    """The path, with a part that runs along the next street."""
    n = len(path)
    m = int(n * share)
    i = rng.integers(0, n - m + 1)
    beside = np.zeros(n)
    beside[i : i + m] = 1
    kernel = np.hanning(15)
    beside = np.convolve(beside, kernel / kernel.sum(), "same")
    side = smooth(normal(path), 61 if n > 130 else 21)
    side /= np.maximum(np.hypot(side[:, 0], side[:, 1])[:, None], 1e-9)
    return path + side * (beside * offset * rng.choice([-1, 1]))[:, None]


def part(path: np.ndarray, start: float, end: float) -> np.ndarray:
    """The part of the path between two fractions of its points."""
    n = len(path)
    return path[int(start * n) : max(int(end * n), int(start * n) + 10)]

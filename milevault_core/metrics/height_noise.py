"""Measures the noise of an altitude: how many metres, and how long an error lasts. Registers no metric itself.

The altitude is modelled as noise with a memory (an Ornstein-Uhlenbeck process) on terrain whose second differences have
a flat spectrum (hills that bend at random). Both are fitted to the spectrum of the second differences by Whittle's
likelihood (Whittle 1953). Hills look like noise with a memory of a minute, so such noise must also give neighbouring
second differences opposite signs.

Points are taken as recorded, one every five seconds, because interpolated values would look smooth. So recordings with
a point every second, one every five seconds, or one whenever something changes give the same result.
"""

from dataclasses import dataclass

import numpy as np

STEP_S = 5.0
FEWEST, MOST = 60, 100_000
BEND_M = 15.0  # a larger second difference is a jump, not noise
BINS = 20
MEMORIES_S = np.array([0.1, 3.0, 6.0, 12.0, 20.0, 30.0, 45.0, 70.0])
METRES = np.array([0.05, 0.2, 0.4, 0.7, 1.0, 1.4, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 8.0])
GROUND = np.array([1e-4, 1e-2, 0.03, 0.1, 0.3, 1.0, 3.0])  # m², variance of the terrain's second differences
QUIET = 0.1  # m²; a metre of noise makes second differences vary by more
WHITE = np.array([0.02, 0.2, 1.0, 4.0])  # m², additional noise without memory: at least the rounding
LONG_S = 36.0  # with a longer memory, noise looks like hills
OPPOSITE = (0.41, 0.44)  # negative correlation of neighbours: terrain at most, noise at least


@dataclass(frozen=True)
class Noise:
    """Metres (one standard deviation), memory in seconds, and the certainty (0 to 1) that it is noise and not
    terrain."""

    metres: float = 0.0
    memory_s: float = 0.0
    certainty: float = 1.0


def noise_of(seconds: np.ndarray, altitude: np.ndarray) -> Noise:
    """The noise of altitudes (m) at these ascending seconds (no NaN); none for less than five minutes."""
    if len(seconds) < FEWEST or seconds[-1] - seconds[0] < FEWEST * STEP_S:
        return Noise()
    count = min(int((seconds[-1] - seconds[0]) / STEP_S) + 1, MOST)
    rows = np.searchsorted(seconds, seconds[0] + STEP_S * np.arange(count))
    rows = rows[np.append(True, np.diff(rows) > 0)]
    if len(rows) < FEWEST:
        return Noise()
    t = seconds[rows]
    bends = _bends(t, altitude[rows])
    if float(bends @ bends) <= QUIET * len(bends):
        return Noise()
    metres, memory_s = _fitted(bends, float(t[-1] - t[0]) / (len(t) - 1))
    memory_s = max(
        memory_s, float(seconds[-1] - seconds[0]) / (len(seconds) - 1)
    )  # sparse points average out less
    if memory_s < LONG_S:
        return Noise(metres, memory_s)
    coarse = _bends(t[::2], altitude[rows][::2])
    likeness = (_likeness(bends) + _likeness(coarse)) / 2.0
    ground, noise = OPPOSITE
    return Noise(metres, memory_s, float(np.clip((-likeness - ground) / (noise - ground), 0, 1)))


def _likeness(bends: np.ndarray) -> float:
    """Correlation of neighbouring second differences: -0.5 to -0.67 for noise, 0 for terrain."""
    variance = float(bends @ bends) / len(bends)
    return float(bends[1:] @ bends[:-1]) / (len(bends) - 1) / variance if variance > 0 else 0.0


def _bends(t: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Second differences. For uneven times: twice the height above the point of the line between its neighbours."""
    share = (t[1:-1] - t[:-2]) / (t[2:] - t[:-2])
    bends = 2.0 * ((1.0 - share) * height[:-2] + share * height[2:] - height[1:-1])
    return np.minimum(np.maximum(bends, -BEND_M, out=bends), BEND_M, out=bends)


def _fitted(bends: np.ndarray, step_s: float) -> tuple[float, float]:
    """(metres, seconds of memory): the mean of all candidate noises, weighted by their likelihood."""
    power = np.abs(np.fft.rfft(bends)) ** 2 / len(bends)
    edges = np.unique(np.round(np.geomspace(2, len(power), BINS)).astype(int))
    count = np.diff(edges)
    angle = 2.0 * np.pi * np.add.reduceat(np.arange(edges[-1]), edges[:-1]) / count / len(bends)
    seen = np.add.reduceat(power[: edges[-1]], edges[:-1]) / count
    differences = (2.0 * np.sin(angle / 2.0)) ** 4
    kept = np.exp(-step_s / MEMORIES_S)[:, None]
    noise = (1.0 - kept**2) / (1.0 - 2.0 * kept * np.cos(angle) + kept**2) * differences
    model = METRES[None, :, None, None, None] ** 2 * noise[:, None, None, None, :]
    model = model + GROUND[:, None, None] + WHITE[:, None] * differences
    unlikely = (count * (np.log(model) + seen / model)).sum(axis=-1)
    likely = np.exp(unlikely.min() - unlikely)
    likely /= likely.sum()
    with_memory = float((likely.sum(axis=(0, 2, 3)) * METRES**2).sum())
    without = float((likely.sum(axis=(0, 1, 2)) * WHITE).sum())
    memory_s = float(np.exp((likely.sum(axis=(1, 2, 3)) * np.log(MEMORIES_S)).sum()))
    all_of_it = with_memory + without
    return float(np.sqrt(all_of_it)), (with_memory * memory_s + without * step_s / 2.0) / all_of_it

"""Decides how much of an altitude is noise, and which filter to use. Registers no metric itself.

A barometer is quiet for minutes and rises smoothly; the altitude of a GPS receiver drifts by metres, with errors that
last seconds to a minute. height_noise.py measures both. The noise left after smoothing decides how large a reversal
must be to count as a turn.
"""

from dataclasses import dataclass

import numpy as np

from milevault_core.metrics.height_noise import noise_of

# Barometer: seconds of smoothing, and metres that confirm a turn (for a quiet one, for a restless one).
BAROMETER_S, BAROMETER_M = 7.0, (1.0, 3.0)
TURNS = (150.0, 300.0)  # turns per hour of a quiet and of a restless barometer
QUIET_M, QUIET_S = (1.2, 1.5), (20.0, 40.0)  # m of noise that a barometer may have, by its memory
SURE_M = 0.5  # this much more noise is certainly a receiver's
# GPS receiver: smoothing in seconds per metre of noise and per square root of a second of memory, with its bounds …
SMOOTHING_S, SHORTEST_S, LONGEST_S = 3.5, 20.0, 60.0
# … and the reversal that confirms a turn: LEFT x noise left after smoothing + WHOLE x all noise, at most MOST x all.
LEFT, WHOLE, MOST = 3.2, 0.4, 2.2
NEAR, EXTREME = 2.0, 0.8  # see turning_heights
ESTIMATED = 0.3


@dataclass(frozen=True)
class HeightFilter:
    """`receiver`: 0 if the altitude is as quiet as a barometer's, 1 if it is a GPS receiver's. `left_m`: the noise left
    after smoothing, one standard deviation; 0 for a barometer."""

    smoothing_s: float
    reversal_m: float
    receiver: float
    left_m: float = 0.0

    @property
    def is_estimate(self) -> bool:
        return self.receiver > ESTIMATED

    def smooth(self, seconds: np.ndarray, altitude: np.ndarray) -> np.ndarray:
        """Altitudes (m, one per point), smoothed by this filter."""
        if self.receiver == 0 or len(seconds) < 3:
            return mean_around(seconds, altitude, self.smoothing_s)
        # The altitude is extended beyond both ends by its trend there; otherwise a climb would lose half a window.
        before, after = (_line(seconds, altitude, self.smoothing_s, at_end) for at_end in (False, True))
        t = np.concatenate([before[0], seconds, after[0]])
        even = np.concatenate([before[1], altitude, after[1]])
        for _ in range(2):
            even = mean_around(t, even, self.smoothing_s)
        return even[len(before[0]) : len(t) - len(after[0])]


def filter_of(seconds: np.ndarray, altitude: np.ndarray) -> HeightFilter:
    """The filter for altitudes (m) at these ascending seconds; no NaN allowed."""
    quiet, restless = BAROMETER_M
    calm, busy = TURNS
    reversal = quiet + (restless - quiet) * float(
        np.clip((_turns(seconds, altitude) - calm) / (busy - calm), 0, 1)
    )
    noise = noise_of(seconds, altitude)
    receiver = (
        float(np.clip((noise.metres - np.interp(noise.memory_s, QUIET_S, QUIET_M)) / SURE_M, 0, 1))
        * noise.certainty
    )
    if receiver == 0:
        return HeightFilter(BAROMETER_S, reversal, 0.0)
    smoothing = float(np.clip(SMOOTHING_S * noise.metres * np.sqrt(noise.memory_s), SHORTEST_S, LONGEST_S))
    left = noise.metres / float(np.sqrt(1.0 + 0.75 * smoothing / noise.memory_s))
    needed = min(LEFT * left + WHOLE * noise.metres, MOST * noise.metres)
    return HeightFilter(
        BAROMETER_S + receiver * (smoothing - BAROMETER_S), reversal + receiver * (needed - reversal), receiver,
        receiver * left,
    )  # fmt: skip


def turning_heights(
    seconds: np.ndarray, altitude: np.ndarray, turns: np.ndarray, chosen: HeightFilter
) -> np.ndarray:
    """The altitudes (m) at the turning points, corrected for noise and smoothing. turns: rows of the smoothed altitude.

    The highest of many moments on a flat top is one at which the noise was high, so that is subtracted. A sharp top has
    few such moments but smoothing has cut it off, so that is added.
    """
    heights = altitude[turns].copy()
    if chosen.left_m == 0 or len(turns) < 2:
        return heights
    steep = np.abs(np.diff(heights)) / np.maximum(np.diff(seconds[turns]), 1.0)
    for k, row in enumerate(turns):
        first = turns[k - 1] if k else 0
        last = turns[k + 1] if k + 1 < len(turns) else len(altitude) - 1
        near = np.abs(altitude[first : last + 1] - altitude[row]) <= NEAR * chosen.left_m
        lasted = near.mean() * (seconds[last] - seconds[first])
        luck = EXTREME * chosen.left_m * np.sqrt(2.0 * np.log(max(1.0, lasted / chosen.smoothing_s)))
        if 0 < k < len(turns) - 1:  # averaging twice moves the tip of a triangle by a third of the window
            luck -= float(steep[k - 1 : k + 1].mean()) * chosen.smoothing_s / 3.0
        is_top = altitude[row] > altitude[turns[k - 1] if k else turns[1]]
        heights[k] += -luck if is_top else luck
    return heights


def _line(
    seconds: np.ndarray, altitude: np.ndarray, window_s: float, at_end: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, altitudes) that continue one end in a straight line for one window, because each of the two averages
    reaches half a window beyond it."""
    end = seconds[-1] if at_end else seconds[0]
    near = np.abs(seconds - end) <= window_s
    t, h = seconds[near] - end, altitude[near]
    every = max(1.0, float(np.ptp(t)) / max(len(t) - 1, 1))
    beyond = np.arange(every, window_s + every, every)
    spread = float(((t - t.mean()) ** 2).sum())
    slope = float(((t - t.mean()) * h).sum()) / spread if spread > 0 else 0.0
    beyond = beyond if at_end else -beyond[::-1]
    return end + beyond, h.mean() + slope * (beyond - t.mean())


def _turns(seconds: np.ndarray, altitude: np.ndarray) -> float:
    """Turns from up to down or back per hour; for sparse points, scaled to one point every two seconds."""
    lasted = max(float(seconds[-1] - seconds[0]), 60.0)
    steps = altitude[1:] - altitude[:-1]
    up = steps[steps != 0] > 0
    turns = np.count_nonzero(up[1:] != up[:-1])
    sparse = max(1.0, lasted / max(len(seconds) - 1, 1) / 2.0)
    return turns * sparse * 3600.0 / lasted


def mean_around(seconds: np.ndarray, values: np.ndarray, window_s: float) -> np.ndarray:
    """The mean of the values within half the window on either side of each point, shape (n,)."""
    sums, n = np.append(0.0, np.cumsum(values)), len(values)
    reach = window_s / 2
    if (
        n > 1 and seconds[-1] - seconds[0] == n - 1 and (np.diff(seconds) == 1.0).all()
    ):  # the usual case needs no search
        first = np.maximum(np.arange(-int(reach), n - int(reach)), 0)
        last = np.minimum(np.arange(int(reach) + 1, n + int(reach) + 1), n)
    else:
        first = np.searchsorted(seconds, seconds - reach, side="left")
        last = np.searchsorted(seconds, seconds + reach, side="right")
    return (sums[last] - sums[first]) / (last - first)

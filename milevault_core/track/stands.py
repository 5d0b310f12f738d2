"""Finds stretches in which somebody stood still and only the positions jittered. Used by jitter.py; times in seconds,
ascending.

Independent position errors jump away and come back at the next fix: in each direction the mean squared step is twice
the variance (von Neumann's ratio). Someone who really moves, even slowly or back and forth, gets further than one step.
So a window is a stand if this ratio says that the positions only jitter, and if they got nowhere: the means of its two
halves are no further apart than the slowest movement would bring them, including the error of these means. The more the
positions jitter, the longer the window has to be, so that a turn at 0.35 m/s within it would show.

Drifting errors can be told from movement only by how far they get: a person who usually moves at 1 m/s or more and
stays for a while within a few metres, at most a fifth of the usual distance, is standing.
"""

import numpy as np

WINDOWS_S = (20.0, 30.0, 60.0, 120.0)
SECONDS_A_METRE = 30.0  # window length needed per metre of jitter
FEWEST = 20  # points in a window
SLOWEST_M_S = 0.2
DETOUR = 3.0  # the legs of a window of jitter are more than this many times its chord
LINE = 0.1  # ratio of the steps' variance across to along; less means going back and forth on a line
STRIDES = 10  # window starts per window length
MOST = 0.5  # of a recording
# Drift is only checked for people who usually move at least this fast; share of the usual distance in the window, and
# largest diagonal, that still count as standing.
QUICK_M_S, SHARE, WITHIN_M = 1.0, 0.2, 12.0
TURN_S = 2.0  # nobody keeps turning round at shorter intervals


def standing(
    seconds: np.ndarray, north: np.ndarray, east: np.ndarray, apart: np.ndarray, on_a_court: bool
) -> np.ndarray:
    """Mask of the n - 1 legs between n positions (metres) that belong to a stand. `apart`: mask of legs that no stand
    may cross. on_a_court: people run back and forth there, so the positions have to be dense enough to show every
    turn."""
    still = np.zeros(len(apart), dtype=bool)
    usual_s = float(np.median(np.diff(seconds))) if len(apart) else 0.0
    if usual_s <= 0 or (on_a_court and usual_s > TURN_S):
        return still
    pieces = np.append(0, np.cumsum(apart))
    gone = np.append(0.0, np.cumsum(np.hypot(np.diff(north), np.diff(east))))
    usual = 0.0 if on_a_court else _usual_m_s(seconds, north, east, pieces)
    for window_s in WINDOWS_S:
        n = round(window_s / usual_s) + 1
        if not FEWEST <= n <= len(seconds):
            continue
        first = np.arange(0, len(seconds) - n + 1, max(1, n // STRIDES))
        last = first + n - 1
        chord = np.hypot(north[last] - north[first], east[last] - east[first])
        whole = (pieces[last] == pieces[first]) & (seconds[last] - seconds[first] <= 1.5 * window_s)
        worth = whole & (gone[last] - gone[first] > DETOUR * chord)
        for one in _stands(seconds, north, east, first[worth], n, window_s / SECONDS_A_METRE).tolist():
            still[one : one + n - 1] = True
        if usual >= QUICK_M_S:
            within = min(WITHIN_M, SHARE * usual * window_s)
            near = first[whole & (chord <= within)]
            for one in near[_stay(north, east, near, n, within)].tolist():
                still[one : one + n - 1] = True
    if usual_s > TURN_S and still.mean() > MOST:
        still[:] = False  # nobody records mostly standing; it was movement back and forth
    return still


def _usual_m_s(seconds: np.ndarray, north: np.ndarray, east: np.ndarray, pieces: np.ndarray) -> float:
    """The usual speed (m/s) from start to end of half a minute: its 75th percentile."""
    ends = np.searchsorted(seconds, seconds + 30.0).clip(max=len(seconds) - 1)
    took = seconds[ends] - seconds
    whole = (pieces == pieces[ends]) & (took >= 15.0)
    if not whole.any():
        return 0.0
    got = np.hypot(north[ends] - north, east[ends] - east)[whole] / took[whole]
    return float(np.percentile(got, 75))


def _stay(north: np.ndarray, east: np.ndarray, first: np.ndarray, n: int, within: float) -> np.ndarray:
    """Mask of the windows of `n` points whose bounding box has a diagonal of at most `within` metres."""
    rows = first[:, None] + np.arange(n)
    return np.hypot(np.ptp(north[rows], axis=1), np.ptp(east[rows], axis=1)) <= within


def _stands(
    seconds: np.ndarray, north: np.ndarray, east: np.ndarray, first: np.ndarray, n: int, jitter: float
) -> np.ndarray:
    """The starts (from `first`) of those windows of `n` points that are stands. jitter: largest position error in
    metres."""
    rows = first[:, None] + np.arange(n)
    places = np.stack((north[rows], east[rows]))
    steps = np.diff(places, axis=2)
    error2 = (steps**2).mean(axis=2).sum(axis=0) / 4.0  # variance of one position in one direction
    half = n // 2
    got = np.hypot(*(places[:, :, -half:].mean(axis=2) - places[:, :, :half].mean(axis=2)))
    got += 2.0 * np.sqrt(error2 * 2.0 / half)
    took = seconds[first + n - 1] - seconds[first]
    nowhere = (got <= SLOWEST_M_S * took / 2.0) & (error2 <= jitter**2) & (error2 > 0)
    return first[nowhere][_only_jitter(places[:, nowhere], steps[:, nowhere], n)]


def _only_jitter(places: np.ndarray, steps: np.ndarray, n: int) -> np.ndarray:
    """Mask of the windows whose ratio is large enough for pure jitter in every direction, and whose steps do not all
    lie on a line. places, steps: shape (2, windows, …)."""
    moved = _moments(steps)
    spread = _moments(places - places.mean(axis=2, keepdims=True))
    # The smallest ratio of any direction is the smallest l with det(moved - l * spread) = 0.
    a = spread[0] * spread[1] - spread[2] ** 2
    b = moved[0] * spread[1] + moved[1] * spread[0] - 2.0 * moved[2] * spread[2]
    c = moved[0] * moved[1] - moved[2] ** 2
    least = np.divide(
        b - np.sqrt(np.maximum(b**2 - 4.0 * a * c, 0.0)), 2.0 * a, out=np.zeros_like(a), where=a > 0
    )
    total = moved[0] + moved[1]
    return (least >= max(1.0, 2.0 - 5.0 / np.sqrt(n))) & (c >= LINE / (1.0 + LINE) ** 2 * total**2)


def _moments(sides: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean square north, mean square east, mean product)."""
    north, east = sides
    return (north**2).mean(axis=1), (east**2).mean(axis=1), (north * east).mean(axis=1)

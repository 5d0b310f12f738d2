"""Stretches in which somebody stood and only the positions jittered. Used by jitter.py; times in seconds, ascending.

Errors without a memory leave a place and are back at the next point: in every direction the mean square of their steps
is twice their variance (von Neumann's ratio). Whoever moves, however slowly or to and fro, gets further than a step.
So a window is a stand where this ratio says that positions only jitter, and where they got nowhere: the means of its
halves lie no further apart than the slowest sport goes, the error of these means included. The more positions jitter,
the longer the window has to be: a turn at 0.35 m/s in it would show.

Errors that wander are told from a way only by how far it gets: who usually goes a metre a second and more, and stays
for a while within some metres, a fifth of the usual way, stands there.
"""

import numpy as np

WINDOWS_S = (20.0, 30.0, 60.0, 120.0)
SECONDS_A_METRE = 30.0  # of jitter
FEWEST = 20  # points of a window
SLOWEST_M_S = 0.2
DETOUR = 3.0  # of the legs: a window of jitter is far longer than its chord
LINE = 0.1  # of the steps' variance along: less across is going to and fro
STRIDES = 10  # a window
MOST = 0.5  # of a recording
QUICK_M_S, SHARE, WITHIN_M = 1.0, 0.2, 12.0  # of whom it is told by the way; corner to corner, at most
TURN_S = 2.0  # nobody turns round anew so soon, again and again


def standing(
    seconds: np.ndarray, north: np.ndarray, east: np.ndarray, apart: np.ndarray, on_a_court: bool
) -> np.ndarray:
    """Mask of the n - 1 legs between n positions (metres) that belong to a stand. `apart`: mask of legs that no stand
    crosses. on_a_court: people go to and fro there, so that positions have to tell every turn."""
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
        still[:] = False  # nobody records a stand; it was a way to and fro
    return still


def _usual_m_s(seconds: np.ndarray, north: np.ndarray, east: np.ndarray, pieces: np.ndarray) -> float:
    """How fast somebody gets on over half a minute, the slowest quarter of the time aside."""
    ends = np.searchsorted(seconds, seconds + 30.0).clip(max=len(seconds) - 1)
    took = seconds[ends] - seconds
    whole = (pieces == pieces[ends]) & (took >= 15.0)
    if not whole.any():
        return 0.0
    got = np.hypot(north[ends] - north, east[ends] - east)[whole] / took[whole]
    return float(np.percentile(got, 75))


def _stay(north: np.ndarray, east: np.ndarray, first: np.ndarray, n: int, within: float) -> np.ndarray:
    """Mask of the windows of `n` points whose box is at most `within` metres from corner to corner."""
    rows = first[:, None] + np.arange(n)
    return np.hypot(np.ptp(north[rows], axis=1), np.ptp(east[rows], axis=1)) <= within


def _stands(
    seconds: np.ndarray, north: np.ndarray, east: np.ndarray, first: np.ndarray, n: int, jitter: float
) -> np.ndarray:
    """Of the windows of `n` points that begin at `first`, those that are stands. jitter: metres, at most."""
    rows = first[:, None] + np.arange(n)
    places = np.stack((north[rows], east[rows]))
    steps = np.diff(places, axis=2)
    error2 = (steps**2).mean(axis=2).sum(axis=0) / 4.0  # of one position, to one side
    half = n // 2
    got = np.hypot(*(places[:, :, -half:].mean(axis=2) - places[:, :, :half].mean(axis=2)))
    got += 2.0 * np.sqrt(error2 * 2.0 / half)
    took = seconds[first + n - 1] - seconds[first]
    nowhere = (got <= SLOWEST_M_S * took / 2.0) & (error2 <= jitter**2) & (error2 > 0)
    return first[nowhere][_only_jitter(places[:, nowhere], steps[:, nowhere], n)]


def _only_jitter(places: np.ndarray, steps: np.ndarray, n: int) -> np.ndarray:
    """Mask of the windows whose ratio is in every direction as large as it is by chance, and whose steps do not all lie
    in a line. places, steps: of shape (2, windows, …)."""
    moved = _moments(steps)
    spread = _moments(places - places.mean(axis=2, keepdims=True))
    # The least ratio of any direction d is the least l with det(moved - l * spread) = 0.
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

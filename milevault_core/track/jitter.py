"""Measures the length of a path whose positions jitter. Used by distance.py; times in seconds, ascending.

Legs of a metre between positions that are off by half a metre come out too long: for a walker recorded every second by
up to half. So the path is measured by chords over as many seconds as it takes for the jitter to matter little, and the
remaining error is subtracted. If positions do not jitter, nothing changes. Stands (stands.py) have no length at all and
are not used to measure the jitter.

The jitter is measured by the second differences of the positions over a chord: neighbouring ones have opposite signs if
positions jitter, and the same sign if the path bends. An error across the path with variance e2 makes a chord of length
c longer by e2 / 2c.
"""

import numpy as np

from milevault_core.geo.sphere import DEGREE_M
from milevault_core.track.stands import standing

LITTLE = 0.01  # share of the length; jitter up to this is not corrected
ENOUGH = 0.06  # largest share that may be subtracted; beyond it chords are made longer
LONGEST_S = 20.0  # longest duration of a chord; at slow speeds, up to SLOW_S if the chord stays below SLOW_M
SLOW_S, SLOW_M = 60.0, 20.0
PAUSE_S = 30.0  # no chord crosses a longer gap
FEWEST = 60
DIRECTION_S = 8.0
STANDING = 0.3  # of the median chord


def without_jitter(
    seconds: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    legs: np.ndarray,
    apart: np.ndarray,
    on_a_court: bool = False,
) -> np.ndarray:
    """The n - 1 legs (m) between n positions (degrees), corrected for jitter; legs of a stand are 0. `apart`: mask of
    legs that no chord may cross because they were not travelled; they stay as they are."""
    wait = np.diff(seconds)
    usual_s = float(np.median(wait)) if len(wait) else 0.0
    if len(legs) < FEWEST or not 0 < usual_s <= LONGEST_S / 2:
        return legs
    cut = apart | (wait > PAUSE_S)
    north, east = _plane(lat, lon)
    stood = standing(seconds, north, east, cut, on_a_court)
    if stood.any():
        cut, legs = cut | stood, np.where(stood, 0.0, legs)
    piece = np.append(0, np.cumsum(cut))
    width = 1
    share, error = _error(seconds, north, east, piece, width)
    if share <= LITTLE:
        return legs
    while share > ENOUGH and _may_be_longer(usual_s, width, error / (2.0 * share)):
        width += 2
        share, error = _error(seconds, north, east, piece, width)
    return np.where(cut, legs, _by_chords(legs, north, east, piece, width, error))


def _may_be_longer(usual_s: float, width: int, chord2: float) -> bool:
    """Whether chords of `width` legs may take in two more legs. chord2: square of the usual chord, in m²."""
    longer = width + 2
    if longer * usual_s <= LONGEST_S:
        return True
    return longer * usual_s <= SLOW_S and chord2 * (longer / width) ** 2 <= SLOW_M**2


def _plane(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(metres north, metres east) along the path: short chords are accurate, points far apart in time are not."""
    east = (np.diff(lon) + 180) % 360 - 180
    east *= np.cos(np.radians((lat[:-1] + lat[1:]) / 2))
    return (lat - lat[0]) * DEGREE_M, np.append(0.0, np.cumsum(east)) * DEGREE_M


def _error(
    seconds: np.ndarray, north: np.ndarray, east: np.ndarray, piece: np.ndarray, width: int
) -> tuple[float, float]:
    """(share by which jitter lengthens chords of `width` legs, variance of the error across them in m²)."""
    inside = piece[3 * width :] == piece[: -3 * width]
    if inside.sum() < FEWEST:
        return 0.0, 0.0
    across = _bends_across(seconds, north, east, width)
    opposite = -_mean((across[:-width] * across[width:])[inside])
    if opposite <= 0:
        return 0.0, 0.0
    variance = _mean((across[:-width] ** 2)[inside])
    # opposite / variance is 2/3 for independent errors, which count half, and 1/2 for drifting ones, which count fully.
    error = opposite * float(np.clip(1.0 - 3.0 * (opposite / variance - 0.5), 0.5, 1.0))
    chords = np.hypot(north[width:] - north[:-width], east[width:] - east[:-width])
    chords = chords[piece[width:] == piece[:-width]]
    usual = float(np.median(chords[chords >= STANDING * np.median(chords)]))
    way = max(usual**2 - 2.0 * error, 0.1 * usual**2)  # jitter also lengthens the chords
    return (error / (2.0 * way), error) if usual > 0 else (0.0, 0.0)


def _bends_across(seconds: np.ndarray, north: np.ndarray, east: np.ndarray, width: int) -> np.ndarray:
    """Second differences across the path: twice the distance of each point from the line between the points `width`
    before and after it. Along the path they would show changes of speed instead. The direction of the path is taken
    over several seconds, because over less time jitter may turn it anywhere."""
    reach = max(width, round(DIRECTION_S / float(np.median(np.diff(seconds)))))
    rows = np.arange(width, len(north) - width)
    before, after = np.maximum(rows - reach, 0), np.minimum(rows + reach, len(north) - 1)
    north_way, east_way = north[after] - north[before], east[after] - east[before]
    length = np.hypot(north_way, east_way)
    share = seconds[rows + width] - seconds[rows - width]
    share = np.divide(
        seconds[rows] - seconds[rows - width], share, out=np.full(len(rows), 0.5), where=share > 0
    )
    north_off, east_off = (
        place[rows] - (1.0 - share) * place[rows - width] - share * place[rows + width]
        for place in (north, east)
    )
    aside = north_way * east_off - east_way * north_off
    return 2.0 * np.divide(aside, length, out=np.zeros_like(aside), where=length > 0)


def _mean(values: np.ndarray) -> float:
    """Mean with the extreme 1 % at either end clipped: these are leaps of a GPS fix."""
    return float(np.clip(values, *np.quantile(values, (0.01, 0.99))).mean())


def _by_chords(
    legs: np.ndarray, north: np.ndarray, east: np.ndarray, piece: np.ndarray, width: int, error: float
) -> np.ndarray:
    """Each leg, shortened in the ratio of the corrected chord of `width` legs around it to the sum of those legs."""
    leg = np.arange(len(legs))
    first = np.maximum(leg - width // 2, np.searchsorted(piece, piece[:-1], side="left"))
    last = np.minimum(leg + 1 + width // 2, np.searchsorted(piece, piece[:-1], side="right") - 1)
    last = np.maximum(last, first)
    chords = np.hypot(north[last] - north[first], east[last] - east[first])
    way = np.append(0.0, np.cumsum(legs))
    gone = way[last] - way[first]
    known = (chords > 0) & (gone > 0)
    straight = np.zeros_like(chords)
    straight[known] = np.maximum(chords[known] - error / (2.0 * chords[known]), 0.0) / gone[known]
    return legs * np.minimum(straight, 1.0)

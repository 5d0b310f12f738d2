"""Checks a distance that a device counted against its positions. Used by distance_choice.py; times in seconds,
ascending."""

import numpy as np

from milevault_core.geo.sphere import haversine_m, legs_m

OFF = 1.5  # a series off by this factor or more is in another unit …
PIECES, STEADY = 10, 0.15  # … if the factor is the same in all pieces
PIECE_M = 50.0
DENSE_S = 10.0  # s between points: with fewer points the length along the positions is too short
CHORDS = 10  # per piece
SURE = 0.8  # standing around adds to the chords, but not to the distance
SMOOTH_S = 20.0


def without_ways_to_nowhere(
    distance: np.ndarray, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, misplaced: np.ndarray
) -> np.ndarray:
    """The distance (m) without what was counted to wrong positions and back. misplaced: rows of the wrong positions;
    lat, lon: degrees."""
    runs = np.split(misplaced, np.flatnonzero(np.diff(misplaced) > 1) + 1)
    for run in runs if len(misplaced) else ():
        first, last = int(run[0]) - 1, int(run[-1]) + 1
        if first < 0 or last >= len(distance):
            continue
        gone = distance[last] - distance[first]
        chord = float(haversine_m(lat[first], lon[first], lat[last], lon[last]))
        if gone > 2.0 * chord + 20.0:  # False if a value is missing
            distance = distance.copy()
            share = (seconds[first : last + 1] - seconds[first]) / max(seconds[last] - seconds[first], 1e-3)
            distance[first : last + 1] = distance[first] + chord * share
            distance[last + 1 :] -= gone - chord
    return distance


def is_in_another_unit(distance: np.ndarray, way: np.ndarray) -> bool:
    """Whether the distance is more than OFF times the length along the positions (`way`), by about the same factor in
    all pieces. Both in metres since the first point."""
    if not distance[-1] - distance[0] > OFF * way[-1]:
        return False
    rows = np.linspace(0, len(way) - 1, PIECES + 1).astype(int)
    theirs, ours = np.diff(distance[rows]), np.diff(way[rows])
    if not (np.isfinite(theirs) & (ours > PIECE_M)).all():
        return False
    factors = theirs / ours
    return bool(factors.min() > OFF and factors.std() < STEADY * factors.mean())


def may_be_in_another_unit(
    seconds: np.ndarray, distance: np.ndarray, lat: np.ndarray, lon: np.ndarray
) -> bool:
    """Whether it is worth calling `is_in_another_unit` for a distance (m): not if it is close to the chords between
    some of the positions (degrees). The full length takes twenty times longer to compute."""
    known = np.isfinite(lat)
    if len(known) < 2 or known.mean() < 0.9 or np.median(np.diff(seconds)) > DENSE_S:
        return False
    rows = np.flatnonzero(known)
    rows = rows[np.linspace(0, len(rows) - 1, PIECES * CHORDS + 1).astype(int)]
    chords = legs_m(lat[rows], lon[rows]).reshape(PIECES, CHORDS).sum(axis=1)
    return not (np.diff(distance[rows[::CHORDS]]) < OFF * SURE * chords).any()


def smoothed_way_m(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(middles in seconds, metres) along means of the positions (degrees) over SMOOTH_S, so that going back and forth
    adds no distance."""
    known = np.flatnonzero(np.isfinite(lat))
    _, part, count = np.unique(
        (seconds[known] // SMOOTH_S).astype(int), return_inverse=True, return_counts=True
    )
    turn = np.unwrap(lon[known], period=360.0)
    middle, north, east = (np.bincount(part, values) / count for values in (seconds[known], lat[known], turn))
    return middle, np.append(0.0, np.cumsum(legs_m(north, east)))

"""When a track crosses a gate: the line across the end of a segment."""

from typing import NamedTuple

import numpy as np

from milevault_core.routes.geometry import segment_distance

NEAR_M = 12.0  # a track that turns at the gate without crossing its line passes it if this close, plus half a leg …
MOVED_M = 15.0  # … and if it then goes on by this much
STOPPED_S = 10.0  # a leg that takes longer …
STOPPED_MS = 0.5  # … at less than this speed is a stop, not a slow leg
AT_LINE_M, GOES_M = 5.0, 15.0  # up to the first is standing at the line; beyond the second is gone
WAITED_S = 20.0  # shortest wait within AT_LINE_M
SLOWEST_MS = 0.1


class Crossing(NamedTuple):
    """leg: row of the point before, plus the share of the leg to the next point. leg_s: how long that leg took."""

    leg: float
    seconds: float
    leg_s: float


def crossings(
    seconds: np.ndarray, way: np.ndarray, gate: np.ndarray, along: np.ndarray, half_m: float, leaving: bool
) -> list[Crossing]:
    """All crossings of a gate in the direction `along` (a unit vector), in time order.

    way (n, 2): the track in the plane of the gate. half_m: half the width of the gate. leaving: the gate is a start. If
    the recording was paused across a start, the crossing is when it went on; across an end, it is when it stopped. A
    track that begins beyond a start or ends before an end does not cross it, because the time is unknown.
    """
    x, y = way[:, 0] - gate[0], way[:, 1] - gate[1]
    ahead = x * along[0] + y * along[1]
    over = np.flatnonzero((ahead[:-1] < 0) & (ahead[1:] >= 0))
    found = []
    if len(over):
        side = y * along[0] - x * along[1]
        share = ahead[over] / (ahead[over] - ahead[over + 1])
        inside = np.abs(side[over] + share * (side[over + 1] - side[over])) <= half_m
        found = [
            _crossing(seconds, way, int(i), float(f), leaving)
            for i, f in zip(over[inside], share[inside], strict=True)
        ]
    found += _turned(seconds, way, gate, ahead, np.hypot(x, y), half_m, found, leaving)
    return sorted(found)


def _crossing(seconds: np.ndarray, way: np.ndarray, row: int, share: float, leaving: bool) -> Crossing:
    leg_s = float(seconds[row + 1] - seconds[row])
    metres = float(np.hypot(*(way[row + 1] - way[row])))
    if leg_s > STOPPED_S and metres < STOPPED_MS * leg_s:
        lag = (1 - share if leaving else share) * metres / STOPPED_MS
        at = seconds[row + 1] - lag if leaving else seconds[row] + lag
    else:
        at = seconds[row] + share * leg_s
    return Crossing(row + share, float(at), leg_s)


def _turned(
    seconds: np.ndarray,
    way: np.ndarray,
    gate: np.ndarray,
    ahead: np.ndarray,
    away: np.ndarray,
    half_m: float,
    found: list[Crossing],
    leaving: bool,
) -> list[Crossing]:
    """Visits to a gate that never cross its line, because the track comes from the side or turns round at it."""
    near = np.flatnonzero(away <= half_m)
    if not len(near):
        return []
    out = []
    for visit in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
        first, last = int(visit[0]), int(visit[-1])
        if first == 0 or last == len(way) - 1 or any(first - 1 <= c.leg <= last + 1 for c in found):
            continue
        row = first + int(away[visit].argmin())
        beside = ahead[last + 1] if leaving else -ahead[first - 1]
        legs = np.array([row - 1, row])
        distance, share = segment_distance(gate[None], way[legs], way[legs + 1])
        best = int(distance.argmin())
        half_leg = float(np.hypot(*(way[legs[best] + 1] - way[legs[best]]))) / 2  # corners are cut
        if distance[best] <= min(NEAR_M + half_leg, half_m) and beside >= min(MOVED_M, half_m / 2):
            out.append(_crossing(seconds, way, int(legs[best]), float(share[best]), leaving))
    return out


def left_s(
    seconds: np.ndarray,
    way: np.ndarray,
    gate: np.ndarray,
    along: np.ndarray,
    crossing: Crossing,
    leaving: bool,
) -> float:
    """When a person who waited just beyond a start left it, or one who waited just before an end reached it: GPS cannot
    tell on which side of the line they stood. NaN if nobody waited. seconds (n,); way (n, 2) in metres."""
    if leaving:
        row = int(crossing.leg) + 1
        times, ahead = seconds[row:], (way[row:] - gate) @ along
    else:
        row = int(np.ceil(crossing.leg))
        times, ahead = -seconds[:row][::-1], ((gate - way[:row]) @ along)[::-1]
    gone = int((ahead > GOES_M).argmax())
    if not len(ahead) or ahead[gone] <= GOES_M:
        return np.nan
    near = np.flatnonzero(ahead[:gone] <= AT_LINE_M)
    if not len(near):
        return np.nan
    last = int(near[-1])  # the next point is further away
    crossed = crossing.seconds if leaving else -crossing.seconds
    if times[last + 1] - crossed < WAITED_S:
        return np.nan
    # Extrapolate back to the line with the speed of the first metres away from it.
    going = slice(last + 1, gone + 1)
    took, metres = np.ptp(times[going]), np.ptp(ahead[going])
    if took <= 0:
        took, metres = times[gone] - times[last], ahead[gone] - ahead[last]
    at = times[last + 1] - ahead[last + 1] / max(metres / took, SLOWEST_MS)
    at = max(float(at), crossed)
    return at if leaving else -at


def lingered_s(
    seconds: np.ndarray,
    way: np.ndarray,
    gate: np.ndarray,
    along: np.ndarray,
    crossing: Crossing,
    within_m: float,
) -> float:
    """How long (s) the track stayed within `within_m` metres of the gate's line before and after a crossing.

    For a person standing at the line, GPS positions jump back and forth across it, and any of these moments may be the
    real crossing. way: (n, 2) in metres.
    """
    outside = np.abs((way - gate) @ along) > within_m
    row = int(crossing.leg)
    before = np.flatnonzero(outside[: row + 1])
    after = np.flatnonzero(outside[row + 1 :])
    first = int(before[-1]) + 1 if len(before) else 0
    last = row + int(after[0]) if len(after) else len(way) - 1
    return float(seconds[last] - seconds[first]) if last > first else 0.0

"""The routes of a place, and the path that one activity takes along one of them.

A Route is where the athlete goes; a Path is one way of following it: forwards or in reverse, started at another
crossing of the loop, several times round. Everything about a path is exact: length, ascent, segment passes.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from milevault_core.demo import draws, exact, places, streets

KNOT_M = 20.0  # elevation and pace are linear between knots this far apart


@dataclass(frozen=True)
class Route:
    """`nodes`: crossings of the street network; or `shape`: plane vertices as (x, y) pairs, for routes off the
    streets."""

    id: str
    place: str
    sport: str
    kind: str  # "loop", "one_way", "trail", "track", "water"
    nodes: tuple[streets.Node, ...] = ()
    shape: tuple[tuple[float, float], ...] = ()
    length_m: float = 0.0


@dataclass(frozen=True)
class Path:
    """x, y at vertices `s` metres along; altitude z at knots `knots` metres along; `middles`: metres along at
    the middle of each block and `codes` of the crossings, for paths on streets."""

    place: places.Place
    x: np.ndarray
    y: np.ndarray
    s: np.ndarray
    knots: np.ndarray
    z: np.ndarray
    codes: np.ndarray | None = None
    middles: np.ndarray | None = None

    @property
    def length_m(self) -> float:
        return float(self.s[-1])


_RUNS = (4, 5, 6.5, 8, 8, 10, 10, 12, 13, 15, 18, 21.0975, 25, 30)
_RIDES = (18, 24, 30, 36, 42, 50, 60, 72, 85, 100, 120)
_HIKES = (7, 10, 14, 19)


@cache
def catalog(seed: int, place: str) -> tuple[Route, ...]:
    """All routes that are taken repeatedly at a place."""
    at_home = place == "home"
    runs, rides = (_RUNS, _RIDES) if at_home else (_RUNS[1:9:3], _RIDES[1:7:2])
    found = [_street_loop(seed, place, "running", n, km) for n, km in enumerate(runs)]
    found += [_street_loop(seed, place, "cycling", n, km) for n, km in enumerate(rides)]
    found += [_trail(seed, place, n, km) for n, km in enumerate(_HIKES[:2] if at_home else _HIKES)]
    found.append(_water(seed, place))
    if at_home:
        found += [_commute(seed), _track(seed)]
    return tuple(_measured(seed, route) for route in found)


@lru_cache(maxsize=512)
def one_off(seed: int, place: str, sport: str, number: int, km: float) -> Route:
    """A loop that is taken only once."""
    route = _street_loop(seed, place, sport, number, km)
    return _measured(seed, replace(route, id=f"{place}-{sport}-once-{number}"))


def find(seed: int, place: str, route_id: str) -> Route:
    return next(route for route in catalog(seed, place) if route.id == route_id)


def _measured(seed: int, route: Route) -> Route:
    xy = _vertices(seed, route)
    return replace(route, length_m=float(_along(xy)[-1]))


def _street_loop(seed: int, place: str, sport: str, number: int, km: float) -> Route:
    source = draws.stream(seed, "route", place, sport, number)
    tries = [streets.loop(source, (0, 0), km * 1000) for _ in range(6)]
    nodes = min(tries, key=lambda nodes: abs(streets.length_m(nodes) - km * 1000))
    return Route(f"{place}-{sport}-{number}", place, sport, "loop", tuple(nodes))


def _commute(seed: int) -> Route:
    source = draws.stream(seed, "route", "commute")
    nodes = streets.without_dead_ends(
        streets.walk(source, (0, 0), (14, -9))[:-1] + streets.walk(source, (14, -9), (27, -13))
    )
    return Route("home-commute", "home", "cycling", "one_way", tuple(nodes))


def _track(seed: int) -> Route:
    """A running track of 400 m: two straights of 84.39 m and two half circles."""
    straight = 84.39
    radius = (400 - 2 * straight) / 6.283185307179586
    turns = np.arange(33) / 64.0
    east, north = exact.sine(turns) * radius, -exact.sine(turns + 0.25) * radius
    x = np.concatenate([straight / 2 + east, -straight / 2 - east, [straight / 2]])
    y = np.concatenate([north, -north, [-radius]])
    shape = tuple(zip((x + 850).tolist(), (y + 620).tolist(), strict=True))
    return Route("home-track", "home", "running", "track", shape=shape)


def _trail(seed: int, place: str, number: int, km: float) -> Route:
    """A smooth closed trail off the streets, in the hills."""
    source = draws.stream(seed, "trail", place, number)
    count = 9
    turns = np.arange(count) / count
    radius = km * 1000 / 7.2 * draws.uniforms(source, count, 0.7, 1.3)
    x = radius * (exact.sine(turns + 0.25) - 1.0) + 37.0
    y = radius * exact.sine(turns) + 61.0
    corners = np.stack([x, y], axis=1)
    return Route(f"{place}-hiking-{number}", place, "hiking", "trail", shape=_smoothed(corners))


def _water(seed: int, place: str) -> Route:
    """A swim around a triangle of buoys."""
    source = draws.stream(seed, "water", place)
    x0, y0 = -1400.0, 900.0
    corners = np.array([[x0, y0], [x0 - 420, y0 + 90], [x0 - 180, y0 + 400]])
    corners += draws.uniforms(source, 6, -40, 40).reshape(3, 2)
    return Route(f"{place}-water", place, "swimming", "water", shape=_smoothed(corners))


def _smoothed(corners: np.ndarray) -> tuple[tuple[float, float], ...]:
    """A closed line cut at its corners four times over (Chaikin)."""
    p = corners
    for _ in range(4):
        after = np.roll(p, -1, axis=0)
        p = np.stack([0.75 * p + 0.25 * after, 0.25 * p + 0.75 * after], axis=1).reshape(-1, 2)
    p = np.concatenate([p, p[:1]])
    return tuple((x, y) for x, y in p.tolist())


@lru_cache(maxsize=256)
def path(seed: int, route: Route, reverse: bool = False, shift: int = 0, laps: int = 1) -> Path:
    """One way of following a route. `shift`: the crossing (or vertex) of a loop at which it begins."""
    nodes = _turned(route.nodes, reverse, shift, laps)
    xy = _vertices(seed, replace(route, nodes=nodes, shape=_turned(route.shape, reverse, shift, laps)))
    s = _along(xy)
    place = places.PLACES[route.place]
    knots = np.arange(int(s[-1] / KNOT_M) + 1) * KNOT_M
    knots[-1] = s[-1]
    i, share = exact.locate(knots, s)
    if route.kind in ("track", "water"):
        z = np.full(len(knots), place.base_altitude)
    else:
        z = places.altitude(seed, place, exact.between(xy[:, 0], i, share), exact.between(xy[:, 1], i, share))
    if not nodes:
        return Path(place, xy[:, 0], xy[:, 1], s, knots, z)
    return Path(
        place, xy[:, 0], xy[:, 1], s, knots, z, streets.codes(list(nodes)), s[1 :: streets.PER_CROSSING]
    )


def _turned[P](points: tuple[P, ...], reverse: bool, shift: int, laps: int) -> tuple[P, ...]:
    """The points of a closed route in the order in which this variant passes them."""
    if shift:
        points = points[shift:-1] + points[: shift + 1]
    if reverse:
        points = points[::-1]
    return points + points[1:] * (laps - 1)


def _vertices(seed: int, route: Route) -> np.ndarray:
    return streets.line(seed, list(route.nodes)) if route.nodes else np.array(route.shape)


def _along(xy: np.ndarray) -> np.ndarray:
    dx, dy = np.diff(xy[:, 0]), np.diff(xy[:, 1])
    return np.concatenate([[0.0], np.cumsum(np.sqrt(dx * dx + dy * dy))])

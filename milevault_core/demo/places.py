"""Where the athlete lives and travels: open water and bare salt, so that no real street is in a track.

home     the middle of Lake Superior, 40 km from any shore: America/Toronto, with daylight saving time
summer   the Gulf of Riga, 20 km from any shore: Europe/Riga, daylight saving time on other dates
winter   the salt of Kati Thanda-Lake Eyre: Australia/Adelaide, 9.5 hours ahead, summer time in January

A plane (x east, y north, metres) is mapped onto the sphere by the series of the azimuthal equidistant projection;
within 35 km of the middle, distances are accurate to a few millionths. The hills are invented too.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from milevault_core.demo import draws
from milevault_core.geo.sphere import EARTH_M

_DEGREES = 57.29577951308232


@dataclass(frozen=True)
class Place:
    """`cosine` and `tangent` of the latitude are literals, because a computed value may differ in its last bit."""

    name: str
    lat: float
    lon: float
    cosine: float
    tangent: float
    time_zone: str
    base_altitude: float
    hill_height: float  # of the highest hills, m
    mean_temperature: float  # °C over the year
    season: float  # half the difference between summer and winter, °C; negative south of the equator


PLACES = {
    "home": Place(
        "home",
        48.05,
        -86.75,
        0.6684818354539511,
        1.112563467846536,
        "America/Toronto",
        210.0,
        110.0,
        9.0,
        13.0,
    ),
    "summer": Place(
        "summer", 57.2, 23.5, 0.5417082102827399, 1.5516962592406676, "Europe/Riga", 60.0, 260.0, 8.0, 10.0
    ),
    "winter": Place(
        "winter",
        -28.4,
        137.3,
        0.8796485728666166,
        -0.5406979829687001,
        "Australia/Adelaide",
        30.0,
        420.0,
        21.0,
        -8.0,
    ),
}


def to_degrees(place: Place, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude (degrees) of plane positions (m)."""
    u, v, t = x / EARTH_M, y / EARTH_M, place.tangent
    tt = 1.0 + 3.0 * t * t
    lat = v - 0.5 * t * (u * u) - tt * (u * u * v) / 6.0
    lon = (u + t * (u * v) - t * t * (u * u * u) / 3.0 + tt * (u * v * v) / 3.0) / place.cosine
    return place.lat + lat * _DEGREES, place.lon + lon * _DEGREES


@cache
def _hills(seed: int, name: str) -> np.ndarray:
    source = draws.stream(seed, "hills", name)
    x, y = draws.uniforms(source, 48, -30_000, 30_000), draws.uniforms(source, 48, -30_000, 30_000)
    x[:14] /= 5  # some near the middle, where most activities are
    y[:14] /= 5
    width = draws.uniforms(source, 48, 900, 3_800)
    height = draws.uniforms(source, 48, 0.15, 1.0) * PLACES[name].hill_height
    return np.stack([x, y, width * width, height])


def altitude(seed: int, place: Place, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Height of the invented ground (m) at plane positions: smooth round hills."""
    total = np.full(len(x), place.base_altitude)
    for hx, hy, ww, height in _hills(seed, place.name).T:
        dx, dy = x - hx, y - hy
        total += height / (1.0 + (dx * dx + dy * dy) / ww)
    return total

"""Two other rules for comparison: the one of the first MileVault, and start, end and length."""

import numpy as np

from bench.route_pairs import Track
from milevault_core.routes.geometry import cumulative, gap, project
from milevault_core.routes.relation import align


def _metres(a: Track, b: Track) -> tuple[np.ndarray, np.ndarray]:
    origin = (float(np.median(a.lat)), float(np.median(a.lon)))
    return project(a.lat, a.lon, origin), project(b.lat, b.lon, origin)


def seed_rule(a: Track, b: Track) -> bool:
    """Bounding boxes overlap in at least half of their union; DTW of 100 points by index with a mean distance below 46
    m."""
    xa, xb = _metres(a, b)
    low, high = np.maximum(xa.min(0), xb.min(0)), np.minimum(xa.max(0), xb.max(0))
    common = np.prod(np.maximum(high - low, 0))
    areas = [np.prod(np.maximum(np.ptp(x, axis=0), 50.0)) for x in (xa, xb)]
    if common < 0.5 * (sum(areas) - common):
        return False
    sa, sb = (x[np.linspace(0, len(x) - 1, 100).astype(int)] for x in (xa, xb))
    path = align(sa, sb, band=100)
    return bool(np.hypot(*(sa[path[:, 0]] - sb[path[:, 1]]).T).mean() < 46.0)


def start_end_rule(a: Track, b: Track) -> bool:
    """Start and end within 100 m, length within 10 %."""
    xa, xb = _metres(a, b)
    la, lb = cumulative(xa)[-1], cumulative(xb)[-1]
    return gap(xa[0], xb[0]) <= 100 and gap(xa[-1], xb[-1]) <= 100 and min(la, lb) >= 0.9 * max(la, lb)

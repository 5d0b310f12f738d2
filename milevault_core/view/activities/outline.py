"""The small picture of a track in lists: an SVG of about a kilobyte, never a map widget."""

import base64

import numpy as np

from milevault_core.geo.simplify import unwrap

COLOUR = "#e0591b"  # readable on both of our backgrounds


def svg(lat: np.ndarray, lon: np.ndarray, width: int = 96, height: int = 64, colour: str = COLOUR) -> str:
    """An outline in true proportions. lat, lon: degrees, NaN where the line is broken. "" for fewer than two points.

    The stored outline is already small (about a hundred points), so all of it is drawn.
    """
    lat, lon = np.asarray(lat, dtype=float), np.asarray(lon, dtype=float)
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.sum() < 2:
        return ""
    y = np.full(len(lat), np.nan)
    x = y.copy()
    y[known] = -lat[known]
    x[known] = unwrap(lon[known]) * np.cos(np.radians((lat[known].min() + lat[known].max()) / 2))
    left, top = np.nanmin(x), np.nanmin(y)
    wide, high = np.nanmax(x) - left, np.nanmax(y) - top
    pad = 5
    scale = min((width - 2 * pad) / max(wide, 1e-6), (height - 2 * pad) / max(high, 1e-6))
    x = (x - left) * scale + (width - wide * scale) / 2
    y = (y - top) * scale + (height - high * scale) / 2
    cuts = np.flatnonzero(np.diff(known.astype(int))) + 1
    parts = [p for p in np.split(np.arange(len(lat)), cuts) if len(p) and known[p[0]]]
    x, y = x.tolist(), y.tolist()
    path = "".join("M" + "L".join(f"{x[i]:.1f} {y[i]:.1f}" for i in p) for p in parts if len(p) > 1)
    first = parts[0][0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round" '
        f'stroke-linecap="round"/><circle cx="{x[first]:.1f}" cy="{y[first]:.1f}" r="2.6" fill="{colour}"/></svg>'
    )


def inline(stored: bytes, width: int = 96, height: int = 64) -> str:
    """A stored outline (float32 pairs lat, lon) as SVG in the surrounding text colour; "" for fewer than two points."""
    points = np.frombuffer(stored, "<f4").reshape(-1, 2)
    return svg(points[:, 0], points[:, 1], width, height, "currentColor")


def data_uri(picture: str) -> str:
    """An SVG as `st.column_config.ImageColumn` takes it; "" gives an empty picture, because None would show "None"."""
    picture = picture or '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()

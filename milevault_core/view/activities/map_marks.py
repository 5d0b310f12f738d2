"""Marks on an activity's map: kilometres or miles, laps, and its direction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from milevault_core.activities.splits import cuts
from milevault_core.formats.texts import straight
from milevault_core.geo.simplify import unwrap
from milevault_core.view.format import Units, number

MOST = 24  # numbers on a map; more would hide it
ARROWS = 10
_INK = [20, 22, 28]
_SEGMENT = [124, 58, 237]


def marks(
    track: pd.DataFrame,
    units: Units,
    laps: Sequence[float] = (),
    segments: Sequence[tuple[float, float, str]] = (),
) -> list[dict]:
    """deck.gl layers: a small dot with its number at every (or every few) kilometres or miles, a ring where a lap
    begins, arrows along the route. laps: starts of the laps in seconds since the first point. segments: (lat, lon,
    label) of the points where efforts begin."""
    lat, lon = (track[name].to_numpy(dtype=float) for name in ("lat", "lon"))
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if len(placed) < 2:
        return []
    east = np.full(len(lon), np.nan)
    east[placed] = unwrap(lon[placed])
    layers = [_arrows(lat[placed], east[placed])]
    if len(laps) > 1:
        seconds = (track["time"].to_numpy() - track["time"].to_numpy()[0]) / np.timedelta64(1, "s")
        begins = np.searchsorted(seconds, list(laps)[1:])
        at = [_at(lat, east, placed, int(i)) for i in begins if i < len(seconds)]
        rows = [{"at": place, "v": f"Lap {n + 2}"} for n, place in enumerate(at)]
        layers.append(_dots("laps", rows, radius=4, fill=[255, 255, 255], line=_INK))
    if segments:
        at = unwrap(np.append(east[placed], [lon for _, lon, _ in segments]))[len(placed) :].tolist()
        rows = [
            {"at": [round(x, 5), round(y, 5)], "v": straight(label)}
            for x, (y, _, label) in zip(at, segments, strict=True)
        ]
        layers.append(_dots("segments", rows, radius=6, fill=_SEGMENT, line=[255, 255, 255]))
    return [*layers, *_distances(track, units, lat, east, placed)]


def _distances(
    track: pd.DataFrame, units: Units, lat: np.ndarray, east: np.ndarray, placed: np.ndarray
) -> list[dict]:
    whole = [stop - 1 for _, stop, metres in cuts(track, units.distance_m) if metres == units.distance_m]
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200) if len(whole) / s <= MOST), 500)
    rows = [
        {"at": _at(lat, east, placed, row), "t": number(n), "v": f"{number(n)} {units.distance}"}
        for n, row in enumerate(whole, 1)
        if n % step == 0
    ]
    if not rows:
        return []
    text = {
        "@@type": "TextLayer", "id": "distance_text", "data": rows, "getPosition": "@@=at", "getText": "@@=t",
        "getSize": 11, "getColor": [255, 255, 255], "fontWeight": 700, "background": True,
        "getBackgroundColor": [*_INK, 215], "backgroundPadding": [4, 2], "getPixelOffset": [0, -12],
        "fontFamily": "sans-serif", "characterSet": "0123456789,.\u202f ",
    }  # fmt: skip
    return [_dots("distances", rows, radius=3, fill=_INK, line=[255, 255, 255]), text]


def _at(lat: np.ndarray, east: np.ndarray, placed: np.ndarray, row: int) -> list[float]:
    """[lon, lat] of the first located point at or after a row; else of the last one."""
    i = placed[min(int(np.searchsorted(placed, row)), len(placed) - 1)]
    return [round(float(east[i]), 5), round(float(lat[i]), 5)]


def _dots(name: str, rows: list[dict], radius: int, fill: list[int], line: list[int]) -> dict:
    return {
        "@@type": "ScatterplotLayer", "id": name, "data": rows, "getPosition": "@@=at", "getFillColor": fill,
        "getRadius": radius, "radiusUnits": "pixels", "stroked": True, "getLineColor": line, "getLineWidth": 1.5,
        "lineWidthUnits": "pixels", "pickable": True,
    }  # fmt: skip


def _arrows(lat: np.ndarray, lon: np.ndarray) -> dict:
    """Arrows in the direction of travel, evenly spaced along the route; none where it stood still."""
    shrink = np.cos(np.radians(lat))
    way = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(lon) * shrink[1:], np.diff(lat)))))
    rows = []
    if way[-1] > 0:
        reach = way[-1] / 200
        for share in (np.arange(ARROWS) + 0.5) / ARROWS:
            i = int(np.searchsorted(way, share * way[-1]))
            a, b = np.searchsorted(way, (way[i] - reach, way[i] + reach)).clip(0, len(way) - 1)
            east, north = (lon[b] - lon[a]) * shrink[i], lat[b] - lat[a]
            if east or north:
                angle = round(float(np.degrees(np.arctan2(north, east))), 1)
                rows.append(
                    {"at": [round(float(lon[i]), 5), round(float(lat[i]), 5)], "a": angle, "t": ">", "v": ""}
                )
    return {
        "@@type": "TextLayer", "id": "direction", "data": rows, "getPosition": "@@=at", "getText": "@@=t",
        "getAngle": "@@=a", "getSize": 20, "getColor": [255, 255, 255], "fontWeight": 900, "outlineWidth": 3,
        "outlineColor": [*_INK, 255], "fontSettings": {"sdf": True}, "fontFamily": "monospace",
        "characterSet": ">",
    }  # fmt: skip

"""The map of an activity: its track coloured by a quantity, as a deck.gl spec.

Drawing one row per point would be too much: the track is simplified in metres, each piece gets one of 16 colours, and
neighbours of the same colour are merged (18,000 points: about 0.2 MB instead of 7).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from milevault_core.geo.simplify import simplify, unwrap
from milevault_core.track import apart
from milevault_core.view import format as fmt
from milevault_core.view.activities.series import Series, breaks, series
from milevault_core.view.format import Units

POINTS = 3000
PHONE = (340, 420)  # pixels of a map on a 360-pixel phone, where a narrow map is 330 wide
STYLE = "/map/style.json"  # our own route: which map tiles are used is a setting
BINS = 16
# Blue to amber through magenta: colour-blind people can see the order too, and no map uses these colours.
_STOPS = np.array([[53, 74, 196], [131, 60, 184], [207, 58, 124], [238, 106, 58], [250, 190, 38]], float)
RAMP: list[list[int]] = [
    [round(float(np.interp(i / (BINS - 1) * 4, range(5), _STOPS[:, c]))) for c in range(3)]
    for i in range(BINS)
]
PLAIN = [224, 83, 20]  # a track without a quantity
UNKNOWN = [134, 142, 150]  # a piece without a value
START, END = [18, 165, 98], [214, 48, 49]


def on_satellite(deck: str) -> str:
    """A deck with satellite pictures as its background (milevault_core/web/map_style.py)."""
    return deck.replace(f'"{STYLE}"', f'"{STYLE}?background=satellite"', 1)


def below(deck: str, root: str) -> str:
    """The same map with its style requested below another path than "/": `root` ends with a slash."""
    return deck.replace(f'"{STYLE}', f'"{root}{STYLE[1:]}', 1)


def on_dark(deck: str) -> str:
    """A deck whose background suits a dark page."""
    return deck.replace(f'"{STYLE}"', f'"{STYLE}?theme=dark"', 1)


class ReadyDeck:
    """A deck in the form `st.pydeck_chart` takes, around ready-made JSON (pydeck itself would serialize it again).

    `json` may be cached; there is no other state.
    """

    def __init__(self, json_text: str):
        self.json = json_text
        self._tooltip = {"text": "{v}"}
        self.layers: list = []

    def to_json(self) -> str:
        return self.json


@dataclass(frozen=True)
class Legend:
    """What the colours mean: "Heart rate", "98 bpm" (first colour), "172 bpm" (last colour)."""

    label: str
    low: str
    high: str

    def html(self) -> str:
        """One line for `st.html`: low, a bar of the ramp, high. The text uses the page's own colours."""
        ramp = ",".join(f"rgb({r} {g} {b})" for r, g, b in RAMP)
        bar = f"width:8rem;height:.5rem;border-radius:.25rem;background:linear-gradient(90deg,{ramp})"
        return (
            '<div style="display:flex;align-items:center;gap:.6rem;font-size:.85rem">'
            f'<b style="font-weight:600">{escape(self.label)}</b><span>{escape(self.low)}</span>'
            f'<span style="{bar}"></span><span>{escape(self.high)}</span></div>'
        )


def has_track(track: pd.DataFrame) -> bool:
    """Whether at least two points have a position."""
    return len(_located(track)) > 1


def deck(
    track: pd.DataFrame,
    metric: str = "",
    units: Units = fmt.METRIC,
    sport: str = "",
    highlight: tuple[int, int] | None = None,
    size: tuple[int, int] = PHONE,
    shown: Series | None = None,
    marks: Sequence[dict] = (),
) -> str:
    """The deck.gl JSON of a track coloured by `metric`, one of its columns ("": one colour); "" without positions.

    shown: the quantity to colour by, instead of a column; marks: further layers, drawn below start and finish.
    highlight: rows (start, stop) that are emphasised while the rest is faded. size: pixels within which the track must
    fit; the width is that of a phone, because the map's real width is not known here.
    """
    where = _located(track)
    if len(where) < 2:
        return ""
    lat = track["lat"].to_numpy(dtype=float)[where]
    lon = unwrap(track["lon"].to_numpy(dtype=float)[where])
    cut = _cuts(track, where)
    shown = shown or (series(track, metric, units, sport) if metric else None)
    values = shown.values[where] if shown else None
    kept = simplify(lat, lon, cut, POINTS)
    rows = _pieces(lat, lon, cut, kept, values, shown)
    layers = [
        _casing(lat, lon, cut, kept, 50 if highlight else 150),
        paths("track", rows, 0.06 if highlight else 1.0),
    ]
    if highlight:
        inside = (where >= highlight[0]) & (where < highlight[1])
        if inside.sum() > 1:
            part = values[inside] if values is not None else None
            some = simplify(lat[inside], lon[inside], cut[inside], POINTS // 2)
            pieces = _pieces(lat[inside], lon[inside], cut[inside], some, part, shown)
            layers.append(paths("stretch", pieces, 1.0, width=7))
    layers += [*marks, ends(lat, lon)]
    return write(lat, lon, layers, size)


def write(lat: np.ndarray, lon: np.ndarray, layers: list[dict], size: tuple[int, int]) -> str:
    """The deck.gl JSON of layers, on a map that shows all of lat, lon (degrees, lon without a jump)."""
    spec = {
        "initialViewState": _view(lat, lon, size),
        "layers": layers,
        "views": [{"@@type": "MapView", "controller": True}],
        "mapProvider": "carto",
        "mapStyle": STYLE,
    }
    return json.dumps(spec, separators=(",", ":"), allow_nan=False)


def legend(track: pd.DataFrame, metric: str, units: Units = fmt.METRIC, sport: str = "") -> Legend:
    """What the first and the last colour stand for."""
    return legend_of(series(track, metric, units, sport))


def legend_of(shown: Series) -> Legend:
    """Like `legend`, for any quantity."""
    low, high = colour_range(shown)
    return Legend(shown.label, shown.text(low), shown.text(high))


def colour_range(shown: Series) -> tuple[float, float]:
    """Values of the first and the last colour: the 2nd and 98th percentile. For paces, the slow end is first."""
    values = shown.values[np.isfinite(shown.values)]
    if shown.is_pace:
        values = np.clip(values, *shown.bounds)
    if shown.key in (
        "grade",
        "zone",
    ):  # so that a colour means the same on every activity, and level ground is in the middle
        return shown.bounds
    if not len(values):
        return math.nan, math.nan
    low, high = (float(v) for v in np.percentile(values, (2, 98)))
    return (high, low) if shown.is_pace else (low, high)


def _located(track: pd.DataFrame) -> np.ndarray:
    lat, lon = track["lat"].to_numpy(dtype=float), track["lon"].to_numpy(dtype=float)
    return np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))


def _cuts(track: pd.DataFrame, where: np.ndarray) -> np.ndarray:
    """True at a located point that is not joined to the one before: after a pause, a stretch without signal, or a
    train ride."""
    time = track["time"].to_numpy()[where]
    cut = breaks(time) | apart(track)[where]
    timeless = np.isnat(time)
    cut[1:] |= timeless[1:] & (np.diff(where) > 1)
    return cut


def _pieces(
    lat: np.ndarray,
    lon: np.ndarray,
    cut: np.ndarray,
    kept: np.ndarray,
    values: np.ndarray | None,
    shown: Series | None,
) -> list[dict]:
    """Rows of one colour each: {"path": [lon, lat, …], "c": colour, "v": the value as text}."""
    n = len(kept) - 1
    joined = ~cut[kept[1:]]
    mean = np.full(n, np.nan)
    bins = np.full(n, -2)  # -2: one colour, -1: no value
    if values is not None and shown is not None:
        mean = _means(np.clip(values, *shown.bounds) if shown.is_pace else values, kept)
        low, high = colour_range(shown)
        span = high - low if high != low else 1.0
        with np.errstate(invalid="ignore"):
            share = np.clip((mean - low) / span, 0.0, 1.0)
        known = np.isfinite(share)
        bins = np.where(known, np.floor(np.where(known, share, 0.0) * BINS).clip(0, BINS - 1), -1).astype(int)
    starts = np.flatnonzero(np.r_[True, (bins[1:] != bins[:-1]) | ~joined[1:] | ~joined[:-1]])
    ends = np.r_[starts[1:], n]
    flat = np.round(np.column_stack((lon[kept], lat[kept])), 5).ravel().tolist()
    known = np.isfinite(mean)
    total = np.add.reduceat(np.where(known, mean, 0.0), starts)
    with np.errstate(invalid="ignore"):
        average = np.round(total / np.add.reduceat(known, starts, dtype=float), 1).tolist()
    texts = {v: shown.text(v) if shown and v == v else "" for v in set(average)}
    colours = {-2: PLAIN, -1: UNKNOWN, **dict(enumerate(RAMP))}
    return [
        {"path": flat[2 * a : 2 * b + 2], "c": colours[colour], "v": texts[v]}
        for a, b, colour, whole, v in zip(
            starts.tolist(),
            ends.tolist(),
            bins[starts].tolist(),
            joined[starts].tolist(),
            average,
            strict=True,
        )
        if whole
    ]


def _means(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The mean of the known values between each kept point and the next."""
    known = np.isfinite(values)
    total = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    count = np.concatenate(([0], np.cumsum(known)))
    a, b = kept[:-1], kept[1:] + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total[b] - total[a]) / (count[b] - count[a])


def paths(name: str, rows: list[dict], opacity: float, width: int = 4) -> dict:
    """A deck.gl layer of lines. rows: "path" ([lon, lat] pairs, degrees), "c" (its colour), "v" (the tooltip)."""
    return {
        "@@type": "PathLayer", "id": name, "data": rows, "positionFormat": "XY",
        "getPath": "@@=path", "getColor": "@@=c", "getWidth": width, "widthUnits": "pixels",
        "capRounded": True, "jointRounded": True, "opacity": opacity, "pickable": True,
    }  # fmt: skip


def _casing(lat: np.ndarray, lon: np.ndarray, cut: np.ndarray, kept: np.ndarray, alpha: int) -> dict:
    """A dark edge under the track, so that amber stands out on a pale map and blue on a dark one."""
    flat = np.round(np.column_stack((lon[kept], lat[kept])), 5)
    parts = np.split(flat, np.flatnonzero(cut[kept]))
    rows = [{"path": part.ravel().tolist()} for part in parts if len(part) > 1]
    return {
        "@@type": "PathLayer", "id": "casing", "data": rows, "positionFormat": "XY", "getPath": "@@=path",
        "getColor": [20, 22, 28, alpha], "getWidth": 6, "widthUnits": "pixels", "capRounded": True,
        "jointRounded": True,
    }  # fmt: skip


def ends(lat: np.ndarray, lon: np.ndarray) -> dict:
    """A deck.gl layer with a dot at the start and one at the finish of a track (degrees, one value per point)."""
    spots = [(-1, END, "Finish"), (0, START, "Start")]
    rows = [{"at": [round(float(lon[i]), 5), round(float(lat[i]), 5)], "c": c, "v": v} for i, c, v in spots]
    return {
        "@@type": "ScatterplotLayer", "id": "ends", "data": rows, "getPosition": "@@=at", "getFillColor": "@@=c",
        "getRadius": 6, "radiusUnits": "pixels", "stroked": True, "getLineColor": [255, 255, 255],
        "getLineWidth": 2, "lineWidthUnits": "pixels", "pickable": True,
    }  # fmt: skip


def _view(lat: np.ndarray, lon: np.ndarray, size: tuple[int, int]) -> dict:
    """Centre and zoom of Web Mercator (512-pixel tiles) that fit all points inside `size`, less a margin."""
    width, height = max(size[0] - 30, 50), max(size[1] - 40, 50)
    top = np.degrees(np.arcsinh(np.tan(np.radians(np.clip(lat[[lat.argmin(), lat.argmax()]], -85, 85)))))
    across, up = max(float(np.ptp(lon)), 1e-5), max(float(top[1] - top[0]), 1e-5)
    zoom = min(math.log2(width * 360.0 / (512.0 * across)), math.log2(height * 360.0 / (512.0 * up)), 16.5)
    middle = math.degrees(math.atan(math.sinh(math.radians(float(top.mean())))))
    return {
        "longitude": round(float(lon.min() + lon.max()) / 2, 6),
        "latitude": round(middle, 6),
        "zoom": round(max(zoom, 0.0), 3),
    }

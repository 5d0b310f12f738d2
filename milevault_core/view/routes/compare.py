"""Where the time went: two attempts at one route as a sentence, a chart and a coloured track."""

from itertools import pairwise

import numpy as np
import pandas as pd

from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.format import Units
from milevault_core.view.routes import shapes
from milevault_core.view.shapes import poured

LEAST_STOP, LEAST_STRETCH = 3.0, 3.0  # s
STEEP = 0.025
FULL = 6.0  # s lost or gained in 100 m for the track's strongest colour


def against(choice: str, mine: int, attempts: pd.DataFrame) -> int | None:
    """The activity that `mine` is compared with: "best", "last" (the one before), "median", or an activity's id.
    attempts: those with a known time, earliest first. None if there is no other."""
    others = attempts[attempts["id"] != mine]
    if others.empty:
        return None
    if choice == "best":
        return int(others.loc[others["time_s"].idxmin(), "id"])
    if choice == "last":
        own = attempts.index[attempts["id"] == mine]
        before = others.loc[: own[0]] if len(own) else others
        return int((before if len(before) else others)["id"].iloc[-1])
    if choice == "median":
        ordered = others.sort_values("time_s", kind="stable")
        return int(ordered["id"].iloc[(len(ordered) - 1) // 2])
    known = others["id"].astype(str) == choice
    return int(others.loc[known, "id"].iloc[0]) if known.any() else None


def grades(sections: pd.DataFrame, distance: np.ndarray, altitude: np.ndarray) -> np.ndarray:
    """The slope of each section, from the track of one of the two attempts (its distance and altitude, in m, one per
    point); one share per section, NaN without altitudes."""
    known = np.isfinite(distance) & np.isfinite(altitude)
    if known.sum() < 10 or np.ptp(distance[known]) < 1:
        return np.full(len(sections), np.nan)
    share = (distance[known] - distance[known][0]) / np.ptp(distance[known])
    length = float(sections["end_m"].iloc[-1])
    start, end = (np.interp(sections[c] / length, share, altitude[known]) for c in ("start_m", "end_m"))
    return (end - start) / np.maximum(sections["end_m"] - sections["start_m"], 1.0).to_numpy()


def stretches(sections: pd.DataFrame) -> list[tuple[int, int, float]]:
    """Runs of sections in which the pace lost or gained time: (first, last, seconds), the largest first."""
    pace = sections["pace_s"].to_numpy()
    smooth = np.convolve(np.pad(pace, 1, mode="edge"), np.full(3, 1 / 3), "valid")
    edges = np.flatnonzero(np.diff(np.sign(smooth))) + 1
    bounds = np.concatenate([[0], edges, [len(pace)]])
    found = [(int(a), int(b) - 1, float(pace[a:b].sum())) for a, b in pairwise(bounds)]
    return sorted(found, key=lambda s: -abs(s[2]))


def stops(sections: pd.DataFrame) -> list[tuple[float, float]]:
    """Where one of the two stood longer than the other: (metres, seconds), neighbours merged, the largest first."""
    stop = sections["stop_s"].to_numpy()
    found: list[list[float]] = []
    for i in np.flatnonzero(np.abs(stop) >= 1.0).tolist():
        if found and found[-1][2] == i - 1 and found[-1][1] * stop[i] > 0:
            found[-1][1] += stop[i]
            found[-1][2] = i
        else:
            found.append(
                [float(sections["start_m"].iloc[i] + sections["end_m"].iloc[i]) / 2, float(stop[i]), i]
            )
    return sorted(((m, s) for m, s, _ in found if abs(s) >= LEAST_STOP), key=lambda s: -abs(s[1]))


_ALL_ALONG = "all along the way"


def sentence(sections: pd.DataFrame, slope: np.ndarray, other: str, units: Units) -> str:
    """ "18 s slower than your best: 25 s lost by stopping at 3.2 km, 7 s gained on the climb from 4.1 to 4.6 km."

    other: what the attempt is compared with, in words: "your best".
    """
    total = float(sections["gap_s"].iloc[-1])
    whole = round(abs(total))
    head = f"As fast as {other}" if not whole else (
        f"{_seconds(total)} {'slower' if total > 0 else 'faster'} than {other}"
    )  # fmt: skip
    parts = []
    for metres, s in stops(sections)[:2]:
        at = _km(metres, units)
        parts.append(
            f"{_seconds(s)} lost by stopping at {at}"
            if s > 0
            else f"{_seconds(s)} gained by not stopping at {at}"
        )
    for first, last, s in stretches(sections)[: 3 - len(parts)]:
        if abs(s) >= LEAST_STRETCH:
            parts.append(
                f"{_seconds(s)} {'lost' if s > 0 else 'gained'} {_where(sections, slope, first, last, units)}"
            )
    text = f"{head}: {', '.join(parts)}." if parts else f"{head}."
    for verb in ("lost", "gained"):  # do not repeat the same number of seconds
        text = text.replace(f": {_seconds(total)} {verb} {_ALL_ALONG}.", f", {verb} {_ALL_ALONG}.")
    if sections["off"].any():
        text += " Where one of the two left the route, the times are estimates."
    return text


def _where(sections: pd.DataFrame, slope: np.ndarray, first: int, last: int, units: Units) -> str:
    start, end = float(sections["start_m"].iloc[first]), float(sections["end_m"].iloc[last])
    mean = float(np.nanmean(slope[first : last + 1])) if np.isfinite(slope[first : last + 1]).any() else 0.0
    what = "on the climb " if mean > STEEP else "on the descent " if mean < -STEEP else ""
    if last - first + 1 == len(sections):
        return _ALL_ALONG
    a = fmt.number(start / units.distance_m, 1)
    return f"{what}from {a} to {_km(end, units)}"


def _km(metres: float, units: Units) -> str:
    return fmt.number(metres / units.distance_m, 1, units.distance)


def _seconds(s: float) -> str:
    whole = round(abs(s))
    return f"{whole} s" if whole < 60 else f"{fmt.duration(whole)} min"


def charts(sections: pd.DataFrame, units: Units) -> tuple[dict, dict]:
    """Two Vega-Lite specs of equal width: the gap along the route (above: behind), and the time lost in each 100 m,
    with stops separate."""
    x0, x1 = (sections[c] / units.distance_m for c in ("start_m", "end_m"))
    gap = [{"x": 0.0, "gap": 0.0}] + [
        {"x": round(x, 3), "gap": round(g, 1)} for x, g in zip(x1, sections["gap_s"], strict=True)
    ]
    bars = []
    for start, end, pace, stop in zip(x0, x1, sections["pace_s"], sections["stop_s"], strict=True):
        base = pace if pace * stop > 0 else 0.0  # both lost or both gained: stack one on the other
        for low, value, what in ((0.0, pace, "Slower" if pace > 0 else "Faster"), (base, stop, "Stop")):
            if abs(value) >= 0.05:
                bars.append({"a": round(start, 3), "b": round(end, 3), "low": round(low, 1), "s": round(value, 1),
                             "high": round(low + value, 1), "what": what,
                             "at": f"{start:.1f} {units.distance}"})  # fmt: skip
    along = {"x": {"scale": {"domain": [0.0, round(float(x1.iloc[-1]), 3)]}}}
    return (
        poured(shapes.gap(units.distance), {"data": {"values": gap}, "encoding": along}),
        poured(shapes.sections(units.distance), {"data": {"values": bars}, "encoding": along}),
    )


def deck(
    line: np.ndarray, sections: pd.DataFrame | None, units: Units, size: tuple[int, int] = map_view.PHONE
) -> str:
    """deck.gl JSON of a route's line, (n, 2) degrees at equal distances: each 100 m coloured by the time lost there,
    and a dot where one attempt stood longer. One colour without sections; "" without a line."""
    if len(line) < 2:
        return ""
    lat, lon = line[:, 0], np.unwrap(line[:, 1], period=360.0)
    rows, dots = [], []
    if sections is None:
        rows.append({"path": _flat(lat, lon), "c": map_view.PLAIN, "v": ""})
    else:
        share = np.linspace(0.0, float(sections["end_m"].iloc[-1]), len(line))
        for row in sections.itertuples():
            i, j = np.searchsorted(share, (row.start_m, row.end_m))
            part = slice(max(0, i - 1), j + 1)
            what = "slower" if row.pace_s > 0 else "faster"
            rows.append({"path": _flat(lat[part], lon[part]), "c": _colour(row.pace_s), "v":
                         f"{_km(row.start_m, units)}: {abs(row.pace_s):.1f} s {what}"})  # fmt: skip
        for metres, s in stops(sections):
            k = min(int(np.searchsorted(share, metres)), len(line) - 1)
            said = f"{_seconds(s)} {'more' if s > 0 else 'less'} standing still"
            dots.append({"at": [round(float(lon[k]), 5), round(float(lat[k]), 5)], "v": said,
                         "r": float(np.clip(abs(s) ** 0.5 * 2, 6, 16))})  # fmt: skip
    casing = [{"path": _flat(lat, lon)}]
    layers = [
        map_view.paths("casing", casing, 1.0, 7) | {"getColor": [20, 22, 28, 150], "pickable": False},
        map_view.paths("track", rows, 1.0, 5),
        {
            "@@type": "ScatterplotLayer", "id": "stops", "data": dots, "getPosition": "@@=at",
            "getFillColor": [138, 147, 163], "getRadius": "@@=r", "radiusUnits": "pixels", "stroked": True,
            "getLineColor": [255, 255, 255], "getLineWidth": 2, "lineWidthUnits": "pixels", "pickable": True,
        },
        map_view.ends(lat, lon),
    ]  # fmt: skip
    return map_view.write(lat, lon, layers, size)


def _flat(lat: np.ndarray, lon: np.ndarray) -> list[float]:
    return np.round(np.column_stack((lon, lat)), 5).ravel().tolist()


def _colour(pace_s: float) -> list[int]:
    """Blue where time was gained, red where it was lost, pale in between."""
    strong = np.array([217, 84, 43] if pace_s > 0 else [47, 111, 208], float)
    share = min(1.0, abs(pace_s) / FULL) ** 0.6
    return [round(float(v)) for v in share * strong + (1 - share) * np.array([226, 222, 212.0])]

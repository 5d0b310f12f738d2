"""One route: its attempts as a table, in words, and as a chart over the years."""

import pandas as pd

from milevault_core.view import dates, tables, words
from milevault_core.view import format as fmt
from milevault_core.view.axes import time_step
from milevault_core.view.format import Units

BEST, BAND, POINT = "#12a562", "#8a93a3", "#e0591b"
ENOUGH = 4  # attempts; of fewer, quartiles say nothing

_KINDS = {
    "rotated": "begun elsewhere", "reversed": "the other way round", "rotated_reversed": "the other way round",
    "laps": "another number of laps", "different": "another way",
}  # fmt: skip


def timed(attempts: pd.DataFrame) -> pd.DataFrame:
    """The attempts that are compared by their time: along the route where that is known of any, else all."""
    known = attempts[attempts["is_timed"]]
    return known if len(known) else attempts


def ranked(attempts: pd.DataFrame) -> pd.Series:
    """Rank of each attempt by time, 1 is the fastest; missing where the time along the route is not known."""
    return timed(attempts)["time_s"].rank(method="min").reindex(attempts.index)


def table(attempts: pd.DataFrame, length_m: float, units: Units) -> pd.DataFrame:
    """Attempts as a table, the latest first; the index is the activity's id. Columns that hold nothing are left out."""
    rank = ranked(attempts)
    rows = []
    for row in attempts.iloc[::-1].itertuples():
        zone = tables.zone_of(row)
        local = dates.local(row.start_time, zone)
        way = length_m if row.is_timed else row.distance_m
        place = rank[row.Index]
        notes = [_KINDS.get(row.kind, ""), "put here by you" if row.forced else ""]
        rows.append({
            "id": row.id,
            "Rank": place,
            "Date": local.replace(tzinfo=None) if local else None,
            "Name": words.activity_name(row.name, row.sport, row.start_time, zone),
            "Time": fmt.duration(row.time_s),
            fmt.rate_label(row.sport): fmt.rate(way / row.time_s if row.time_s else None, units, row.sport),
            "Stopped": fmt.duration(row.stopped_s) if (row.stopped_s or 0) >= 1 else "",
            "Heart rate": fmt.heart_rate(row.avg_heart_rate),
            "Climb": fmt.altitude(row.ascent_m, units),
            "Temperature": fmt.temperature(row.avg_temperature, units),
            "Note": ", ".join(note for note in notes if note),
        })  # fmt: skip
    found = pd.DataFrame(rows).set_index("id")
    kept = [
        c for c in found.columns if c in ("Rank", "Date") or not set(found[c]).issubset({fmt.MISSING, ""})
    ]
    return found[kept]


def typical(attempts: pd.DataFrame) -> str:
    """What a time on this route means: "Half of your 23 times lie between 52:10 and 55:40 …"."""
    times = timed(attempts)
    if times.empty:
        return ""
    seconds, n = times["time_s"], len(times)
    latest = float(seconds.iloc[-1])
    if n == 1:
        return f"You have gone this way once, in {fmt.duration(latest)}."
    if n < ENOUGH:
        low, high = fmt.duration(seconds.min()), fmt.duration(seconds.max())
        return f"You have gone this way {n} times, in {low} to {high}."
    low, high = seconds.quantile(0.25), seconds.quantile(0.75)
    slower = int((seconds > latest).sum())
    how = "your best" if latest <= seconds.min() else (
        "slower than all others" if not slower else f"faster than {slower} of the other {n - 1}"
    )  # fmt: skip
    return (
        f"Half of your {n} times lie between {fmt.duration(low)} and {fmt.duration(high)}; "
        f"the latest, {fmt.duration(latest)}, is {how}."
    )


def trend(attempts: pd.DataFrame) -> dict:
    """Vega-Lite spec: every time over the years, the personal best as steps, the quartiles as a band."""
    times = timed(attempts)
    local = [dates.local(r.start_time, tables.zone_of(r)) for r in times.itertuples()]
    values = [
        {"day": at.replace(tzinfo=None).isoformat(timespec="seconds"), "s": round(float(s), 1), "best": round(b, 1),
         "time": fmt.duration(s), "date": dates.short_day(at.date())}
        for at, s, b in zip(local, times["time_s"], times["time_s"].cummin().tolist(), strict=True) if at
    ]  # fmt: skip
    if not values:
        return {}
    low, high = times["time_s"].quantile(0.25), times["time_s"].quantile(0.75)
    least, most = times["time_s"].min(), times["time_s"].max()
    step = time_step(max(most - least, 20.0), 5)
    first = int(least // step) * step
    ticks = [first + i * step for i in range(int((most - first) // step) + 2)]
    labels = {str(round(t)): fmt.duration(t) for t in ticks}
    seconds = {
        "field": "s", "type": "quantitative", "title": None,
        "scale": {"zero": False, "domain": [ticks[0], max(ticks[-1], most)]},
        "axis": {"values": ticks, "labelExpr": f"{labels!r}[datum.value]", "domain": False, "ticks": False},
    }  # fmt: skip
    when = {
        "field": "day",
        "type": "temporal",
        "title": None,
        "axis": {"grid": False, "labelOverlap": True, "format": "%b %Y", "tickCount": 8},
    }
    hover = [{"field": "date", "title": "Date"}, {"field": "time", "title": "Time"}]
    layers: list[dict] = []
    if len(values) >= ENOUGH:
        layers.append({
            "data": {"values": [{"low": float(low), "high": float(high)}]},
            "mark": {"type": "rect", "color": BAND, "opacity": 0.18},
            "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        })  # fmt: skip
    layers += [
        {"mark": {"type": "line", "interpolate": "step-after", "color": BEST, "strokeWidth": 2},
         "encoding": {"x": when, "y": seconds | {"field": "best"}}},
        {"mark": {"type": "point", "filled": True, "size": 60, "color": POINT, "opacity": 0.85},
         "encoding": {"x": when, "y": seconds, "tooltip": hover}},
    ]  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "data": {"values": values}, "height": 260,
        "layer": layers, "config": {"view": {"stroke": None}},
    }  # fmt: skip


def _day_format(days: list) -> str:
    """How a time axis over these days is labelled."""
    known = [at for at in days if at]
    return "%b %Y" if (known[-1] - known[0]).days > 240 else "%-d %b %Y"


def figures(route: dict, attempts: pd.DataFrame, units: Units) -> list[tuple[str, str]]:
    """(label, value) at the head of a route's page: those that are known."""
    rows = [
        ("Distance", fmt.distance(route["length_m"], units)),
        ("Climb", fmt.altitude(route["ascent_m"], units)),
        ("Times", fmt.number(len(attempts))),
        ("Best", fmt.duration(route["best_s"])),
    ]
    if len(attempts):
        last = attempts.iloc[-1]
        local = dates.local(last["start_time"], tables.zone_of(last))
        rows.append(("Last", dates.short_day(local.date()) if local else fmt.MISSING))
    return [row for row in rows if row[1] != fmt.MISSING]

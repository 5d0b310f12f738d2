"""One route: its attempts as a table, in words, and as a chart over the years."""

import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.axes import time_step
from milevault_core.view.format import Units
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address, day_page
from milevault_core.view.parts.things import Column, Order, Thing
from milevault_core.view.routes import shapes
from milevault_core.view.shapes import poured

ENOUGH = 4  # attempts; for fewer, quartiles mean nothing

_KINDS = {
    "rotated": "started elsewhere", "reversed": "the other way round", "rotated_reversed": "the other way round",
    "laps": "a different number of laps", "different": "a different path",
}  # fmt: skip


def timed(attempts: pd.DataFrame) -> pd.DataFrame:
    """The attempts that are compared by time: those with a time along the route if there are any, else all."""
    known = attempts[attempts["is_timed"]]
    return known if len(known) else attempts


def ranked(attempts: pd.DataFrame) -> pd.Series:
    """Rank of each attempt by time, 1 is the fastest; missing if the time along the route is not known."""
    return timed(attempts)["time_s"].rank(method="min").reindex(attempts.index)


def labels(attempts: pd.DataFrame) -> dict[int, str]:
    """The label of each attempt in a choice, by its activity's id: "1 Jun 2026, 52:10"."""
    found = {}
    for row in attempts.itertuples():
        at = dates.local(row.start_time, tables.zone_of(row))
        found[int(row.id)] = f"{dates.short_day(at.date()) if at else ''}, {fmt.duration(row.time_s)}"
    return found


_SORTED = {"rank": "rank", "date": "start_time", "time": "time_s", "heart": "avg_heart_rate", "stopped": "stopped_s",
           "rate": "rate", "temperature": "avg_temperature"}  # fmt: skip
NAME = Column("Name", is_number=False, rank=1)
LATEST = Order("date", "desc")


def columns(attempts: pd.DataFrame) -> tuple[Column, ...]:
    """The columns of the attempts; a column without any known value is left out."""
    sport = attempts["sport"].iloc[-1] if len(attempts) else ""
    every = (
        (Column("Rank", "rank", "asc", rank=1, about="route_time"), True),
        (Column("Date", "date", is_number=False, rank=1), True),
        (Column("Time", "time", "asc", rank=1, about="route_time"), True),
        (Column(fmt.rate_label(sport), "rate", rank=2), fmt.pace_kind(sport) != "none"),
        (Column("Stopped", "stopped", rank=4), bool((attempts["stopped_s"] >= 1).any())),
        (Column("Heart rate", "heart", rank=3), bool(attempts["avg_heart_rate"].notna().any())),
        (Column("Temperature", "temperature", rank=4), bool(attempts["avg_temperature"].notna().any())),
    )
    return tuple(column for column, is_known in every if is_known)


def things(attempts: pd.DataFrame, length_m: float, units: Units, order: Order) -> list[Thing]:
    """Attempts as rows of a list, sorted by the number behind the chosen column, missing values last."""
    way = attempts["distance_m"].where(~attempts["is_timed"].astype(bool), length_m)
    known = attempts.assign(
        rank=ranked(attempts), rate=way / attempts["time_s"].where(attempts["time_s"] > 0)
    )
    rows = known.sort_values(
        _SORTED.get(order.by, "start_time"), ascending=order.way == "asc", na_position="last", kind="stable"
    )
    shown = {c.sort for c in columns(attempts)}
    made = []
    for row in rows.itertuples():
        zone = tables.zone_of(row)
        notes = [_KINDS.get(row.kind, ""), "added by you" if row.forced else ""]
        cells = {
            "rank": fmt.number(row.rank),
            "date": dates.short_day_time(row.start_time, zone),
            "time": fmt.duration(row.time_s),
            "rate": fmt.rate(row.rate, units, row.sport),
            "stopped": fmt.duration(row.stopped_s) if (row.stopped_s or 0) >= 1 else "",
            "heart": fmt.heart_rate(row.avg_heart_rate),
            "temperature": fmt.temperature(row.avg_temperature, units),
        }
        made.append(
            Thing(
                href=address("/activity", {"id": row.id}),
                name=texts.activity_name(row.name, row.sport, row.start_time, zone),
                under=", ".join(note for note in notes if note),
                cells=[text for name, text in cells.items() if name in shown],
                links={"Date": day_page(dates.local_day(row.start_time, zone))},
            )
        )
    return made


def typical(attempts: pd.DataFrame) -> str:
    """How the latest time on this route compares: "Half of your 23 times lie between 52:10 and 55:40 …"."""
    times = timed(attempts)
    if times.empty:
        return ""
    seconds, n = times["time_s"], len(times)
    latest = float(seconds.iloc[-1])
    if n == 1:
        return f"You have done this route once, in {fmt.duration(latest)}."
    if n < ENOUGH:
        low, high = fmt.duration(seconds.min()), fmt.duration(seconds.max())
        return f"You have done this route {n} times, in {low} to {high}."
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
        "scale": {"domain": [ticks[0], max(ticks[-1], most)]},
        "axis": {"values": ticks, "labelExpr": f"{labels!r}[datum.value]"},
    }
    has_band = len(values) >= ENOUGH
    band = {"data": {"values": [{"low": float(low), "high": float(high)}]}}
    y = {"encoding": {"y": seconds}}
    layers = {"band": band, "best": y, "times": y}
    return poured(shapes.trend(has_band), {"data": {"values": values}, "layer": layers})


def figures(route: dict, attempts: pd.DataFrame, units: Units) -> list[Figure]:
    """The known figures for the head of a route's page."""
    rows = [
        Figure("Distance", fmt.distance(route["length_m"], units)),
        Figure("Ascent", fmt.altitude(route["ascent_m"], units)),
        Figure("Times", fmt.number(len(attempts))),
        Figure("Best", fmt.duration(route["best_s"]), about="route_time"),
    ]
    if len(attempts):
        last = attempts.iloc[-1]
        local = dates.local(last["start_time"], tables.zone_of(last))
        day = local.date() if local else None
        rows.append(Figure("Last", dates.short_day(day) if day else fmt.MISSING, href=day_page(day)))
    return [row for row in rows if row.value != fmt.MISSING]

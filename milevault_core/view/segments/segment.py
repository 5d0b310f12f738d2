"""One segment: its figures, every effort on it, the best and the latest in words, its gradient on the map."""

import numpy as np
import pandas as pd

from milevault_core.formats.texts import straight
from milevault_core.segments.climbs import CATEGORIES
from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.format import Units
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address, day_page
from milevault_core.view.parts.things import Column, Order, Thing
from milevault_core.view.segments.segments import grade, sport_of, time_text

NAME = Column("Activity", is_number=False, rank=1)
LATEST = Order("date", "desc")
UNSURE_S = 1.0  # an error that would be visible


def ranked(efforts: pd.DataFrame) -> pd.Series:
    """The rank of each effort by time, 1 is the fastest."""
    return efforts["time_s"].rank(method="min").astype(int)


def labels(efforts: pd.DataFrame) -> dict[str, str]:
    """The label of each effort in a choice, by `key`: "1 Jun 2026, 4:10", for a second pass "1 Jun 2026, pass 2, …"."""
    found = {}
    for row in efforts.itertuples():
        again = f", pass {int(row.number) + 1}" if int(row.number) else ""
        found[key(row)] = f"{_day(row)}{again}, {time_text(row.time_s)}"
    return found


def key(row) -> str:
    """The key of an effort in addresses: "17-0", its activity and its number there."""
    return f"{int(row.activity_id)}-{int(row.number)}"


def _day(row) -> str:
    at = dates.local(row.start_time, tables.zone_of(row))
    return dates.short_day(at.date()) if at else ""


def figures(segment: dict, efforts: pd.DataFrame, units: Units, season: int) -> list[Figure]:
    """The figures at the head of a segment's page. season: the current year."""
    gain, length_m = segment["gain_m"], float(segment["length_m"])
    made = [
        Figure("Length", fmt.distance(length_m, units)),
        Figure("Grade", grade(gain, length_m), _climb(segment)),
    ]
    if gain is not None and not fmt.is_missing(gain):
        made.append(Figure("Up" if gain >= 0 else "Down", fmt.altitude(abs(gain), units)))
    made.append(Figure("Efforts", fmt.number(len(efforts))))
    if len(efforts):
        best, last = efforts.loc[efforts["time_s"].idxmin()], efforts.iloc[-1]
        made.append(Figure("Best", time_text(best["time_s"]), _on(best), href=_day_of(best)))
        this = efforts[[_year(row) == season for row in efforts.itertuples()]]
        if len(this):
            top = this.loc[this["time_s"].idxmin()]
            made.append(Figure(f"Best of {season}", time_text(top["time_s"]), _on(top), href=_day_of(top)))
        behind = _behind(last["time_s"] - best["time_s"])
        made.append(Figure("Last", time_text(last["time_s"]), behind, href=_day_of(last)))
    return [one for one in made if one.value != fmt.MISSING]


def _on(row) -> str:
    at = dates.local(row["start_time"], tables.zone_of(row))
    return dates.short_day(at.date()) if at else ""


def _day_of(row) -> str:
    at = dates.local(row["start_time"], tables.zone_of(row))
    return day_page(at.date() if at else None)


def _year(row) -> int:
    at = dates.local(row.start_time, tables.zone_of(row))
    return at.year if at else 0


def _behind(seconds: float) -> str:
    return "your best" if seconds < 0.05 else f"{time_text(seconds)} slower than your best"


def _climb(segment: dict) -> str:
    """The category of a climb: "category 4 climb"."""
    gain, length_m = segment["gain_m"], float(segment["length_m"])
    if gain is None or fmt.is_missing(gain) or gain < 0.03 * length_m:
        return ""
    name = next((name for least, name in CATEGORIES if 100 * gain >= least), "")
    return {"": "", "HC": "beyond category"}.get(name, f"category {name} climb")


_SORTED = {
    "rank": "rank", "date": "start_time", "time": "time_s", "rate": "time_s", "heart": "heart_rate", "power": "power",
    "relative": "relative", "vam": "vam",
}  # fmt: skip


def _known(efforts: pd.DataFrame, segment: dict) -> pd.DataFrame:
    gain = segment["gain_m"]
    is_climb = gain is not None and not fmt.is_missing(gain) and gain >= 0.03 * float(segment["length_m"])
    return efforts.assign(
        rank=ranked(efforts),
        relative=efforts["power"] / efforts["weight_kg"],
        vam=3_600 * gain / efforts["time_s"] if is_climb else np.nan,
    )


def columns(efforts: pd.DataFrame, segment: dict) -> tuple[Column, ...]:
    """The columns of the efforts; a column without any known value is left out."""
    known, sport = _known(efforts, segment), sport_of(segment)
    every = (
        (Column("Rank", "rank", "asc", rank=1), True),
        (Column("Date", "date", is_number=False, rank=1), True),
        (Column("Time", "time", "asc", rank=1, about="segment_time"), True),
        (Column(fmt.rate_label(sport), "rate", "asc", rank=2), fmt.pace_kind(sport) != "none"),
        (Column("Heart rate", "heart", rank=2), bool(known["heart_rate"].notna().any())),
        (Column("Power", "power", rank=2), bool(known["power"].notna().any())),
        (Column("W/kg", "relative", rank=4), bool(known["relative"].notna().any())),
        (Column("VAM", "vam", rank=4), bool(known["vam"].notna().any())),
    )
    return tuple(column for column, is_known in every if is_known)


def things(efforts: pd.DataFrame, segment: dict, units: Units, order: Order) -> list[Thing]:
    """Efforts as rows of a list, sorted as asked for, missing values last."""
    rows = _known(efforts, segment).sort_values(
        _SORTED.get(order.by, "start_time"), ascending=order.way == "asc", na_position="last", kind="stable"
    )
    shown = {c.sort for c in columns(efforts, segment)}
    made = []
    for row in rows.itertuples():
        zone = tables.zone_of(row)
        cells = {
            "rank": fmt.number(row.rank),
            "date": dates.short_day_time(row.start_time, zone),
            "time": with_error(row.time_s, row.plus_minus_s),
            "rate": fmt.rate(float(segment["length_m"]) / row.time_s, units, row.sport),
            "heart": fmt.heart_rate(row.heart_rate),
            "power": fmt.power(row.power),
            "relative": fmt.number(row.relative, 2),
            "vam": fmt.number(row.vam, 0, "m/h"),
        }
        made.append(
            Thing(
                href=address(
                    "/activity", {"id": row.activity_id, "from": f"{row.t0_s:.1f}", "to": f"{row.t1_s:.1f}"}
                ),
                name=texts.activity_name(row.name, row.sport, row.begun, zone),
                under=f"pass {int(row.number) + 1} of that day" if int(row.number) else "",
                cells=[text for name, text in cells.items() if name in shown],
                star=int(row.rank) == 1,
                links={"Date": day_page(dates.local_day(row.start_time, zone))},
            )
        )
    return made


def with_error(seconds: float, plus_minus_s: float) -> str:
    """ "4:10 ± 2 s" if the positions are not exact to the second, else "4:10"."""
    text = time_text(seconds)
    return f"{text} ± {max(1, round(plus_minus_s))} s" if plus_minus_s >= UNSURE_S else text


def sentence(efforts: pd.DataFrame) -> str:
    """How the latest time compares: "The latest of 23 efforts, 4:10, is faster than 15 of the other 22."."""
    if efforts.empty:
        return ""
    last, n = float(efforts["time_s"].iloc[-1]), len(efforts)
    if n == 1:
        return f"Passed once so far, in {time_text(last)}."
    slower = int((efforts["time_s"] > last).sum())
    how = "your best" if last <= efforts["time_s"].min() else f"faster than {slower} of the other {n - 1}"
    return f"The latest of {n} efforts, {time_text(last)}, is {how}."


def deck(segment: dict, shown: np.ndarray | None = None) -> str:
    """deck.gl JSON of a segment's line, coloured by its gradient if the altitudes are known."""
    line = segment["line"]
    lat, lon = line[:, 0], np.unwrap(line[:, 1], period=360.0)
    flat = np.round(np.column_stack((lon, lat)), 5).ravel().tolist()
    layers = [
        map_view.paths("casing", [{"path": flat}], 1.0, 8)
        | {"getColor": [20, 22, 28, 150], "pickable": False}
    ]
    slope = slopes(segment)
    if slope is None:
        rows = [{"path": flat, "c": map_view.PLAIN, "v": straight(segment["name"])}]
    else:
        share = np.clip((slope + 0.12) / 0.24, 0, 1)
        rows = [
            {"path": flat[2 * i : 2 * i + 4], "c": map_view.RAMP[round(float(s) * (map_view.BINS - 1))],
             "v": fmt.number(100 * float(g), 1, "%")}
            for i, (s, g) in enumerate(zip(share, slope, strict=True))
        ]  # fmt: skip
    layers += [map_view.paths("track", rows, 1.0, 5), map_view.ends(lat, lon)]
    return map_view.write(lat, lon, layers, (340, 380))


def heights(segment: dict) -> np.ndarray | None:
    """The altitude at each point of the line, in m; None if unknown. The line refined from efforts may have a point
    more or fewer than the one that was drawn."""
    told, n = segment["altitudes"], len(segment["line"])
    if len(told) < 2 or n < 3:
        return None
    return np.interp(np.linspace(0.0, 1.0, n), np.linspace(0.0, 1.0, len(told)), told)


def slopes(segment: dict) -> np.ndarray | None:
    """The slope between successive points of the line, as a share, over about 60 m; None without altitudes."""
    altitudes, n = heights(segment), len(segment["line"])
    if altitudes is None:
        return None
    step = float(segment["length_m"]) / (n - 1)
    reach = max(1, round(30 / step))
    middle = np.arange(n - 1)
    low, high = np.maximum(middle - reach + 1, 0), np.minimum(middle + reach, n - 1)
    return np.asarray((altitudes[high] - altitudes[low]) / np.maximum((high - low) * step, 1e-9))

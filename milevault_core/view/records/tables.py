"""Tables of the Records page, from rows of queries.records."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.records import KINDS
from milevault_core.records import sections as places
from milevault_core.view import format as fmt
from milevault_core.view import texts as words
from milevault_core.view.format import Units
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import day_page
from milevault_core.view.records import texts as say

HEADS = 4


def with_route_names(rows: pd.DataFrame, called: dict[int, str]) -> pd.DataFrame:
    """Rows of queries.records with the names of routes as `about`. called: from view.routes.routes.names."""
    of_route = (rows["kind"] == "route").to_numpy()
    named = [called.get(int(k), a) if r else a
             for k, a, r in zip(rows["key"], rows["about"], of_route, strict=True)]  # fmt: skip
    return rows.assign(about=named)


def sections(rows: pd.DataFrame) -> dict[str, str]:
    """The sections for which there are records: address -> title."""
    kinds = set(rows["kind"])
    return {name: title for name, (title, own) in places.sections().items() if kinds.intersection(own)}


def seasons(rows: pd.DataFrame) -> list[int]:
    """Years with records, latest first."""
    return sorted((int(y) for y in rows["season"].unique()), reverse=True)


def at_place(rows: pd.DataFrame, place: str) -> pd.DataFrame:
    """The rows that are "outdoor" or "indoor"; records over periods have no place and are always included."""
    over_periods = rows["activity_id"].isna().to_numpy()
    return rows[over_periods | (rows["is_indoor"].to_numpy(bool) == (place == "indoor"))]


def shown(rows: pd.DataFrame, section: str, year: int | None) -> pd.DataFrame:
    """The rows of a section's table: the records, or with a year that year's bests; ordered by kind and key."""
    kinds = places.sections()[section][1]
    wanted = rows["is_season_best"] & (rows["season"] == year) if year else rows["is_current"]
    found = rows[wanted & rows["kind"].isin(kinds)]
    return found.sort_values(
        ["kind", "key"], key=lambda c: c.map(kinds.index) if c.name == "kind" else c, ignore_index=True
    )


def table(
    found: pd.DataFrame, all_rows: pd.DataFrame, waiting: pd.DataFrame, units: Units, year: int | None
) -> pd.DataFrame:
    """Rows of `shown` as a person reads them, with better values that wait for a decision; empty columns are left
    out."""
    held = {
        (r.kind, r.sport, r.is_indoor, r.key): r.value
        for r in waiting.sort_values("value").iloc[::-1].itertuples()
    }
    sport = found["sport"].iloc[0] if len(found) else ""
    best = all_rows[all_rows["is_current"]].set_index(["kind", "is_indoor", "key"])["value"]
    texts: dict[str, list[str]] = {}

    def put(column: str, text: str) -> None:
        texts.setdefault(column, []).append(text)

    for row in found.itertuples(index=False):
        put("Record", say.short(row.kind, row.key, say.about(row)))
        put("Best", say.value(row.kind, row.value, row.sport, units))
        put(fmt.rate_label(sport), say.rate(row.kind, row.key, row.value, row.sport, units))
        if year:
            put("To your best", _to_best(row, best, units))
        waits = held.get((row.kind, row.sport, row.is_indoor, row.key))
        better = waits is not None and (waits < row.value) == KINDS[row.kind].lower_is_better
        put("Waiting", f"{say.value(row.kind, waits, row.sport, units)}?" if better and not year else "")
        put("Date", say.when(row.kind, row.key, row.day, row.last_day))
        put("Activity", "" if pd.isna(row.activity_id) else say.activity_line(row).rsplit(", ", 1)[0])
        if not year:
            put("Better by", say.gain(row.kind, row.value, row.gain, row.sport, units))
        put("Measured by", say.measured(row.source))
    frame = pd.DataFrame(texts)
    return frame.loc[:, [name in ("Record", "Best") or frame[name].ne("").any() for name in frame.columns]]


def _to_best(row, best: pd.Series, units: Units) -> str:
    group = (row.kind, row.is_indoor, row.key)
    if group not in best.index:
        return ""
    off = abs(float(best.loc[group]) - row.value)
    return "your best" if off < 1e-9 else f"{say.value(row.kind, off, row.sport, units)} off"


def heads(rows: pd.DataFrame, sport: str, units: Units) -> list[Figure]:
    """The figures at the head of a sport, each with a link to its day: the usual ones it has, at most HEADS."""
    current = rows[rows["is_current"]]
    held = {(r.kind, r.key): r for r in current.itertuples(index=False)}
    found = [held[group] for group in _heads(sport) if group in held][:HEADS]
    return [
        Figure(
            say.title(r.kind, r.key),
            say.value(r.kind, r.value, r.sport, units),
            say.when(r.kind, r.key, r.day, r.last_day),
            href=day_page(pd.Timestamp(r.day).date()),
        )
        for r in found
    ]


def _heads(sport: str) -> list[tuple[str, float]]:
    """(kind, key) of the records at the head of a sport, in order: the sport's own, then those for any sport."""
    ranked = [
        (name == "", rank, kind.name, float(key))
        for kind in KINDS.values()
        for name in (sport, "")
        for key, rank in kind.heads.get(name, {}).items()
    ]
    return list(dict.fromkeys((kind, key) for *_, kind, key in sorted(ranked)))


def season_table(rows: pd.DataFrame, section: str, units: Units) -> pd.DataFrame:
    """The best of each year: one row per record, one column per year, latest first; ★ marks the best of all."""
    kinds = places.sections()[section][1]
    found = rows[rows["is_season_best"] & rows["kind"].isin(kinds)]
    abouts = {(r.kind, float(r.key)): say.about(r) for r in found.itertuples(index=False)}
    order = sorted({(kinds.index(k), float(key)) for k, key in zip(found["kind"], found["key"], strict=True)})
    years = seasons(found)
    cells = {
        (r.kind, r.key, int(r.season)): say.value(r.kind, r.value, r.sport, units)
        + (" ★" if r.is_current else "")
        for r in found.itertuples(index=False)
    }
    table = {"Record": [say.short(kinds[k], key, abouts.get((kinds[k], key), "")) for k, key in order]}
    for year in years:
        table[str(year)] = [cells.get((kinds[k], key, year), "") for k, key in order]
    return pd.DataFrame(table)


def choices(rows: pd.DataFrame) -> dict[str, str]:
    """Records whose progression can be shown: address ("best_time-5000") -> title."""
    found: dict[str, str] = {}
    held = rows[["kind", "key"]].drop_duplicates()
    abouts = {
        (r.kind, r.key): say.about(r) for r in rows[rows["kind"].isin(("segment", "route"))].itertuples()
    }
    order = places.in_order()
    known = [(kind, key) for kind, key in held.itertuples(index=False) if kind in order]
    for kind, key in sorted(known, key=lambda r: (order[r[0]], r[1])):
        found[f"{kind}-{key:.12g}"] = say.title(kind, key, abouts.get((kind, key), ""))
    return found


def usual(choices: dict[str, str], sport: str) -> int:
    """The index of the choice that is shown first."""
    heads = [f"{kind}-{key:.12g}" for kind, key in _heads(sport)]
    wanted = [*heads[1:], *heads]
    return next((list(choices).index(name) for name in wanted if name in choices), 0)


def chosen(rows: pd.DataFrame, address: str) -> pd.DataFrame:
    """The rows of one record, by its address."""
    kind, _, key = address.rpartition("-")
    return rows[(rows["kind"] == kind) & np.isclose(rows["key"].to_numpy(float), float(key))]


class Announcement(NamedTuple):
    words: str
    window: tuple[float, float]  # seconds since the first point
    source: str  # what measured the distance: device | gps, "" if no distance is involved
    standing: str  # record | beaten | year


def announced(found: pd.DataFrame, units: Units) -> dict[str, Announcement]:
    """What an activity is the best at, by address: first the records that still stand, then those beaten since, then
    bests of the year. A first record of its kind is listed only while it stands."""
    texts: dict[str, Announcement] = {}
    order = places.in_order()
    rows = [r for r in found.itertuples(index=False) if r.kind in order]
    rows.sort(key=lambda r: (not r.is_current, not r.is_improvement, order[r.kind], r.key))
    for r in rows:
        beaten = r.is_improvement and not r.is_current
        if beaten and pd.isna(r.previous) and not r.is_season_best:
            continue
        name = f"{say.title(r.kind, r.key, say.about(r))} {say.value(r.kind, r.value, r.sport, units)}"
        if r.is_current:
            by = "" if pd.isna(r.gain) else say.gain(r.kind, r.value, r.gain, r.sport, units).split(" (")[0]
            name += f", better by {by}" if by else ""
            standing = "record"
        elif beaten and not pd.isna(r.previous):
            name += ", a record at the time"
            standing = "beaten"
        else:
            name += f", best of {int(r.season)}"
            standing = "year"
        window = (float(r.t0_s), float(r.t1_s))
        texts[f"{r.kind}-{r.key:.12g}"] = Announcement(name, window, r.source, standing)
    return texts


def how_many(announcements: Iterable[Announcement]) -> str:
    """ "1 record was set here · 8 bests of the year": the announcements, counted."""
    counts = Counter(one.standing for one in announcements)
    said = (("record", "record was set here", "records were set here"),
            ("beaten", "record at the time", "records at the time"),
            ("year", "best of the year", "bests of the year"))  # fmt: skip
    return " · ".join(words.count(counts[name], one, many) for name, one, many in said if counts[name])

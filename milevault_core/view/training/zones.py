"""Time in zones as a bar with its legend."""

import html
from dataclasses import dataclass

from milevault_core.training.zones import KINDS, METHODS
from milevault_core.view import format as fmt
from milevault_core.view.format import Units

# From calm to hard; each has a contrast of 3 or more on both backgrounds.
_COLOURS = ("#868e96", "#4a90a4", "#2f9e6e", "#b58a0a", "#d9622b", "#d6336c", "#9c36b5", "#8a6fe0", "#7c83d6",
            "#5c7cd6")  # fmt: skip


def colour(zone: int) -> str:
    """The colour of a zone by its number; 0 is below every zone."""
    return _COLOURS[min(zone, len(_COLOURS) - 1)]


@dataclass(frozen=True)
class ZoneRow:
    """One zone: its number (0: below every zone), its range in words, seconds in it and their share (0 to 1)."""

    zone: int
    label: str
    bounds: str
    seconds: float
    share: float


def rows(zones: dict, kind: str, units: Units, sport: str) -> list[ZoneRow]:
    """The zones of one kind of an activity; zones: the entry of queries.training.of_activity for that kind."""
    bounds, first, seconds = zones["bounds"], zones["first"], zones["seconds"]
    total = sum(seconds)
    edges: list[float | None] = [None, *bounds, None]
    out = []
    for n, count in enumerate(seconds):
        number = n + first
        label = "Below" if number == 0 else f"Zone {number}"
        words = _range(edges[n], edges[n + 1], kind, units, sport)
        out.append(ZoneRow(number, label, words, float(count), count / total if total else 0.0))
    return out


def _range(low: float | None, high: float | None, kind: str, units: Units, sport: str) -> str:
    def say(value: float, has_unit: bool = True) -> str:
        if kind == "pace":
            text = fmt.rate(value, units, sport)
            return text if has_unit else text.split(" ")[0]
        return fmt.number(value, 0, ("bpm" if kind == "heart_rate" else "W") if has_unit else "")

    if low is None:
        return ("slower than " if kind == "pace" else "under ") + say(high or 0.0)
    if high is None:
        return say(low) + (" and faster" if kind == "pace" else " and more")
    return f"{say(low, has_unit=False)} to {say(high)}"


def bar(zones: dict, kind: str, units: Units, sport: str) -> str:
    """HTML: one bar of the zones' shares, and a line for each with range, time and share. "" if no time is in them."""
    found = rows(zones, kind, units, sport)
    if not sum(row.seconds for row in found):
        return ""
    parts = "".join(
        f'<div title="{html.escape(f"{r.label}: {fmt.duration(r.seconds)}")}" '
        f'style="width:{100 * r.share:.2f}%;background:{colour(r.zone)}"></div>'
        for r in found
        if r.seconds
    )
    lines = "".join(
        f'<tr><td><span style="display:inline-block;width:.7em;height:.7em;border-radius:2px;background:'
        f'{colour(r.zone)}"></span>&nbsp;{html.escape(r.label)}</td><td>{html.escape(r.bounds)}</td>'
        f'<td style="text-align:right">{fmt.duration(r.seconds)}</td>'
        f'<td style="text-align:right">{fmt.percent(100 * r.share)}</td></tr>'
        for r in found
    )
    said = f"{KINDS[kind]}: {METHODS.get(zones['method'], '')}"
    alt = ", ".join(f"{r.label} {fmt.percent(100 * r.share)}" for r in found)
    return (
        f'<div role="img" aria-label="{html.escape(f"{said}: {alt}")}" style="display:flex;height:14px;'
        f'border-radius:7px;overflow:hidden;gap:1px">{parts}</div>'
        f'<table style="width:100%;font-size:.85rem;margin-top:.4rem;border-spacing:0">{lines}</table>'
        f'<div style="opacity:.7;font-size:.8rem">{html.escape(said)}</div>'
    )

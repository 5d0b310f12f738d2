"""Charts in two halves: their shape, built and checked by Altair once and kept, and what is poured in for each page.

    @lru_cache
    def shape(unit): return shapes.finished(shapes.altair().Chart()…, height=260)
    shapes.poured(shape("km"), {"data": {"values": rows}, "encoding": {"y": {"scale": {"domain": [0, 5]}}}})

Building and checking a chart takes Altair some 10 to 50 ms; pouring takes next to none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milevault_core.view import dates
from milevault_core.view.format import THIN

if TYPE_CHECKING:
    import altair as alt


# Numbers as view/format writes them. Altair's own sizes are left out: they would stand against the page's.
CONFIG = {
    "view": {"stroke": None},
    "locale": {"number": {"decimal": ".", "thousands": THIN, "grouping": [3], "currency": ["", ""]}},
}


def altair() -> Any:
    """The package, loaded with the first chart: it takes 0.3 s and 27 MB, and a process may never draw one."""
    import altair as alt

    return alt


def finished(chart: "alt.Chart | alt.LayerChart", height: int) -> dict[str, Any]:
    """The Vega-Lite spec of a chart without data, checked by Altair. Shared by all who ask: never write into it."""
    spec = _bare(chart.properties(height=height).to_dict())
    spec["config"] = CONFIG
    return spec


def configured(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart that has a config of its own, with what all have in common."""
    return spec | {"config": spec.get("config", {}) | CONFIG}


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """Without the empty data that Altair gives to every part that has none."""
    kept = {name: part for name, part in spec.items() if name not in ("data", "datasets")}
    if "layer" in kept:
        kept["layer"] = [_bare(one) for one in kept["layer"]]
    return kept


def poured(shape: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a shape with these parts in it, however deep: of a dict its entries, of layers those of each by its
    name; with dates and times as the reader writes them. The shape stays as it is."""
    return dated(_poured(shape, parts))


def dated(shape: dict[str, Any]) -> dict[str, Any]:
    """A chart with its dates and times as the reader writes them; the shape stays as it is."""
    return shape if (dates.date_format(), dates.clock_form()) == ("day", "24h") else _dated(shape)


def _dated(part: Any) -> Any:
    """The formats of dates as the reader's, everywhere but in the data."""
    if isinstance(part, Mapping):
        return {name: each if name in ("data", "datasets") else _dated(each) for name, each in part.items()}
    if isinstance(part, list | tuple):
        return [_dated(each) for each in part]
    return dates.chart_format(part) if isinstance(part, str) else part


def _poured(shape: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(shape)
    for name, part in parts.items():
        now = made.get(name)
        if isinstance(part, Mapping) and isinstance(now, Mapping):
            made[name] = _poured(now, part)
        elif isinstance(part, Mapping) and isinstance(now, list):
            made[name] = [_poured(one, part.get(one["name"], {})) for one in now]
        else:
            made[name] = part
    return made

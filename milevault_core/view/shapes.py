"""Charts in two parts: their shape, built and validated by Altair once and cached, and what each page fills in.

    @lru_cache
    def shape(unit): return shapes.finished(shapes.altair().Chart()…, height=260)
    shapes.poured(shape("km"), {"data": {"values": rows}, "encoding": {"y": {"scale": {"domain": [0, 5]}}}})

Altair takes about 10 to 50 ms to build and validate a chart; filling one in takes next to none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milevault_core.view import dates
from milevault_core.view.format import THIN

if TYPE_CHECKING:
    import altair as alt


# Numbers as view/format writes them. Altair's default sizes are left out: they would override the page's.
CONFIG = {
    "view": {"stroke": None},
    "locale": {"number": {"decimal": ".", "thousands": THIN, "grouping": [3], "currency": ["", ""]}},
}

# The label of a tick on an axis of days. Up to about four months, ticks are days: "9 Mar". Beyond, the first of a month
# is "Mar", and of January "2026". Ticks within a day, which Vega adds if there are only a few days, have no label.
DATE = (
    "hours(datum.value) != 0 ? '' : "
    "(span(domain('x')) && span(domain('x')) < 1e10) || date(datum.value) != 1 ? timeFormat(datum.value, '%-d %b') : "
    "timeFormat(datum.value, month(datum.value) == 0 ? '%Y' : '%b')"
)


def altair() -> Any:
    """The package, imported with the first chart: it takes 0.3 s and 27 MB, and a process may never draw one."""
    import altair as alt

    return alt


def finished(chart: "alt.Chart | alt.LayerChart", height: int) -> dict[str, Any]:
    """The Vega-Lite spec of a chart without data, validated by Altair. It is shared and must never be changed."""
    spec = _bare(chart.properties(height=height).to_dict())
    spec["config"] = CONFIG
    return spec


def configured(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart with a config of its own, plus the config that all charts share."""
    return spec | {"config": spec.get("config", {}) | CONFIG}


def _bare(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec without the empty data that Altair adds to every part that has none."""
    kept = {name: part for name, part in spec.items() if name not in ("data", "datasets")}
    if "layer" in kept:
        kept["layer"] = [_bare(one) for one in kept["layer"]]
    return kept


def poured(shape: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a shape with these parts merged in, at any depth: dicts by key, layers by their names; dates and times
    are as the reader writes them. The shape itself stays unchanged."""
    return dated(_poured(shape, parts))


def dated(shape: dict[str, Any]) -> dict[str, Any]:
    """A chart with dates and times as the reader writes them; the shape itself stays unchanged."""
    return shape if (dates.date_format(), dates.clock_form()) == ("day", "24h") else _dated(shape)


def _dated(part: Any) -> Any:
    """The part with its date formats as the reader's, everywhere except in the data."""
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

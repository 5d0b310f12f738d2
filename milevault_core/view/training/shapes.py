"""The shapes of training's charts, in Altair: each is built once per process and filled with data by `pour`.

Colours come from Streamlit's theme, light and dark; those with a meaning are named, with a contrast of 3 or more
on both backgrounds. Days are local dates as text ("2026-06-01"), so that the browser's zone cannot shift them.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from milevault_core.view.shapes import DATE, configured, dated

if TYPE_CHECKING:
    import altair as alt

FITNESS, FATIGUE, FORM, LOAD = "#2f7fe0", "#d6487e", "#0f9580", "#7487a3"
EASY, MODERATE, HARD = "#2f9e6e", "#c2700f", "#e5484d"
GREY = "#868e96"
BRUSH = "stretch"  # the name of a selection of days
THIS_YEAR = "#d9542b"
SPANS = ("#d9542b", "#2f7fe0")  # for the two periods whose curves are compared
_CLOCK = (
    "datum.value >= 3600 ? floor(datum.value/3600) + ':' + pad(toString(floor(datum.value%3600/60)),2,'0','left') + "
    "':' + pad(toString(floor(datum.value%60)),2,'0','left') : floor(datum.value/60) + ':' + "
    "pad(toString(floor(datum.value%60)),2,'0','left')"
)


def pour(shape: dict, rows: list[dict], order: Sequence[str] = ()) -> dict:
    """A chart: its shape with data, with dates as the reader writes them. order: all labels along x in order, if they
    are words; a label without a row is an empty place."""
    filled = {**dated(shape), "data": {"values": rows}}
    if not order:
        return filled
    if "layer" in shape:
        return filled | {"layer": [_ordered(part, order) for part in shape["layer"]]}
    return _ordered(filled, order)


def _ordered(part: dict, order: Sequence[str]) -> dict:
    encoding = part["encoding"]
    places = {"sort": list(order), "scale": {"domain": list(order)}}
    return part | {"encoding": encoding | ({"x": encoding["x"] | places} if "x" in encoding else {})}


def _altair():
    import altair  # takes 0.3 s and 27 MB: only when a chart is drawn

    return altair


def _finish(chart: "alt.Chart | alt.LayerChart", height: int = 260) -> dict:
    return _bare(_configured(chart.properties(height=height)))


def _configured(chart: "alt.Chart | alt.LayerChart | alt.VConcatChart") -> dict:
    made = chart.configure_axis(domain=False, ticks=False, gridOpacity=0.5)
    return configured(made.to_dict(validate=False))


def _bare(spec: dict) -> dict:
    """Without the empty data of its parts, so that they use the data at the top."""
    spec.pop("datasets", None)
    if spec.get("data", {}).get("values") == []:
        del spec["data"]
    for part in (*spec.get("layer", ()), *spec.get("vconcat", ())):
        _bare(part)
    return spec


def _base() -> "alt.Chart":
    alt = _altair()
    return alt.Chart(alt.Data(values=[]))


def _days(field: str = "day", title: str | None = None):
    alt = _altair()
    return alt.X(f"{field}:T", title=title, axis=alt.Axis(
        grid=False, labelOverlap=True, labelFlush=True, labelSeparation=8, tickCount=8, labelExpr=DATE,
    ))  # fmt: skip


def _brushed(part: "alt.Chart") -> "alt.Chart":
    """A chart in which days can be selected, as BRUSH."""
    return part.add_params(_altair().selection_interval(name=BRUSH, encodings=["x"], zoom=False))


def _colour(alt, field: str, domain: Sequence[str], colours: Sequence[str]):
    """Colours whose legend is HTML above the chart (view/parts/lines.keys): Vega's own does not wrap on a phone."""
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(domain), range=list(colours)), legend=None)


@cache
def volume(unit: str, sports: tuple[str, ...], colours: tuple[str, ...]) -> dict:
    """Stacked bars by period and sport, with a tick for the same period of the year before. Rows: label, sport, value,
    text; for last year: label, last_year, text."""
    alt = _altair()
    x = alt.X("label:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    bars = _base().mark_bar(cornerRadiusEnd=2).encode(
        x=x,
        y=alt.Y("value:Q", title=unit, stack="zero", axis=alt.Axis(tickCount=4)),
        color=_colour(alt, "sport", sports, colours),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("sport:N", title="Sport"),
                 alt.Tooltip("text:N", title="Sum")],
    ).transform_filter("isValid(datum.value)")  # fmt: skip
    ticks = _base().mark_tick(color=GREY, thickness=2, opacity=0.9).encode(
        x=x, y=alt.Y("last_year:Q"),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("text:N", title="The year before")],
    ).transform_filter("isValid(datum.last_year)")  # fmt: skip
    return _finish(alt.layer(bars, ticks))


@cache
def form() -> dict:
    """Fitness, fatigue and form by day, with projections dashed and the first 42 days shaded. Rows: day, fitness,
    fatigue, form, plan ("" for the past), warming_until (in one row at most)."""
    alt = _altair()
    y = alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=6))
    scale = alt.Scale(domain=["Fitness", "Fatigue", "Form"], range=[FITNESS, FATIGUE, FORM])
    folded = _base().transform_filter("isValid(datum.fitness)").transform_calculate(
        Fitness="datum.fitness", Fatigue="datum.fatigue", Form="datum.form"
    ).transform_fold(["Fitness", "Fatigue", "Form"], as_=["what", "value"])  # fmt: skip
    lines = folded.transform_filter("datum.plan == ''").mark_line(strokeWidth=1.8).encode(
        x=_days(), y=y,
        color=alt.Color("what:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("what:N", title=" "),
                 alt.Tooltip("value:Q", title="Value", format=".0f")],
    )  # fmt: skip
    planned = folded.transform_filter("datum.plan != ''").mark_line(strokeWidth=1.6, opacity=0.85).encode(
        x=_days(), y=y, color=alt.Color("what:N", scale=scale),
        strokeDash=alt.StrokeDash(
            "plan:N", title=None, legend=alt.Legend(orient="bottom"),
            scale=alt.Scale(domain=["If you rest", "If you go on as now"], range=[[2, 3], [7, 3]]),
        ),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("plan:N", title=" "),
                 alt.Tooltip("what:N", title=" "), alt.Tooltip("value:Q", title="Value", format=".0f")],
    )  # fmt: skip
    warming = _base().transform_filter("isValid(datum.warming_until)").mark_rect(opacity=0.12, color=GREY).encode(
        x=_days(), x2=alt.X2("warming_until:T"), tooltip=alt.value("Warming up: 42 days")
    )  # fmt: skip
    zero = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, opacity=0.5).encode(y=alt.datum(0))
    return _finish(alt.layer(warming, zero, _brushed(lines), planned), 320)


@cache
def lines(titles: tuple[tuple[str, str], ...], decimals: int = 1) -> dict:
    """Quantities by day, below each other, each with its own scale. Rows: day and one field per quantity."""
    alt = _altair()
    parts = [
        _base().mark_line(strokeWidth=1.6, color=LOAD).encode(
            x=_days(), y=alt.Y(f"{field}:Q", title=title, axis=alt.Axis(tickCount=3)),
            tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"),
                     alt.Tooltip(f"{field}:Q", title=title, format=f".{decimals}f")],
        ).properties(height=90, width="container")
        for field, title in titles
    ]  # fmt: skip
    return _bare(configured(alt.vconcat(*parts, spacing=12).to_dict(validate=False)))


@cache
def stacked_share(domain: tuple[str, ...], colours: tuple[str, ...]) -> dict:
    """Shares of time by period, stacked to 100%. Rows: label, what, rank, seconds, text."""
    alt = _altair()
    bars = _base().mark_bar().encode(
        x=alt.X("label:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("seconds:Q", title=None, stack="normalize", axis=alt.Axis(format="%", tickCount=4)),
        color=_colour(alt, "what", domain, colours),
        order=alt.Order("rank:Q"),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("what:N", title=" "),
                 alt.Tooltip("text:N", title="Time")],
    )  # fmt: skip
    return _finish(bars, 220)


@cache
def polarisation() -> dict:
    """The polarisation index by period, with a line where "polarised" begins. Rows: label, index."""
    alt = _altair()
    points = _base().mark_line(strokeWidth=1.6, color=LOAD, point={"size": 40, "color": LOAD}).encode(
        x=alt.X("label:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("index:Q", title="Polarisation index", axis=alt.Axis(tickCount=4)),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("index:Q", title="Index", format=".2f")],
    )  # fmt: skip
    begins = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, strokeDash=[4, 3]).encode(y=alt.datum(2))
    return _finish(alt.layer(begins, points), 160)


@cache
def dots(title: str, decimals: int, sports: tuple[str, ...], colours: tuple[str, ...]) -> dict:
    """One dot per activity, and the line of their 28-day median. Rows: day, value, sport; day, middle, sport."""
    alt = _altair()
    points = _base().mark_circle(size=36, opacity=0.45).encode(
        x=_days(), y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4)),
        color=_colour(alt, "sport", sports, colours),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("sport:N", title="Sport"),
                 alt.Tooltip("value:Q", title=title, format=f".{decimals}f")],
    ).transform_filter("isValid(datum.value)")  # fmt: skip
    middle = _base().mark_line(strokeWidth=2).encode(
        x=_days(), y=alt.Y("middle:Q"), color=_colour(alt, "sport", sports, colours)
    ).transform_filter("isValid(datum.middle)")  # fmt: skip
    return _finish(alt.layer(_brushed(points), middle), 220)


@cache
def curves(unit: str, is_pace: bool, spans: tuple[str, ...]) -> dict:
    """The best over each duration in two periods. Rows: span, t (seconds), v, text, over."""
    alt = _altair()
    named = {
        1: "1 s",
        5: "5 s",
        15: "15 s",
        60: "1 min",
        300: "5 min",
        1200: "20 min",
        3600: "1 h",
        10800: "3 h",
    }
    labels = {str(t): text for t, text in named.items()}
    axis = alt.Axis(tickCount=5, labelExpr=_CLOCK) if is_pace else alt.Axis(tickCount=5)
    chart = _base().mark_line(
        strokeWidth=2, interpolate="monotone", tooltip=True, point={"size": 50, "opacity": 0}
    )
    return _finish(
        chart.encode(
            x=alt.X("t:Q", title=None, scale=alt.Scale(type="log", nice=False),
                    axis=alt.Axis(values=list(named), labelExpr=f"{labels!r}[datum.value]", grid=False, labelFlush=True,
                              labelOverlap=True)),
            y=alt.Y("v:Q", title=unit, scale=alt.Scale(zero=False, reverse=is_pace), axis=axis),
            color=_colour(alt, "span", spans, SPANS[: len(spans)]),
            tooltip=[alt.Tooltip("span:N", title=" "), alt.Tooltip("over:N", title="Over"),
                     alt.Tooltip("text:N", title="Best")],
        ),
        280,
    )  # fmt: skip


def year_colours(years: Sequence[str]) -> list[str]:
    """One colour per year, earliest first: from grey to blue, with the last in orange."""
    old, new = (0x9A, 0xA5, 0xB4), (0x2F, 0x7F, 0xE0)
    steps = max(1, len(years) - 2)
    parts = [
        [round(a + (b - a) * n / steps) for a, b in zip(old, new, strict=True)] for n in range(len(years) - 1)
    ]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in parts] + [THIS_YEAR][: len(years)]


@cache
def cumulative(unit: str, years: tuple[str, ...]) -> dict:
    """One line per year, this year's thick. Rows: year (text), day_of_year, total, text, is_now."""
    alt = _altair()
    names = ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]
    starts = [1, 60, 121, 182, 244, 305]
    labels = dict(zip(map(str, starts), names, strict=True))
    chart = _base().mark_line(interpolate="step-after").encode(
        x=alt.X("day_of_year:Q", title=None, scale=alt.Scale(domain=[1, 366], nice=False),
                axis=alt.Axis(values=starts, labelExpr=f"{labels!r}[datum.value]", grid=False)),
        y=alt.Y("total:Q", title=unit, axis=alt.Axis(tickCount=5)),
        color=_colour(alt, "year", years, year_colours(years)),
        strokeWidth=alt.condition("datum.is_now", alt.value(3), alt.value(1.4)),
        detail="is_now:N",
        tooltip=[alt.Tooltip("year:N", title="Year"), alt.Tooltip("text:N", title="Sum")],
    )  # fmt: skip
    return _finish(chart, 260)


@cache
def steps(title: str) -> dict:
    """A number that only grows. Rows: day, number."""
    alt = _altair()
    chart = _base().mark_line(interpolate="step-after", strokeWidth=2, point={"size": 40, "opacity": 0}).encode(
        x=_days(), y=alt.Y("number:Q", title=title, axis=alt.Axis(tickCount=4)),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("number:Q", title=title)],
    )  # fmt: skip
    return _finish(chart, 200)


@cache
def scores() -> dict:
    """Past all-out efforts against their forecast ranges, in % of the forecast. Rows: day, name, low, high, took, told,
    text, range."""
    alt = _altair()
    y = alt.Y("low:Q", title="% of the forecast", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    bars = (
        _base()
        .mark_rule(strokeWidth=5, opacity=0.35, color=LOAD)
        .encode(x=_days().scale(padding=12), y=y, y2=alt.Y2("high:Q"))
    )
    points = _base().mark_circle(size=60, opacity=1).encode(
        x=_days().scale(padding=12), y=alt.Y("took:Q"),
        color=alt.Color("told:N", title=None, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=["inside the range", "outside"], range=[FORM, HARD])),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("name:N", title="Distance"),
                 alt.Tooltip("text:N", title="Time"), alt.Tooltip("range:N", title="Forecast")],
    )  # fmt: skip
    return _finish(alt.layer(bars, points), 220)


@cache
def grade_curve() -> dict:
    """Pace factor by slope: the athlete's own with its interval beside the published one. Rows: grade, what, factor,
    low, high."""
    alt = _altair()
    x = alt.X("grade:Q", title="Grade in %", axis=alt.Axis(grid=False))
    band = _base().transform_filter("isValid(datum.low)").mark_area(opacity=0.18, color=FITNESS).encode(
        x=x, y=alt.Y("low:Q", title="Times as fast on the flat", scale=alt.Scale(zero=False)), y2=alt.Y2("high:Q")
    )  # fmt: skip
    drawn = _base().mark_line(strokeWidth=2, point={"size": 40}).encode(
        x=x, y=alt.Y("factor:Q"),
        color=alt.Color("what:N", title=None, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=["Yours", "Published"], range=[FITNESS, GREY])),
        tooltip=[alt.Tooltip("what:N", title=" "), alt.Tooltip("grade:Q", title="Grade, %"),
                 alt.Tooltip("factor:Q", title="Factor", format=".2f")],
    )  # fmt: skip
    return _finish(alt.layer(band, drawn), 260)

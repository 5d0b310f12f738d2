"""The shapes of health's charts, in Altair: each is built once per process and filled with data later.

Times are texts of local time without a zone, so that the browser's zone cannot shift them. A gap in the measurements
is a gap in the line: rows without a value are added where something is missing.
"""

from functools import cache

from milevault_core.view.shapes import DATE
from milevault_core.view.training.shapes import BRUSH, _altair, _bare, _base, _configured, _finish

STAGES = ("Awake", "REM", "Light", "Deep")
STAGE_COLOURS = ("#e0873f", "#9168e0", "#4f9be8", "#1f57b8")
TONES = dict(zip(STAGES, STAGE_COLOURS, strict=True)) | {"Asleep": "#4f9be8", "Activity": "#c2410c"}
_TIME = {"minute": "%-d %b, %H:%M", "day": "%-d %b %Y"}


_CLOCK = (
    "hours(datum.value) + minutes(datum.value) + seconds(datum.value) == 0 ? timeFormat(datum.value, '%-d %b') : "
    "seconds(datum.value) ? timeFormat(datum.value, '%H:%M:%S') : timeFormat(datum.value, '%H:%M')"
)


def _days(**more):
    """An axis of days, written as the reader writes dates, with the year where one begins."""
    return _altair().Axis(grid=False, labelOverlap=True, labelFlush=True, tickCount=8, labelExpr=DATE, **more)


def _quiet(spec: dict) -> dict:
    """Without an ARIA role for each mark: the page describes the chart in words (`alt` of st.vega_lite_chart)."""
    config = spec.get("config", {}) | {"aria": False}
    config["mark"] = {"aria": False}
    return _as_poured(spec) | {"config": config}


def _as_poured(spec: dict) -> dict:
    """With lines that join the rows in their order. By default they go from left to right, and would jump back and
    forth in the hour that the clock shows twice in autumn."""
    made = spec | {
        kind: [_as_poured(part) for part in spec[kind]] for kind in ("layer", "vconcat") if kind in spec
    }
    mark = spec.get("mark")
    if mark == "line" or (isinstance(mark, dict) and mark.get("type") == "line"):
        made["encoding"] = spec["encoding"] | {"order": {"value": None}}
    return made


def _x(is_clock: bool = False, scale=None):
    """The x axis of time: days, or a 24-hour clock."""
    alt = _altair()
    more = {} if scale is None else {"scale": scale}
    axis = (
        alt.Axis(grid=False, labelOverlap=True, labelFlush=True, tickCount=8, labelExpr=_CLOCK)
        if is_clock
        else _days()
    )
    return alt.X("t:T", title=None, axis=axis, **more)


@cache
def line(
    unit: str, colour: str, decimals: int, is_total: bool, is_daily: bool, zero: bool = False, is_brushed: bool = False
) -> dict:  # fmt: skip
    """One quantity over time. Rows: t, value (null in a gap), low, high (its range), n_low, n_high, median (the user's
    own normal), d_low, d_high (the device's normal). is_brushed: a time range can be selected, as BRUSH."""
    alt = _altair()
    form = f",.{decimals}f"
    y = alt.Y(
        "value:Q", title=unit or None, scale=alt.Scale(zero=is_total or zero), axis=alt.Axis(tickCount=5)
    )
    when = alt.Tooltip("t:T", title="When", format=_TIME["day" if is_daily else "minute"])
    tips = [when, alt.Tooltip("value:Q", title="Value", format=form)]
    normal = (
        _base()
        .transform_filter("isValid(datum.n_low)")
        .mark_area(opacity=0.13, color="#7487a3")
        .encode(x=_x(not is_daily), y=alt.Y("n_low:Q"), y2=alt.Y2("n_high:Q"))
    )
    device = (
        _base()
        .transform_filter("isValid(datum.d_low)")
        .mark_area(opacity=0.0, color=colour, line={"strokeDash": [3, 3], "opacity": 0.55, "color": colour})
        .encode(x=_x(not is_daily), y=alt.Y("d_low:Q"), y2=alt.Y2("d_high:Q"))
    )
    device_top = (
        _base()
        .transform_filter("isValid(datum.d_high)")
        .mark_line(strokeDash=[3, 3], opacity=0.55, color=colour)
        .encode(x=_x(not is_daily), y=alt.Y("d_high:Q"))
    )
    spread = (
        _base()
        .mark_area(opacity=0.18, color=colour, interpolate="monotone")
        .encode(x=_x(not is_daily), y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    )
    middle = (
        _base()
        .transform_filter("isValid(datum.median)")
        .mark_line(color="#7487a3", strokeWidth=1.2, strokeDash=[5, 3])
        .encode(x=_x(not is_daily), y=alt.Y("median:Q"))
    )
    if is_total and is_daily:
        drawn = _base().mark_bar(color=colour, opacity=0.75).encode(x=_x(not is_daily), y=y, tooltip=tips)
    else:
        drawn = (
            _base()
            .mark_line(color=colour, strokeWidth=1.6, invalid="break-paths-show-path-domains")
            .encode(x=_x(not is_daily), y=y)
        )
    drawn = drawn.add_params(alt.selection_interval(name=BRUSH, encodings=["x"])) if is_brushed else drawn
    dots = (
        _base()
        .transform_filter("isValid(datum.value)")
        .mark_point(opacity=0, size=60, filled=True)
        .encode(x=_x(not is_daily), y=alt.Y("value:Q"), tooltip=tips)
    )
    alone = (
        _base()
        .transform_filter("datum.alone")
        .mark_point(size=18, filled=True, color=colour, opacity=1)
        .encode(x=_x(not is_daily), y=alt.Y("value:Q"), tooltip=tips)
    )
    return _quiet(_finish(alt.layer(spread, normal, device, device_top, drawn, middle, alone, dots), 300))  # fmt: skip


@cache
def two(first: tuple[str, str, str], second: tuple[str, str, str], is_clock: bool) -> dict:
    """Two quantities in one chart, each with its own scale: (label, unit, colour). Rows: t, a, b."""
    alt = _altair()
    parts = []
    for field, (label, unit, colour), side in (("a", first, "left"), ("b", second, "right")):
        title = f"{label}, {unit}" if unit else label
        parts.append(
            _base()
            .mark_line(color=colour, strokeWidth=1.6, invalid="break-paths-show-path-domains")
            .encode(
                x=_x(is_clock),
                y=alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=False),
                        axis=alt.Axis(orient=side, titleColor=colour, tickCount=5, grid=side == "left")),
                tooltip=[alt.Tooltip("t:T", title="When", format=_TIME["minute"]),
                         alt.Tooltip(f"{field}:Q", title=label, format=",.1f")],
            )
        )  # fmt: skip
    parts[0] = parts[0].add_params(alt.selection_interval(name=BRUSH, encodings=["x"]))
    return _quiet(_finish(alt.layer(*parts).resolve_scale(y="independent"), 300))


@cache
def hypnogram() -> dict:
    """A night's stages as bars. Rows: t, end, stage."""
    alt = _altair()
    bars = _base().mark_bar(height={"band": 0.86}, cornerRadius=2).encode(
        x=_x(True), x2=alt.X2("end:T"),
        y=alt.Y("stage:N", title=None, sort=list(STAGES), scale=alt.Scale(domain=list(STAGES))),
        color=alt.Color("stage:N", legend=None, scale=alt.Scale(domain=list(STAGES), range=list(STAGE_COLOURS))),
        tooltip=[alt.Tooltip("stage:N", title="Stage"), alt.Tooltip("t:T", title="From", format="%H:%M"),
                 alt.Tooltip("end:T", title="To", format="%H:%M")],
    )  # fmt: skip
    return _quiet(_finish(bars, 150))


@cache
def under(parts: tuple[tuple[str, str, str, str], ...], first: str, last: str, marks: bool = False) -> dict:
    """Small charts below each other on one time axis: (field, label, unit, colour). Rows: t and the chart's field;
    marks: with bars in a chart above: t, end, name, kind (their row), tone (one of TONES)."""
    alt = _altair()
    scale = alt.Scale(domain=[first, last])
    rows = []
    if marks:
        rows.append(
            _base().transform_filter("isValid(datum.end)").mark_bar(height={"band": 0.8}, cornerRadius=3).encode(
                x=_x(True, scale), x2=alt.X2("end:T"), y=alt.Y("kind:N", title=None, axis=alt.Axis(labelLimit=90)),
                color=alt.Color("tone:N", legend=None,
                                scale=alt.Scale(domain=list(TONES), range=list(TONES.values()))),
                tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("t:T", title="From", format="%H:%M"),
                         alt.Tooltip("end:T", title="To", format="%H:%M")],
            ).properties(height=70, width="container")
        )  # fmt: skip
    for field, label, unit, colour in parts:
        title = f"{label}, {unit}" if unit else label
        rows.append(
            _base().mark_line(color=colour, strokeWidth=1.4, invalid="break-paths-show-path-domains").encode(
                x=_x(True, scale),
                y=alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=False),
                        axis=alt.Axis(tickCount=3, titleFontSize=10)),
                tooltip=[alt.Tooltip("t:T", title="At", format="%H:%M"),
                         alt.Tooltip(f"{field}:Q", title=label, format=".0f")],
            ).properties(height=80, width="container")
        )  # fmt: skip
    made = alt.vconcat(*rows, spacing=8)
    return _quiet(_bare(_configured(made)))


@cache
def bed_times() -> dict:
    """Sleep times, one bar per night, in hours after the previous noon. Rows: day, bed, up (hours), text, kind."""
    alt = _altair()
    say = "utcFormat(utc(2000, 0, 1, (datum.value + 12) % 24), '%H:%M')"
    bars = _base().mark_bar(cornerRadius=2).encode(
        x=alt.X("day:T", title=None, axis=_days()),
        y=alt.Y("bed:Q", title=None, scale=alt.Scale(reverse=True, zero=False),
                axis=alt.Axis(labelExpr=say, tickCount=6, tickMinStep=1)),
        y2=alt.Y2("up:Q"),
        color=alt.Color("kind:N", title=None, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=["Night", "Nap"], range=["#4f7fd6", "#e0873f"])),
        tooltip=[alt.Tooltip("day:T", title="Day", format="%-d %b %Y"), alt.Tooltip("text:N", title="Asleep")],
    )  # fmt: skip
    return _quiet(_finish(bars, 240))


@cache
def weights(unit: str) -> dict:
    """Each weighing, the 7-day mean, and the goal. Rows: t, value, trend, goal."""
    alt = _altair()
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5))
    tip = alt.Tooltip("t:T", title="Day", format="%-d %b %Y")
    dots = (
        _base()
        .transform_filter("isValid(datum.value)")
        .mark_circle(size=34, opacity=0.5, color="#7487a3")
        .encode(x=_x(), y=y, tooltip=[tip, alt.Tooltip("value:Q", title=unit, format=".1f")])
    )
    trend = (
        _base()
        .mark_line(color="#2f7fe0", strokeWidth=2.2, invalid="break-paths-show-path-domains")
        .encode(
            x=_x(),
            y=alt.Y("trend:Q"),
            tooltip=[tip, alt.Tooltip("trend:Q", title="7-day mean", format=".1f")],
        )
    )
    goal = (
        _base()
        .transform_filter("isValid(datum.goal)")
        .mark_line(color="#0f9580", strokeDash=[5, 4], strokeWidth=1.4)
        .encode(x=_x(), y=alt.Y("goal:Q"))
    )
    return _quiet(_finish(alt.layer(goal, dots, trend), 260))  # fmt: skip


@cache
def pressures() -> dict:
    """Blood pressure: a bar from diastolic to systolic. Rows: t, low, high."""
    alt = _altair()
    bars = (
        _base()
        .mark_rule(strokeWidth=4, color="#d6487e", opacity=0.8)
        .encode(
            x=_x(),
            y=alt.Y("low:Q", title="mmHg", scale=alt.Scale(zero=False)),
            y2=alt.Y2("high:Q"),
            tooltip=[
                alt.Tooltip("t:T", title="Day", format="%-d %b %Y"),
                alt.Tooltip("high:Q", title="Systolic"),
                alt.Tooltip("low:Q", title="Diastolic"),
            ],
        )
    )
    return _quiet(_finish(bars, 200))  # fmt: skip

"""Health over time: one chart for any period from a minute up, with a resolution that suits the period shown."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.health.resolution import Resolution, resolution
from milevault_core.health.resolution import name as resolution_name
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import over_time, ranges
from milevault_core.view.health.quantities import QUANTITIES
from milevault_core.view.health.ranges import Range
from milevault_core.view.health.shapes import BRUSH
from milevault_core.view.parts.text import link
from pages.parts import choice_in_address, filters, go, parameters, show
from pages.parts.dates import date_input, time_input

SPANS = {"1m": 60, "10m": 600, "1h": 3600, "6h": 6 * 3600, "1d": 86_400, "3d": 3 * 86_400, "1w": 7 * 86_400,
         "1mo": 30 * 86_400, "3mo": 91 * 86_400, "1y": 365 * 86_400, "5y": 1826 * 86_400,
         "15y": 5479 * 86_400}  # fmt: skip
SPAN_LABELS = {"1m": "1 minute", "10m": "10 minutes", "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "3d": "3 days",
               "1w": "1 week", "1mo": "1 month", "3mo": "3 months", "1y": "1 year", "5y": "5 years",
               "15y": "15 years"}  # fmt: skip


def time_section(user: Account, extent: dict[str, Any], there: list[str]) -> None:
    """The chart with its filters. extent: from queries.extent; there: the quantities that have data."""
    today = dates.today(user.time_zone)
    latest = datetime.combine(today + timedelta(days=1), time(), dates.zone_of(user.time_zone)).astimezone(
        UTC
    )
    said = st.query_params
    own = ranges.asked(said.get("from", ""), said.get("to", ""), user.time_zone, latest)
    labels = {name: QUANTITIES[name].label for name in there}
    for name, known in (
        ("what", labels),
        ("with", labels),
        ("span", SPAN_LABELS),
    ):  # for the links from today's figures
        choice_in_address(name, known)
    with filters(""):
        what = st.selectbox("Quantity", there, format_func=lambda n: QUANTITIES[n].label, key="what",
                            bind="query-params")  # fmt: skip
        other = st.selectbox("Compare with", ["", *(n for n in there if n != what)], key="with", bind="query-params",
                             format_func=lambda n: QUANTITIES[n].label if n else "Nothing")  # fmt: skip
        shown = own or _chosen(user, min(today, extent["last"]), today)
        wanted, left_out = _marked(user, extent["first"], today)
    rows = {n: _rows(user, n, shown, wanted, left_out) for n in (what, other) if n}
    _draw(user, rows, shown, latest)
    _ways(user, shown, latest, is_own=own is not None)


def _chosen(user: Account, last: date, today: date) -> Range:
    """The range chosen in the sidebar."""
    span = st.selectbox(
        "Time", list(SPANS), index=8, format_func=SPAN_LABELS.get, key="span", bind="query-params"
    )
    until = date_input(st, "Up to", last, key="until", max_value=today, bind="query-params")
    clock = time(23, 59)
    if SPANS[span] < 86_400:
        clock = time_input(st, "at", time(12, 0), key="at", step=60, bind="query-params")
    end = (datetime.combine(until, clock, dates.zone_of(user.time_zone)) + timedelta(minutes=1)).astimezone(
        UTC
    )
    return Range(end - timedelta(seconds=SPANS[span]), end)


def _marked(user: Account, first: date, today: date) -> tuple[set[date] | None, set[date]]:
    """Days by their tags, as chosen in the sidebar: the only days to show (None: all), and the days to leave out."""
    notes = queries.notes(user.id, first, today)
    told = [(day, set(tags)) for day, tags in zip(notes["day"], notes["tags"], strict=True)]
    tags = sorted({tag for _, own in told for tag in own})
    if not tags:
        return None, set()
    only = set(st.multiselect("Only days marked", tags, key="tag", bind="query-params"))
    without = set(st.multiselect("Leave out days marked", tags, key="not", bind="query-params"))
    return {day for day, own in told if own & only} if only else None, {
        day for day, own in told if own & without
    }


def _rows(
    user: Account, name: str, shown: Range, wanted: set[date] | None, left_out: set[date]
) -> tuple[list[dict[str, Any]], Resolution]:
    quantity, found = QUANTITIES[name], resolution(shown.span.total_seconds())
    if not found.is_daily and quantity.series and wanted is None:
        samples = queries.samples(user.id, [quantity.series], *shown, found.bucket_s)
        if len(samples):
            told = over_time.sample_rows(samples, quantity, user.time_zone, found.bucket_s)
            return over_time.without_days(told, left_out), found
    # Some sources provide only daily values.
    daily = found if found.is_daily else Resolution(86_400, True)
    first = dates.local(shown.begin, user.time_zone).date()
    last = dates.local(shown.end - timedelta(minutes=1), user.time_zone).date()
    days = queries.daily(user.id, quantity.days, first - timedelta(days=28), last)
    days = over_time.only_days(days, wanted, left_out)
    return over_time.day_rows(days, name, fmt.units(user.units), daily.step_days, first), daily


def _draw(
    user: Account, rows: dict[str, tuple[list[dict[str, Any]], Resolution]], shown: Range, latest: datetime
) -> None:
    units, (what, *others) = fmt.units(user.units), rows
    label, said = " and ".join(QUANTITIES[n].label for n in rows), ranges.text(shown, user.time_zone)
    found = rows[what][1]
    if others:
        is_clock = not all(own.is_daily for _, own in rows.values())
        spec = over_time.chart_of_two({n: own for n, (own, _) in rows.items()}, units, is_clock)
    else:
        spec = over_time.chart(rows[what][0], what, units, found)
    st.subheader(label, anchor=False)
    st.caption(said)
    if not spec:
        st.caption("Nothing was measured in this period.")
        return
    key = f"line-{'-'.join(rows)}-{shown.begin.timestamp():.0f}-{shown.end.timestamp():.0f}"
    event = st.vega_lite_chart(spec, width="stretch", key=key, alt=f"{label}, {said}", on_select="rerun",
                               selection_mode=[BRUSH])  # fmt: skip
    selected = (event.get("selection", {}).get(BRUSH) or {}).get("t")
    if selected and (chosen := ranges.brushed(selected, st.context.timezone, user.time_zone, latest)):
        go("/health", **_asked(ranges.address(chosen, user.time_zone)))
    means = [QUANTITIES[n].day_label for n in rows if rows[n][1].is_daily and QUANTITIES[n].day_label]
    is_daily = found.is_daily and not others
    beside = " The band is your normal range over the previous 28 days, with its median dashed." if (
        is_daily and found.step_days == 1) else ""  # fmt: skip
    dotted = " Dotted: what your watch considers normal." if is_daily and QUANTITIES[what].band[0] else ""
    st.caption(f"{resolution_name(found).capitalize()}{': ' + '; '.join(means) if means else ''}.{beside}{dotted} "
               "Gaps are times without a measurement. Drag across the chart to zoom in.")  # fmt: skip


def _asked(changes: dict[str, str]) -> dict[str, list[str] | str]:
    """This page's parameters with some changed, without the range parameters that these replace."""
    now = {
        name: said for name, said in parameters().items() if name not in ("span", "until", "at", "from", "to")
    }
    return now | changes


def _ways(user: Account, shown: Range, latest: datetime, is_own: bool) -> None:
    """Links to other ranges; each adds a step to the browser's history."""
    zone = user.time_zone
    ways = [
        ("Earlier", ranges.moved(shown, -1, latest)), ("Later", ranges.moved(shown, 1, latest)),
        ("Zoom in", ranges.widened(shown, 0.5, latest)), ("Zoom out", ranges.widened(shown, 2, latest)),
    ]  # fmt: skip
    told = [link("/health", name, _asked(ranges.address(to, zone))) for name, to in ways if to != shown]
    if is_own:
        told.append(link("/health", "Choose in the sidebar", _asked({})))
    show(f"<p>{' · '.join(told)}</p>", key="ways")

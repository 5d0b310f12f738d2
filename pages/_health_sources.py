"""Where the values of a day come from, and which source counts."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import health as actions
from milevault_core.formats.health_metrics import CYCLE
from milevault_core.store.queries import health as queries
from milevault_core.view.health import today as view
from milevault_core.view.health.quantities import METRIC_LABELS, SOURCES
from milevault_core.view.parts.text import link
from milevault_core.view.tables import in_order
from pages._page import require_user
from pages.parts import filters, show
from pages.parts.dates import date_input

ALL = "*"
_AGAIN = "Your days are being recalculated."


def sources_section(user: Account, extent: dict[str, Any], today: date) -> None:
    """Every source's values for a day, the order of sources, and whether the cycle is shown. extent: from
    queries.extent."""
    shows_cycle = queries.choices(user.id).get("shows_cycle") == "yes"
    with filters(""):
        day = date_input(
            st, "Day", min(today, extent["last"]), key="date", max_value=today, bind="query-params"
        )
    st.markdown(
        "For each metric, only one source counts; values from different sources are never added up or averaged."
    )
    _values(queries.values_on(user.id, day), shows_cycle)
    show(link("/day", "The whole day", {"date": day}), key="day")
    told = queries.sources(user.id)
    if len(told.get(ALL, [])) > 1:
        _order(user, told)
    if CYCLE & set(extent["counts"]):
        _cycle(shows_cycle)


def _values(found: pd.DataFrame, shows_cycle: bool) -> None:
    if not shows_cycle:
        found = found[~found["metric"].isin(CYCLE)]
    if found.empty:
        st.caption("There is no data for this day.")
        return
    named = [[m, v, SOURCES.get(s, s), c, f] for m, v, s, c, f in view.value_rows(found, METRIC_LABELS)]
    columns = ["Metric", "Value", "From", "Counts", "File"]
    table = pd.DataFrame(named, columns=columns)
    st.dataframe(table.assign(Value=in_order(table[["Value"]])["Value"]), hide_index=True, height="content")


def _order(user: Account, told: dict[str, list[str]]) -> None:
    now = queries.rankings(user.id)
    st.subheader("Which source counts", anchor=False)
    st.caption("The first one that has a value wins. By default: what you entered, Garmin Connect, Garmin’s "
               "account export, watch files, then all others.")  # fmt: skip
    for metric, own in now.items():
        st.markdown(f"- {_label(metric)}: {', then '.join(SOURCES.get(s, s) for s in own)}")
    contested = [
        ALL,
        *(m for m in METRIC_LABELS if m not in CYCLE and (len(told.get(m, [])) > 1 or m in now)),
    ]
    metric = st.selectbox("Metric", contested, format_func=_label, key="rank_of", bind="query-params")
    there = list(dict.fromkeys([*now.get(metric, []), *told.get(metric, [])]))
    order = st.multiselect(
        "Best first", there, now.get(metric, []), format_func=lambda s: SOURCES.get(s, s), key=f"order-{metric}",
        placeholder="Choose the best source, then the next",
    )  # fmt: skip
    with st.container(horizontal=True):
        used = st.button(
            "Use this order", key="rank", type="primary", disabled=order == now.get(metric, []) or not order
        )
        back = st.button("Back to the default order", key="unrank", disabled=metric not in now)
    if used or back:
        actions.set_ranking(require_user().id, metric, order if used else [])
        st.toast(_AGAIN)
        st.rerun()


def _label(metric: str) -> str:
    return "All metrics" if metric == ALL else METRIC_LABELS.get(metric, metric)


def _cycle(shows_cycle: bool) -> None:
    st.subheader("Menstrual cycle", anchor=False)
    wanted = st.toggle("Show day and phase of the cycle", shows_cycle, key="cycle",
                       help="Your data includes it. It is shown only while this is on.")  # fmt: skip
    if wanted != shows_cycle:
        actions.set_choice(require_user().id, "shows_cycle", "yes" if wanted else "")
        st.rerun()

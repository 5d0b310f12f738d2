"""Shared by the training pages: progress of the computation, suggested values, training history."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.store import ahead
from milevault_core.store.queries import records
from milevault_core.store.queries import training as queries
from milevault_core.training import suggest
from milevault_core.view import texts
from milevault_core.view.training.trends import best_of
from pages._page import fragment, require_user

SUGGESTED = {"power": ("cycling",), "heart_rate": ("running", "cycling"), "speed": ("running", "swimming")}


def progress(user_id: int) -> None:
    """How many activities are still to be computed; nothing once all are done."""
    if queries.waiting(user_id):
        _progress()


@fragment(run_every="3s")
def _progress() -> None:
    left = len(queries.waiting(require_user().id))
    if left:
        many = texts.count(left, "activity is", "activities are")
        st.info(
            f"{many} still being computed with the new values. This page updates as they finish.",
            icon=":material/sync:",
        )
    else:
        st.rerun()


@st.cache_data(max_entries=64, show_spinner=False)
def _found(user_id: int, stamp: str, today: date) -> list[suggest.Suggestion]:
    durations, found = np.array(CURVE_DURATIONS), []
    make = {"power": suggest.from_power, "heart_rate": suggest.from_heart_rate, "speed": suggest.from_speed}
    wanted = [(sport, name) for name, sports in SUGGESTED.items() for sport in sports]
    ahead.fetch(*((records.curves, user_id, *one) for one in wanted))
    for name, sports in SUGGESTED.items():
        for sport in sports:
            stored = records.curves(user_id, sport, name)
            if stored.empty:
                continue
            best = best_of(stored, today - timedelta(days=suggest.DAYS), today)
            if best is not None:
                found += make[name](sport, durations, best)
    return found


def suggestions(user_id: int, known: dict[str, Any], today: date) -> list[suggest.Suggestion]:
    """Values that the last 90 days suggest and that are not set yet; only the highest per name and sport."""
    found = suggest.new(_found(user_id, queries.stamp(user_id), today), known)
    best: dict[tuple[str, str], suggest.Suggestion] = {}
    for one in found:
        held = best.get((one.name, one.sport))
        if held is None or one.value > held.value:
            best[one.name, one.sport] = one
    return list(best.values())


@st.cache_resource(max_entries=32, show_spinner=False)
def history(user_id: int, stamp: str) -> pd.DataFrame:
    """The cached frame itself, because copying fifteen years takes as long as the page: callers must not change it."""
    return queries.history(user_id)

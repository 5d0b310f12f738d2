"""The figures at the top of an activity's page. Hovering says where a figure comes from; a click shows its candidates
and lets the user choose one, for this activity or for all."""

from typing import Any

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import edits
from milevault_core.activities import sources
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import edits as edit_queries
from milevault_core.store.queries import recordings as recording_queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.activities import provenance as view
from milevault_core.view.activities import recordings as recording_view
from milevault_core.view.parts.text import link
from pages._activity_data import kept, load_track
from pages._by_worker import answered_by_worker, edited_by_worker
from pages._page import require_user
from pages.parts import show


@kept
def computed_of(user_id: int, activity_id: int, version: int, sport: str) -> dict[str, float]:
    """The figures computed from the track points alone; computed on request and cached."""
    lengths = queries.laps(user_id, activity_id, "length")
    return sources.from_points(load_track(user_id, activity_id, version), sport, lengths)


def others_of(user_id: int, activity_id: int, version: int) -> list[tuple[str, dict[str, float]]]:
    """(title, figures) of each other recording. A worker reads their files once per version of the activity."""
    held = st.session_state.get("figures_of_others", {})
    if held.get("of") != (activity_id, version):
        held = st.session_state["figures_of_others"] = {"of": (activity_id, version)}
    found = []
    for row in recording_queries.of_activity(user_id, activity_id).itertuples():
        if row.is_primary:
            continue
        if row.id not in held and (given := answered_by_worker("figures", int(row.id))) is not None:
            held[row.id] = given
        if row.id in held:
            found.append((recording_view.title(row), held[row.id]))
    return found


def figures_section(user: Account, activity: dict[str, Any]) -> None:
    """Show the figures, each with its sources."""
    activity_id = int(activity["id"])
    told = queries.metrics(user.id, activity_id)
    device = {r.name: r.value for r in told.itertuples(index=False) if r.origin == "device"}
    own = computed_of(user.id, activity_id, activity["version"], activity["sport"])
    edited = {
        r.field: r.value for r in edit_queries.of_activity(user.id, activity_id).itertuples(index=False)
    }
    chosen = sources.choices(edited, {})
    found = view.sources(activity, device, own, chosen, fmt.units(user.units))
    said = show(view.html(found, view.HEAD), key="figures")
    more = [one for one in found if one.name not in view.HEAD]
    if more:
        said = _more(more) or said
    asked = next((one for one in found if one.name == said), None)
    if asked is not None:
        _where_from(user, activity, asked, chosen.get(asked.name, ""))


def _more(found: list[view.Source]) -> str | None:
    with st.expander("More figures"):
        return show(view.html(found), key="more_figures")


@st.dialog("Where this figure comes from")
def _where_from(user: Account, activity: dict[str, Any], one: view.Source, chosen: str) -> None:
    activity_id, units = int(activity["id"]), fmt.units(user.units)
    st.markdown(f"**{texts.plain(one.label)}: {texts.plain(one.text)}**")
    st.markdown(texts.plain(one.sentence))
    st.caption(f"Our rule: {texts.plain(one.rule)}")
    show(link("/metrics", "How it is worked out", {"name": one.name}), key="figure_formula")
    if one.name in sources.DERIVED:
        st.caption(sources.DERIVED[one.name])
        return
    further = others_of(user.id, activity_id, activity["version"])
    others = {f"recording {n}": (t, of[one.name]) for n, (t, of) in enumerate(further) if one.name in of}
    origins = ["", *(c.origin for c in one.candidates if c.origin != "edited"), *others, "number"]
    value_of = {c.origin: c.text for c in one.candidates}
    names = {"": "MileVault's choice", "number": "My own value"} | {
        origin: f"{view.ORIGINS[origin]}: {text}" for origin, text in value_of.items()
    }
    for origin, (title, number) in others.items():
        names[origin] = f"{title}: {view.say(one.name, number, units, activity['sport'])}"
    now = chosen if chosen in ("", "device", "computed") else "number"
    picked = st.radio("Show here", origins, index=origins.index(now) if now in origins else 0,
                      format_func=names.__getitem__, key="figure_origin")  # fmt: skip
    value = repr(others[picked][1]) if picked in others else picked
    if picked == "number":
        value = repr(_number(one, float(activity[one.name] or 0), units))
    problem = ""
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key="figure_save"):
            try:
                chosen_value = sources.check(one.name, value)
                if edited_by_worker("choose_figure", activity_id, one.name, chosen_value) is not None:
                    st.rerun()
            except (ValueError, LookupError) as error:
                problem = str(error)
        if picked in ("", "device", "computed") and st.button(
            "Save for all activities", key="figure_default",
            help="Applies to new activities; existing ones change when they are read again.",
        ):  # fmt: skip
            try:
                edits.set_figure_default(require_user().id, one.name, picked)
                if edited_by_worker("choose_figure", activity_id, one.name, picked) is not None:
                    st.rerun()
            except (ValueError, LookupError) as error:
                problem = str(error)
    if problem:
        st.error(texts.plain(problem))


def _number(one: view.Source, value: float, units: fmt.Units) -> float:
    """The figure that the user types, converted to SI; value: the initial value in SI."""
    if one.name == "avg_temperature":
        degrees = st.number_input(f"{one.label}, {units.temperature}", units.degrees(-80.0), units.degrees(80.0),
                                  units.degrees(value), key="figure_number", format="%g")  # fmt: skip
        return units.celsius(degrees)
    factor, unit = _unit(one.name, units)
    number = st.number_input(
        f"{one.label}, {unit}", 0.0, None, value / factor, key="figure_number", format="%g"
    )
    return number * factor


def _unit(name: str, units: fmt.Units) -> tuple[float, str]:
    """(size in SI, name) of the unit in which a figure is entered."""
    match name:
        case "distance_m":
            return units.distance_m, units.distance
        case "moving_s" | "elapsed_s":
            return 1.0, "seconds"
        case "max_speed":
            return units.distance_m / 3600.0, units.speed
        case "ascent_m" | "descent_m":
            return units.altitude_m, units.altitude
        case "avg_cadence":
            return 1.0, "per minute (one leg)"
    return 1.0, {"calories": "kcal"}.get(name, "bpm" if "heart" in name else "W")

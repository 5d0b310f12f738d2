"""One bike, pair of shoes or part: totals, service, and the details its owner entered."""

import json
from datetime import date

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import gear
from milevault_core.store.queries import activities as activity_queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view import gear as view
from milevault_core.view.parts import lines
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address, day_page, link
from pages._page import page_title, require_user
from pages.parts import figures, offer_undo, show
from pages.parts.dates import date_input
from pages.parts.undo import action


@action("service_day")
def _set_service_day(user_id: int, service_id: int, last_on: date | None) -> None:
    gear.set_service_day(user_id, service_id, last_on)


@action("service")
def _add_service(user_id: int, gear_id: int, what: str, every_m: float, last_on: date | None) -> None:
    gear.add_service(user_id, gear_id, what, every_m, last_on)


def gear_item(user: Account, thing: pd.Series, every: pd.DataFrame, services: pd.DataFrame) -> None:
    units = fmt.units(user.units)
    show(link("/gear", "‹ All gear"), key="all")
    page_title(thing["label"] or thing["name"])
    kind = view.KINDS.get(thing["kind"], "Other")
    st.caption(texts.plain(" · ".join(p for p in (kind, thing["brand"], thing["model"]) if p)))
    shown = [
        Figure("Distance", fmt.distance(thing["distance_m"], units)),
        Figure("Time", fmt.hours(thing["time_s"])),
        Figure(
            "Activities",
            fmt.number(thing["activities"]),
            href=address("/activities", {"gear": thing["name"]}),
        ),
        Figure("Last used", dates.short_day(thing["last_day"]), href=day_page(thing["last_day"])),
    ]
    if not fmt.is_missing(thing["cost"]):
        shown.append(
            Figure("Cost", *view.cost_parts(thing["cost"], thing["distance_m"], units, user.currency))
        )
    figures(shown, key="figures")
    _services(user, thing, services[services["name"] == thing["name"]], units)
    _about(user, thing, every, units)


def _services(user: Account, thing: pd.Series, services: pd.DataFrame, units: fmt.Units) -> None:
    today = dates.today(user.time_zone)
    st.subheader("Service", anchor=False)
    if services.empty:
        st.caption("No services yet. Add anything that needs doing regularly, and MileVault will remind you.")
    for row in services.itertuples():
        show(lines.progress([view.service(row, thing, units, today)]), key=f"service-{row.id}")
        with st.container(horizontal=True):  # below the bar, because a phone has no room for them beside it
            if st.button("Done today", icon=":material/check:", key=f"done-{row.id}"):
                before = gear.set_service_day(require_user().id, int(row.id), today)
                offer_undo(f"{row.what}: done today.", "service_day", service_id=int(row.id), last_on=before)
                st.rerun()
            if st.button("Remove", icon=":material/delete:", key=f"remove-{row.id}"):
                gear.remove_service(require_user().id, int(row.id))
                offer_undo(f"{row.what}: no longer due.", "service", gear_id=int(row.gear_id), what=row.what,
                           every_m=float(row.every_m), last_on=row.last_on)  # fmt: skip
                st.rerun()
    with st.expander("Add a service", icon=":material/add:"), st.form("new_service", border=False):
        what = st.text_input("What", placeholder="Chain, sealant, new shoes", max_chars=80)
        every = st.number_input(f"Every, {units.distance}", 0.0, 1e6, None, 100.0, format="%g")
        since = date_input(st, "Last done on", today, max_value=today)
        if st.form_submit_button("Add"):
            try:
                own = gear.save(require_user().id, thing["name"], kind=thing["kind"])
                gear.add_service(user.id, own, what, (every or 0.0) * units.distance_m, since)
            except ValueError as error:
                st.error(str(error))
            else:
                st.rerun()


def _about(user: Account, thing: pd.Series, every: pd.DataFrame, units: fmt.Units) -> None:
    st.subheader("Details", anchor=False)
    sports = activity_queries.sports(user.id)
    own = json.loads(thing["sports"])
    sports += [s for s in own if s not in sports]  # sports without an activity yet
    bikes = every[(every["kind"] != "part") & every["id"].notna() & (every["name"] != thing["name"])]
    names = {int(r.id): r.label or r.name for r in bikes.itertuples()}
    before = round(float(thing["opening_m"]) / units.distance_m, 2)  # kept exact if untouched
    with st.form("about"):
        label = st.text_input("Name", thing["label"] or thing["name"], max_chars=200)
        kind = st.selectbox("Kind", list(view.KINDS), index=list(view.KINDS).index(thing["kind"]),
                            format_func=view.KINDS.__getitem__)  # fmt: skip
        opening = st.number_input(
            f"Distance before the first activity here, {units.distance}", 0.0, 1e6,
            before, 100.0, format="%g",
        )  # fmt: skip
        price = st.number_input(
            f"Cost, {texts.plain(user.currency)}" if user.currency else "Cost", 0.0, 1e9,
            None if fmt.is_missing(thing["cost"]) else float(thing["cost"]), 10.0, format="%g",
            help=None if user.currency else "Set your currency on the Profile page.",
        )  # fmt: skip
        default = [] if kind == "part" else st.multiselect(
            "Default for", sports, own, format_func=texts.sport_label,
            help="Imported activities of these sports without gear get this one.",
        )  # fmt: skip
        parent = mounted = None
        if kind == "part":
            now = int(thing["part_of"]) if not fmt.is_missing(thing["part_of"]) else None
            parent = st.selectbox("Part of", list(names), index=list(names).index(now) if now in names else None,
                                  format_func=names.get, placeholder="No bike")  # fmt: skip
            mounted = date_input(
                st, "Mounted on", None if pd.isna(thing["mounted_on"]) else thing["mounted_on"]
            )
        retired = date_input(st, "Retired on", None if pd.isna(thing["retired_on"]) else thing["retired_on"])
        if st.form_submit_button("Save", type="primary"):
            try:
                gear.save(
                    require_user().id, thing["name"], label="" if label.strip() == thing["name"] else label.strip(),
                    kind=kind, cost=price, sports=default, part_of=parent, mounted_on=mounted, retired_on=retired,
                    opening_m=float(thing["opening_m"]) if opening == before else opening * units.distance_m,
                )  # fmt: skip
            except ValueError as error:
                st.error(texts.plain(error))
            else:
                st.toast("Saved.", icon=":material/check:")
                st.rerun()

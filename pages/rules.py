"""Rules: if an activity meets the conditions, apply the actions. A rule is previewed on all activities first, then runs
on every import."""

from typing import Any

import streamlit as st

from milevault_core.actions import rules
from milevault_core.store.queries import gear as gear_queries
from milevault_core.store.queries import rules as queries
from milevault_core.view import format as fmt
from milevault_core.view import gear as gear_view
from milevault_core.view import rules as view
from milevault_core.view import texts
from milevault_core.view.parts.things import Group, Page, Things, things
from pages._by_worker import done_by_worker
from pages._page import page_title, require_user
from pages._rule_form import rule_form
from pages.parts import confirm, here, offer_undo, show, what_is_this
from pages.parts.undo import action

MOST = 50  # changes shown in the preview

user = require_user()
units = fmt.units(user.units)
page_title("Rules")
what_is_this(
    "A rule sets something on similar activities: the bike for every ride from home, the commute mark on weekday "
    "mornings, the right sport for a device that calls everything a run. You first see what it would change. What "
    "you set on an activity yourself always stays.",
    key="about_rules",
)


@action("take_back_rule")
def _take_back(user_id: int, rule_id: int) -> None:
    if done_by_worker("undo_rule", rule_id) is not None:
        rules.remove(user_id, rule_id)


called = gear_view.called(gear_queries.names(user.id))


def show_rule(row: Any) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.markdown(
                texts.plain(f"{view.condition(row.conditions, units)}, {view.action(row.actions, called)}.")
            )
            changed = texts.count(int(row.activities), "activity", "activities")
            st.caption(f"Changed {changed}" if row.activities else "Has not changed anything")
        is_on = st.toggle("On imports", bool(row.is_active), key=f"active-{row.id}")
        if is_on != bool(row.is_active):
            rules.set_active(require_user().id, int(row.id), is_on)
            st.rerun()
        if row.activities and confirm(
            "Undo", "Undoes what this rule changed, except where you have edited it since. The rule stays.",
            "Undo its changes", f"undo-{row.id}", ":material/undo:",
        ) and done_by_worker("undo_rule", int(row.id)) is not None:  # fmt: skip
            st.rerun()
        if confirm(
            "Delete", "This deletes the rule. What it changed stays.", "Delete the rule", f"delete-{row.id}"
        ):
            rules.remove(require_user().id, int(row.id))
            st.rerun()


for row in queries.listed(user.id).itertuples():
    show_rule(row)

st.subheader("New rule", anchor=False)
conditions, actions = rule_form(user, units)
if st.button("See what it would change", icon=":material/search:", type="primary", key="try"):
    st.session_state["tried"] = (conditions, actions)
if st.session_state.get("tried") == (conditions, actions):
    try:
        facts, changes = rules.try_out(user.id, conditions, actions)
    except ValueError as error:
        st.error(str(error))
        st.stop()
    st.markdown(
        f"**{texts.plain(view.condition(conditions, units))}, {texts.plain(view.action(actions, called))}.**"
    )
    many = texts.count(len(facts), "activity", "activities")
    st.markdown(f"It would change {many}." if facts else "None of your activities would change.")
    if facts:
        rows = view.things(facts, view.latest_first(facts, changes)[:MOST], called)
        shown = Things(
            "Changes", view.NAME, view.COLUMNS, [Group("", rows)], page=Page(1, MOST, min(MOST, len(changes)))
        )
        show(things(shown, here("/rules")), key="trial")
        if len(changes) > MOST:
            st.caption(f"The first {MOST} of {fmt.number(len(changes))} changes.")
    with st.container(horizontal=True):
        if facts and st.button("Change them and keep the rule", type="primary", key="apply"):
            rule = rules.add(require_user().id, conditions, actions)
            bar = st.progress(0.0)
            for done in rules.apply(user.id, rule, changes):
                bar.progress(
                    done / len(facts), text=f"{fmt.number(done)} of {fmt.number(len(facts))} activities"
                )
            st.session_state.pop("tried")
            offer_undo(f"{many} changed.", "take_back_rule", rule_id=rule)
            st.rerun()
        if st.button("Keep the rule for imports only", key="keep"):
            rules.add(require_user().id, conditions, actions)
            st.session_state.pop("tried")
            st.rerun()

"""The list of activities: its filter by dates, and changing many activities at once."""

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.actions import edits
from pages.parts.columns import key_of
from tests.imports.test_files import brought_in, run
from tests.pages.shown import rows, say, shown_html, went


@pytest.fixture
def three(user: int) -> list[int]:
    """Runs on 1, 2 and 3 May 2024."""
    brought_in(user, *((f"{day}.gpx", run(day)) for day in range(3)))
    return store.read("SELECT id FROM activities ORDER BY start_time")["id"].tolist()


def select(app: AppTest, picked: list[int]) -> None:
    listed = [int(row["href"].rpartition("=")[2]) for row in rows(app)]
    app.session_state[key_of("many_rows", listed)] = {
        "selection": {"rows": picked, "columns": [], "cells": []}
    }
    app.run()


def chosen(user: int, open_page, picked: list[int]) -> AppTest:
    """The list with some rows selected."""
    app = open_page(user, "activities", many="true")  # as a reload does
    assert app.toggle(key="many").value
    select(app, picked)
    assert not app.exception, app.exception
    return app


def words(column: str) -> list[str]:
    return store.read(f"SELECT {column} AS w FROM activities ORDER BY start_time")["w"].tolist()


def submit(app: AppTest) -> AppTest:
    """Save the dialog, which only stays open if each run opens it again."""
    app.button(key="many_edit").click()
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert not app.exception, app.exception
    return app


def test_dates_choose_from_the_list(user: int, three: list[int], open_page) -> None:
    app = open_page(user, "activities", since="2024-05-02", until="2024-05-02")
    assert not app.exception, app.exception
    assert [row["href"] for row in rows(app)] == [f"/activity?id={three[1]}"]
    assert "Since 2 May 2024" in shown_html(app)["chips"]
    assert {one.label for one in app.sidebar.date_input} >= {"Since", "Until"}
    beside = [one.label for column in app.columns for one in column.date_input]
    assert not beside, "half of the sidebar cuts a date off"
    app.date_input(key="since").set_value(None)
    app.run()
    assert len(rows(app)) == 2
    app = open_page(user, "activities", since="yesterday")
    assert not app.exception
    assert len(rows(app)) == 3


def test_many_are_edited_and_cleared(user: int, three: list[int], open_page) -> None:
    edits.edit_words(user, three, {"gear": "Shoes", "tags": "wet"})
    app = chosen(user, open_page, [0, 1])  # newest first
    kinds = [app.dataframe[0].value[name].dtype.kind for name in ("Distance, km", "Time")]
    assert kinds == ["f", "m"], "a click on a head sorts by the value, not by its text"
    assert "**2 activities selected**" in [one.value for one in app.markdown]
    app.button(key="many_edit").click().run()
    next(box for box in app.selectbox if box.label == "Sport").set_value("hiking")
    next(box for box in app.checkbox if box.label == "Remove all tags").set_value(True)
    submit(app)
    assert words("sport") == ["running", "hiking", "hiking"]
    assert words("tags") == ["wet", "", ""]
    assert words("gear") == ["Shoes"] * 3
    app.button(key="many_edit").click().run()
    next(box for box in app.checkbox if box.label == "Remove the gear you set").set_value(True)
    submit(app)
    assert words("gear") == ["Shoes", "", ""]


def test_many_are_deleted_and_come_back(user: int, three: list[int], open_page) -> None:
    app = chosen(user, open_page, [0, 2])
    app.button(key="many_delete").click().run()
    assert not app.exception, app.exception
    assert store.read("SELECT id FROM activities")["id"].tolist() == [three[1]]
    assert not [b for b in app.button if b.key == "many_delete"], "nothing is selected of what is left"
    say(app, "undo_notice", "undo")
    assert not app.exception, app.exception
    assert sorted(store.read("SELECT id FROM activities")["id"]) == three


def test_two_are_compared(user: int, three: list[int], open_page) -> None:
    app = chosen(user, open_page, [0, 1])
    app.button(key="many_compare").click().run()
    assert not app.exception, app.exception
    assert went(app) == f"/compare?id={three[2]}&id={three[1]}"

"""Undo actions of pages: each name is registered once, and undoing restores the previous state."""

from datetime import date

import pytest

from milevault_core import store
from milevault_core.actions import athlete, edits, gear
from milevault_core.store.activities import save
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import gear as gear_queries
from milevault_core.store.queries import training
from pages.parts import undo
from tests.pages.runs import run


def test_a_name_stands_for_one_function() -> None:
    with pytest.raises(ValueError, match="nothing"):
        undo.action("nothing")(lambda user_id: None)


def test_a_name_comes_back(user: int, open_page) -> None:
    with store.session() as session:
        activity = save.save_activity(session, user, run(0))
    edits.edit_words(user, [activity], {"name": "The first"})
    before = edits.edit_words(user, [activity], {"name": "Another"})
    page = open_page(user, "activity", id=str(activity))
    assert not page.exception
    undo.ACTIONS["words"](user, before=before)
    assert queries.one(user, activity)["name"] == "The first"


def test_a_service_that_was_removed_comes_back(user: int, open_page) -> None:
    bike = gear.save(user, "Blue bike", kind="bike")
    gear.add_service(user, bike, "Chain", 3_000_000.0, date(2026, 5, 1))
    page = open_page(user, "gear", name="Blue bike")
    service = int(gear_queries.services(user)["id"].iloc[0])
    page.button(key=f"remove-{service}").click().run()
    assert gear_queries.services(user).empty
    offered = page.session_state["undo_offered"]
    assert offered["sentence"] == "Chain: no longer due."
    undo.ACTIONS[offered["name"]](user, **offered["arguments"])
    again = gear_queries.services(user).iloc[0]
    assert (again["what"], again["every_m"], again["last_on"]) == ("Chain", 3_000_000.0, date(2026, 5, 1))


def test_a_value_of_the_athlete_and_zones_come_back(user: int, open_page) -> None:
    day = date(2026, 5, 1)
    athlete.set_value(user, "weight_kg", "", day, 70.0, date(2026, 6, 1))
    athlete.set_zones(user, "heart_rate", "running", day, "own", [120.0, 140.0])
    page = open_page(user, "athlete")
    assert page.selectbox(key="method-running-heart_rate").value == "own", (
        "not the default, which would remove it"
    )
    value = int(training.athlete_values(user)["value_id"].iloc[0])
    page.button(key=f"back-{value}").click().run()
    assert training.athlete_values(user).empty
    _undo(user, page)
    assert training.athlete_values(user)["value"].tolist() == [70.0]
    page.button(key="zones_default").click().run()
    assert training.zone_settings(user).empty
    _undo(user, page)
    (setting,) = training.zone_settings(user).itertuples()
    assert (setting.valid_from, setting.method, setting.bounds) == (day, "own", [120.0, 140.0])


def _undo(user: int, page) -> None:
    offered = page.session_state["undo_offered"]
    undo.ACTIONS[offered["name"]](user, **offered["arguments"])
    page.run()

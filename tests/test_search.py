"""The search over everything that has a name."""

from datetime import date

import pytest

from milevault_core import store
from milevault_core.actions import edits, gear
from milevault_core.store.activities import save
from milevault_core.store.queries import search as queries
from milevault_core.view import format as fmt
from milevault_core.view import search as view
from tests.builders.routes import some_route
from tests.pages.runs import run
from tests.segments.test_stored import block


@pytest.fixture
def runs(user: int) -> list[int]:
    with store.session() as session:
        return [
            save.save_activity(session, user, run(day, name=name))
            for day, name in enumerate(("Round the lake", "100 % effort", "Lake_side \\ road", ""))
        ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("lake", ["Lake_side \\ road", "Round the lake"]),
        ("LAKE round", ["Round the lake"]),
        ("100 %", ["100 % effort"]),
        ("%%%", []),
        ("e_side", ["Lake_side \\ road"]),
        ("\\", ["Lake_side \\ road"]),
        ("running", ["Morning run", "Lake_side \\ road", "100 % effort", "Round the lake"]),
        ("morning run", ["Morning run"]),
        ("evening", []),
        ("nothing like this", []),
        ("   ", []),
        ("\x1f", []),
    ],
)
def test_all_words_have_to_be_there(user: int, runs, words, names) -> None:
    found = view.things(queries.found(user, words), fmt.METRIC)
    assert [t.name for t in found.get("activity", [])] == names


def test_gear_is_found_by_either_name_and_of_others_nothing(user: int, other_user: int, runs) -> None:
    gear.save(user, "strava 12", label="Blue bike")
    (thing,) = view.things(queries.found(user, "blue"), fmt.METRIC)["gear"]
    assert (thing.name, thing.href) == ("Blue bike", "/gear?name=strava+12")
    assert len(queries.found(other_user, "blue")) == len(queries.found(other_user, "lake")) == 0


def test_a_tag_leads_to_the_activities_that_have_it(user: int, runs: list[int]) -> None:
    edits.edit_words(user, runs[:2], {"tags": "Forest, wet"})
    edits.edit_words(user, runs[2:3], {"tags": "Forest path"})
    found = view.things(queries.found(user, "forest"), fmt.METRIC)
    assert [(t.name, t.under, t.href) for t in found["tag"]] == [
        ("Forest", "Tag · 2 activities", "/activities?tag=Forest"),
        ("Forest path", "Tag · 1 activity", "/activities?tag=Forest+path"),
    ]
    assert len(found["activity"]) == 3


def test_a_segment_is_found_by_its_name(user: int, other_user: int) -> None:
    made = block(user)
    (thing,) = view.things(queries.found(user, "block"), fmt.METRIC)["segment"]
    assert (thing.name, thing.href, thing.under) == ("Block", f"/segment?id={made}", "Running · 0.60 km")
    assert len(queries.found(other_user, "block")) == 0


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-11-28", date(2026, 11, 28)), ("28 Nov 2026", date(2026, 11, 28)),
        ("Sat 28 November 2026", date(2026, 11, 28)), ("28 nov", None), ("1 Jan 0001", None), ("lake", None),
        ("Nov 28, 2026", date(2026, 11, 28)), ("Sat, November 28, 2026", date(2026, 11, 28)),
        ("sat nov 28 2026", date(2026, 11, 28)), ("Nov 28, 2026 run", None),
        ("2026-02-30", None), ("  2026-11-28 ", date(2026, 11, 28)),
    ],
)  # fmt: skip
def test_a_date_leads_to_its_day(words: str, day: date | None) -> None:
    assert view.day_of(words) == day
    if day:
        assert view.the_day(day).href == f"/day?date={day}"


def test_an_activity_is_found_by_the_places_and_the_name_of_its_route(user: int, runs: list[int]) -> None:
    route = some_route(user, runs[3])
    with store.session() as session:
        connection = session.connection()
        connection.exec_driver_sql(
            "UPDATE named_routes SET quarter = 'Konradshoehe' WHERE user_id = %s", (user,)
        )
        connection.exec_driver_sql(
            "INSERT INTO route_overrides (user_id, activity_id, decision, anchor, value) "
            "VALUES (%s, %s, 'name', %s, 'Old way')",
            (user, route, route),
        )
    for words in ("tegel", "konradshoehe run", "old way"):
        found = view.things(queries.found(user, words), fmt.METRIC)
        assert [t.name for t in found["activity"]] == ["Morning run"], words
        assert len(found.get("route", [])) == (words != "konradshoehe run"), words

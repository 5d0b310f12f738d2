"""Renamed gear goes by its new name everywhere, and an activity whose gear is a part counts for it and its bike."""

from datetime import date

import pytest

from milevault_core import store
from milevault_core.actions import edits, gear
from milevault_core.store import gear as rows_of
from milevault_core.store.activities import apply_rules, save
from milevault_core.store.queries import activities, search
from milevault_core.store.queries import gear as queries
from milevault_core.view import format as fmt
from milevault_core.view import gear as view
from milevault_core.view import rules as rule_view
from milevault_core.view.activities import head
from tests.pages.runs import run
from tests.pages.shown import all_html, rows, shown_html


@pytest.fixture
def runs(user: int) -> list[int]:
    """On 1, 6 and 11 June 2026, all with "Blue bike"."""
    with store.session() as session:
        made = [save.save_activity(session, user, run(day)) for day in (0, 5, 10)]
    edits.edit_words(user, made, {"gear": "Blue bike"})
    return made


@pytest.fixture
def bike(user: int, runs: list[int]) -> int:
    """ "Blue bike", which its owner has renamed "Rocket"."""
    return gear.save(user, "Blue bike", kind="bike", label="Rocket")


def counts(user: int) -> dict[str, int]:
    return {row.name: int(row.activities) for row in queries.totals(user).itertuples()}


def test_an_activity_whose_gear_is_a_part_counts_for_it_and_its_bike(user: int, runs, bike: int) -> None:
    gear.save(user, "Chain", kind="part", part_of=bike, mounted_on=date(2026, 6, 3))
    gear.save(user, "Saddle", kind="part", part_of=bike)
    assert counts(user) == {"Blue bike": 3, "Chain": 2, "Saddle": 3}
    metres = queries.totals(user).set_index("name")["distance_m"]
    edits.edit_words(user, [runs[1]], {"gear": "Chain"})
    assert counts(user) == {"Blue bike": 3, "Chain": 2, "Saddle": 3}
    assert dict(queries.totals(user).set_index("name")["distance_m"]) == pytest.approx(dict(metres))
    edits.edit_words(
        user, [runs[0]], {"gear": "Chain"}
    )  # not on the bike yet: the chain says what it has done
    assert counts(user) == {"Blue bike": 2, "Chain": 3, "Saddle": 2}
    gear.save(user, "Loose", kind="part", mounted_on=date(2026, 6, 8))
    edits.edit_words(user, [runs[0]], {"gear": "Loose"})
    assert counts(user) == {"Blue bike": 2, "Chain": 2, "Saddle": 2, "Loose": 1}


def test_parts_are_not_offered_as_the_gear_of_an_activity(user: int, runs, bike: int) -> None:
    gear.save(user, "Chain", kind="part", part_of=bike, sports=["running"])
    assert view.choices(queries.names(user)) == {"Blue bike": "Rocket"}
    assert view.choices(queries.names(user), "Chain") == {"Chain": "Chain", "Blue bike": "Rocket"}
    with store.session() as session:
        assert apply_rules.default_gear(session, user) == {}


@pytest.mark.parametrize("page", ["add", "activity", "activities"])
def test_forms_offer_gear_by_its_new_name_and_no_parts(
    user: int, runs, bike: int, open_page, page: str
) -> None:
    gear.save(user, "Chain", kind="part", part_of=bike)
    edits.edit_words(user, runs[1:], {"gear": "Shoes"})
    app = open_page(user, page, **({"id": str(runs[0])} if page == "activity" else {}))
    if page == "activity":
        assert ">Rocket<" in all_html(app)
        assert "Blue bike" not in all_html(app)
        app.button(key="edit_words").click().run()
    elif page == "activities":
        app = open_page(user, page, gear="Rocket")
        (filtered,) = [one for one in app.selectbox if one.label == "Gear"]
        assert filtered.options == ["Chain", "Rocket", "Shoes"]
        assert len(rows(app)) == 1
        assert "Rocket" in shown_html(app)["chips"]
        return
    assert not app.exception, app.exception
    (field,) = [one for one in app.selectbox if one.label == "Gear"]
    assert field.options == ["Rocket", "Shoes"]
    if page == "activity":
        assert field.value == "Blue bike"


def test_addresses_with_the_old_name_lead_there(user: int, runs, bike: int, open_page) -> None:
    edits.edit_words(user, runs[1:], {"gear": "Shoes"})
    assert [row["href"] for row in rows(open_page(user, "activities", gear="Blue bike"))] == [
        f"/activity?id={runs[0]}"
    ]
    for name in ("Blue bike", "Rocket"):
        app = open_page(user, "gear", name=name)
        assert next(one.value for one in app.text_input if one.label == "Name") == "Rocket", name
        trends = open_page(user, "trends", gears=name)
        assert trends.multiselect(key="gears").value == ["Blue bike"]


def test_a_part_leads_to_the_activities_it_counts(user: int, runs, bike: int, open_page) -> None:
    gear.save(user, "Chain", kind="part", part_of=bike, mounted_on=date(2026, 6, 3), label="KMC")
    edits.edit_words(user, [runs[2]], {"gear": "Chain"})
    app = open_page(user, "gear", name="Chain")
    assert "/activities?gear=Chain" in all_html(app)
    listed = {row["href"] for row in rows(open_page(user, "activities", gear="Chain"))}
    assert listed == {f"/activity?id={each}" for each in runs[1:]}
    listed = {row["href"] for row in rows(open_page(user, "activities", gear="Rocket"))}
    assert listed == {f"/activity?id={each}" for each in runs}, "the bike was there too"


def test_typing_the_new_name_means_that_gear(user: int, other_user: int, runs, bike: int) -> None:
    gear.save(other_user, "Theirs", label="Comet")
    then = edits.edit_words(user, [runs[0]], {"gear": " rocket "})
    edits.edit_words(user, [runs[1]], {"gear": "Comet"})
    assert counts(user) == {"Blue bike": 2, "Comet": 1}
    edits.restore_words(user, then)
    assert activities.one(user, runs[0])["gear"] == "Blue bike"
    gear.save(user, "Comet", label="Blue thing")
    edits.edit_words(user, [runs[1]], {"gear": "Comet"})  # the name itself goes on
    assert counts(user) == {"Blue bike": 2, "Comet": 1}


def test_a_new_name_is_taken_too(user: int, other_user: int, runs, bike: int) -> None:
    with pytest.raises(ValueError, match="already have"):
        gear.save(user, "rocket", kind="bike", is_new=True)
    gear.save(user, "Shoes", kind="shoe")
    for taken in ("Rocket", "blue bike"):
        with pytest.raises(ValueError, match="already have"):
            gear.save(user, "Shoes", label=taken)
    gear.save(user, "Blue bike", label="ROCKET")
    gear.save(user, "Blue bike", label="")
    gear.save(user, "Shoes", label="Rocket")
    gear.save(user, "Shoes", label="Rocket", cost=3.0)
    gear.save(other_user, "Rocket", is_new=True)


def test_two_things_of_one_name_are_told_apart(user: int, runs) -> None:
    edits.edit_words(user, [runs[0]], {"gear": "Rocket"})
    with store.session() as session:  # as it was possible before
        rows_of.save(session, user, "Blue bike", {"label": "Rocket"})
    assert view.called(queries.names(user)) == {"Rocket": "Rocket", "Blue bike": "Rocket (Blue bike)"}


def test_search_rules_and_the_list_of_gear_use_the_new_name(user: int, runs, bike: int) -> None:
    found = search.found(user, "rocket")
    assert sorted(found.loc[found["kind"] == "activity", "id"]) == sorted(runs)
    called = view.called(queries.names(user))
    assert rule_view.action({"gear": "Blue bike"}, called) == "then set the gear to “Rocket”"
    assert rule_view.said("gear", "Blue bike", called) == "Rocket"
    assert rule_view.said("gear", "", called) == "None"
    assert "Rocket" in head.line(activities.one(user, runs[0]), {})
    gear.save(user, "Chain", kind="part", part_of=bike)
    assert any("on Rocket" in thing.under for thing in view.things(queries.totals(user), fmt.METRIC))

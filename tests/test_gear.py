"""Gear: totals that follow the activities, parts on bikes, service with the range of days in which it is due."""

from datetime import date, timedelta

import pytest

from milevault_core import store
from milevault_core.actions import edits, gear
from milevault_core.store.activities import apply_names, apply_rules, recordings, save
from milevault_core.store.models import Activity
from milevault_core.store.queries import gear as queries
from milevault_core.view import format as fmt
from milevault_core.view import gear as view
from milevault_core.view.number_docs import NUMBERS
from tests.pages.runs import run


def say(user: int, activity_id: int, name: str) -> None:
    """Assign gear to an activity, as a user does."""
    with store.session() as session:
        recordings.save_edit(session, user, activity_id, "gear", name)
        apply_names.retell(session, user, session.get(Activity, activity_id), "gear")


@pytest.fixture
def runs(user: int) -> list[int]:
    with store.session() as session:
        made = [save.save_activity(session, user, run(day)) for day in (0, 5, 10)]
    for activity in made:
        say(user, activity, "Bike")
    return made


def total(user: int, name: str):
    return queries.totals(user).set_index("name").loc[name]


def test_totals_follow_edits_and_begin_with_the_opening_distance(user: int, runs) -> None:
    metres = store.read("SELECT id, distance_m FROM activities").set_index("id")["distance_m"]
    assert total(user, "Bike")["distance_m"] == pytest.approx(metres.sum())
    gear.save(user, "Bike", opening_m=5000.0, kind="bike", cost=100.0)
    assert total(user, "Bike")["distance_m"] == pytest.approx(metres.sum() + 5000)
    say(user, runs[0], "Shoes")
    assert total(user, "Bike")["activities"] == 2
    assert total(user, "Shoes")["distance_m"] == pytest.approx(metres[runs[0]])
    with store.session() as session:
        save.delete_activity(session, user, runs[1])
    assert total(user, "Bike")["activities"] == 1


def test_what_is_left_out_of_totals_counts_for_its_gear_as_the_docs_say(user: int, runs) -> None:
    before = total(user, "Bike")["distance_m"]
    edits.edit_words(user, runs[:1], {"is_left_out": "true"})
    assert (total(user, "Bike")["activities"], total(user, "Bike")["distance_m"]) == (3, before)
    assert "left out still counts for its gear" in " ".join(NUMBERS["activity_count"][1].split())


def test_a_part_counts_what_its_bike_did_while_it_was_mounted(user: int, runs) -> None:
    bike = gear.save(user, "Bike", kind="bike")
    gear.save(
        user, "Chain", kind="part", part_of=bike, mounted_on=date(2026, 6, 3), retired_on=date(2026, 6, 8)
    )
    assert total(user, "Chain")["activities"] == 1
    gear.save(user, "Chain", retired_on=None)
    assert total(user, "Chain")["activities"] == 2


def test_a_service_counts_from_the_day_it_was_done(user: int, other_user: int, runs) -> None:
    own = gear.save(user, "Bike", kind="bike")
    service = gear.add_service(user, own, "Chain", 1000, date(2026, 6, 1))
    since = queries.services(user)["since_m"].iloc[0]
    both = store.read("SELECT sum(distance_m) AS m FROM activities WHERE local_day > '2026-06-01'")["m"].iloc[
        0
    ]
    assert since == pytest.approx(both)
    assert gear.set_service_day(user, service, date(2026, 6, 11)) == date(2026, 6, 1)
    assert queries.services(user)["since_m"].iloc[0] == 0
    with pytest.raises(LookupError):
        gear.set_service_day(other_user, service, date(2026, 6, 11))
    with pytest.raises(LookupError):
        gear.add_service(other_user, own, "Chain", 1000, date(2026, 6, 1))
    with pytest.raises(LookupError):
        gear.save(other_user, "Mine", part_of=own)


def test_when_a_service_falls_due_is_a_range() -> None:
    today = date(2026, 6, 1)
    assert view.due(900_000, 900_000, 1_825_000, today) == (today + timedelta(90), today + timedelta(180))
    assert view.due(900_000, 0, 0, today) is None
    assert view.due(1e9, 1000, 1000, today) is None
    assert view.due(10_000, 0, 365_000, today) == (today + timedelta(10), today + timedelta(10))


def test_the_column_of_the_cost_is_there_once_a_cost_is_known(user: int, runs) -> None:
    def heads_and_cells() -> tuple[list[str], int]:
        found = view.with_kinds(queries.totals(user))
        (row,) = view.things(found, fmt.METRIC)
        return [column.label for column in view.columns(found)], len(row.cells)

    assert heads_and_cells() == (["Distance", "Time", "Activities", "Last used"], 4)
    gear.save(user, "Bike", kind="bike", cost=100.0)
    assert heads_and_cells() == (["Distance", "Time", "Activities", "Last used", "Cost"], 5)


def test_cost_a_distance() -> None:
    assert view.cost(1200, 5_000_000, fmt.METRIC) == f"1{fmt.THIN}200, 0.24 a km"
    assert view.cost(1200, 0, fmt.METRIC) == f"1{fmt.THIN}200"
    assert view.cost(None, 5_000_000, fmt.METRIC) == ""
    assert view.cost(1200, 5_000_000, fmt.METRIC, "€") == f"€1{fmt.THIN}200, €0.24 a km"
    assert view.cost(49.9, 0, fmt.METRIC, "CHF") == "49.90 CHF"


@pytest.mark.parametrize(
    ("name", "about"),
    [(" ", {}), ("Bike", {"kind": "boat"}), ("Bike", {"opening_m": -1}), ("Bike", {"cost": float("inf")}),
     ("Bike", {"sports": ["chess"]})],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(user: int, name, about) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        gear.save(user, name, **about)


def sports(user: int) -> dict[str, str]:
    return dict(zip(queries.totals(user)["name"], queries.totals(user)["sports"], strict=True))


def test_a_name_that_is_taken_makes_no_new_gear(user: int, other_user: int, runs) -> None:
    gear.save(user, "Blue bike", kind="bike", is_new=True)
    for taken in ("Blue bike", " blue  BIKE", "Bike"):  # the last one comes from an activity
        with pytest.raises(ValueError, match="already have"):
            gear.save(user, taken, kind="part", is_new=True)
    assert total(user, "Blue bike")["kind"] == "bike"
    gear.save(other_user, "Blue bike", is_new=True)


def test_a_sport_has_one_default_and_saying_another_moves_it(user: int, other_user: int) -> None:
    gear.save(other_user, "Theirs", sports=["running"])
    gear.save(user, "Old", sports=["running", "hiking"])
    gear.save(user, "New", sports=["running"])
    assert sports(user) == {"New": '["running"]', "Old": '["hiking"]'}
    assert sports(other_user) == {"Theirs": '["running"]'}


def test_a_default_ends_on_the_day_of_retirement_not_before(user: int) -> None:
    today = store.read("SELECT current_date AS day")["day"].iloc[0]
    for day, defaults in (
        (today + timedelta(1), {"running": "Shoes"}),
        (today, {}),
        (None, {"running": "Shoes"}),
    ):
        gear.save(user, "Shoes", sports=["running"], retired_on=day)
        with store.session() as session:
            assert apply_rules.default_gear(session, user) == defaults


def test_a_service_that_is_due_is_told_by_the_name_its_owner_uses(user: int, runs) -> None:
    own = gear.save(user, "Bike", kind="bike", label="Blue <bike>")
    gear.add_service(user, own, "Chain", 100, date(2026, 1, 1))
    gear.add_service(user, own, "Tyres", 1e9, date(2026, 1, 1))
    (notice,) = view.notices(queries.services(user))
    assert notice.text == "Service due on Blue <bike>: Chain."
    assert notice.href == "/gear?name=Bike"

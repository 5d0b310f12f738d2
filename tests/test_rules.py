"""Rules: what they match, what they change, how they are undone, and that they apply to new imports."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core import store
from milevault_core.actions import gear, rules, trash
from milevault_core.actions import recordings as merged
from milevault_core.activities import rules as pure
from milevault_core.activities.rules import Change, Facts, Rule
from milevault_core.imports import files
from milevault_core.store.activities import apply_names, recordings, save
from milevault_core.store.models import Activity
from milevault_core.store.queries import imports as import_queries
from milevault_core.store.queries import recordings as recording_queries
from milevault_core.store.queries import rules as queries
from milevault_core.view import format as fmt
from milevault_core.view import rules as words
from tests.builders import gpx as gpx_builder
from tests.imports.test_archives import run as gpx
from tests.pages.runs import run

RIDE = Facts(
    1, "To work", "cycling", "Edge 1040", "", False, False, 8000.0, 450, 2, 52.5, 13.4, tags="city, rain"
)


@pytest.mark.parametrize(
    ("conditions", "does"),
    [
        ({}, False),
        ({"sports": ["cycling", "running"]}, True),
        ({"sports": ["running"]}, False),
        ({"name": "WORK to"}, True),
        ({"name": "home"}, False),
        ({"device": "edge"}, True),
        ({"weekdays": [1, 2]}, True),
        ({"weekdays": [7]}, False),
        ({"minutes": [450, 451]}, True),
        ({"minutes": [400, 450]}, False),
        ({"minutes": [1320, 460]}, True),
        ({"minutes": [1320, 440]}, False),
        ({"metres": [8000, None]}, True),
        ({"metres": [0, 7999]}, False),
        ({"near": {"lat": 52.502, "lon": 13.4, "radius_m": 300}}, True),
        ({"near": {"lat": 52.51, "lon": 13.4, "radius_m": 300}}, False),
        ({"tags": ["rain"]}, True),
        ({"tags": ["rain", "city"]}, True),
        ({"tags": ["rai"]}, False),
        ({"is_indoor": True}, False),
        ({"sports": ["cycling"], "weekdays": [7]}, False),
    ],
)
def test_what_a_rule_matches(conditions, does) -> None:
    assert pure.matches(conditions, RIDE) is does


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ([420, 540], "between 07:00 and 09:00"),
        ([420, 1440], "at 07:00 or later"),
        ([0, 540], "before 09:00"),
        ([1320, 300], "between 22:00 and 05:00"),
    ],
)
def test_a_time_of_day_in_words(minutes: list[int], said: str) -> None:
    assert words.condition({"minutes": minutes}, fmt.METRIC) == f"When it starts {said}"


def test_without_a_track_nothing_is_near_and_the_date_line_is_no_wall() -> None:
    near = {"near": {"lat": 0.0, "lon": 180.0, "radius_m": 300}}
    assert not pure.matches(near, RIDE._replace(lat=None, lon=None))
    assert pure.matches(near, RIDE._replace(lat=0.0, lon=-179.999))


def test_a_tag_is_added_to_those_there_are() -> None:
    rule = Rule(1, {"sports": ["cycling"]}, {"tags": "work, city"})
    assert pure.changes([rule], [RIDE]) == [Change(1, 1, "tags", "city, rain", "city, rain, work")]
    assert pure.changes([rule], [RIDE._replace(tags="city, work")]) == []
    assert pure.changes([rule], [RIDE._replace(tags="", edited=frozenset({"tags"}))]) == [], (
        "one's own word stays"
    )


def test_the_first_rule_counts_and_a_persons_own_word_stays() -> None:
    two = [
        Rule(1, {"sports": ["cycling"]}, {"gear": "A"}),
        Rule(2, {"name": "work"}, {"gear": "B", "is_commute": "true"}),
    ]
    assert pure.changes(two, [RIDE]) == [
        Change(1, 1, "gear", "", "A"),
        Change(1, 2, "is_commute", "", "true"),
    ]
    assert pure.changes(two, [RIDE._replace(edited=frozenset({"gear"}))]) == [
        Change(1, 2, "is_commute", "", "true")
    ]
    assert pure.changes(two, [RIDE._replace(gear="A", is_commute=True)]) == []


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_time_of_day_is_inside_or_in_the_rest(begin: int, end: int, minute: int) -> None:
    facts = RIDE._replace(minute=minute)
    inside = pure.matches({"minutes": [begin, end]}, facts)
    if begin != end:
        assert inside is not pure.matches({"minutes": [end, begin]}, facts)


@pytest.fixture
def runs(user: int) -> list[int]:
    with store.session() as session:
        return [save.save_activity(session, user, run(day, name=f"Run {day}")) for day in range(3)]


def state() -> dict[int, tuple[str, str, bool]]:
    rows = store.read("SELECT id, name, gear, is_commute FROM activities ORDER BY id")
    return {int(r.id): (r.name, r.gear, bool(r.is_commute)) for r in rows.itertuples()}


def test_a_rule_is_tried_applied_and_taken_back(user: int, runs) -> None:
    before = state()
    conditions, actions = {"sports": ["running"]}, {"gear": "Shoes", "is_commute": "true"}
    facts, changes = rules.try_out(user, conditions, actions)
    assert (len(facts), len(changes)) == (3, 6)
    assert state() == before, "a trial writes nothing"
    rule = rules.add(user, conditions, actions)
    assert list(rules.apply(user, rule, changes)) == [3]
    assert all(gear == "Shoes" and commute for _, gear, commute in state().values())
    assert queries.listed(user)["activities"].tolist() == [3]
    with store.session() as session:  # the user changes it meanwhile
        recordings.save_edit(session, user, runs[0], "gear", "Mine")
        apply_names.retell(session, user, session.get(Activity, runs[0]), "gear")
    rules.take_back(user, rule)
    assert state() == before | {runs[0]: (before[runs[0]][0], "Mine", False)}


def test_what_a_rule_left_out_is_in_the_trash_and_comes_back(user: int, runs) -> None:
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(5)):
        files.process(item)
    before = state()
    conditions, actions = {"sports": ["running"]}, {"leave_out": "true"}
    rule = rules.add(user, conditions, actions)
    rules.set_active(user, rule, is_set=False)
    assert rules.add(user, conditions, actions) == rule, (
        "the form stays filled: adding it again adds no second one"
    )
    assert store.read("SELECT is_active FROM rules")["is_active"].tolist() == [True]
    list(rules.apply(user, rule, rules.try_out(user, conditions, actions)[1]))
    assert set(state()) == set(runs), "what has no file cannot be restored, and stays"
    rules.take_back(user, rule)
    assert state() == before


def test_what_its_owner_restored_no_rule_leaves_out_again(user: int) -> None:
    """Not even when a file with a second recording of it is imported, along with another activity."""
    conditions, actions = {"sports": ["running"]}, {"leave_out": "true"}
    rules.add(user, conditions, actions)
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(0)):
        files.process(item)
    (gone,) = recording_queries.trash(user)["activity_id"]
    restored = trash.restore(user, int(gone))
    assert list(state()) == [restored]
    again = gpx_builder.points(start=gpx_builder.START, lat=47.000001)
    later = gpx_builder.points(start=gpx_builder.START + timedelta(days=5))
    both = gpx_builder.gpx(gpx_builder.track(again), gpx_builder.track(later)).encode()
    for item in files.add(user, batch, "both.gpx", both):
        files.process(item)
    assert list(state()) == [restored]
    assert len(recording_queries.of_activity(user, restored)) == 2, "the second recording is part of it"
    assert len(recording_queries.trash(user)) == 1, "the other one is left out"
    assert not [c for c in rules.try_out(user, conditions, actions)[1] if c.activity_id == restored]


def test_what_its_owner_restored_beside_another_recording_stays_too(user: int) -> None:
    conditions, actions = {"sports": ["running"]}, {"leave_out": "true"}
    rule = rules.add(user, conditions, actions)
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(0)):
        files.process(item)
    (gone,) = recording_queries.trash(user)["activity_id"]
    rules.set_active(user, rule, False)
    again = gpx_builder.gpx(gpx_builder.track(gpx_builder.points(lat=47.000001))).encode()
    for item in files.add(user, batch, "again.gpx", again):
        files.process(item)
    back = trash.restore(user, int(gone))
    assert list(state()) == [back]
    assert rules.try_out(user, conditions, actions)[1] == []


def test_what_its_owner_restored_stays_as_a_part_of_another_activity(user: int) -> None:
    """The other activity's id differs from the one that the rule left out."""
    conditions, actions = {"sports": ["running"]}, {"leave_out": "true"}
    batch = files.begin(user, "page")
    both = (gpx(0), gpx_builder.gpx(gpx_builder.track(gpx_builder.points(lat=47.000001))).encode())
    for name, content in zip(("one.gpx", "two.gpx"), both, strict=True):
        for item in files.add(user, batch, name, content):
            files.process(item)
    (first,) = state()
    second = merged.take_apart(user, int(recording_queries.of_activity(user, first)["id"].max()))
    rule = rules.add(user, conditions, actions)
    wanted = [c for c in rules.try_out(user, conditions, actions)[1] if c.activity_id == second]
    list(rules.apply(user, rule, wanted))
    assert list(state()) == [first]
    assert trash.restore(user, second) == second
    assert merged.put_together(user, second) == first
    assert rules.try_out(user, conditions, actions)[1] == []
    merged.take_apart(user, int(recording_queries.of_activity(user, first)["id"].max()))
    assert {c.activity_id for c in rules.try_out(user, conditions, actions)[1]} == {first}


def test_rules_and_default_gear_work_on_imports(user: int) -> None:
    rules.add(user, {"sports": ["running"]}, {"name": "By rule"})
    gear.save(user, "Shoes", kind="shoe", sports=["running"])
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(0)):
        files.process(item)
    ((name, thing, _),) = state().values()
    assert (name, thing) == ("By rule", "Shoes")
    rules.add(user, {"sports": ["running"]}, {"leave_out": "true"})
    for item in files.add(user, batch, "another.gpx", gpx(5)):
        files.process(item)
    assert import_queries.items(user, batch)["outcome"].tolist() == ["imported", "left_out"]
    assert len(state()) == 1


def test_a_resting_rule_does_nothing_and_anothers_is_not_there(user: int, other_user: int) -> None:
    rule = rules.add(user, {"sports": ["running"]}, {"name": "By rule"})
    for verb in (lambda: rules.set_active(other_user, rule, False), lambda: rules.remove(other_user, rule)):
        with pytest.raises(LookupError):
            verb()
    rules.set_active(user, rule, False)
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(0)):
        files.process(item)
    assert "By rule" not in {name for name, *_ in state().values()}


def test_rules_that_do_nothing_are_refused(user: int) -> None:
    for conditions, actions in (({}, {"gear": "A"}), ({"name": "a"}, {})):
        with pytest.raises(ValueError, match="at least one"):
            rules.add(user, conditions, actions)


def test_the_tags_of_two_rules_are_added_up() -> None:
    two = [Rule(1, {"sports": ["cycling"]}, {"tags": "work"}), Rule(2, {"name": "work"}, {"tags": "cold"})]
    assert pure.changes(two, [RIDE]) == [
        Change(1, 1, "tags", "city, rain", "city, rain, work"),
        Change(1, 2, "tags", "city, rain, work", "city, cold, rain, work"),
    ]


def applied(user: int, actions: dict) -> int:
    """Create a rule for all runs and apply it to the existing ones; its id."""
    rule = rules.add(user, {"sports": ["running"]}, actions)
    changes = rules.try_out(user, {"sports": ["running"]}, actions)[1]
    assert list(rules.apply(user, rule, changes))
    return rule


def stored(field: str) -> set[str]:
    return set(store.read(f"SELECT {field} AS value FROM activities")["value"])


def test_what_a_rule_or_the_default_set_is_not_the_persons_own_word(user: int, runs) -> None:
    first = applied(user, {"tags": "a, b", "gear": "Old shoes"})
    second = applied(user, {"tags": "b, c", "gear": "New shoes"})
    assert (stored("tags"), stored("gear")) == ({"a, b, c"}, {"New shoes"})
    rules.take_back(user, second)
    assert (stored("tags"), stored("gear")) == ({"a, b"}, {"Old shoes"})
    third = applied(user, {"tags": "d"})
    rules.take_back(user, first)
    assert (stored("tags"), stored("gear")) == ({"d"}, {""})
    rules.take_back(user, third)
    assert stored("tags") == {""}


def test_a_rule_may_change_the_default_gear_but_not_what_was_said_instead_of_a_rules(user: int) -> None:
    gear.save(user, "Shoes", kind="shoe", sports=["running"])
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "run.gpx", gpx(0)):
        files.process(item)
    assert stored("gear") == {"Shoes"}
    applied(user, {"gear": "Spikes"})
    assert stored("gear") == {"Spikes"}
    (activity,) = state()
    with store.session() as session:  # the user goes back to the default: that is a choice of their own
        recordings.save_edit(session, user, activity, "gear", "Shoes")
        apply_names.retell(session, user, session.get(Activity, activity), "gear")
    assert rules.try_out(user, {"sports": ["running"]}, {"gear": "Boots"})[1] == []

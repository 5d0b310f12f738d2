"""A rule's changes are undone wherever they are by now: in an activity that was merged or split, or lost a file."""

from datetime import timedelta

from milevault_core import store
from milevault_core.actions import edits, recordings, rules
from milevault_core.imports import files, undo
from tests.builders import gpx

RUNS = {"sports": ["running"]}
SETS = {"gear": "Bike X", "is_commute": "true", "tags": "rule"}
SET, BARE = ("Bike X", "rule", True), ("", "", False)


def brought(user: int, *, after_s: int = 0, n: int = 60, lon: float = 8.0) -> tuple[int, int]:
    """Import a run in its own batch: (batch, activity)."""
    points = gpx.points(n=n, start=gpx.START + timedelta(seconds=after_s), lat=47 + after_s * 2.7e-5, lon=lon)
    batch = files.begin(user, "page")
    files.add_and_process(user, batch, "run.gpx", gpx.gpx(gpx.track(points)).encode())
    return batch, int(store.read("SELECT max(id) AS id FROM activities")["id"][0])


def ruled(user: int, conditions: dict | None = None) -> int:
    rule = rules.add(user, conditions or RUNS, SETS)
    list(rules.apply(user, rule, rules.try_out(user, conditions or RUNS, SETS)[1]))
    return rule


def shown() -> list[tuple]:
    rows = store.read("SELECT gear, tags, is_commute FROM activities ORDER BY start_time")
    return list(rows.itertuples(index=False, name=None))


def split(user: int, activity: int) -> int:
    start = store.read("SELECT extract(epoch FROM start_time)::float8 AS t FROM activities")["t"][0]
    return edits.split(user, activity, float(start) + 30)


def test_after_a_join(user: int) -> None:
    (_, first), (_, second) = brought(user, n=60), brought(user, after_s=300, n=100)
    rule = ruled(user, {"metres": [250, None]})
    assert shown() == [BARE, SET]
    edits.join(user, first, second)
    assert shown() == [SET]
    rules.take_back(user, rule)
    assert shown() == [BARE]


def test_after_a_split(user: int) -> None:
    _, activity = brought(user)
    rule = ruled(user)
    split(user, activity)
    assert shown() == [SET, SET]
    rules.take_back(user, rule)
    assert shown() == [BARE, BARE]


def test_a_later_rule_may_change_what_a_rule_set_in_both_halves(user: int) -> None:
    _, activity = brought(user)
    ruled(user)
    split(user, activity)
    later = rules.add(user, RUNS, {"gear": "Bike Y"})
    list(rules.apply(user, later, rules.try_out(user, RUNS, {"gear": "Bike Y"})[1]))
    assert [gear for gear, *_ in shown()] == ["Bike Y", "Bike Y"]


def test_the_owners_word_in_a_half_stays(user: int) -> None:
    _, activity = brought(user)
    rule = ruled(user)
    second = split(user, activity)
    edits.edit_words(user, [second], {"gear": "Mine"})
    rules.take_back(user, rule)
    assert shown() == [BARE, ("Mine", "", False)]


def test_nothing_of_a_rule_is_left_of_a_split_that_is_undone(user: int) -> None:
    _, activity = brought(user)
    rule = ruled(user)
    second = split(user, activity)
    trim = store.read(
        "SELECT field FROM activity_edits WHERE activity_id = $1 AND field LIKE 'track%'", (activity,)
    )
    edits.revoke(user, activity, trim["field"][0])
    assert set(store.read("SELECT activity_id FROM rule_effects")["activity_id"]) == {activity} != {second}
    rules.take_back(user, rule)
    assert shown() == [BARE]


def test_after_the_file_that_it_was_set_on_is_gone(user: int) -> None:
    (first, activity), _ = brought(user), brought(user, n=63, lon=8.00001)
    assert len(shown()) == 1
    recording = int(store.read("SELECT max(id) AS id FROM activity_recordings")["id"][0])
    other = recordings.take_apart(user, recording)
    rule = ruled(user, {"metres": [180, None]})
    assert sorted(shown()) == [BARE, SET]
    recordings.put_together(user, other)
    undo.ask(user, first)
    undo.run(user, first)
    assert list(store.read("SELECT id FROM activities")["id"]) == [activity]
    assert shown() == [SET]
    rules.take_back(user, rule)
    assert shown() == [BARE]


def test_tags_that_the_owner_gave_the_other_half_of_a_join_stay(user: int) -> None:
    (_, first), (_, second) = brought(user, n=100), brought(user, after_s=300, n=60)
    rule = ruled(user, {"metres": [250, None]})
    edits.edit_words(user, [second], {"tags": "mine"})
    edits.join(user, first, second)
    rules.take_back(user, rule)
    assert [tags for _, tags, _ in shown()] == ["mine"]


def test_what_the_owner_said_of_a_joined_activity_stays_when_an_earlier_rules_gear_comes_back(
    user: int,
) -> None:
    (_, first), (_, second) = brought(user, n=60), brought(user, after_s=300, n=100)
    ruled(user, {"metres": [250, None]})
    longer, sets = {"metres": [260, None]}, {"gear": "Bike Y", "tags": "more"}
    last = rules.add(user, longer, sets)
    list(rules.apply(user, last, rules.try_out(user, longer, sets)[1]))
    edits.join(user, first, second)
    edits.edit_words(user, [first], {"gear": "Mine", "tags": "mine"})
    rules.take_back(user, last)
    assert shown() == [("Mine", "mine", True)]


def test_what_the_owner_said_before_a_join_no_rule_changes(user: int) -> None:
    (_, first), (_, second) = brought(user), brought(user, after_s=300)
    edits.edit_words(user, [second], {"gear": "Mine"})
    edits.join(user, first, second)
    ruled(user)
    assert shown() == [("Mine", "rule", True)]

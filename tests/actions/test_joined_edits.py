"""An edit made before a join belongs to its part, one made on the joined activity to the whole; separating brings back
exactly what was."""

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import edits, recordings
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.imports import undo
from milevault_core.store.queries import edits as edit_queries
from tests.actions.test_rules_undone import brought

WORDS = "name, description, gear, tags, is_left_out"


def rows(columns: str = "elapsed_s, round(distance_m)::int AS m, round(ascent_m) AS up") -> list[tuple]:
    found = store.read(f"SELECT {columns} FROM activities ORDER BY start_time, id")
    return list(found.itertuples(index=False, name=None))


def everything() -> list[str]:
    """The activities and the stored edits as text, without times of writing."""
    shown = store.read(
        "SELECT (to_jsonb(a) - 'version' - 'created_at')::text AS t FROM activities a ORDER BY id"
    )
    said = store.read("SELECT (to_jsonb(e))::text AS t FROM activity_edits e ORDER BY activity_id, field")
    return [*shown["t"], *said["t"]]


@pytest.fixture
def two(user: int) -> tuple[int, int]:
    (_, first), (_, second) = brought(user, n=60), brought(user, after_s=300, n=100)
    return first, second


def start(activity: int) -> float:
    query = "SELECT extract(epoch FROM start_time)::float8 AS t FROM activities WHERE id = $1"
    return float(store.read(query, (activity,))["t"][0])


def change(user: int, two: tuple[int, int], kind: str) -> tuple[int, str]:
    """Edit one of two activities; returns which, and the name of the edit."""
    first, second = two
    if kind == "figure":
        edits.choose_figure(user, first, "distance_m", "5000")
        return first, "figure:distance_m"
    if kind == "split":
        edits.split(user, first, start(first) + 30)
        return first, edit_queries.of_activity(user, first)["field"][0]
    made = {
        "end": (first, TrackEdit("trim", stop=start(first) + 30)),
        "start": (second, TrackEdit("trim", start=start(second) + 40)),
        "altitude": (first, TrackEdit("altitude", factor=2.0)),
        "cut": (second, TrackEdit("cut", start(second) + 20, start(second) + 30)),
    }[kind]
    return made[0], edits.edit_track(user, *made)


@pytest.mark.parametrize("kind", ["end", "start", "altitude", "cut", "figure", "split"])
@pytest.mark.parametrize("turned", [False, True])
def test_an_edit_of_a_part_stays_with_its_part(
    user: int, two: tuple[int, int], kind: str, turned: bool
) -> None:
    whole_before = [row for row in rows()]
    change(user, two, kind)
    before, stored = rows(), everything()
    parts = [
        row
        for row in store.read("SELECT id, distance_m, ascent_m FROM activities").itertuples()
        if row.id in two
    ]
    joined = edits.join(user, *(reversed(two) if turned else two))
    (whole,) = [row for row in store.read("SELECT id, distance_m, ascent_m FROM activities").itertuples()
                if row.id == joined]  # fmt: skip
    assert whole.distance_m == pytest.approx(sum(part.distance_m for part in parts), abs=0.1)
    assert whole.ascent_m == pytest.approx(sum(part.ascent_m for part in parts), abs=3)
    assert rows() != whole_before
    edits.unjoin(user, joined)
    assert rows() == before
    assert everything() == stored


@pytest.mark.parametrize("kind", ["end", "start", "altitude", "cut", "figure", "split"])
def test_an_edit_of_a_part_is_undone_in_the_whole(user: int, two: tuple[int, int], kind: str) -> None:
    edits.join(user, *two)
    joined, plain = rows(), None
    edits.unjoin(user, min(two))
    plain = rows()
    _, name = change(user, two, kind)
    edits.join(user, *two)
    edits.revoke(user, min(two), name)
    assert rows() == joined
    edits.unjoin(user, min(two))
    assert rows() == plain


def test_edits_of_part_and_whole_are_undone_in_any_order(user: int, two: tuple[int, int]) -> None:
    _, part = change(user, two, "end")
    edits.join(user, *two)
    with_part = rows()
    whole = edits.edit_track(user, min(two), TrackEdit("trim", start=start(two[0]) + 10))
    both = rows()
    edits.revoke(user, min(two), whole)
    assert rows() == with_part
    whole = edits.edit_track(user, min(two), TrackEdit("trim", start=start(two[0]) + 10))
    assert rows() == both
    edits.revoke(user, min(two), part)
    edits.revoke(user, min(two), whole)
    edits.unjoin(user, min(two))
    assert [m for _, m, _ in rows()] == [int(m) for m in store.read(
        "SELECT round(distance_m)::int AS m FROM activity_recordings ORDER BY start_time")["m"]]  # fmt: skip


def test_a_figure_of_the_whole_ends_with_it_and_that_of_its_part_comes_back(
    user: int, two: tuple[int, int]
) -> None:
    change(user, two, "figure")
    before, stored = rows(), everything()
    joined = edits.join(user, *two)
    summed = rows()
    edits.choose_figure(user, joined, "distance_m", "7000")
    assert rows()[0][1] == 7000
    edits.revoke(user, joined, "figure:distance_m")
    assert rows() == summed
    edits.choose_figure(user, joined, "distance_m", "7000")
    edits.unjoin(user, joined)
    assert rows() == before
    assert everything() == stored


def test_a_trim_of_two_that_were_joined_leaves_a_third_whole(user: int, two: tuple[int, int]) -> None:
    _, third = brought(user, after_s=700, n=80)
    before = rows()
    edits.join(user, *two)
    edits.edit_track(user, min(two), TrackEdit("trim", stop=start(two[0]) + 30))
    short = rows()
    joined = edits.join(user, two[0], third)
    assert rows()[0][1] == pytest.approx(short[0][1] + short[1][1], abs=1)
    assert len(edits.unjoin(user, joined)) == 3
    assert rows() == before


@pytest.mark.parametrize("turned", [False, True])
def test_words_come_back_as_they_were(user: int, two: tuple[int, int], turned: bool) -> None:
    edits.edit_words(user, [two[0]], {"name": "One", "gear": "G1", "tags": "x"})
    edits.edit_words(user, [two[1]], {"name": "Two", "description": "D2", "gear": "G2", "tags": "y"})
    before, stored = rows(WORDS), everything()
    joined = edits.join(user, *(reversed(two) if turned else two))
    assert rows(WORDS) == [("Two", "D2", "G2", "y", False)]
    edits.unjoin(user, joined)
    assert rows(WORDS) == before
    edits.join(user, *two)
    edits.edit_words(user, [joined], {"name": "Whole", "is_left_out": "true", "gear": "", "rpe": "3"})
    assert rows(WORDS) == [("Whole", "D2", "", "y", True)]
    edits.edit_words(user, [joined], {"name": ""})
    assert rows("name") == [("Morning",)]
    edits.unjoin(user, joined)
    assert rows(WORDS) == before
    assert everything() == stored


def test_a_joined_activity_counts_unless_all_of_it_was_left_out(user: int, two: tuple[int, int]) -> None:
    edits.edit_words(user, [two[1]], {"is_left_out": "true"})
    joined = edits.join(user, *two)
    assert rows("is_left_out") == [(False,)]
    edits.edit_words(user, [joined], {"name": "Again"})
    assert rows("is_left_out") == [(False,)]
    edits.unjoin(user, joined)
    assert rows("is_left_out") == [(False,), (True,)]
    edits.edit_words(user, [two[0]], {"is_left_out": "true"})
    edits.join(user, *two)
    assert rows("is_left_out") == [(True,)]


def test_separated_although_the_trim_of_the_whole_left_nothing_of_a_part(
    user: int, two: tuple[int, int]
) -> None:
    before, stored, later = rows(), everything(), start(two[1]) + 10
    joined = edits.join(user, *two)
    edits.edit_track(user, joined, TrackEdit("trim", start=later))
    edits.unjoin(user, joined)
    assert rows() == before
    assert everything() == stored


def test_a_recording_taken_apart_takes_its_words_with_it(user: int) -> None:
    _, first = brought(user)
    _, second = brought(user, n=63, lon=8.00001)
    assert first == second or len(rows()) == 1
    recording = int(store.read("SELECT max(id) AS id FROM activity_recordings")["id"][0])
    with store.session() as session:
        told = text("UPDATE activity_recordings SET about = CAST(:told AS jsonb) WHERE id = :r")
        session.execute(told, {"told": '{"name": "Lunch", "gear": "Old"}', "r": recording})
    other = recordings.take_apart(user, recording)
    recordings.put_together(user, other)
    assert rows("name, gear") == [("Lunch", "Old")]
    recordings.take_apart(user, recording)
    assert sorted(rows("name, gear")) == [("Lunch", "Old"), ("Morning", "")]


def test_the_import_of_a_part_is_undone_although_its_trim_leaves_nothing_of_the_other(user: int) -> None:
    (batch, first), (_, second) = brought(user, n=60), brought(user, after_s=300, n=100)
    before = rows()[1]
    edits.edit_track(user, first, TrackEdit("trim", stop=start(first) + 30))
    edits.join(user, first, second)
    undo.ask(user, batch)
    undo.run(user, batch)
    assert rows() == [before]

"""Splits and their undoing, in any order: every stretch of the file belongs to exactly one activity."""

import random
from datetime import UTC, date, datetime

import pytest

from milevault_core import store
from milevault_core.actions import by_worker, edits, trash
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store.queries import edits as edit_queries
from tests.actions.test_rules_undone import brought
from tests.builders import gpx
from tests.imports.test_files import brought_in

N = 100


@pytest.fixture
def whole(user: int) -> int:
    return brought(user, n=N)[1]


def stretches() -> list[tuple]:
    """(start in seconds, seconds, metres, points) of every activity, in the order of time."""
    found = store.read(
        "SELECT extract(epoch FROM start_time)::int AS t, elapsed_s::int AS s, distance_m, point_count "
        "FROM activities ORDER BY start_time, id"
    )
    first = int(found["t"].min())
    return [(t - first, s, m, n) for t, s, m, n in found.itertuples(index=False, name=None)]


def ids() -> list[int]:
    return [int(one) for one in store.read("SELECT id FROM activities ORDER BY start_time, id")["id"]]


def stored() -> list[str]:
    """The activities with their points, and everything stored about recordings, as text."""
    rows = store.read(
        "SELECT (to_jsonb(a) - '{version,computed_at,updated_at,created_at}'::text[])::text AS t FROM activities a "
        "UNION ALL SELECT (to_jsonb(p))::text FROM activity_data_points p "
        "UNION ALL SELECT (to_jsonb(l))::text FROM activity_laps l "
        "UNION ALL SELECT (to_jsonb(r))::text FROM activity_recordings r "
        "UNION ALL SELECT (to_jsonb(e) - 'edited_at')::text FROM activity_edits e ORDER BY 1"
    )
    return list(rows["t"])


def split(user: int, activity: int, after_s: float) -> int:
    """Split an activity so many seconds after its file's start, between two points."""
    query = (
        "SELECT extract(epoch FROM start_time)::float8 AS t FROM activity_recordings WHERE activity_id = $1"
    )
    return edits.split(user, activity, float(store.read(query, (activity,))["t"].min()) + after_s + 0.5)


def names(user: int, activity: int) -> list[str]:
    """The names of an activity's edits, the oldest first."""
    return list(edit_queries.of_activity(user, activity)["field"])


def revoke_end(user: int, activity: int, second: int) -> None:
    made = edit_queries.of_activity(user, activity)
    (name,) = made["field"][made["value"].str.contains(rf'"split_off": {second}\b')]
    edits.revoke(user, activity, name)


def test_undoing_the_first_of_two_splits_leaves_the_other(user: int, whole: int) -> None:
    before = stored()
    second = split(user, whole, 40)
    third = split(user, second, 70)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 40), (41, 29), (71, 28)]
    revoke_end(user, whole, second)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 70), (71, 28)]
    assert ids() == [whole, third]
    revoke_end(user, whole, third)
    assert stored() == before


def test_the_older_split_undone_after_the_first_half_was_split_again(user: int, whole: int) -> None:
    before = stored()
    last = split(user, whole, 70)
    middle = split(user, whole, 30)
    assert [len(names(user, one)) for one in (whole, middle, last)] == [1, 2, 1]
    revoke_end(user, middle, last)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 30), (31, 68)]
    assert ids() == [whole, middle]
    revoke_end(user, whole, middle)
    assert stored() == before


@pytest.mark.parametrize("seed", range(4))
def test_any_splits_and_undos_share_out_the_whole_file(user: int, whole: int, seed: int) -> None:
    chance, before = random.Random(seed), stored()
    edits.edit_track(user, whole, TrackEdit("altitude", factor=2.0))
    (of_whole,) = names(user, whole)
    (_, _, metres, _), *_ = stretches()
    for _ in range(8):
        now = stretches()
        if len(now) < 4 and (len(now) == 1 or chance.random() < 0.6):
            number = chance.choice([n for n, (_, s, _, _) in enumerate(now) if s > 9])
            start, seconds, _, _ = now[number]
            split(user, ids()[number], start + chance.randrange(3, seconds - 3))
        else:
            one = chance.choice(ids())
            edits.revoke(user, one, chance.choice([name for name in names(user, one) if name != of_whole]))
        now = stretches()
        assert sum(n for _, _, _, n in now) == N
        assert sum(s + 1 for _, s, _, _ in now) == N
        assert sum(m for _, _, m, _ in now) == pytest.approx(
            metres - (len(now) - 1) * metres / (N - 1), rel=0.02
        )
    while len(ids()) > 1:
        one = chance.choice(ids())
        edits.revoke(user, one, chance.choice([name for name in names(user, one) if name != of_whole]))
    edits.revoke(user, whole, of_whole)
    assert stored() == before


def test_undone_from_the_second_half(user: int, whole: int) -> None:
    before = stored()
    second = split(user, whole, 40)
    edits.revoke(user, second, names(user, second)[0])
    assert stored() == before


def test_not_undone_while_the_first_half_is_in_the_trash(user: int, whole: int) -> None:
    before = stored()
    second = split(user, whole, 40)
    trash.delete(user, whole)
    now = stored()
    with pytest.raises(ValueError, match="in the trash"):
        edits.revoke(user, second, names(user, second)[0])
    assert stored() == now
    trash.restore(user, whole)
    edits.revoke(user, second, names(user, second)[0])
    assert stored() == before


def test_a_second_half_that_was_deleted_for_good_leaves_the_third_its_own(user: int, whole: int) -> None:
    second = split(user, whole, 40)
    third = split(user, second, 70)
    trash.delete(user, second)
    trash.purge(user, second)
    revoke_end(user, whole, second)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 70), (71, 28)]
    edits.revoke(user, third, names(user, third)[0])
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 99)]


def test_undone_in_a_joined_activity_it_leaves_the_other_part_whole(user: int, whole: int) -> None:
    """The end that the first half takes over from the second is one of that part, not of the whole."""
    second = split(user, whole, 40)
    third = split(user, second, 70)
    _, other = brought(user, after_s=300, n=60)
    alone = stretches()[-1]
    joined = edits.join(user, whole, other)
    revoke_end(user, joined, second)
    (_, _, metres, points), last = stretches()
    assert (points, last[0]) == (71 + 60, 71)
    assert metres == pytest.approx(70 * alone[2] / 59 + alone[2], rel=0.02)
    edits.unjoin(user, joined)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 70), (71, 28), (300, 59)]
    revoke_end(user, whole, third)
    assert [(t, s) for t, s, _, _ in stretches()] == [(0, 99), (300, 59)]


def test_what_was_joined_is_not_split(user: int, whole: int) -> None:
    _, other = brought(user, after_s=300, n=60)
    joined = edits.join(user, whole, other)
    before = stored()
    with pytest.raises(ValueError, match="joined from several recordings"):
        split(user, joined, 40)
    at = gpx.START.timestamp() + 40
    asked = by_worker.ask(user, "split", joined, at)
    by_worker.work(user, "split", joined, (at,))
    assert by_worker.reason(asked).startswith(
        "This activity was joined from several recordings. Separate them first"
    )
    assert stored() == before


def test_a_second_file_of_the_workout_stays_with_the_first_half(user: int, whole: int) -> None:
    brought(user, n=N - 2, lon=8.00001)
    assert ids() == [whole]
    before = stored()
    for turn in range(2):
        second = split(user, whole, 40)
        assert ids() == [whole, second]
        counted = store.read(
            "SELECT count(*) AS n FROM activity_recordings GROUP BY activity_id ORDER BY activity_id"
        )
        assert list(counted["n"]) == [2, 1]
        edits.revoke(user, (whole, second)[turn], names(user, second)[0])
        assert stored() == before


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (datetime(2024, 3, 31, 0, 59, 30, tzinfo=UTC), 3600, 7200),
        (datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC), 7200, 3600),
    ],
)
def test_a_half_after_a_clock_change_has_the_new_offset(
    user: int, start: datetime, before: int, after: int
) -> None:
    run = gpx.gpx(gpx.track(gpx.points(n=N, start=start, lat=52.5, lon=13.4))).encode()
    (item,) = brought_in(user, ("run.gpx", run))
    whole = int(item["activities"][0])
    offsets = "SELECT utc_offset_s FROM activities ORDER BY start_time"
    second = split(user, whole, 40)
    assert list(store.read(offsets)["utc_offset_s"]) == [before, after]
    edits.revoke(user, second, names(user, second)[0])
    assert list(store.read(offsets)["utc_offset_s"]) == [before]


def test_a_half_that_begins_after_midnight_has_the_new_day(user: int) -> None:
    """23:59:30 on the day of the clock change in Berlin, which is summer time."""
    start = datetime(2024, 3, 31, 21, 59, 30, tzinfo=UTC)
    run = gpx.gpx(gpx.track(gpx.points(n=N, start=start, lat=52.5, lon=13.4))).encode()
    (item,) = brought_in(user, ("run.gpx", run))
    split(user, int(item["activities"][0]), 40)
    days = store.read("SELECT local_day, utc_offset_s FROM activities ORDER BY start_time")
    assert list(days.itertuples(index=False, name=None)) == [
        (date(2024, 3, 31), 7200),
        (date(2024, 4, 1), 7200),
    ]

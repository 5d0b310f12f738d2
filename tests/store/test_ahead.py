"""A prefetched result equals the query's own result, including types, and is discarded after a write."""

import pandas as pd
import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.store import ahead, answers
from milevault_core.store.queries import activities, efforts, records, training
from tests.pages.runs import save_runs
from tests.statements import counted

ROWS = (
    "SELECT n::int2 AS small, CASE n WHEN 1 THEN 'a' END AS words, '2026-03-01'::timestamptz + n * interval '1 day' "
    "AS time, '2026-03-01'::date + n AS day, CASE n WHEN 2 THEN 'NaN'::float4 WHEN 1 THEN 0.1 END AS real, "
    "'\\x00ff'::bytea AS bytes, n = 1 AS is_one FROM generate_series(1, $1::int) n ORDER BY n DESC"
)


def rows(user_id: int, count: int) -> pd.DataFrame:
    return store.read(ROWS, (count,))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_types_and_order_are_those_of_the_query(user: int, count: int) -> None:
    with ahead.one_run():
        ahead.fetch((rows, user, count), (rows, user, 2))
        with counted() as sent:
            fetched = rows(user, count)
        assert not sent
    pd.testing.assert_frame_equal(fetched, rows(user, count))


def test_queries_of_an_activity_in_one_statement(user: int) -> None:
    activity_id = save_runs(user)["fast"]
    calls = (
        *((ask, user, activity_id) for ask in (activities.one, activities.laps, activities.metrics,
                                               activities.channels, efforts.of_activity, records.of_activity,
                                               training.of_activity)),
        (activities.laps, user, activity_id, "length"), (efforts.highest_heart_rate, user),
    )  # fmt: skip
    asked = [ask(*arguments) for ask, *arguments in calls]
    with ahead.one_run():
        ahead.fetch(*calls)  # learns the columns
        answers.forget()
        with counted() as sent:
            ahead.fetch(*calls)
            fetched = [ask(*arguments) for ask, *arguments in calls]
    assert len(sent) == 1
    for one, other in zip(asked, fetched, strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other
    assert len(asked[5]) + len(asked[4]) > 1  # there is something to compare


def test_a_write_in_between_is_seen(user: int) -> None:
    activity_id = save_runs(user)["fast"]
    with ahead.one_run():
        ahead.fetch((activities.one, user, activity_id))
        with store.session() as session:
            session.execute(text("UPDATE activities SET name = 'Changed' WHERE id = :a"), {"a": activity_id})
        assert activities.one(user, activity_id)["name"] == "Changed"


def test_nothing_is_kept_beyond_a_run(user: int) -> None:
    with ahead.one_run():
        ahead.fetch((rows, user, 2))
    ahead.fetch((rows, user, 2))  # outside a run
    with counted() as sent:
        rows(user, 2)
    assert len(sent) == 1


def test_a_stranger_gets_nothing_of_it(user: int, other_user: int) -> None:
    activity_id = save_runs(user)["fast"]
    with ahead.one_run():
        ahead.fetch((activities.one, user, activity_id), (activities.one, other_user, activity_id))
        assert activities.one(other_user, activity_id) is None
        assert activities.one(user, activity_id) is not None

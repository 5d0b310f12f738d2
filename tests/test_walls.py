"""No user sees or changes what belongs to another. Queries and writes are found by introspection, so that a new one is
covered from the day it is written.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from milevault_core import store
from tests.walls import (
    EXAMPLES,
    NOBODY,
    call,
    check_read,
    check_write,
    digest,
    has_ids,
    is_empty,
    nothing_changes,
    reads,
    writes,
)
from tests.walls_person import Person, person

READS, WRITES = reads(), writes()


def label(function) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def make_two() -> tuple[Person, Person]:
    return person("ann"), person("bob")


@pytest.fixture
def two(database, filled_once: Callable[..., Any]) -> tuple[Person, Person]:
    """Ann, who is user 1, and Bob; each has everything."""
    ann, bob = filled_once(make_two)
    assert ann.user_id == 1
    assert not set(vars(ann).items()) & set(vars(bob).items())
    return ann, bob


def test_every_function_is_found() -> None:
    found = {label(f) for f in READS + WRITES}
    assert {"activities.one", "activities.original", "imports.items", "totals.by_day", "save.delete_activity",
            "save.save_activity", "files.add"} <= found  # fmt: skip
    assert len(READS) >= 12


def test_every_parameter_has_an_example() -> None:
    for function in READS + WRITES:
        missing = set(inspect.signature(function).parameters) - set(EXAMPLES) - {"session", "user_id"}
        assert not missing, f"{label(function)}: add an example for {missing} to tests/walls.py"


def test_reads_give_nothing_of_others(two) -> None:
    ann, bob = two
    for function in READS:
        if has_ids(function):
            check_read(function, ann, bob.user_id)
            check_read(function, bob, ann.user_id)


# The test person has nothing of these.
EMPTY = {
    "activity_list.doubted": "every date is right",
    "garmin.deleted": "nothing was deleted there",
    "garmin.state": "not connected",
}


def test_reads_without_ids_give_only_the_users_own(two) -> None:
    """Lists and sums: Ann gets the same whatever Bob has."""
    ann, bob = two
    before = {label(f): call(f, ann.user_id, ann) for f in READS if not has_ids(f)}
    assert {name for name, result in before.items() if is_empty(result)} == set(EMPTY)
    with store.session() as session:
        session.execute(text("DELETE FROM users WHERE id = :u"), {"u": bob.user_id})
    for function in [f for f in READS if not has_ids(f)]:
        now = call(function, ann.user_id, ann)
        if isinstance(now, pd.DataFrame):
            pd.testing.assert_frame_equal(now, before[label(function)])
        else:
            assert repr(now) == repr(before[label(function)])


def test_writes_with_ids_of_others_are_refused_and_change_nothing(two) -> None:
    ann, bob = two
    for function in sorted([f for f in WRITES if has_ids(f)], key=lambda f: f.__name__ == "delete_activity"):
        check_write(function, ann, bob)


def test_who_is_nobody_gets_and_changes_nothing(two) -> None:
    ann, _ = two
    with nothing_changes("somebody who is nobody"):
        for function in READS + WRITES:
            for nobody in NOBODY:
                try:
                    result = call(function, nobody, ann)
                except Exception:
                    continue  # refused; the check below shows that nothing changed
                assert is_empty(result), f"{label(function)} gives rows to {nobody!r}"


# Tests of the harness itself: it must fail on a broken build.


def laps_of_anybody(user_id: int, activity_id: int) -> pd.DataFrame:
    return store.read("SELECT number, elapsed_s FROM activity_laps WHERE activity_id = $1", (activity_id,))


def nothing_for_anybody(user_id: int, activity_id: int) -> pd.DataFrame:
    return store.read("SELECT number FROM activity_laps WHERE activity_id = -$1", (activity_id,))


def other_columns_for_others(user_id: int, activity_id: int) -> pd.DataFrame:
    owned = store.read("SELECT id FROM activities WHERE user_id = $1 AND id = $2", (user_id, activity_id))
    return laps_of_anybody(user_id, activity_id) if len(owned) else pd.DataFrame()


def laps_of_a_friend(user_id: int, friend_id: int) -> pd.DataFrame:
    return laps_of_anybody(user_id, friend_id)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (laps_of_anybody, "another user's rows"),
        (nothing_for_anybody, "own ids give nothing"),
        (other_columns_for_others, "other columns"),
        (laps_of_a_friend, "no example for the parameter friend_id"),
    ],
)
def test_the_harness_fails_on_a_broken_read(two, broken, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_read(broken, two[0], two[1].user_id)


def rename_anybodys(session, user_id: int, activity_id: int, name: str) -> None:
    session.execute(text("UPDATE activities SET name = :n WHERE id = :a"), {"n": name, "a": activity_id})


def rename_and_then_refuse(session, user_id: int, activity_id: int, name: str) -> None:
    with store.session() as another:
        rename_anybodys(another, user_id, activity_id, name)
    raise LookupError


def rename_nobodys(session, user_id: int, activity_id: int, name: str) -> None:
    if user_id != 1:
        raise LookupError


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (rename_anybodys, "takes another user's ids"),
        (rename_and_then_refuse, "changed activities"),
        (rename_nobodys, "own write changes nothing"),
    ],
)
def test_the_harness_fails_on_a_broken_write(two, broken, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_write(broken, *two)


def test_the_digest_sees_every_change(two) -> None:
    before = digest()
    assert before == digest()
    with store.session() as session:
        session.execute(text("UPDATE activity_data_points SET heart_rate = heart_rate + 1 WHERE seq = 0"))
    assert [table for table in before if digest()[table] != before[table]] == ["activity_data_points"]

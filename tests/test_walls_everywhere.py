"""Every public function of store/, actions/ and imports/ treats an id that belongs to another user like one that does
not exist; the owner's own call returns or changes something. tests/walls_lists.py has the exceptions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import config, store
from milevault_core.store import queue
from tests import databases, walls_calls, walls_examples, walls_found, walls_ids, walls_lists
from tests.walls_person import person

FUNCTIONS = walls_found.functions()
OF_USERS = {label: f for label, f in FUNCTIONS.items() if walls_found.is_for_a_user(f)}
CALLED = {label: f for label, f in OF_USERS.items() if label not in walls_lists.NOT_CALLED}
MODULES = sorted({label.rpartition(".")[0] for label in CALLED})


@dataclass(frozen=True)
class Two:
    """The owner with everything, and a stranger who has as much."""

    owner: int
    stranger: int
    ids: walls_ids.Ids
    as_found: dict[str, tuple]

    def call(
        self, label: str, user_id: int, ids: walls_ids.Ids, is_owner_gone: bool = False
    ) -> walls_calls.Outcome:
        function, before = CALLED[label], walls_examples.BEFORE.get(label)
        given = walls_examples.arguments(label, function, ids)
        if is_owner_gone:
            before = _without_the_owner
        prepare = None if before is None else lambda session: before(session, self.owner, self.ids)
        return walls_calls.call(function, user_id, self.owner, given, self.as_found, prepare)


def _without_the_owner(session: Session, owner: int, ids: walls_ids.Ids) -> None:
    session.execute(text("DELETE FROM users WHERE id = :u"), {"u": owner})


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the functions that seal secrets."""
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()


@pytest.fixture(scope="module")
def two(lent_database: databases.Lent) -> Iterator[Two]:
    """One database for all tests, because every call is rolled back."""
    store.close()
    queue.app.cache_clear()
    with lent_database.to_a_test() as url:
        store.open(url)
        walls_ids.raise_first_ids()
        ann, bob = person("ann"), person("bob")
        for one in (ann, bob):
            walls_ids.import_files(one.user_id)
        ids = walls_ids.ids_of(ann.user_id, ann.route_id)
        with walls_calls.rolled_back() as session:
            as_found = walls_calls.digest(session, ann.user_id)
        yield Two(ann.user_id, bob.user_id, ids, as_found)
        store.close()
        queue.app.cache_clear()


def fault_of(two: Two, label: str) -> str:
    """What a function does wrong for a stranger; "" if nothing."""
    foreign = two.call(label, two.stranger, two.ids)
    if foreign.changed_of_owner:
        return f"{label}: a stranger changes {', '.join(sorted(foreign.changed_of_owner))}"
    if walls_examples.takes_ids(label, CALLED[label]):
        missing = two.call(label, two.stranger, walls_ids.missing_ids())
        if foreign != missing:
            return f"{label}: another's id is answered with {foreign}, one that nobody has with {missing}"
        return ""
    alone = two.call(label, two.stranger, two.ids, is_owner_gone=True)
    if (foreign.given, foreign.error) != (alone.given, alone.error):
        return f"{label}: gives {foreign}, and {alone} when the other one is gone"
    return ""


def of_module(module: str) -> list[str]:
    return [label for label in CALLED if label.rpartition(".")[0] == module]


def test_every_parameter_has_an_example() -> None:
    missing = {}
    for label, function in CALLED.items():
        try:
            walls_examples.arguments(label, function, walls_ids.missing_ids())
        except LookupError as names:
            missing[label] = str(names)
    assert not missing, "add examples to tests/walls_examples.py"


@pytest.mark.parametrize("module", MODULES)
def test_a_strangers_id_is_as_one_that_nobody_has(two: Two, module: str) -> None:
    assert [fault for label in of_module(module) if (fault := fault_of(two, label))] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_owner_gets_or_changes_something(two: Two, module: str) -> None:
    """Otherwise the test above could not fail."""
    silent = {}
    for label in of_module(module):
        own = two.call(label, two.owner, two.ids)
        if own.error or (own.is_empty and not own.changed):
            silent[label] = repr(own.raised)
    expected = {label for label in of_module(module) if label in walls_lists.SILENT}
    assert set(silent) == expected, silent


def with_ids() -> list[str]:
    takes = [label for label in CALLED if walls_examples.takes_ids(label, CALLED[label])]
    return sorted({label.rpartition(".")[0] for label in takes})


@pytest.mark.parametrize("module", with_ids())
def test_a_build_that_asks_nobody_is_seen(two: Two, module: str) -> None:
    """With `user_id = …` removed from the statements, the test above fails in each module: in a write if it has any,
    otherwise in a read."""
    takes = [label for label in of_module(module) if walls_examples.takes_ids(label, CALLED[label])]
    writes = [label for label in takes if two.call(label, two.owner, two.ids).changed]
    with walls_calls.without_the_user():
        is_seen = any(fault_of(two, label) for label in writes or takes)
    assert is_seen is (module not in walls_lists.NOT_SEEN)


def test_the_broken_build_does_not_break_what_judges_it(two: Two) -> None:
    """Otherwise the broken build would be detected whatever it does."""
    with walls_calls.rolled_back() as session, walls_calls.without_the_user():
        assert walls_calls.digest(session, two.owner) == two.as_found


def test_the_lists_name_what_is_there() -> None:
    """A function that is gone, or is called after all, must be removed from its list, and the number adjusted."""
    for names in (walls_lists.NOT_CALLED, walls_lists.SILENT):
        assert set(names) <= set(OF_USERS)
        assert all(names.values())
    assert not set(walls_lists.NOT_CALLED) & set(walls_lists.SILENT)
    assert len(walls_lists.NOT_CALLED) == walls_lists.HOW_MANY_ARE_NOT_CALLED
    assert len(walls_lists.SILENT) == walls_lists.HOW_MANY_ARE_SILENT


def test_what_touches_the_database_without_a_user_is_named() -> None:
    found = {
        label
        for label, function in FUNCTIONS.items()
        if not walls_found.is_for_a_user(function) and walls_found.touches_the_database(function)
    }
    assert found == set(walls_lists.WITHOUT_A_USER)
    assert all(walls_lists.WITHOUT_A_USER.values())

"""The harness of tests/test_walls.py: what a stranger gets of a person who has something of everything
(walls_person.py).
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pandas as pd
from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import records
from milevault_core.imports import files
from milevault_core.registry import load_all
from milevault_core.store import queries
from milevault_core.store.activities import save
from milevault_core.store.queries import rereads
from milevault_core.store.records import decisions
from milevault_core.store.routes import decisions as route_decisions
from milevault_core.store.training import athlete as athlete_rows
from tests.walls_person import DAY, Person, failed_item, recording, segment_of

# An example for every parameter of every function, by parameter name. Those that use the person are ids.
EXAMPLES: dict[str, Callable[[Person], object]] = {
    "activity_id": lambda person: person.activity_id,
    "original_id": lambda person: person.original_id,
    "import_id": lambda person: person.import_id,
    "photo_id": lambda person: person.photo_id,
    "upload_id": lambda person: person.upload_id,
    "day": lambda _: DAY,
    "route_id": lambda person: person.route_id,
    "into_route": lambda person: person.activity_id,
    "activity_ids": lambda person: [person.activity_id],
    "flag": lambda _: "favourite",
    "is_set": lambda _: True,
    "starts_own": lambda _: False,
    "reread_id": lambda person: rereads.latest(person.user_id)[0],
    "limit": lambda _: 10,
    "offset": lambda _: 0,
    "outcome": lambda _: "",
    "words": lambda _: "",
    "searched": lambda _: "cycling",
    "today": lambda _: DAY,
    "first_weekday": lambda _: 0,
    "item_ids": lambda _: None,
    "kind": lambda _: "lap",
    "channel_name": lambda _: "core_temperature",
    "developer": lambda _: "",
    "first": lambda _: date(2000, 1, 1),
    "last": lambda _: date(2100, 1, 1),
    "key": lambda _: 0.0,
    "sport": lambda _: "cycling",
    "segment_id": lambda person: segment_of(person.user_id),
    "gear_name": lambda _: "A",
    "curve_name": lambda _: "power",
    "metric_names": lambda _: ["load", "work_j", "rhr", "hr"],
    "since": lambda _: datetime(2026, 5, 31, tzinfo=UTC),
    "until": lambda _: datetime(2026, 6, 3, tzinfo=UTC),
    "bucket_s": lambda _: 60,
    "item_id": lambda person: failed_item(person.user_id),
    "code": lambda _: "date_order",
    "said": lambda _: "day_first",
    "zone_kind": lambda _: "power",
    "rating": lambda _: 8,
    "value_id": lambda person: person.value_id,
    "method": lambda _: "own",
    "bounds": lambda _: [100.0, 200.0],
    "decision": lambda _: "keep",
    "name": lambda _: "A name",
    "names": lambda _: ["threshold_power"],
    "label": lambda _: "A label",
    "source": lambda _: "page",
    "reason": lambda _: "A reason.",
    "data": lambda _: b"<gpx/>",
    "event_key": lambda _: "",
    "about": lambda _: {"name": "From an archive"},
    "field": lambda _: "description",
    "value": lambda _: "A value",
    "recording": lambda _: recording(part=1),  # the person has part 0
}
IDS = {
    "activity_id",
    "original_id",
    "import_id",
    "photo_id",
    "upload_id",
    "route_id",
    "into_route",
    "reread_id",
    "activity_ids",
    "value_id",
    "segment_id",
}


def reads() -> list[Callable]:
    """Every read of the product, except those of accounts, which run before a user is known."""
    load_all(queries.__name__, queries.__path__)
    prefix = queries.__name__ + "."
    modules = [m for name, m in sorted(sys.modules.items()) if name.startswith(prefix)]
    return [f for m in modules if not m.__name__.endswith(".accounts") for f in functions_of(m)]


def writes() -> list[Callable]:
    """Every write of save and imports on behalf of a user."""
    return [
        f
        for m in (save, files, route_decisions, decisions, records, athlete_rows)
        for f in functions_of(m)
        if "user_id" in inspect.signature(f).parameters
    ]


def functions_of(module) -> list[Callable]:
    found = inspect.getmembers(module, inspect.isfunction)
    return [f for name, f in found if f.__module__ == module.__name__ and not name.startswith("_")]


def has_ids(function: Callable) -> bool:
    return bool(IDS & set(inspect.signature(function).parameters))


def call(function: Callable, user_id: object, owner: Person):
    """Call the function as `user_id` with the ids of `owner`."""
    arguments = {}
    for name in inspect.signature(function).parameters:
        if name not in ("session", "user_id"):
            assert name in EXAMPLES, (
                f"{function.__name__}: no example for the parameter {name}, add one to EXAMPLES"
            )
            arguments[name] = EXAMPLES[name](owner)
    if "session" not in inspect.signature(function).parameters:
        return function(user_id, **arguments)
    with store.session() as session:
        return function(session, user_id, **arguments)


def is_empty(result: object) -> bool:
    """Whether a result holds nothing: no row, no object, a count of zero."""
    return (
        result is None
        or (isinstance(result, int) and result == 0)
        or (isinstance(result, tuple) and all(is_empty(each) for each in result))
        or (isinstance(result, Sized) and len(result) == 0)
    )


def check_read(function: Callable, owner: Person, stranger: object) -> None:
    """The stranger gets an empty result with the same columns; the owner gets rows (otherwise the check could not
    fail)."""
    own = call(function, owner.user_id, owner)
    assert not is_empty(own), f"{function.__name__}: the owner's own ids give nothing"
    foreign = call(function, stranger, owner)
    assert is_empty(foreign), f"{function.__name__}: gives another user's rows"
    if isinstance(own, pd.DataFrame):
        assert list(foreign.columns) == list(own.columns), f"{function.__name__}: other columns"


def check_write(function: Callable, owner: Person, stranger: Person) -> None:
    """The stranger's write is refused and changes nothing; the owner's changes something."""
    with nothing_changes(function.__name__):
        try:
            call(function, stranger.user_id, owner)
        except LookupError:
            pass
        else:
            raise AssertionError(f"{function.__name__}: takes another user's ids")
    before = digest()
    call(function, owner.user_id, owner)
    assert digest() != before, f"{function.__name__}: the owner's own write changes nothing"


@contextmanager
def nothing_changes(what: str) -> Iterator[None]:
    before = digest()
    yield
    after = digest()
    changed = [table for table in before if before[table] != after[table]]
    assert not changed, f"{what}: changed {', '.join(changed)}"


def digest() -> dict[str, tuple]:
    """Row count and hash of every table."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with store.session() as session:
        each = (
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{table}\" t"
            for table in session.scalars(text(tables))
        )
        return {table: tuple(rest) for table, *rest in session.execute(text(" UNION ALL ".join(each)))}


NOBODY = (None, 0, True, "1 OR 1=1")

"""The harness of tests/test_walls.py: two people, everything one of them has, and what the other gets of it."""

import inspect
import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import text

from milevault_core import derive, imports, reread, store, track, verdicts
from milevault_core.formats import Channel, Recording
from milevault_core.registry import load_all
from milevault_core.store import (
    items,
    originals,
    pictures,
    queries,
    record_decisions,
    route_decisions,
    save,
    upload_tokens,
    uploads,
)
from milevault_core.store.queries import rereads
from tests.builders.routes import some_route
from tests.builders.tracks import ride
from tests.conftest import make_user

DAY = date(2026, 6, 1)  # of tests.builders.tracks.ride


@dataclass(frozen=True)
class Person:
    """A user and the ids of what this user has."""

    user_id: int
    activity_id: int
    original_id: int
    import_id: int
    route_id: int
    photo_id: int
    upload_id: int


# An example for every parameter of every function, by its name. What depends on the person is somebody's id.
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
    "item_ids": lambda _: None,
    "kind": lambda _: "lap",
    "channel_name": lambda _: "core_temperature",
    "developer": lambda _: "",
    "first": lambda _: date(2000, 1, 1),
    "last": lambda _: date(2100, 1, 1),
    "key": lambda _: 0.0,
    "sport": lambda _: "cycling",
    "curve_name": lambda _: "power",
    "decision": lambda _: "keep",
    "name": lambda _: "A name",
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
}


def recording(part: int = 0, days: int = 0) -> Recording:
    """A ride with something for every table, some days later."""
    made = ride(60)
    made["time"] = made["time"] + np.timedelta64(days, "D")
    start = track.aware(made["time"].to_numpy()[0])
    lap = {"start_time": made["time"].to_numpy()[0], "elapsed_s": 59.0}
    one_set = {"duration_s": 30.0, "repetitions": 10, "exercise": "squat", "is_active": True}
    channel = Channel("core_temperature", "°C", np.arange(60, dtype="f4"))
    return Recording(
        "cycling", start, made[list(track.COLUMNS)], laps=pd.DataFrame([lap]), sets=pd.DataFrame([one_set]),
        channels=[channel], totals={"calories": 400.0}, format="fit", part=part,
    )  # fmt: skip


def person(name: str) -> Person:
    """A new user with a batch, an original and an activity, everything derived."""
    user_id = make_user(name)
    import_id = imports.begin(user_id, "page", "A batch")
    imports.begin(user_id, "demo", "Another batch")
    with store.session() as session:
        original_id = originals.keep(session, user_id, "ride.fit", f"bytes of {name}".encode())
        activity_id = save.save_activity(session, user_id, recording(), original_id, import_id)
        item_id = items.add(session, user_id, import_id, "ride.fit", original_id)
        items.finish(session, user_id, item_id, items.Result("imported", [activity_id], [DAY]))
        failed = items.add(session, user_id, import_id, "again.fit", original_id)
        items.finish(session, user_id, failed, items.Result("failed", reason="No."))
        photo_id = _picture(session, user_id, import_id, item_id, original_id)
        upload_id = uploads.begin(session, user_id, "export.zip", 10).id
        upload_tokens.add(session, user_id, "phone", f"key of {name}")
    derive.clean(user_id)
    _trash_apart_reread(user_id, activity_id)
    _more_records(user_id, activity_id)
    route_id = some_route(user_id, activity_id)
    return Person(user_id, activity_id, original_id, import_id, route_id, photo_id, upload_id)


def _picture(session, user_id: int, import_id: int, item_id: int, original_id: int) -> int:
    """A photo and a bike."""
    pictures.add(session, user_id, import_id, item_id, original_id, "image/jpeg", 4, 3, b"small")
    session.execute(
        text(
            "INSERT INTO gear (user_id, import_id, kind, name, brand, model) VALUES (:u, :b, 'bike', 'A', '', '')"
        ),
        {"u": user_id, "b": import_id},
    )
    return session.execute(text("SELECT max(id) FROM activity_photos")).scalar_one()


def _trash_apart_reread(user_id: int, activity_id: int) -> None:
    """An activity taken apart from this one, a deleted one, and a batch that would read this one again."""
    with store.session() as session:
        for days, name in ((1, "apart"), (2, "trash")):
            original = originals.keep(session, user_id, name, f"{name} of {user_id}".encode())
            other = save.save_activity(session, user_id, recording(days=days), original)
            if name == "trash":
                save.delete_activity(session, user_id, other)
        session.execute(text(
            "INSERT INTO recordings_apart (user_id, first, second) SELECT :u, min(fingerprint), max(fingerprint) "
            "FROM activity_recordings WHERE user_id = :u AND activity_id IS NOT NULL"
        ), {"u": user_id})  # fmt: skip
    batch = reread.begin(user_id, "One activity", activity_id=activity_id)
    with store.session() as session:
        session.execute(
            text("UPDATE activities_before SET state = 'changed' WHERE import_id = :b"), {"b": batch}
        )
    derive.clean(user_id)


def _more_records(user_id: int, activity_id: int) -> None:
    """An effort that waits, one that is left out, and a decision: one ride alone has none."""
    own = {"u": user_id, "a": activity_id}
    with store.session() as session:
        session.execute(text(
            "INSERT INTO record_waiting (user_id, activity_id, kind, key, sport, is_indoor, start_time, day, value, "
            "typical, share, t0_s, t1_s) "
            "SELECT :u, :a, 'best_time', 400, 'cycling', false, now(), now(), 9, 20, .5, 0, 9"
        ), own)  # fmt: skip
        session.execute(text(
            "INSERT INTO record_left_out (user_id, activity_id, kind, key, value, t0_s, t1_s) "
            "SELECT :u, :a, 'impossible_heart_rate', 1, 250, 0, 1"
        ), own)  # fmt: skip
        session.execute(text(
            "INSERT INTO record_decisions (user_id, activity_id, kind, key, decision) "
            "SELECT :u, :a, 'power', 1, 'not a record'"
        ), own)  # fmt: skip


def reads() -> list[Callable]:
    """Every read of the product; those of accounts come before anybody is known."""
    load_all(queries.__name__, queries.__path__)
    prefix = queries.__name__ + "."
    modules = [m for name, m in sorted(sys.modules.items()) if name.startswith(prefix)]
    return [f for m in modules if not m.__name__.endswith(".accounts") for f in functions_of(m)]


def writes() -> list[Callable]:
    """Every write of save and imports on behalf of a user."""
    return [
        f
        for m in (save, imports, route_decisions, record_decisions, verdicts)
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
    """Nobody's rows: no row, no object, no count."""
    return result is None or (isinstance(result, Sized) and len(result) == 0)


def check_read(function: Callable, owner: Person, stranger: object) -> None:
    """The stranger gets nothing of the owner, in the shape of something; the owner gets rows (else the check could
    not fail)."""
    own = call(function, owner.user_id, owner)
    assert not is_empty(own), f"{function.__name__}: the owner's own ids give nothing"
    foreign = call(function, stranger, owner)
    assert is_empty(foreign), f"{function.__name__}: gives another user's rows"
    if isinstance(own, pd.DataFrame):
        assert list(foreign.columns) == list(own.columns)


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
    """Number and hash of the rows of every table."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with store.session() as session:
        return {
            table: tuple(session.execute(text(
                f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{table}" t'
            )).one())
            for table in session.scalars(text(tables)).all()
        }  # fmt: skip


NOBODY = (None, 0, True, "1 OR 1=1")

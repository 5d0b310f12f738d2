"""Examples for tests/walls_examples.py from the rooms health, segments and garmin, and two people's data for them."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.actions import health, segments
from milevault_core.actions.garmin import PURPOSE
from milevault_core.activities.dates import CROWD
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.formats.health_data import HealthData
from milevault_core.health.of_day import DayValues
from milevault_core.segments.cells import candidate_cells
from milevault_core.segments.draw import DrawnLine, draw
from milevault_core.segments.packed import pack_places
from milevault_core.store.activities import recordings, save, split_join
from milevault_core.store.garmin import sign_ins
from milevault_core.store.imports import uploads
from milevault_core.store.segments import efforts
from tests.walls_calls import NOON
from tests.walls_person import stretch

Ids = dict[str, Any]

DAY = NOON.date()
IDS = {
    "segment_id": "SELECT min(id) FROM route_segments WHERE user_id = :u",
    "health_original_id": "SELECT max(original_id) FROM health_files WHERE user_id = :u",
    "holder_id": "SELECT max(id) FROM imports WHERE user_id = :u AND source = 'page'",
    "entry_id": "SELECT max(id) FROM weight_logs WHERE user_id = :u",
    "export_id": "SELECT max(id) FROM exports WHERE user_id = :u",
    "garmin_id": "SELECT min(garmin_id) FROM garmin_activities WHERE user_id = :u",
}


def a_hill(turn: float = 0.0) -> DrawnLine:
    """A hill of two kilometres, straight north."""
    lat = 52.5 + np.linspace(0.0, 0.02, 200)
    return draw(lat, np.full(200, 13.4 + turn), np.linspace(30.0, 90.0, 200))


def _sign_in(step: str = "asked", sealed: bytes = b"sealed") -> sign_ins.SignIn:
    return sign_ins.SignIn(step, "", sealed, False, 0, NOON + timedelta(days=10_000))


# A Garmin Connect account, an activity to fetch, one that is gone from Garmin Connect, and a day.
_GARMIN = (
    "INSERT INTO garmin_connect_configs (user_id, state, token, display_name, listed, next_run_at) "
    "VALUES (:u, 'ok', 'sealed', 'Ann', 5, now())",
    "INSERT INTO garmin_activities (user_id, garmin_id, start_time, entry) "
    "VALUES (:u, 900000000 + :u, '2026-06-01', '{\"activityName\": \"A run\"}')",
    "INSERT INTO garmin_activities (user_id, garmin_id, start_time, fetched_at, deleted_at, item_id) "
    "VALUES (:u, 910000000 + :u, '2026-06-01', now(), now(), "
    "(SELECT min(id) FROM import_items WHERE user_id = :u))",
    "INSERT INTO garmin_days (user_id, day, fetched_at, attempts) VALUES (:u, '2026-05-01', '2026-05-01', 1)",
)
# An export of one piece that is ready.
_EXPORT = (
    "INSERT INTO exports (user_id, state, made_at, expires_at, size_bytes) "
    "VALUES (:u, 'ready', now(), now() + interval '1 day', 5)",
    "INSERT INTO export_chunks (export_id, number, data) SELECT id, 0, 'bytes' FROM exports WHERE user_id = :u",
)
MAY = date(2026, 5, 1)


def make(user_id: int) -> None:
    """A segment, a day's measurements and notes, and a Garmin Connect account with an activity to fetch."""
    segments.make(user_id, "Hill", "ride", a_hill())
    health.add_entry(user_id, DAY, NOON, {"weight_kg": 70.0})
    health.set_note(user_id, DAY, "Tired.", ["ill"])
    with store.session() as session:
        for query in _GARMIN:
            session.execute(text(query), {"u": user_id})
        sign_ins.put(session, user_id, _sign_in())
        for query in _EXPORT:
            session.execute(text(query), {"u": user_id})


def _found(ids: Ids) -> list[efforts.NewEffort]:
    return [
        efforts.NewEffort(
            ids["segment_id"], ids["activity_id"], 7, 0.0, 50.0, 1.0, 2.0, 120.0, None, None, 3.0, b""
        )
    ]


def _refined(ids: Ids) -> efforts.RefinedSegment:
    line = a_hill().line.points
    outline = line[::10].astype("<f4").tobytes()
    return efforts.RefinedSegment(
        ids["segment_id"], pack_places(line[:, 0], line[:, 1]), outline, 2_000.0, 60.0, "x"
    )


_WHOLE: dict[str, Callable[[Ids], Any]] = {"activity_id": lambda ids: ids["file_id"]}
NAMED: dict[str, Callable[[Ids], Any]] = {
    "fingerprints": lambda ids: [ids["fingerprint"]],
    "is_removed": lambda _: True,
    "bucket_s": lambda _: 60,
    "candidates": lambda _: candidate_cells(stretch().line),
    "cells": lambda _: [1, 2],
    "code": lambda _: "123456",
    "drawn": lambda _: a_hill(0.1),
    "email": lambda _: "a@example.org",
    "entry": lambda _: {"weight_kg": 71.0},
    "final_until": lambda _: DAY,
    "garmin_ids": lambda ids: [ids["garmin_id"]],
    "line": lambda _: a_hill().line,
    "listed": lambda ids: {ids["garmin_id"]: (NOON, {"activityName": "Another"})},
    "measured_at": lambda _: NOON,
    "metric": lambda _: "weight_kg",
    "moments": lambda _: [NOON],
    "note": lambda _: "Better.",
    "now": lambda _: NOON + timedelta(days=1),
    "password": lambda _: "secret",
    "refined": _refined,
    "retry_at": lambda _: NOON,
    "said": lambda _: "decimal comma",
    "segment_ids": lambda ids: [ids["segment_id"]],
    "segments": lambda ids: [ids["segment_id"]],
    "sign_in": lambda _: _sign_in(),
    "since": lambda _: NOON - timedelta(days=1),
    "sources": lambda _: ["garmin"],
    "span": lambda _: (0, 50),
    "still_there": lambda _: [],
    "sums": lambda _: [b"0" * 32],
    "tags": lambda _: ["travel"],
    "touched": lambda ids: [ids["segment_id"]],
    "track": lambda _: b"",
    "until": lambda _: NOON + timedelta(days=1),
    "windows": lambda ids: [(ids["activity_id"], 0.0, 50.0)],
}
_HEALTH: dict[str, Callable[[Ids], Any]] = {"original_id": lambda ids: ids["health_original_id"]}
_CHOICE: dict[str, Callable[[Ids], Any]] = {"name": lambda _: "weight_goal_kg", "value": lambda _: "60"}
OF_FUNCTION: dict[str, dict[str, Callable[[Ids], Any]]] = {
    "store.activities.joined.joinings": {"fingerprints": lambda ids: [ids["fingerprint"], "gone:1"]},
    "store.activities.joined.make_way": _WHOLE,
    "store.activities.joined.end_edits_of_whole": _WHOLE,
    "store.garmin.days.missing": {
        "first": lambda _: MAY,
        "last": lambda _: MAY,
        "since": lambda _: NOON + timedelta(days=90),
        "settled": lambda _: MAY,
        "lately": lambda _: NOON + timedelta(days=90),
    },
    "store.garmin.days.note": {"first": lambda _: MAY, "last": lambda _: MAY + timedelta(days=1)},
    "store.garmin.days.is_incomplete": {"before": lambda _: NOON + timedelta(days=90)},
    "store.activities.crowds.count": {"when": lambda _: NOON},
    "store.activities.crowds.dissolved": {"moments": lambda _: {NOON: CROWD}},
    "store.garmin.activities.note_fetched": {"when": lambda _: NOON},
    "store.garmin.connection.change": {"values": lambda _: {"state": "failing"}},
    "store.garmin.connection.renew_token": {"token": lambda _: b"renewed"},
    "store.garmin.sign_ins.put": {"sign_in": lambda _: _sign_in("failed")},
    "actions.garmin.bring_token": {
        "token": lambda _: '{"di_token": "a", "di_refresh_token": "b", "di_client_id": "c"}'
    },
    "store.segments.efforts.save_efforts": {"found": _found},
    "store.segments.rows.known_keys": {"origin": lambda _: "drawn"},
    "store.segments.rows.of_origin": {"origin": lambda _: "drawn"},
    "store.segments.rows.set_sport": {"sport_group": lambda _: "run"},
    "store.health.files.is_here": _HEALTH,
    "store.health.files.keep": _HEALTH | {"pieces": lambda _: {DAY: HealthData("garmin")}},
    "store.health.files.pass_on": _HEALTH,
    "store.health.files.remove_of": {"originals": lambda ids: [ids["health_original_id"]]},
    "store.goals.is_there": {"amount": lambda _: 1000.0, "sport": lambda _: ""},  # the goal from walls_person
    "store.health.rows.save_day": {"found": lambda _: DayValues(), "otherwise_s": lambda _: 0},
    "store.health.entries.set_choice": _CHOICE,
    "actions.health.set_choice": _CHOICE,
    "store.queries.health.samples": {
        "metric_names": lambda _: ["hr"],
        "since": lambda _: NOON,
        "until": lambda _: NOON + timedelta(days=100),
    },
    "store.queries.health.daily": {"metric_names": lambda _: ["rhr"]},
    "store.queries.health.mornings": {"metric_names": lambda _: ["rhr"]},
    "store.imports.items.set_answer": {"item_id": lambda ids: ids["failed_id"]},
    "imports.files.answer": {"item_id": lambda ids: ids["failed_id"]},
    "imports.everything.plan_of": {"file": lambda _: io.BytesIO(b"<gpx/>")},
    "actions.segments.of_stretch": {"activity_id": lambda ids: ids["file_id"]},
}


def _code_wanted(session: Session, user_id: int, ids: Ids) -> None:
    sign_ins.put(session, user_id, _sign_in("code_wanted", vault.seal(user_id, PURPOSE, "{}")))


def _planned_export(session: Session, user_id: int, ids: Ids) -> None:
    uploads.set_state(session, ids["upload_id"], "planned", plan='{"kind": "milevault"}')


_SPLIT = "track:00000000000000001"


def _split(session: Session, user_id: int, ids: Ids) -> None:
    """An edit as a split makes it, without an effect on the track."""
    value = TrackEdit("trim", stop=4e9, split_off=ids["file_id"]).pack()
    recordings.save_edit(session, user_id, ids["file_id"], _SPLIT, value)


OF_FUNCTION |= {
    "store.activities.halves.beginnings": {
        "homes": lambda ids: [ids["file_id"]],
        "names": lambda _: [_SPLIT],
    },
    "store.activities.halves.undo_split": {
        "activity_id": lambda ids: ids["file_id"],
        "field": lambda _: _SPLIT,
    },
}


def _joined(session: Session, user_id: int, ids: Ids) -> None:
    """Two activities joined and then named, and a recording joined with one that is gone."""
    split_join.join(session, user_id, ids["file_id"], ids["second_file_id"])
    save.edit_activity(session, user_id, ids["file_id"], "description", "Whole")
    query = "INSERT INTO recordings_joined (user_id, first, second) VALUES (:u, :f, 'gone:1')"
    session.execute(text(query), {"u": user_id, "f": ids["fingerprint"]})


BEFORE = {
    "actions.garmin.give_code": _code_wanted,
    "imports.everything.start": _planned_export,
    "store.activities.halves.beginnings": _split,
    "store.activities.halves.undo_split": _split,
    "store.activities.joined.joinings": _joined,
    "store.activities.joined.is_rest": _joined,
    "store.activities.joined.make_way": _joined,
    "store.activities.joined.end_edits_of_whole": _joined,
}
# Called by functions that are called, or with an argument that an example cannot be.
NOT_CALLED = {
    "store.erase.erase": "the whole account, by an administrator or its owner: tests/accounts",
    "store.erase.left_of": "takes a connection: tests/accounts",
    "store.erase.note": "takes a connection: tests/accounts",
    "imports.health.keep": "what a parser has read",
}
WITHOUT_A_USER = {
    **{
        f"store.server_rows.{name}": "counts of the whole server, for its operator"
        for name in ("ones", "jobs", "durations", "add_durations", "items", "files_lately", "garmin_troubles")
    },
    "store.garmin.connection.due": "everybody's, each with its user",
    "store.garmin.sign_ins.forget_expired": "everybody's, by the clock",
    "imports.everything.take_in": "a job's archive",
    "store.unfinished.exports": "everybody's, each with its user",
    "store.unfinished.deletions": "everybody's, each with its user",
}

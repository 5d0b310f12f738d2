"""The data of two people for tests/test_walls_everywhere.py, and its ids."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from milevault_core import store
from milevault_core.imports import files, reread
from milevault_core.store.activities import trash
from tests import walls_newer
from tests.builders import gpx
from tests.builders.routes import some_route
from tests.walls_calls import FIRST_ID, MISSING_ID, NOON

Ids = dict[str, Any]

_OF_FILE = (
    "SELECT min(r.activity_id) FROM activity_recordings r JOIN original_files o ON o.id = r.original_id "
    "WHERE r.user_id = :u AND o.name = '{}.gpx'"
)
# How to find a person's ids. An id is an integer, so that a missing one can take its place.
_IDS = {
    "activity_id": "SELECT min(id) FROM activities WHERE user_id = :u",
    "other_id": "SELECT max(id) FROM activities WHERE user_id = :u",
    "trashed_id": "SELECT max(activity_id) FROM trashed_activities WHERE user_id = :u",
    "recording_id": "SELECT min(id) FROM activity_recordings WHERE user_id = :u AND activity_id IS NOT NULL",
    "import_id": "SELECT min(id) FROM imports WHERE user_id = :u",
    "reread_id": "SELECT max(id) FROM imports WHERE user_id = :u AND source = 'reread'",
    "first_reread_id": "SELECT min(id) FROM imports WHERE user_id = :u AND source = 'reread'",
    "fingerprint": "SELECT min(r.fingerprint) FROM activity_recordings r JOIN original_files o ON "
    "o.id = r.original_id WHERE r.user_id = :u AND o.name = 'first.gpx'",
    "item_id": "SELECT min(id) FROM import_items WHERE user_id = :u",
    "failed_id": "SELECT max(id) FROM import_items WHERE user_id = :u AND outcome = 'failed'",
    "original_id": "SELECT min(id) FROM original_files WHERE user_id = :u",
    "photo_id": "SELECT max(id) FROM activity_photos WHERE user_id = :u",
    "upload_id": "SELECT max(id) FROM uploads WHERE user_id = :u",
    "token_id": "SELECT max(id) FROM upload_tokens WHERE user_id = :u",
    "value_id": "SELECT max(id) FROM athlete_values WHERE user_id = :u",
    "gear_id": "SELECT max(id) FROM gear_items WHERE user_id = :u",
    "service_id": "SELECT max(id) FROM gear_services WHERE user_id = :u",
    "goal_id": "SELECT max(id) FROM goals WHERE user_id = :u",
    "waiting_import_id": "SELECT max(import_id) FROM import_items WHERE user_id = :u AND state = 'waiting'",
    "course_id": "SELECT max(id) FROM route_courses WHERE user_id = :u",
    "file_id": _OF_FILE.format("first"),
    "second_file_id": _OF_FILE.format("second"),
    "again_id": _OF_FILE.format("third"),
    "file_recording_id": "SELECT min(r.id) FROM activity_recordings r JOIN original_files o ON o.id = r.original_id "
    "WHERE r.user_id = :u AND o.name = 'first.gpx'",
    "paired_id": "SELECT min(id) FROM activity_recordings WHERE user_id = :u AND NOT is_primary "
    "AND activity_id IS NOT NULL",
    "trashed_item_id": "SELECT min(i.id) FROM import_items i JOIN activity_recordings r USING (original_id) "
    "WHERE i.user_id = :u AND r.trashed_id IS NOT NULL",
    "rule_id": "SELECT max(id) FROM rules WHERE user_id = :u",
    **walls_newer.IDS,
}


def ids_of(user_id: int, route_id: int) -> Ids:
    """The ids of everything that a person has, by the name of the parameter that takes them."""
    with store.session() as session:
        found = {name: session.scalar(text(query), {"u": user_id}) for name, query in _IDS.items()}
    missing = [name for name, value in found.items() if not value]
    assert not missing, f"nobody has {missing}: let tests/walls_person.py make them"
    return found | {"route_id": route_id, "other_route_id": -found["course_id"]}


def missing_ids() -> Ids:
    """Ids that do not exist."""
    found = {name: MISSING_ID + number for number, name in enumerate(_IDS)}
    found["fingerprint"] = f"{MISSING_ID}:0"
    return found | {
        "route_id": -found["activity_id"],
        "other_route_id": -found["course_id"],
    }


def import_files(user_id: int) -> None:
    """Activities whose files can be read again: two ordinary ones, one with two files, one in the trash; and a pending
    file."""
    batch = files.begin(user_id, "page", "Files")
    for days, name in enumerate(("first", "second", "third", "pair", "trash")):
        start = NOON + timedelta(days=days)
        made = gpx.gpx(gpx.track(gpx.points(start=start), name=f"{name} ride of {user_id}"))
        files.add_and_process(user_id, batch, f"{name}.gpx", made.encode())
        if name == "pair":
            files.add_and_process(
                user_id, batch, "other.gpx", made.replace("Z</time>", ".2Z</time>").encode()
            )
    with store.session() as session:
        query = text(_OF_FILE.format("trash"))
        gone = session.scalar(query, {"u": user_id})
        assert gone is not None
        trash.delete(session, user_id, gone)
        one = session.scalar(text(_OF_FILE.format("first")), {"u": user_id})
        other = session.scalar(text(_OF_FILE.format("second")), {"u": user_id})
    assert one
    assert other
    some_route(user_id, other)
    walls_newer.make(user_id)
    reread.begin(user_id, "One activity", activity_id=one)
    files.add(user_id, files.begin(user_id, "page", "Waiting"), "waiting.gpx", b"<gpx/>")


def raise_first_ids() -> None:
    """Make the ids of everything but users start at a number that means nothing else."""
    with store.session() as session:
        session.execute(text(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, :first) FROM pg_sequences "
            "WHERE schemaname = 'public' AND max_value > :first AND sequencename NOT LIKE 'users%'"
        ), {"first": FIRST_ID})  # fmt: skip

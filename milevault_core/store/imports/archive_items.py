"""Items that are members of an archive: made in bulk, and read directly from the archive."""

import json
from collections import OrderedDict
from dataclasses import asdict
from typing import IO

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats import listing
from milevault_core.formats.contents import Contents, Part
from milevault_core.problems import BadFile
from milevault_core.store import engine
from milevault_core.store.imports import originals, uploads
from milevault_core.store.imports.items import Item
from milevault_core.store.imports.uploads import Upload


def plan_kind(session: Session, upload_id: int) -> str:
    """The kind of an archive according to its plan (formats.contents.Contents.kind); "" without a plan."""
    found = session.execute(
        text("SELECT plan->>'kind' FROM uploads WHERE id = :i"), {"i": upload_id}
    ).scalar()
    return found or ""


def add_items(session: Session, upload: Upload, found: Contents) -> None:
    """Add an item for every part: waiting, or done at once if there is nothing to read. Also adds gear and notes."""
    numbers: dict[str, int] = {}
    for part in sorted(found.parts, key=lambda p: p.role == "photo"):  # a photo names its activity's item
        numbers[part.name] = _add(session, upload, part, numbers)
    with engine.raw(session).cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gear (user_id, import_id, kind, name, brand, model) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [
                (upload.user_id, upload.import_id, g["kind"], g["name"], g["brand"], g["model"])
                for g in found.gear
            ],
        )
    uploads.add_notes(session, upload.id, ((n.start, n.duration_s, json.dumps(n.about)) for n in found.named))


_DONE = {"leftover": "left_out", "refused": "failed"}
_INSERT = (
    "INSERT INTO import_items (user_id, import_id, name, about, upload_id, place, original_id, state, outcome, reason, "
    "finished_at) VALUES (%s, %s, %s, %s::jsonb, %s, %s::jsonb, %s, %s, %s, %s, CASE WHEN %s THEN now() END) "
    "RETURNING id"
)


def _add(session: Session, upload: Upload, part: Part, numbers: dict[str, int]) -> int:
    about = part.about
    if part.photo_of:
        about = {"photo_of": numbers.get(part.photo_of)}
    outcome = _DONE.get(part.role)
    original = None
    if part.data is not None:
        original = originals.keep(session, upload.user_id, part.name, part.data)
    row = engine.raw(session).execute(
        _INSERT,
        (
            upload.user_id, upload.import_id, part.name, json.dumps(about),
            None if outcome else part.archive or upload.id, json.dumps(asdict(part.place)) if part.place else None,
            original, "done" if outcome else "waiting", outcome, part.reason, bool(outcome),
        ),
    ).fetchone()  # fmt: skip
    assert row is not None
    return row[0]


_files: OrderedDict[tuple[str, int], IO[bytes]] = (
    OrderedDict()
)  # kept open by this process: neighbouring members are in the same chunk


def read(item: Item) -> bytes:
    """The bytes of an item, read directly from its archive. Raises BadFile if the archive is gone."""
    if item.upload_id is None or item.place is None:
        raise BadFile("The archive this file was in is no longer here.")
    return listing.read(file_of(item.upload_id), listing.Place(**item.place))


def file_of(upload_id: int) -> IO[bytes]:
    """An archive as a file, kept open by this process. Raises BadFile when it is gone."""
    key = (engine.database().dsn, upload_id)
    if key not in _files:
        with engine.session() as session:
            upload = uploads.of_job(session, upload_id)
        if upload is None:
            raise BadFile("The archive is gone.")
        _files[key] = uploads.open_file(upload)
        while len(_files) > 2:
            _files.popitem(last=False)
    return _files[key]


def forget_files() -> None:
    """Close archives; the next read opens them again."""
    _files.clear()

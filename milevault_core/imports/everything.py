"""An export of another MileVault (export/) that was dropped on the Import page: its plan, and taking it in.

It is received like any archive (archives.py); its plan says that it is an export, and a worker takes it in as a whole.
"""

from typing import IO

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.export import BadExport, read
from milevault_core.problems import BadFile
from milevault_core.store import queue
from milevault_core.store.imports import archive_items, uploads

KIND = "milevault"


def plan_of(user_id: int, file: IO[bytes]) -> dict | None:
    """The plan of an export; None for any other file. Raises BadFile if this account cannot take it in."""
    if not read.is_export(file):
        return None
    try:
        found = read.check(user_id, file)
        rows = {name: int(one["rows"]) for name, one in found["tables"].items()}
    except BadExport as error:
        raise BadFile(str(error)) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadFile("The export is damaged.") from None
    return {
        "kind": KIND,
        "made_at": str(found.get("made_at", ""))[:40],
        "activities": rows.get("activities", 0),
        "files": rows.get("original_files", 0),
        "rows": sum(rows.values()),
    }


def start(user_id: int, upload_id: int) -> None:
    """Have a worker take in an export that was looked through. Raises LookupError if there is no such export."""
    with store.session() as session:
        upload = uploads.one(session, user_id, upload_id, lock=True)
        if upload is None or upload.state not in ("planned", "listing"):
            raise LookupError("There is no such archive.")
        if archive_items.plan_kind(session, upload_id) != KIND:
            raise LookupError("There is no such export.")
        uploads.set_state(session, upload_id, "listing")
        queue.defer_list(session, upload_id, KIND)


def take_in(upload_id: int) -> None:
    """Take in an export, in a worker; a second run finds nothing to do."""
    with store.session() as session:
        upload = uploads.of_job(session, upload_id)
        is_export = upload is not None and archive_items.plan_kind(session, upload_id) == KIND
    if upload is None or upload.state != "listing" or not is_export:
        return

    def progress(done: int, of: int) -> None:
        with store.session() as session:
            uploads.set_state(session, upload_id, "listing", looked_at=done, to_look_at=of)

    def finish(
        session: Session,
    ) -> None:  # in the same transaction: if the worker dies here, either everything is taken in or nothing
        uploads.set_state(session, upload_id, "taken")
        uploads.discard(session, upload.user_id, upload_id)

    try:
        read.read(upload.user_id, uploads.open_file(upload), progress, finish)
    except (BadExport, BadFile) as error:
        with store.session() as session:
            uploads.set_state(session, upload_id, "failed", reason=str(error))
        return
    uploads.give_back_room()

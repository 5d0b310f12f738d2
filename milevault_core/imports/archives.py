"""Archives: received in pieces, looked through, then imported member by member, or discarded.

    upload = archives.begin(user_id, "export.zip", size)      a place for it; the same key gives the same place again
    archives.append(user_id, upload.id, offset, piece)        the last piece starts the plan
    archives.hand_over(user_id, [(name, file), …])            single files; zips among them get their plan too
    archives.look_through(upload_id)                          in a worker: the plan (plan.py), with progress
    archives.start(user_id, upload_id) -> import_id           or archives.discard(user_id, upload_id)
    archives.take_in(upload_id)                               in a worker: an item per member, in one transaction
    archives.work(import_id, job_id)                          in every worker: imports some members at a time

Nothing is copied up front: an item says where in the archive its member is, and the worker reads, saves and imports
it in one transaction. The archive is deleted when the last item is done.
"""

import json
import time
import zipfile
from collections.abc import Sequence
from io import SEEK_END, RawIOBase
from typing import IO

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.formats import MAX_BYTES, archive, contents
from milevault_core.imports import everything, plan
from milevault_core.imports import files as imports
from milevault_core.problems import BadFile
from milevault_core.store import queue, room
from milevault_core.store.imports import archive_items, items, uploads
from milevault_core.store.imports.uploads import Upload

LOOK_S = 1.0  # seconds between saving the progress of looking through
AT_ONCE = 20  # items per claim, and activities derived at once
WORK_S = 3.0  # seconds after which other jobs have their turn
MAX_SIZE = 64 * 1024**3
SMALL = 4 << 20  # largest file in bytes that the receiving process saves itself
SMALL_ZIP, FEW = 16 << 20, 3  # most bytes and files of a zip that is treated like single files
_ACTIVITIES = (".fit", ".gpx", ".tcx", ".fit.gz", ".gpx.gz", ".tcx.gz")


def begin(user_id: int, name: str, size_bytes: int, key: str = "", source: str = "page") -> Upload:
    """Begin receiving an archive of this size. Raises ValueError for impossible sizes."""
    if not 0 < size_bytes <= MAX_SIZE:
        raise ValueError("The file is empty." if size_bytes <= 0 else "The file is larger than any archive.")
    with store.session() as session:
        return uploads.begin(
            session, user_id, imports.storable(name)[-255:], size_bytes, imports.storable(key)[:200], source
        )


def append(user_id: int, upload_id: int, offset: int, data: bytes) -> int:
    """Add a piece of the archive; returns how many bytes are here. Raises what store.imports.uploads.append raises."""
    with store.session() as session:
        here = uploads.append(session, user_id, upload_id, offset, data)
        upload = uploads.one(session, user_id, upload_id)
        if upload and upload.state == "receiving" and here == upload.size_bytes:
            uploads.set_state(session, upload_id, "looking")
            queue.defer_look(session, upload_id)
        return here


def from_stream(user_id: int, name: str, stream: IO[bytes] | RawIOBase, source: str, look: bool) -> int:
    """Take an archive from a stream, which is read once from beginning to end; returns its id. With `look`, a worker
    makes its plan."""
    with store.session() as session:
        upload = uploads.begin(session, user_id, imports.storable(name)[-255:], 0, source=source)
    uploads.copy_in(user_id, upload.id, stream)
    with store.session() as session:
        uploads.set_state(session, upload.id, "looking" if look else "planned")
        if look:
            queue.defer_look(session, upload.id)
    return upload.id


def holds_only_files(file: IO[bytes]) -> bool:
    """Whether a zip is small and holds only a few activity files and no list of them, as Garmin packs each activity:
    it is imported like single files. Leaves the file at its beginning."""
    try:
        if file.seek(0, SEEK_END) > SMALL_ZIP:
            return False
        with zipfile.ZipFile(file) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        is_small = 0 < len(entries) <= FEW and sum(entry.file_size for entry in entries) <= SMALL_ZIP
        return is_small and all(entry.filename.lower().endswith(_ACTIVITIES) for entry in entries)
    except archive.ERRORS:
        return False
    finally:
        file.seek(0)


def hand_over(user_id: int, files: Sequence[tuple[str, IO[bytes]]], source: str = "page") -> list[int]:
    """Take in single files; returns the batches they became. Small files, and zips that hold only a few files, share a
    batch; a larger file or an archive is a batch of its own. An archive from the page (source "page") does not become
    a batch yet: it is looked through first. Archives are unpacked by a worker, not by this process. Raises NoRoom."""
    room.need()
    small: list[tuple[str, IO[bytes]]] = []
    zips: list[tuple[str, IO[bytes]]] = []
    batches: list[int] = []
    for name, file in files:
        is_archive = archive.is_archive(file.read(4))
        size = file.seek(0, SEEK_END)
        file.seek(0)
        if is_archive and source == "page" and not holds_only_files(file):
            from_stream(user_id, name, file, source, look=True)
        elif is_archive and source == "page":
            zips.append((name, file))
        elif (is_archive and source != "page") or size > SMALL:
            batches.append(start(user_id, from_stream(user_id, name, file, source, look=False)))
        else:
            small.append((name, file))
    if small or zips:
        batches.append(imports.begin(user_id, source, label([name for name, _ in (*small, *zips)])))
        for name, file in small:
            imports.add(user_id, batches[-1], name, file.read())
        for name, file in zips:
            start(user_id, from_stream(user_id, name, file, source, look=False), batches[-1])
    return batches


def label(names: Sequence[str]) -> str:
    """The name of an import of several files: "a.fit, b.fit", or for more than three "a.fit and 16 more"."""
    if len(names) <= 3:
        return ", ".join(names)[:500]
    return f"{names[0][:400]} and {len(names) - 1} more"


def discard(user_id: int, upload_id: int) -> None:
    """Remove an archive that is not being imported. Raises LookupError if there is none."""
    with store.session() as session:
        if not uploads.discard(session, user_id, upload_id):
            raise LookupError("There is no such archive.")
    uploads.give_back_room()


def start(user_id: int, upload_id: int, import_id: int | None = None) -> int:
    """Import a complete archive, as a batch of its own or into the batch `import_id`; returns the id of the batch. A
    second start returns the same batch. Raises LookupError for an archive that is not ready."""
    with store.session() as session:
        upload = uploads.one(session, user_id, upload_id, lock=True)
        if upload is not None and upload.import_id is not None:
            return upload.import_id
        is_whole = archive_items.plan_kind(session, upload_id) == everything.KIND  # for everything.start
        if upload is None or upload.state != "planned" or is_whole:
            raise LookupError("There is no such archive.")
        if import_id is None:
            import_id = items.begin(session, user_id, upload.source, upload.name)
        else:
            items.hold(session, user_id, import_id)
        uploads.set_state(session, upload_id, "listing", import_id=import_id)
        queue.defer_list(session, upload_id, archive_items.plan_kind(session, upload_id))
        return import_id


# ── in a worker ─────────────────────────────────────────────────────────────────────────────────────────────


def look_through(upload_id: int) -> None:
    """Make the plan of an archive. A second run starts over."""
    with store.session() as session:
        upload = uploads.of_job(session, upload_id)
    if upload is None or upload.state != "looking":
        return
    try:
        if (whole := everything.plan_of(upload.user_id, uploads.open_file(upload))) is not None:
            with store.session() as session:
                uploads.set_state(session, upload_id, "planned", plan=json.dumps(whole))
            return
        found = _contents(upload)
        last = [0.0]

        def progress(done: int, of: int) -> None:
            if time.monotonic() - last[0] > LOOK_S:
                last[0] = time.monotonic()
                with store.session() as session:
                    uploads.set_state(session, upload_id, "looking", looked_at=done, to_look_at=of)

        made = plan.look_through(upload.user_id, found, file_of(upload), progress)
        with store.session() as session:
            count = len(found.parts)
            uploads.set_state(
                session, upload_id, "planned", plan=json.dumps(made), looked_at=count, to_look_at=count
            )
    except BadFile as error:
        with store.session() as session:
            uploads.set_state(session, upload_id, "failed", reason=str(error))


def take_in(upload_id: int) -> None:
    """Make an item for every member, in one transaction; a second run does nothing."""
    with store.session() as session:
        upload = uploads.of_job(session, upload_id)
    if upload is None or upload.state != "listing" or upload.import_id is None:
        return
    try:
        found = _contents(upload)
    except BadFile as error:
        found = contents.Contents("files", [contents.Part(upload.name, "refused", reason=str(error))])
    with store.session() as session:
        locked = uploads.one(session, upload.user_id, upload_id, lock=True)
        if locked is None or locked.state != "listing":
            return
        archive_items.add_items(session, locked, found)
        uploads.set_state(session, upload_id, "importing")
        queue.defer_batch(session, upload.import_id)


def _contents(upload: Upload) -> contents.Contents:
    """The parts of an archive; each inner archive is unpacked once, to an upload of its own."""
    file = uploads.open_file(upload)
    if not archive.is_archive(file.read(4)):
        return _single(upload, file)
    file.seek(0)
    with store.session() as session:
        inner = uploads.inner_of(session, upload.id)

    def spill(name: str, stream: IO[bytes]) -> tuple[int, IO[bytes]]:
        if name not in inner:
            with store.session() as session:
                place = uploads.inner(session, upload, name)
            uploads.copy_in(upload.user_id, place.id, stream)
            with store.session() as session:
                uploads.set_state(session, place.id, "inner")
                inner.update(uploads.inner_of(session, upload.id))
        return inner[name].id, uploads.open_file(inner[name])

    return contents.of(file, upload.name, file_of(upload), spill)


def _single(upload: Upload, file: IO[bytes]) -> contents.Contents:
    """One file instead of an archive."""
    if upload.size_bytes > MAX_BYTES:
        raise BadFile("This is not a zip, and larger than any activity.")
    file.seek(0)
    return contents.Contents("files", [contents.Part(upload.name, "row", data=file.read())])


def file_of(upload: Upload) -> contents.FileOf:
    """A function that opens the archive (0), or an inner archive by its number."""
    return lambda number: archive_items.file_of(number or upload.id)


def work(import_id: int, job_id: int) -> None:
    """Import items of a batch for a few seconds; then the job is enqueued again, so that other jobs have their turn.

    The derive steps of each activity and its day run at once; those over all activities wait for the end of the batch.
    """
    end = time.monotonic() + WORK_S
    while True:
        with store.session() as session:
            claimed = items.claim(session, import_id, job_id, AT_ONCE)
            user_id = items.owner(session, import_id)
        made: list[int] = []
        with queue.derive_later():
            for item_id, attempts in claimed:
                made += imports.work(item_id, attempts)
        if made and user_id is not None:
            clean.clean_some(user_id, made)
        if not claimed or time.monotonic() > end:
            break
    forgotten = 0
    with store.session() as session:
        if items.waiting_in_archive(session, import_id):
            queue.defer_again(session, import_id, job_id)
        else:
            forgotten = uploads.forget_old(session)
            if user_id is not None:
                queue.defer_derive(session, user_id)
    if forgotten:
        uploads.give_back_room()

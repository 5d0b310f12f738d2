"""Archives: received in pieces, looked through, then imported member by member, or discarded.

    upload = archives.begin(user_id, "export.zip", size)      a place for it; the same one again with the same key
    archives.append(user_id, upload.id, offset, piece)        the last piece starts the plan
    archives.hand_over(user_id, [(name, file), …])            single files; zips among them get their plan too
    archives.look_through(upload_id)                          in a worker: the plan (plan.py), with progress
    archives.start(user_id, upload_id) -> import_id           or archives.discard(user_id, upload_id)
    archives.take_in(upload_id)                               in a worker: an item a member, in one transaction
    archives.work(import_id, job_id)                          in every worker: members to activities, some at a time

Nothing is copied up front: an item says where its member lies, and whoever works on it reads, keeps and imports it in
one transaction. The archive goes when the last item is done.
"""

import json
import time
from collections.abc import Sequence
from io import RawIOBase
from typing import IO

from milevault_core import contents, derive, imports, plan, store
from milevault_core.formats import MAX_BYTES, BadFile, archive
from milevault_core.store import items, members, queue, uploads
from milevault_core.store.uploads import Upload

LOOK_S = 1.0  # how often the progress of looking is written down
AT_ONCE = 20  # items a claim, and activities derived at once
WORK_S = 3.0  # after this long other jobs have their turn
MAX_SIZE = 64 * 1024**3


def begin(user_id: int, name: str, size_bytes: int, key: str = "", source: str = "page") -> Upload:
    """A place for an archive of this size. Raises ValueError for sizes no archive has."""
    if not 0 < size_bytes <= MAX_SIZE:
        raise ValueError("The file is empty." if size_bytes <= 0 else "The file is larger than any archive.")
    with store.session() as session:
        return uploads.begin(session, user_id, imports.storable(name)[-255:], size_bytes, key[:200], source)


def append(user_id: int, upload_id: int, offset: int, data: bytes) -> int:
    """A piece of the archive; how many bytes are here. Raises as store.uploads.append."""
    with store.session() as session:
        here = uploads.append(session, user_id, upload_id, offset, data)
        upload = uploads.one(session, user_id, upload_id)
        if upload and upload.state == "receiving" and here == upload.size_bytes:
            uploads.set_state(session, upload_id, "looking")
            queue.defer_look(session, upload_id)
        return here


def from_stream(user_id: int, name: str, stream: IO[bytes] | RawIOBase, source: str, look: bool) -> int:
    """Take an archive from a file, which is read once from beginning to end; its id. `look` starts the plan."""
    with store.session() as session:
        upload = uploads.begin(session, user_id, imports.storable(name)[-255:], 0, source=source)
    uploads.copy_in(user_id, upload.id, stream)
    with store.session() as session:
        uploads.set_state(session, upload.id, "looking" if look else "planned")
        if look:
            queue.defer_look(session, upload.id)
    return upload.id


def hand_over(user_id: int, files: Sequence[tuple[str, IO[bytes]]]) -> int | None:
    """Files dropped on the page one by one: an archive among them is looked through first, like any other, and the
    rest are imported at once as one batch; its id, None without any."""
    single: list[tuple[str, IO[bytes]]] = []
    for name, file in files:
        is_archive = archive.is_archive(file.read(4))
        file.seek(0)
        if is_archive:
            from_stream(user_id, name, file, "page", look=True)
        else:
            single.append((name, file))
    if not single:
        return None
    batch = imports.begin(user_id, "page", ", ".join(name for name, _ in single)[:500])
    for name, file in single:
        imports.add(user_id, batch, name, file.read())
    return batch


def discard(user_id: int, upload_id: int) -> None:
    """Remove an archive that is not being imported. Raises LookupError."""
    with store.session() as session:
        if not uploads.discard(session, user_id, upload_id):
            raise LookupError("There is no such archive.")
    uploads.give_back_room()


def start(user_id: int, upload_id: int) -> int:
    """Import an archive that is complete; the id of the batch. A second start gives the same batch.
    Raises LookupError."""
    with store.session() as session:
        upload = uploads.one(session, user_id, upload_id, lock=True)
        if upload is not None and upload.import_id is not None:
            return upload.import_id
        if upload is None or upload.state != "planned":
            raise LookupError("There is no such archive.")
        import_id = items.begin(session, user_id, upload.source, upload.name)
        uploads.set_state(session, upload_id, "listing", import_id=import_id)
        queue.defer_list(session, upload_id, members.plan_kind(session, upload_id))
        return import_id


# ── in a worker ─────────────────────────────────────────────────────────────────────────────────────────────


def look_through(upload_id: int) -> None:
    """Make the plan of an archive. A second run begins again."""
    with store.session() as session:
        upload = uploads.of_job(session, upload_id)
    if upload is None or upload.state != "looking":
        return
    try:
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
    """Make an item of every member: one transaction, done once."""
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
        members.add_items(session, locked, found)
        uploads.set_state(session, upload_id, "importing")
        queue.defer_batch(session, upload.import_id)


def _contents(upload: Upload) -> contents.Contents:
    """The parts of an archive; inner archives are unpacked to places of their own, once."""
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
    """Opens the archive (0) or an inner one by its number."""
    return lambda number: members.file_of(number or upload.id)


def work(import_id: int, job_id: int) -> None:
    """Some items of a batch, for a few seconds; then other jobs have their turn, and this one comes again.

    What is imported is derived at once, as far as it concerns the activity and its day; what looks at all
    activities waits for the end of the batch.
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
            derive.clean_some(user_id, made)
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

"""The files of a run go through the ordinary import, in one batch per run."""

import hashlib

from sqlalchemy.orm import Session

from milevault_core.imports import files
from milevault_core.store.garmin import days


class Batch:
    """The batch of a run, created with its first file."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        self._import_id = 0

    def begin(self) -> None:
        """Create the batch if there is none yet."""
        if not self._import_id:
            self._import_id = files.begin(self._user_id, "garmin", "Garmin Connect")

    def add(self, session: Session, name: str, data: bytes, about: dict[str, object] | None = None) -> int:
        """Add a file to the batch, in the caller's transaction; returns the id of its item."""
        return int(files.add_within(session, self._user_id, self._import_id, name, data, about))

    def new_of(self, session: Session, found: dict[str, bytes]) -> dict[str, bytes]:
        """The given files (by name) that are not stored yet; of identical files only one."""
        by_sum = {hashlib.sha256(data).digest(): name for name, data in found.items()}
        known = days.known_sums(session, self._user_id, list(by_sum))
        return {name: found[name] for each, name in by_sum.items() if each not in known}

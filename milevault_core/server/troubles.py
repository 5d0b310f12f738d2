"""What has stopped and needs a person: the states that the operator is told of, each once (notify.py)."""

from datetime import datetime

from milevault_core import store
from milevault_core.backup import state as backups
from milevault_core.store import room, server_rows

FAILING_FILES = 20  # of a day, with hardly one imported beside them


def found() -> dict[str, str]:
    """Every trouble there is now: a name that stays the same as long as it lasts -> a sentence for the operator."""
    with store.session() as session:
        lately, garmin = server_rows.files_lately(session), server_rows.garmin_troubles(session)
    return _backups() | _disk() | _imports(*lately) | _garmin(garmin)


def _backups() -> dict[str, str]:
    state = backups.state()
    made = {}
    if state.backup_failure:
        made["backup"] = f"The last backup failed: {state.backup_failure}"
    if state.proof_failure:
        made["proof"] = f"The last backup could not be verified: {state.proof_failure}"
    return made


def _disk() -> dict[str, str]:
    free = room.free_bytes()
    if free is None or free >= room.LOW_BYTES:
        return {}
    paused = " Imports are paused." if free < room.RESERVE_BYTES else ""
    return {"disk": f"The disk is nearly full: {free / 1e6:.0f} MB are free.{paused}"}


def _imports(failed: int, imported: int) -> dict[str, str]:
    if failed < FAILING_FILES or imported * 10 > failed:
        return {}
    return {"imports": f"Imports keep failing: {failed} files in the last day, {imported} imported."}


def _garmin(rows: list[tuple[int, str, str, datetime | None]]) -> dict[str, str]:
    made = {}
    for user_id, name, state, since in rows:
        if state == "needs_sign_in":
            sentence = f"Garmin Connect needs a new sign-in from {name}."
        else:
            sentence = f"Garmin Connect has failed for {name} since {since:%Y-%m-%d %H:%M} UTC."
        made[f"garmin-{user_id}"] = sentence
    return made

"""What has stopped and needs a person: the states that the operator is told of, each once (notify.py)."""

from datetime import datetime

from milevault_core import store
from milevault_core.backup import state as backups
from milevault_core.server import machine
from milevault_core.store import reports, room, server_rows

FAILING_FILES = 20  # of a day, with hardly one imported beside them


def found() -> dict[str, str]:
    """Every trouble there is now: a name that stays the same as long as it lasts -> a sentence for the operator."""
    with store.session() as session:
        lately, garmin = server_rows.files_lately(session), server_rows.garmin_troubles(session)
    state = backups.state()
    # Every machine's word counts, whichever looks: or what one sees and another does not would come and go.
    machines = reports.lately(machine.KIND) | {reports.here(): machine.seen(state)}
    return _backups(state, machines) | _disk(machines) | _imports(*lately) | _garmin(garmin)


def _backups(state: backups.State, machines: dict[str, machine.Seen]) -> dict[str, str]:
    made = {kind: what for kind, (what, _) in zip(state.kinds, state.problems, strict=True)}
    if any(one["has_backup"] for one in machines.values()):
        made.pop(backups.FILE_GONE, None)
    return made


def _disk(machines: dict[str, machine.Seen]) -> dict[str, str]:
    """The database's disk; else that of the backups, which is often the same one, and then said once."""
    for name, of_what, which in (("disk", "", "free"), ("backup-disk", " of the backups", "backups_free")):
        free = min((one[which] for one in machines.values() if one[which] is not None), default=None)
        if free is not None and free < room.LOW_BYTES:
            paused = " Imports are paused." if which == "free" and free < room.RESERVE_BYTES else ""
            return {name: f"The disk{of_what} is nearly full: {free / 1e6:.0f} MB are free.{paused}"}
    return {}


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

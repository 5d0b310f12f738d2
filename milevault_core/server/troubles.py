"""Problems that need a person, about which the operator is notified once each (notify.py)."""

from datetime import datetime

from milevault_core import store
from milevault_core.backup import state as backups
from milevault_core.server import machine
from milevault_core.store import reports, room, server_rows

FAILING_FILES = 20  # failed files in a day, while hardly any were imported


def found() -> dict[str, str]:
    """All current problems: a name that stays the same while the problem lasts -> a sentence for the operator."""
    with store.session() as session:
        lately, garmin = server_rows.files_lately(session), server_rows.garmin_troubles(session)
    state = backups.state()
    # Combine the reports of all machines. Otherwise a problem that only one machine sees would come and go, depending
    # on which machine runs this.
    machines = reports.lately(machine.KIND) | {reports.here(): machine.seen(state)}
    return _backups(state, machines) | _disk(machines) | _imports(*lately) | _garmin(garmin)


def _backups(state: backups.State, machines: dict[str, machine.Seen]) -> dict[str, str]:
    made = {kind: what for kind, (what, _) in zip(state.kinds, state.problems, strict=True)}
    if any(one["has_backup"] for one in machines.values()):
        made.pop(backups.FILE_GONE, None)
    return made


def _disk(machines: dict[str, machine.Seen]) -> dict[str, str]:
    """A problem with the database's disk; else with the backups' disk. They are often the same disk, so only one is
    reported."""
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

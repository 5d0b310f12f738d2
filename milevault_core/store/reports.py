"""What the app and each machine with jobs report about themselves every minute: that they are alive, and what only
they can see, such as their disks. One row of server_settings per kind and machine, with the database's time."""

import json
import socket
from typing import Any

from sqlalchemy import text

from milevault_core import store

EVERY_S = 60
_FRESH_S, _KEPT_S = 5 * 60, 24 * 3600
_PREFIX = "report "
_SAVE = """
INSERT INTO server_settings (name, value)
VALUES (:n, (CAST(:f AS jsonb) || jsonb_build_object('at', extract(epoch FROM clock_timestamp())))::text)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_AGE_S = "extract(epoch FROM clock_timestamp()) - CAST(CAST(value AS jsonb) ->> 'at' AS float8)"


def save(kind: str, **facts: Any) -> None:
    """Save a report of this machine: `kind` is "app" or "machine", `facts` anything that JSON can hold. Reports older
    than a day are deleted, because a container gets a new name with every update."""
    old = text(f"DELETE FROM server_settings WHERE starts_with(name, :p) AND {_AGE_S} > :s")
    with store.session() as session:
        session.execute(old, {"p": _PREFIX, "s": _KEPT_S})
        session.execute(text(_SAVE), {"n": f"{_PREFIX}{kind} {here()}", "f": json.dumps(facts)})


def lately(kind: str) -> dict[str, dict[str, Any]]:
    """The reports of the last five minutes: machine -> facts."""
    found = f"SELECT name, value FROM server_settings WHERE starts_with(name, :p) AND abs({_AGE_S}) <= :s"
    beginning = f"{_PREFIX}{kind} "
    with store.session() as session:
        rows = session.execute(text(found), {"p": beginning, "s": _FRESH_S}).all()
    return {row.name.removeprefix(beginning): json.loads(row.value) for row in rows}


def here() -> str:
    """The name of this machine or container."""
    return socket.gethostname()

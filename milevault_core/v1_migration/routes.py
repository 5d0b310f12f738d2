"""The names of routes. Of a route in the first MileVault only the name is kept, for the route that its activities
follow; which activities belong to it is computed again here."""

from collections import defaultdict
from typing import Any

from milevault_core import store
from milevault_core.store.v1 import v1_imports


def name(
    user_id: int, routes: list[dict[str, Any]], activities: list[dict[str, Any]], files: dict[Any, str]
) -> dict[str, int]:
    """Give the user's routes their old names; returns how many were "named", "already" had a name, and have no activity
    here ("nowhere").

    routes, activities: this user's rows in the old database. files: old activity id -> the file's name.
    """
    done = {"named": 0, "already": 0, "nowhere": 0}
    members: dict[Any, list[Any]] = defaultdict(list)
    for row in activities:
        if row["named_route"] is not None:
            members[row["named_route"]].append(row["id"])
    with store.session() as session:
        here = v1_imports.names(session, user_id)
        for route in routes:
            if not route["name"]:
                continue
            ids = [i for old in members[route["id"]] if old in files for i in here.get(files[old], [])]
            present = v1_imports.present(session, user_id, ids)
            if not present:
                done["nowhere"] += 1
            elif v1_imports.name_route(session, user_id, present, str(route["name"])):
                done["named"] += 1
            else:
                done["already"] += 1
    return done

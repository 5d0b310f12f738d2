"""When each attempt passed each mark of its route, and where it stood still. Two attempts are compared by this."""

import logging

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.derive.step import step
from milevault_core.routes import profile
from milevault_core.store import marks, queue
from milevault_core.store.activities import points
from milevault_core.store.routes import lines, profiles

BATCH = 100  # attempts per transaction
log = logging.getLogger("milevault.derive")


@step("route_profiles", "athlete", needs=("routes",), queue="routes")
def route_profiles_step(session: Session, user_id: int, changed: set[int] | None) -> None:
    """The times of these activities along their routes, or of all activities for None."""
    if changed is None:
        profiles.forget_all(session, user_id)
    alone = profiles.forget_of_single_attempts(session, user_id)
    todo = profiles.wanted(session, user_id, BATCH)
    heads = lines.lines(session, user_id, {route for _, route in todo})
    for activity, route in todo:
        track = points.load(user_id, activity)
        seconds = track["time"].to_numpy().astype("datetime64[us]").astype("int64") / 1e6
        found = None
        if route in heads and len(track):
            try:
                found = profile.profile(
                    seconds - np.nanmin(seconds),
                    track["lat"].to_numpy(float),
                    track["lon"].to_numpy(float),
                    heads[route],
                )
            except Exception:  # raised, it would come back as the first of every batch and block the others
                log.exception("The profile of activity %s of user %s failed.", activity, user_id)
                marks.note_not_computed(session, user_id, activity)
        profiles.keep(session, user_id, activity, found)
    # Times along a route count as records, which another worker computes.
    others = {0} if changed is None else {*alone, *(activity for activity, _ in todo)}
    for activity in others:
        marks.mark_steps(session, user_id, activity, ("personal_records",))
    if others:
        queue.defer_derive(session, user_id)
    if len(todo) == BATCH:
        marks.mark_steps(session, user_id, todo[-1][0], ("route_profiles",))
        queue.defer_derive(session, user_id, "routes")

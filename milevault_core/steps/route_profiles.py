"""When each attempt passed each mark of its route, and where it stood still: what two attempts are compared by."""

import logging

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.derive import step
from milevault_core.routes import profile
from milevault_core.store import marks, points, queue, route_lines, route_profiles

BATCH = 100  # attempts a transaction
log = logging.getLogger("milevault.derive")


@step("route_profiles", "athlete", needs=("routes",), queue="routes")
def route_profiles_step(session: Session, user_id: int, changed: set[int] | None) -> None:
    if changed is None:
        route_profiles.forget_all(session, user_id)
    route_profiles.forget_of_single_attempts(session, user_id)
    todo = route_profiles.wanted(session, user_id, BATCH)
    heads = route_lines.lines(session, user_id, {route for _, route in todo})
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
            except Exception:  # it would come again, and again first, whatever is marked
                log.exception("The profile of activity %s of user %s failed.", activity, user_id)
                marks.set_aside(session, user_id, activity)
        route_profiles.keep(session, user_id, activity, found)
    if len(todo) == BATCH:
        marks.mark_steps(session, user_id, todo[-1][0], ("route_profiles",))
        queue.defer_derive(session, user_id, "routes")

"""A route of every kind of row, written by hand: for tests of who may see what, not of matching."""

import numpy as np
from sqlalchemy import text

from milevault_core import store
from milevault_core.routes.prepare import prepare_course
from milevault_core.routes.profile import Profile, pack
from milevault_core.store import engine
from milevault_core.store.routes import lines


def some_route(user_id: int, activity_id: int, name: str = "A course") -> int:
    """A drawn course's route with this activity as its attempt, a link and a decision; minus the course's id."""
    line = lines.columns(prepare_course(np.linspace(47, 47.05, 90), np.linspace(13, 13.01, 90)))
    profile = Profile(np.arange(3) * 50.0, np.arange(3) * 10.0, np.zeros(3), np.zeros(3, bool))
    with store.session() as session:
        raw = engine.raw(session)
        row = raw.execute(
            "INSERT INTO route_courses (user_id, name, sport_group, tie, length_m, closing_gap_m, is_venue, west, "
            "south, east, north, signature, line) VALUES (%(u)s, %(n)s, 'ride', '', %(length_m)s, %(closing_gap_m)s, "
            "%(is_venue)s, %(west)s, %(south)s, %(east)s, %(north)s, %(signature)s, %(line)s) RETURNING id",
            {"u": user_id, "n": name} | line,
        ).fetchone()
        own = {"u": user_id, "a": activity_id, "r": -row[0], "p": pack(profile)}
        for query in (
            "INSERT INTO named_routes VALUES (:u, :r, 'ride', 'loop', 'north', 'Tegel', 5000, '')",
            "INSERT INTO route_members (user_id, activity_id, sport_group, route, kind, share, forced, profile, "
            "route_s, stopped_s, is_profiled) VALUES (:u, :a, 'ride', :r, 'same', 0, false, :p, 20, 0, true)",
            "INSERT INTO route_links VALUES (:u, :r, :a, 'reversed', 1)",
            "INSERT INTO route_overrides (user_id, activity_id, decision, anchor) VALUES (:u, :a, 'out', :r), "
            "(:u, 1000000 + :a, 'merged', :r)",  # what was merged rests in the trash
        ):
            session.execute(text(query), own)
    return own["r"]

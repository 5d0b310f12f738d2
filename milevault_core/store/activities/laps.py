"""Laps and pool lengths in the form that the derived steps need, read in the step's own transaction."""

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import engine

_SELECT = """
SELECT l.kind, (extract(epoch FROM l.start_time) * 1000000)::int8, l.elapsed_s, l.distance_m, l.intensity <> 'rest'
FROM activity_laps l JOIN activities a ON a.id = l.activity_id WHERE a.user_id = %s AND a.id = %s
ORDER BY l.kind, l.number
"""
_NAT = np.iinfo(np.int64).min


def laps_and_lengths(
    session: Session, user_id: int, activity_id: int
) -> tuple[dict[str, np.ndarray] | None, pd.DataFrame | None]:
    """(laps as arrays, lengths as a table), each with start_time (UTC without zone), elapsed_s, distance_m, is_active;
    None if there are none."""
    rows = engine.raw(session).execute(_SELECT, (user_id, activity_id)).fetchall()
    laps, lengths = (_columns([row[1:] for row in rows if row[0] == kind]) for kind in ("lap", "length"))
    return laps, None if lengths is None else pd.DataFrame(lengths, copy=False)


def _columns(rows: list[tuple]) -> dict[str, np.ndarray] | None:
    if not rows:
        return None
    start, elapsed, distance, is_active = zip(*rows, strict=True)
    return {
        "start_time": np.array([_NAT if s is None else s for s in start], "M8[us]"),
        "elapsed_s": np.array(elapsed, float),
        "distance_m": np.array(distance, float),
        "is_active": np.array(is_active, bool),
    }


def pool_length_m(session: Session, user_id: int, activity_id: int) -> float | None:
    """The length of the pool according to the device; None if unknown."""
    return session.execute(
        text(
            "SELECT m.value FROM activity_metrics m JOIN activities a ON a.id = m.activity_id WHERE a.user_id = :u "
            "AND a.id = :a AND m.name = 'pool_length_m' ORDER BY m.origin DESC LIMIT 1"
        ),
        {"u": user_id, "a": activity_id},
    ).scalar()

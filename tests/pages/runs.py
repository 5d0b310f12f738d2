"""A runner with every kind of record: eleven ordinary runs, one that is too fast compared with them, and one that is
too fast for anybody.
"""

import datetime as dt

from milevault_core import store, track
from milevault_core.derive import clean
from milevault_core.formats import Recording
from milevault_core.store.activities import save
from tests.builders.tracks import ride


def run(day: int, pace: float = 0.8, n: int = 130, name: str = "") -> Recording:
    """A run of about 600 m times `pace`, `day` days after 1 June 2026."""
    made = ride(n)
    made["time"] = made["time"] + dt.timedelta(days=day)
    made["distance"], made["speed"] = made["distance"] * pace, made["speed"] * pace
    for place in ("lat", "lon"):
        made[place] = made[place].iloc[0] + (made[place] - made[place].iloc[0]) * pace
    start = track.aware(made["time"].to_numpy()[0])
    return Recording("running", start, made[list(track.COLUMNS)], name=name)


def save_runs(user: int) -> dict[str, int]:
    """Save and derive the runs; the ids of "fast" and "impossible"."""
    with store.session() as session:
        for day in range(11):
            save.save_activity(session, user, run(day, 0.8 + day / 1_000))
        fast = save.save_activity(session, user, run(12, 1.0, name="Too fast"))
        impossible = save.save_activity(session, user, run(13, 2.1, name="By car"))
    clean.clean(user)
    return {"fast": fast, "impossible": impossible}

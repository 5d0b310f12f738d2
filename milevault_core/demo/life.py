"""The demo of one user: two years of an invented athlete, made by jobs, marked as demo data, and removable.

life.begin(user_id)          a batch of source "demo" and the jobs that fill it: one transaction
life.make_part(…)            in a worker: some activities, and everything derived from them life.remove(user_id)
removes all of it
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from milevault_core import store
from milevault_core.demo import make, stored_plans, stored_segments
from milevault_core.demo.athlete import SEED, sized
from milevault_core.demo.places import PLACES
from milevault_core.demo.seasons import HOME
from milevault_core.derive import clean
from milevault_core.imports import undo
from milevault_core.store import made_with, queue
from milevault_core.store.imports import items
from milevault_core.store.queries import demo as queries

PART = 40  # activities a job


ACTIVITIES = sized("demo")[0].activities


class AlreadyThere(ValueError):
    """This user already has demo data."""


def begin(user_id: int, seed: int | None = None, end: date | None = None) -> int:
    """Enqueue the demo of a user and return the id of its batch. The same seed and last day give the same athlete;
    without them, each user gets a different one, up to yesterday. Raises AlreadyThere."""
    if len(queries.batches(user_id)):
        raise AlreadyThere("This account already has demo data.")
    seed = SEED + user_id if seed is None else seed
    end = end or yesterday()
    (athlete,) = sized("demo", seed, end)
    with store.session() as session:
        batch = items.begin(session, user_id, make.SOURCE, make.label(athlete))
        for start in range(0, ACTIVITIES, PART):
            queue.defer(
                session, "make_demo_part", "import", user_id=user_id, import_id=batch, seed=seed,
                end=end.isoformat(), start=start, count=min(PART, ACTIVITIES - start),
            )  # fmt: skip
        stored_segments.add(session, user_id, athlete)
        stored_plans.add(session, user_id, athlete)
    return batch


def yesterday() -> date:
    """The last complete day where the athlete lives, so that nothing is in the future."""
    return datetime.now(ZoneInfo(PLACES[HOME].time_zone)).date() - timedelta(days=1)


def make_part(user_id: int, import_id: int, seed: int, end: date, start: int, count: int = PART) -> None:
    """Make the activities of one part and its share of the days, except those that already exist, and compute
    everything derived from them."""
    (athlete,) = sized("demo", seed, end)
    try:
        make.some(user_id, import_id, athlete, start, start + count)
        make.days(user_id, import_id, athlete, start / ACTIVITIES, (start + count) / ACTIVITIES)
    except LookupError:
        return  # removed meanwhile
    clean.clean_activities(user_id)


def remove(user_id: int) -> None:
    """Have a job remove a user's demo data, even while it is still being made."""
    batches = queries.batches(user_id)
    with store.session() as session:
        stored_segments.remove(session, user_id)
        for batch in batches.itertuples():
            made_with.remove(session, user_id, int(batch.id))
    for batch in batches.itertuples():
        if not batch.is_going:
            undo.ask(user_id, int(batch.id))

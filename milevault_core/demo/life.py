"""The demo of one user: two years of an invented athlete, made by jobs, marked as what it is, and gone again.

life.begin(user_id)          a batch of source "demo" and the jobs that fill it: one transaction
life.make_part(…)            in a worker: some activities, and what is derived from each
life.remove(user_id)         all of it is gone
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from milevault_core import derive, store, undo
from milevault_core.demo import make
from milevault_core.demo.athlete import SEED, sized
from milevault_core.demo.places import PLACES
from milevault_core.demo.seasons import HOME
from milevault_core.store import items, queue
from milevault_core.store.queries import demo as queries

PART = 40  # activities a job


ACTIVITIES = sized("demo")[0].activities


class AlreadyThere(ValueError):
    """This user has demo data already."""


def begin(user_id: int, seed: int | None = None, end: date | None = None) -> int:
    """Enqueue the demo of a user; the id of its batch. The same seed and last day give the same athlete; without
    them it is the user's own, up to yesterday. Raises AlreadyThere."""
    if len(queries.batches(user_id)):
        raise AlreadyThere("The demo data is here already.")
    seed = SEED + user_id if seed is None else seed
    end = end or yesterday()
    (athlete,) = sized("demo", seed, end)
    with store.session() as session:
        batch = items.begin(session, user_id, make.SOURCE, make.label(athlete))
        for start in range(0, ACTIVITIES, PART):
            queue.defer(
                session, "make_demo_part", "import", user_id=user_id, import_id=batch, seed=seed,
                end=end.isoformat(), start=start,
            )  # fmt: skip
    return batch


def yesterday() -> date:
    """The last day that is over where the athlete lives: nothing lies in the future."""
    return datetime.now(ZoneInfo(PLACES[HOME].time_zone)).date() - timedelta(days=1)


def make_part(user_id: int, import_id: int, seed: int, end: date, start: int) -> None:
    """Make the activities of one part, those that are there already left out, and derive what each one tells."""
    (athlete,) = sized("demo", seed, end)
    try:
        make.some(user_id, import_id, athlete, start, start + PART)
    except LookupError:
        return  # removed meanwhile
    derive.clean_activities(user_id)


def remove(user_id: int) -> None:
    """Have the demo of a user taken away by a job, also one that is still being made."""
    for batch in queries.batches(user_id).itertuples():
        if not batch.is_going:
            undo.ask(user_id, int(batch.id))

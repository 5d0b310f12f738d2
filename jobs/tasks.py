"""The tasks of the queue. Each begins by locking its row and leaves if it is done; a second run changes nothing."""

from datetime import date

from procrastinate import Blueprint

from milevault_core import derive as derived
from milevault_core import imports
from milevault_core.demo import life

tasks = Blueprint()


@tasks.task(name="process_activity_file", queue="import", pass_context=False)
def process_activity_file(item_id: int) -> None:
    """Read one file of an import and save its activities."""
    imports.process(item_id)


@tasks.task(name="derive", queue="derive", pass_context=True)
def derive(context, user_id: int) -> None:
    """Compute what is marked dirty for a user (the seed's compute_personal_records and detect_route are steps)."""
    derived.clean(user_id, context.job.queue)


@tasks.task(name="make_demo_part", queue="import", pass_context=False)
def make_demo_part(user_id: int, import_id: int, seed: int, end: str, start: int) -> None:
    """Make some of the activities of a user's demo data; a second run makes what the first one did not."""
    life.make_part(user_id, import_id, seed, date.fromisoformat(end), start)

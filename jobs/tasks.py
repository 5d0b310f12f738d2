"""The tasks of the queue. Each begins by locking its row and leaves if it is done; a second run changes nothing."""

from procrastinate import Blueprint

from milevault_core import derive as derived
from milevault_core import imports

tasks = Blueprint()


@tasks.task(name="process_activity_file", queue="import", pass_context=False)
def process_activity_file(item_id: int) -> None:
    """Read one file of an import and save its activities."""
    imports.process(item_id)


@tasks.task(name="derive", queue="derive", pass_context=True)
def derive(context, user_id: int) -> None:
    """Compute what is marked dirty for a user (the seed's compute_personal_records and detect_route are steps)."""
    derived.clean(user_id, context.job.queue)

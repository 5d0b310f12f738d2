"""The tasks of the queue. Each begins by locking its row and leaves if it is done; a second run changes nothing."""

from datetime import date
from pathlib import Path

from procrastinate import Blueprint

from jobs import memory
from milevault_core import archives, config, imports, reread, undo, watched
from milevault_core import derive as derived
from milevault_core.demo import life

tasks = Blueprint()


@tasks.task(name="process_activity_file", queue="import", pass_context=False)
def process_activity_file(item_id: int) -> None:
    """Read one file of an import and save its activities."""
    imports.process(item_id)


@tasks.task(name="look_through", queue="import", pass_context=False)
def look_through(upload_id: int) -> None:
    """Make the plan of an archive."""
    archives.look_through(upload_id)


@tasks.task(name="process_strava_zip", queue="import", pass_context=False)
def process_strava_zip(upload_id: int) -> None:
    """Make an item of every member of Strava's export, with what its list says of each, the gear and the photos."""
    archives.take_in(upload_id)


@tasks.task(name="process_garmin_health_zip", queue="import", pass_context=False)
def process_garmin_health_zip(upload_id: int) -> None:
    """Make an item of every member of Garmin's export: activities, nights and days."""
    archives.take_in(upload_id)


@tasks.task(name="process_zip", queue="import", pass_context=False)
def process_zip(upload_id: int) -> None:
    """Make an item of every member of any other archive."""
    archives.take_in(upload_id)


@tasks.task(name="look_into_folder", queue="import", pass_context=False)
def look_into_folder() -> None:
    """Import what is new in the watched folder."""
    if folder := config.settings().import_folder:
        watched.take_new(Path(folder))


@tasks.task(name="work_on_archive", queue="import", pass_context=True)
def work_on_archive(context, import_id: int) -> None:
    """Import some of the members of an archive; comes again until none is left."""
    archives.work(import_id, context.job.id)
    memory.give_back()


@tasks.task(name="undo_import", queue="import", pass_context=False)
def undo_import(user_id: int, import_id: int) -> None:
    """Take an import back."""
    undo.run(user_id, import_id)


@tasks.task(name="read_again", queue="import", pass_context=False)
def read_again(user_id: int, import_id: int) -> None:
    """Read activities again from their originals, or look at what that would change."""
    reread.work(user_id, import_id)


@tasks.task(name="derive", queue="derive", pass_context=True)
def derive(context, user_id: int) -> None:
    """Compute what is marked dirty for a user (the seed's compute_personal_records and detect_route are steps)."""
    derived.clean(user_id, context.job.queue)


@tasks.task(name="make_demo_part", queue="import", pass_context=False)
def make_demo_part(user_id: int, import_id: int, seed: int, end: str, start: int) -> None:
    """Make some of the activities of a user's demo data; a second run makes what the first one did not."""
    life.make_part(user_id, import_id, seed, date.fromisoformat(end), start)

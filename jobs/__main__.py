"""`python -m jobs`: the metronome (schedule) and the workers (procrastinate), each worker a process.

The parent only watches: it starts workers, starts a dead one again, sends lost jobs back to the queue, and says
"look now"; what is due is read from the database, so a restart or two schedulers neither miss nor double anything.
"""

import argparse
import logging
import signal
import sys
import threading

from jobs.crew import Crew
from jobs.keeper import Keeper
from jobs.metronome import Metronome
from milevault_core import config, derive, reread, store, trash, undo
from milevault_core.accounts import sessions
from milevault_core.operate.here import end_with_parent
from milevault_core.store import marks, queue, uploads
from milevault_core.store.cannot_start import CannotStart
from milevault_core.store.migrate import SchemaError

log = logging.getLogger("milevault.jobs")


def sweep(stalled_s: float = queue.STALLED_S) -> None:
    """Send lost jobs back to the queue, and see that whatever is waiting or dirty has a job."""
    with store.session() as session:
        queue.retry_lost(session, stalled_s)
        queue.defer_forgotten(session)
        for user_id in marks.users_with_marks(session):
            queue.defer_derive(session, user_id)
    undo.resume()
    reread.resume()


def forget_old_archives() -> None:
    with store.session() as session:
        uploads.forget_old(session)
    uploads.give_back_room()  # also that of earlier ones, if somebody was at it then


def look_into_folder() -> None:
    with store.session() as session:
        queue.defer(session, "look_into_folder", "import", once="folder", priority=queue.SOON)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m jobs", description=__doc__)
    parser.add_argument("--until-idle", action="store_true", help="stop when nothing is waiting any more")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    end_with_parent()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = store.open()
    raised = derive.mark_raised_versions()
    if raised:
        log.info("Computed again because their method changed: %s", ", ".join(sorted(raised)))
    crew = Crew(database.dsn, config.workers(), options.until_idle)
    keeper = Keeper()
    metronome = Metronome()
    metronome.every(3600, sessions.forget_expired)
    metronome.every(3600, forget_old_archives)
    metronome.every(3600, trash.purge_due)
    metronome.every(2, lambda: sweep(crew.stalled_s()))
    if not options.until_idle:
        metronome.every(10, keeper.look)
    if config.settings().import_folder:
        metronome.every(10, look_into_folder)
    sweep()
    try:
        while not stop.is_set():
            crew.keep()
            metronome.beat()
            if options.until_idle and not crew.alive():
                if is_idle():
                    break
                crew.forget()
            stop.wait(0.5)
    finally:
        keeper.stop()
        crew.stop()
        store.close()


def is_idle() -> bool:
    """Nothing is waiting and nothing is dirty."""
    sweep()
    with store.session() as session:
        return queue.waiting(session) == 0


if __name__ == "__main__":
    try:
        main()
    except (config.ConfigError, SchemaError, CannotStart) as error:
        sys.exit(str(error))  # without a traceback: it is for the operator

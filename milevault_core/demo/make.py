"""An athlete's activities in a user's account: written as the watch's files and imported like any file.

    batch = make.begin(user_id, athlete)
    make.some(user_id, batch, athlete, 0, 50)        several processes may each make a part

Originals, items and rows are the same as from an import of these files, because it is one (tests/demo/test_make.py).
"""

from datetime import timedelta

from milevault_core.demo import dirty, garmin_archive, health
from milevault_core.demo.activity import activities
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import write_activity
from milevault_core.demo.made import Activity
from milevault_core.demo.names import gear_of, name_of
from milevault_core.demo.wellness_writer import write_day
from milevault_core.imports import files
from milevault_core.store.queries import imports as import_queries

SOURCE = "demo"
FROM_THE_WATCH = 30  # days


def begin(user_id: int, athlete: Athlete) -> int:
    """Begin the batch of an athlete's activities and return its id."""
    return files.begin(user_id, SOURCE, label(athlete))


def label(athlete: Athlete) -> str:
    return f"Demo data: {athlete.name}, invented"


def some(user_id: int, import_id: int, athlete: Athlete, start: int = 0, stop: int | None = None) -> float:
    """Make activities number `start` up to `stop`, except those that the batch already has; return their true metres.

    Each is a transaction of its own, so the second run of a killed worker completes its work.
    """
    there = set(import_queries.items(user_id, import_id)["name"])
    metres = 0.0
    for made in activities(athlete, start, stop):
        metres += made.distance_m
        if file_name(made) not in there:
            files.add_and_process(user_id, import_id, file_name(made), write_activity(made), about(made))
    return metres


def days(
    user_id: int, import_id: int, athlete: Athlete, start: float = 0.0, stop: float = 1.0,
    from_the_watch: int = FROM_THE_WATCH,
) -> None:  # fmt: skip
    """Make the days and nights of a share of the athlete's life (0.5: half of it), like `some`: as in an account
    export, and the last `from_the_watch` days as the watch's files, minute by minute."""
    first = athlete.last_day - timedelta(days=athlete.health_days - 1)
    low, high = (round(min(1.0, share) * athlete.health_days) for share in (start, stop))
    wanted = [first + timedelta(days=k) for k in range(low, high)]
    watch_from = athlete.last_day - timedelta(days=from_the_watch - 1)
    there = set(import_queries.items(user_id, import_id)["name"])
    older = [day for day in wanted if day < watch_from]
    files_of_days = list(garmin_archive.days_json(athlete, older)) if older else []
    for day in wanted[len(older) :]:
        made = health.day_of(athlete, day)
        files_of_days += [(f"{day} {kind}.fit", data) for kind, data in write_day(athlete, made).items()]
    for name, data in files_of_days:
        if name not in there:
            files.add_and_process(user_id, import_id, name, data)


def some_dirty(
    user_id: int, import_id: int, athlete: Athlete, start: int = 0, stop: int | None = None
) -> float:
    """Like `some`, but for the dirty twin, with all files of each activity; return the true metres."""
    metres = 0.0
    for one in dirty.life(athlete, start, stop):
        metres += one.made.distance_m
        for name, data in one.files:
            for item in files.add(user_id, import_id, name, data):
                files.process(item)
    return metres


def file_name(made: Activity) -> str:
    return f"{made.key}.fit"


def about(made: Activity) -> dict:
    """What the athlete's archive says about an activity in addition to its file."""
    said = {"name": name_of(made), "gear": gear_of(made), "is_commute": made.session.kind == "commute"}
    return {field: value for field, value in said.items() if value}

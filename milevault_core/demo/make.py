"""An athlete's activities in somebody's account: written as the watch's files and imported as any file is.

    batch = make.begin(user_id, athlete)
    make.some(user_id, batch, athlete, 0, 50)        several processes may make a part each

Originals, items and rows are those of an import of the same files, because it is one (tests/demo/test_make.py).
"""

from milevault_core import imports
from milevault_core.demo.activity import Activity, activities
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import write_activity
from milevault_core.demo.names import gear_of, name_of
from milevault_core.store.queries import imports as import_queries

SOURCE = "demo"


def begin(user_id: int, athlete: Athlete) -> int:
    """The batch of an athlete's activities; its id."""
    return imports.begin(user_id, SOURCE, label(athlete))


def label(athlete: Athlete) -> str:
    return f"Demo data: {athlete.name}, invented"


def some(user_id: int, import_id: int, athlete: Athlete, start: int = 0, stop: int | None = None) -> float:
    """Make activities number `start` up to `stop`, but for those that the batch has already; their true metres.

    Each is a transaction of its own: what a killed worker left is completed by its second run.
    """
    there = set(import_queries.items(user_id, import_id)["name"])
    metres = 0.0
    for made in activities(athlete, start, stop):
        metres += made.distance_m
        if file_name(made) not in there:
            imports.add_and_process(user_id, import_id, file_name(made), write_activity(made), about(made))
    return metres


def file_name(made: Activity) -> str:
    return f"{made.key}.fit"


def about(made: Activity) -> dict:
    """What the athlete's archive says of an activity beside its file."""
    said = {"name": name_of(made), "gear": gear_of(made), "is_commute": made.session.kind == "commute"}
    return {field: value for field, value in said.items() if value}

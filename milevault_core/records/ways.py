"""The best on each segment and on each route. Their times come from the steps that find segments and routes across all
activities, and are stored next to the efforts of each activity (store/records/rows.py)."""

from milevault_core.records import record
from milevault_core.records.performance import Performance

# Version 0: nothing is computed from one activity alone, so a change to this file need not recompute anything.


@record(
    "segment", "Segment", "s", key_unit="segment", lower_is_better=True, version=0, section="segments", order=1,
    title="{key}", quantity="time", stretch="way",
)  # fmt: skip
def segment(performance: Performance) -> tuple[()]:
    """The fastest pass of a segment, by its id.

    Source: milevault_core/segments, by position; elapsed time, stops included.
    Definition: the fastest if one activity passes the segment several times.
    Messy data: a pass with a gap in its positions, or along a different path, does not count.
    """
    return ()


@record(
    "route", "Route", "s", key_unit="route", lower_is_better=True, version=0, section="segments", order=2,
    title="{key}", quantity="duration", stretch="way",
)  # fmt: skip
def route(performance: Performance) -> tuple[()]:
    """The fastest time along a route that was followed at least twice, by the id of the activity at its head.

    Source: milevault_core/routes/profile.py, by position; elapsed time from the route's first mark to its last.
    Definition: whole routes only; where a loop was joined at another point, one full loop counts.
    Messy data: activities at a venue, such as a stadium, have no time along a route.
    """
    return ()

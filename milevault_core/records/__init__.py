"""Personal records. Add a file here with @record functions; nothing else needs to change.

    track, laps, figures ── efforts.efforts ──► an activity's efforts: what it did best, per kind and key
    all activities, efforts, decisions ── recompute.compute ──► records, efforts that wait, activities left out

A kind `over="activity"` is a pure function of one Performance that yields Efforts; its records are the best of
them. A kind `over="periods"` is a pure function of all of a user's days (columns DAYS) that returns candidates
(columns CANDIDATES). Everything else, what counts, progression, season bests, is the same for every kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from milevault_core.registry import load_all


class Effort(NamedTuple):
    """The best that one activity did for one kind and key; the window is in seconds since its first point."""

    kind: str
    key: float  # m for distances, s for durations, 0 where the kind has only one
    value: float
    t0_s: float
    t1_s: float
    source: str = ""  # where the distance is from: "device" or "gps"; empty where there is none in it


@dataclass(frozen=True)
class Kind:
    name: str  # stored in the database; never rename
    label: str
    unit: str
    key_unit: str  # "m", "s", "period" (see calendar.PERIODS) or "" for a kind with one key
    lower_is_better: bool
    over: str  # "activity" or "periods"
    guarded: bool  # one implausible for this athlete waits until its owner has looked (guard.py)
    real_place: bool  # the way of a virtual ride does not count
    version: int  # raise it when the definition changes
    compute: Callable


KINDS: dict[str, Kind] = {}

EFFORTS = ("activity_id", "kind", "key", "value", "t0_s", "t1_s", "source")
# One row per activity and what of it counts; the figures are NaN where they do not.
DAYS = ("local_day", "sport", "distance_m", "moving_s", "ascent_m")
CANDIDATES = ("sport", "key", "day", "last_day", "value")
ALL_SPORTS = "all"


def record(
    name: str,
    label: str,
    unit: str,
    *,
    key_unit: str = "",
    lower_is_better: bool = False,
    over: str = "activity",
    guarded: bool = False,
    real_place: bool = True,
    version: int = 1,
):
    """Register a function as the record kind `name`."""

    def register(function: Callable):
        if name in KINDS:
            raise ValueError(f"two record kinds are called {name!r}")
        KINDS[name] = Kind(
            name, label, unit, key_unit, lower_is_better, over, guarded, real_place, version, function
        )
        return function

    return register


load_all(__name__, __path__)

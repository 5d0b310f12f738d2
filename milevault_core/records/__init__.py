"""Personal records. Add a file here with @record functions; nothing else needs to change.

    track, laps, figures ── efforts.efforts ──► an activity's efforts: its best per kind and key
    all activities, efforts, decisions ── recompute.compute ──► records, waiting efforts, activities left out

A kind `over="activity"` is a pure function of one Performance that yields Efforts; its records are the best of them.
A kind `over="periods"` is a pure function of all of a user's days (columns DAYS) and the first day of the user's week
(0 is Monday) that returns candidates (columns CANDIDATES). Everything else (what counts, progression, season bests) is
the same for every kind.

A kind also says how it is shown: its section and place on the Records page, its title, how its values are written,
and which sports it makes sense for. The page reads all of that from here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from milevault_core.registry import load_all


class Effort(NamedTuple):
    """The best that one activity did for one kind and key; the window is in seconds since the activity's start."""

    kind: str
    key: float  # m for distances, s for durations, 0 where the kind has only one key
    value: float
    t0_s: float
    t1_s: float
    source: str = ""  # what measured the distance: "device" or "gps"; empty where no distance is involved


type Function = Callable[..., Any]


@dataclass(frozen=True)
class Guard:
    """When an effort is so much better than the athlete's others that the user is asked to confirm it (outliers.py).

    margin: how much better it must be, as a share, by key. against: what it is compared with: "own" kind and key, or
    "shortest", the athlete's best over the shortest key of the kind. question: the sentence, with the placeholders
    {do}, {key}, {value} and {usual}."""

    margin: Callable[[float], float]
    question: str
    against: str = "own"


@dataclass(frozen=True)
class Kind:
    name: str  # stored in the database; never rename
    label: str
    unit: str  # "s", "m", "W", "bpm", "days", "weeks", "" or any other
    key_unit: (
        str  # "m", "s", "period" (see calendar.PERIODS), "segment", "route" (ids), "" for a kind with one key
    )
    lower_is_better: bool
    over: str  # "activity" or "periods"
    real_place: bool  # efforts of virtual activities do not count
    version: int  # raise it when the definition changes
    compute: Function
    section: str  # a key of sections.SECTIONS, or the title of a new section
    order: int  # within the section
    title: str  # may contain {key}, which is written in words: "{key} power"
    short: str  # the title as shown under its section's heading
    quantity: str  # how a value is written (view.records.texts); derived from the unit by default
    sports: Collection[str] | None  # sports it makes sense for; None: all that hold records
    stretch: str  # what the window is a stretch of ("way", "power", …); a doubted stretch holds back all kinds over it
    guard: Guard | None
    heads: Mapping[str, Mapping[float, int]] = field(
        default_factory=dict
    )  # sport ("": any) -> key -> rank among the records at the head of the page

    def fits(self, sport: str) -> bool:
        """Whether the sport holds records of this kind."""
        return sport not in HOLD_NONE and (self.sports is None or sport in self.sports)


KINDS: dict[str, Kind] = {}

EFFORTS = ("activity_id", "kind", "key", "value", "t0_s", "t1_s", "source")
# One row per activity with its figures that count; a figure that does not count is NaN.
DAYS = ("local_day", "sport", "distance_m", "moving_s", "ascent_m")
CANDIDATES = ("sport", "key", "day", "last_day", "value")
ALL_SPORTS = "all"
# Sports that keep no records. They still count in the days, weeks and hours of all sports.
HOLD_NONE = frozenset({"yoga", "pilates", "meditation"})
_QUANTITIES = {
    "s": "duration",
    "m": "distance",
    "W": "power",
    "bpm": "heart_rate",
    "days": "days",
    "weeks": "weeks",
}


def record[F: Function](
    name: str,
    label: str,
    unit: str,
    *,
    key_unit: str = "",
    lower_is_better: bool = False,
    over: str = "activity",
    real_place: bool = True,
    version: int = 1,
    section: str = "other",
    order: int = 100,
    title: str = "",
    short: str = "",
    quantity: str = "",
    sports: Collection[str] | None = None,
    stretch: str = "",
    guard: Guard | None = None,
    heads: Mapping[str, Mapping[float, int]] | None = None,
) -> Callable[[F], F]:
    """Register a function as the record kind `name`; the parameters are the fields of Kind. Raises ValueError if the
    name is already taken."""
    title = title or (f"{label}, {{key}}" if key_unit else label)

    def register(function: F) -> F:
        if name in KINDS:
            raise ValueError(f"two record kinds are called {name!r}")
        KINDS[name] = Kind(
            name, label, unit, key_unit, lower_is_better, over, real_place, version, function, section, order, title,
            short or title, quantity or _QUANTITIES.get(unit, "number"), sports, stretch, guard, heads or {},
        )  # fmt: skip
        return function

    return register


load_all(__name__, __path__)

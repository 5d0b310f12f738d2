"""One generated activity: whole numbers as a watch stores them (with FIT's scales), and the truth beside them."""

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from milevault_core.demo import plan
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.motion import Journey
from milevault_core.demo.places import PLACES

# Scale and offset of each column: value = raw / scale - offset.
SCALES = {
    "lat": (2**31 / 180.0, 0.0), "lon": (2**31 / 180.0, 0.0), "altitude": (5.0, 500.0), "distance": (100.0, 0.0),
    "speed": (1000.0, 0.0), "heart_rate": (1.0, 0.0), "cadence": (1.0, 0.0), "power": (1.0, 0.0),
    "temperature": (1.0, 0.0),
}  # fmt: skip


@dataclass(frozen=True)
class Device:
    name: str
    product: int  # number in the FIT profile; the maker is Garmin (1)


@dataclass
class Activity:
    """`seconds` (since `start`) and `columns` have one value per point; MISSING where nothing was measured.

    `timer`: (first, last) second of each stretch in which the timer ran. `laps`: see laps.py.
    `lengths`: (start s, timer s, strokes, stroke, active); `sets`: (start s, seconds, repetitions, kg, exercise,
    active). `spikes`: points whose position is wrong on purpose.
    """

    athlete: Athlete
    session: plan.Session
    start: int  # s since 1970, UTC
    utc_offset_s: int
    device: Device
    seconds: np.ndarray
    columns: dict[str, np.ndarray]
    timer: list[tuple[int, int]]
    sub_sport: str = ""
    lap_marks: list[tuple[int, str, str]] = field(
        default_factory=list
    )  # (second, trigger, intensity) at its end
    lengths: list[tuple] = field(default_factory=list)
    sets: list[tuple] = field(default_factory=list)
    spikes: list[int] = field(default_factory=list)
    journey: Journey | None = None
    climb: np.ndarray | None = None  # rows: metres along, climbed so far, descended so far
    ascent_m: float = 0.0
    descent_m: float = 0.0
    distance_m: float = 0.0
    moving_s: float = 0.0
    pool_length_m: float = 0.0
    calories: int = 0
    segment_passes: list[tuple[str, float, float]] = field(default_factory=list)  # id, start s, duration s

    @property
    def elapsed_s(self) -> int:
        return int(self.seconds[-1])

    @property
    def timer_s(self) -> int:
        return sum(b - a for a, b in self.timer)

    @property
    def key(self) -> str:
        """A name for files and tables that never changes."""
        return f"{self.session.day.isoformat()}-{self.session.number:04d}-{self.session.sport}"


def start_of(session: plan.Session) -> tuple[int, int]:
    """(seconds since 1970 UTC, offset of local time in s) of a session's start."""
    zone = ZoneInfo(PLACES[session.place].time_zone)
    wall = datetime.combine(session.day, time(), zone).replace(
        hour=session.start_s // 3600, minute=session.start_s // 60 % 60, second=session.start_s % 60
    )
    offset = wall.utcoffset()
    assert offset is not None
    return int(wall.timestamp()), int(offset.total_seconds())


def device_of(athlete: Athlete, session: plan.Session) -> Device:
    """The watch or bike computer that the athlete used in that year."""
    year = session.day.year
    if session.sport == "cycling":
        bikes = (
            (2014, "Garmin Edge 500", 1036),
            (2019, "Garmin Edge 810", 1567),
            (2023, "Garmin Edge 530", 3121),
        )
        return next(
            (Device(name, n) for until, name, n in bikes if year < until), Device("Garmin Edge 1040", 3843)
        )
    watches = ((2016, "Garmin Forerunner 610", 1345), (2019, "Garmin Forerunner 935", 2691),
               (2023, "Garmin Forerunner 945", 3113))  # fmt: skip
    return next(
        (Device(name, n) for until, name, n in watches if year < until), Device("Garmin Forerunner 965", 4315)
    )


def temperature_of(session: plan.Session) -> float:
    """Air temperature (°C) of the season and the hour, before the day's random variation."""
    from milevault_core.demo.exact import sine

    place = PLACES[session.place]
    year = float(sine(np.array([(session.day.timetuple().tm_yday - 110) / 365.25]))[0])
    hour = float(sine(np.array([session.start_s / 86_400 - 0.375]))[0])
    return place.mean_temperature + place.season * year + 4.0 * hour

"""Whether a start time is plausible.

A clock that was never set begins at its epoch, and one that missed a GPS week rollover is 1,024 weeks slow. Such a date
says nothing: it neither joins nor separates two recordings, and the activity is left out of every total until its owner
has set the date. The answer depends only on the start, the current time, the sport and the file's format, so every part
of MileVault gets the same one.
"""

from datetime import UTC, datetime, timedelta

from milevault_core.sports import SPORTS

ROLLOVER = timedelta(weeks=1024)  # the GPS week number has ten bits
AHEAD = timedelta(days=1)  # a clock set to local time is up to 14 hours ahead of UTC

# What a clock that was never set shows: Unix, GPS, FIT and Garmin, GPS after its first rollover, common clock chips,
# Apple.
EPOCHS = tuple(
    datetime(*day, tzinfo=UTC)
    for day in ((1970, 1, 1), (1980, 1, 6), (1989, 12, 31), (1999, 8, 22), (2000, 1, 1), (2001, 1, 1))
)
_UNSET = timedelta(days=1)  # such a clock runs on while the device is on

# The oldest devices whose recordings anyone can still have.
_GPS_FOR_ALL = datetime(2000, 5, 2, tzinfo=UTC)  # the end of degraded civilian GPS
_COMPUTERS = datetime(1987, 1, 1, tzinfo=UTC)  # dive computers, heart rate watches with a cable
_FLIGHT_LOGGERS = datetime(1994, 1, 1, tzinfo=UTC)
_FIRST = {
    "dive": _COMPUTERS, "gym": _COMPUTERS, "play": _COMPUTERS, "climb": _COMPUTERS, "swim": _COMPUTERS,
    "air": _FLIGHT_LOGGERS, "sail": _FLIGHT_LOGGERS, "motor": _FLIGHT_LOGGERS,
}  # fmt: skip
# This many files that begin within this span. Nobody has so many of one workout: the device's clock starts at this
# moment whenever it is switched on, so the date says as little as an epoch does.
CROWD, CROWD_SPAN = 12, timedelta(minutes=2)
_FIRST_FIT = datetime(2008, 1, 1, tzinfo=UTC)  # the first devices that wrote FIT were sold that year


def doubt(start: datetime, sport: str, now: datetime, file_format: str = "") -> str:
    """Why a start time (aware) is implausible: "future", "epoch" (a clock that was never set), "too_early" (the
    sport's devices, or the file's format, did not exist yet), or "" if nothing speaks against it.

    `sport`: one of sports.SPORTS. `now`: aware; the time of the import if it is known, so that the answer does not
    change later. `file_format`: "fit" for files that only devices from 2008 on can have written.
    """
    if start > now + AHEAD:
        return "future"
    if any(epoch - _UNSET < start < epoch + _UNSET for epoch in EPOCHS):
        return "epoch"
    group = SPORTS[sport].group if sport in SPORTS else "other"
    first = _FIRST.get(group, _GPS_FOR_ALL)
    if file_format == "fit":
        first = _FIRST_FIT
    return "too_early" if start < first else ""


def is_plausible(start: datetime, sport: str, now: datetime, file_format: str = "") -> bool:
    """Whether a start time is plausible. See `doubt`."""
    return not doubt(start, sport, now, file_format)

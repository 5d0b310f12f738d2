"""What an activity is called: by the hour and the sport, as Strava does; now and then in the athlete's words."""

from milevault_core.demo import draws
from milevault_core.demo.activity import Activity

_SPORTS = {
    "running": "Run",
    "cycling": "Ride",
    "swimming": "Swim",
    "strength": "Weight Training",
    "hiking": "Hike",
}
_OWN = (
    "Round the hills",
    "Legs like lead",
    "With Sam",
    "Before the rain",
    "New shoes",
    'Äquator & zurück, "fast"',
)
_KINDS = {"race": "Race day", "intervals": "Track session", "commute": "Commute"}


def name_of(made: Activity) -> str:
    session = made.session
    source = draws.stream(made.athlete.seed, *session.names, "name")
    if session.kind in _KINDS and draws.chance(source, 0.6):
        return _KINDS[session.kind]
    if draws.chance(source, 0.1):
        return draws.pick(source, _OWN)
    hour = session.start_s // 3600
    part = "Morning" if hour < 11 else "Lunch" if hour < 14 else "Afternoon" if hour < 17 else "Evening"
    return f"{part} {_SPORTS[session.sport]}"

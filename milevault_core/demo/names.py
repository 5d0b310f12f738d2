"""Names of activities: from the hour and the sport, as Strava does; now and then in the athlete's own words."""

from milevault_core.demo import draws
from milevault_core.demo.made import Activity

_SPORTS = {
    "running": "Run",
    "cycling": "Ride",
    "swimming": "Swim",
    "strength": "Weight Training",
    "hiking": "Hike",
}
BIKES = (("Road bike", "Invented", "R1"), ("Commuter", "Invented", "C2"))
SHOES = (("Trainers", "Imaginary", "T9"), ("", "Imaginary", "Racer"))
# The athlete's own words, by the kind of session.
_OWN = {
    "easy": (
        "Easy loop",
        "Recovery",
        "Legs like lead",
        "With Sam",
        "Before the rain",
        'Café & back, "the long way"',
    ),
    "long": ("The long one", "Round the hills", "With Sam", "Sunday legs", "Out to the end of the road"),
    "tempo": ("Tempo", "Threshold", "Comfortably hard", "Chasing Sam"),
    "intervals": ("Track session", "600s on the track", "Intervals with the club"),
    "race": ("Race day", "Number pinned on", "As fast as it goes"),
    "commute": ("Commute", "To work and back", "Headwind, of course"),
    "treadmill": ("Treadmill", "Too icy outside"),
    "trainer": ("On the trainer", "Intervals indoors", "Going nowhere fast"),
    "pool": ("Pool", "Lengths before work", "Pull and paddles"),
    "open_water": ("Round the buoys", "Lake, flat as glass", "Cold start"),
    "strength": ("Gym", "Heavy day", "Legs and core"),
    "hike": ("Up and over", "Hike with Sam", "Panorama trail", "Über den Höhenweg"),
}
_USUALLY = {"race", "intervals", "commute"}  # usually have a name of their own


def name_of(made: Activity) -> str:
    """For some activities a name as a person would give it; else the time of day and the sport, as Strava does."""
    session = made.session
    source = draws.stream(made.athlete.seed, *session.names, "name")
    if draws.chance(source, 0.6 if session.kind in _USUALLY else 0.2):
        return draws.pick(source, _OWN[session.kind])
    hour = session.start_s // 3600
    part = "Morning" if hour < 11 else "Lunch" if hour < 14 else "Afternoon" if hour < 17 else "Evening"
    return f"{part} {_SPORTS[session.sport]}"


def gear_of(made: Activity) -> str:
    """The bike or the pair of shoes, as in the gear tables of the archives; "" for other sports."""
    kind = made.session.kind
    if made.session.sport == "cycling":
        return BIKES[kind == "commute"][0]
    if made.session.sport == "running":
        return "Imaginary Racer" if kind == "race" else "Trainers"
    return ""

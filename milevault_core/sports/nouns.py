"""What an activity without a name is called: "Morning run"."""

from milevault_core.sports import SPORTS

# The noun for a sport whose label cannot serve as one: "Morning run", but "Morning yoga".
NOUNS = {
    "running": "run", "cycling": "ride", "e_biking": "e-bike ride", "swimming": "swim", "walking": "walk",
    "hiking": "hike", "mountaineering": "mountain tour", "snowshoeing": "snowshoe hike",
    "cross_country_skiing": "cross-country ski", "alpine_skiing": "ski", "snowboarding": "snowboard",
    "ice_skating": "skate", "inline_skating": "skate", "rowing": "row", "paddling": "paddle",
    "kayaking": "paddle", "canoeing": "paddle", "stand_up_paddleboarding": "paddle", "sailing": "sail",
    "surfing": "surf", "diving": "dive", "strength": "strength session", "fitness": "workout",
    "hiit": "HIIT session", "horseback_riding": "ride on horseback", "rock_climbing": "climb",
    "flying": "flight", "motor_sports": "drive", "multisport": "multisport", "other": "activity",
}  # fmt: skip
PARTS_OF_DAY = (
    (5, "Night"),
    (11, "Morning"),
    (14, "Lunch"),
    (18, "Afternoon"),
    (22, "Evening"),
    (25, "Night"),
)


def noun(sport: str) -> str:
    """ "run", "yoga"; "activity" for a sport that is not in our list."""
    return NOUNS.get(sport) or (SPORTS[sport].label.lower() if sport in SPORTS else "activity")


def part_of_day(hour: int) -> str:
    """ "Morning" and so on, by the hour of the local day."""
    return next(word for until, word in PARTS_OF_DAY if hour < until)

"""The sports, their properties, and how other products' names map to them.

A sport is a row of SPORTS; a sub-sport is one of FIT's words ("trail", "treadmill", "virtual_activity") and is kept as
it is. An unknown sport becomes "other", with the original name kept.

Numbers: the FIT profile's `sport` and `sub_sport` types. Words: Strava's SportType, Garmin Connect's typeKey,
GPX `<type>` (free text, or one of Strava's numbers), TCX `Sport`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from milevault_core.sports.words import word_key


@dataclass(frozen=True)
class Sport:
    key: str
    label: str
    group: str  # only activities of one group are compared as routes
    icon: str  # Material Symbols name
    pace: str = "speed"  # what to show: "pace" (time per distance), "pace_100m", "pace_500m", "speed", "none"
    on_foot: bool = False  # cadence counts one leg: shown doubled, as steps per minute


@dataclass(frozen=True)
class Match:
    """A sport in our words. `original` is the file's own name if the sport is unknown or was given as text."""

    sport: str
    sub_sport: str = ""
    original: str = ""
    is_indoor: bool = False
    is_virtual: bool = False


_ROWS = (
    ("running", "Running", "run", "directions_run", "pace", True),
    ("cycling", "Cycling", "ride", "directions_bike", "speed", False),
    ("e_biking", "E-biking", "ride", "electric_bike", "speed", False),
    ("swimming", "Swimming", "swim", "pool", "pace_100m", False),
    ("walking", "Walking", "walk", "directions_walk", "pace", True),
    ("hiking", "Hiking", "walk", "hiking", "pace", True),
    ("mountaineering", "Mountaineering", "walk", "landscape", "pace", True),
    ("snowshoeing", "Snowshoeing", "walk", "snowshoeing", "pace", True),
    ("cross_country_skiing", "Cross-country skiing", "ski", "nordic_walking", "speed", False),
    ("alpine_skiing", "Skiing", "ski", "downhill_skiing", "speed", False),
    ("snowboarding", "Snowboarding", "ski", "snowboarding", "speed", False),
    ("ice_skating", "Ice skating", "skate", "ice_skating", "speed", False),
    ("inline_skating", "Inline skating", "skate", "roller_skating", "speed", False),
    ("skateboarding", "Skateboarding", "skate", "skateboarding", "speed", False),
    ("rowing", "Rowing", "paddle", "rowing", "pace_500m", False),
    ("paddling", "Paddling", "paddle", "kayaking", "speed", False),
    ("kayaking", "Kayaking", "paddle", "kayaking", "speed", False),
    ("canoeing", "Canoeing", "paddle", "kayaking", "speed", False),
    ("rafting", "Rafting", "paddle", "kayaking", "speed", False),
    ("stand_up_paddleboarding", "Stand-up paddling", "paddle", "surfing", "speed", False),
    ("sailing", "Sailing", "sail", "sailing", "speed", False),
    ("windsurfing", "Windsurfing", "sail", "surfing", "speed", False),
    ("kitesurfing", "Kitesurfing", "sail", "kitesurfing", "speed", False),
    ("surfing", "Surfing", "surf", "surfing", "speed", False),
    ("water_sports", "Water sports", "surf", "surfing", "speed", False),
    ("diving", "Diving", "dive", "scuba_diving", "none", False),
    ("snorkeling", "Snorkeling", "dive", "scuba_diving", "none", False),
    ("strength", "Strength", "gym", "fitness_center", "none", False),
    ("fitness", "Fitness", "gym", "exercise", "none", False),
    ("hiit", "HIIT", "gym", "timer", "none", False),
    ("elliptical", "Elliptical", "gym", "sprint", "speed", True),
    ("stair_climbing", "Stair climbing", "gym", "stairs", "none", True),
    ("yoga", "Yoga", "gym", "self_improvement", "none", False),
    ("pilates", "Pilates", "gym", "sports_gymnastics", "none", False),
    ("meditation", "Meditation and breathing", "gym", "self_improvement", "none", False),
    ("dance", "Dance", "gym", "music_note", "none", False),
    ("rock_climbing", "Climbing", "climb", "elevation", "none", False),
    ("racket_sports", "Racket sports", "play", "sports_tennis", "none", False),
    ("ball_sports", "Ball and team sports", "play", "sports_soccer", "none", False),
    ("martial_arts", "Boxing and martial arts", "play", "sports_mma", "none", False),
    ("golf", "Golf", "golf", "sports_golf", "speed", False),
    ("horseback_riding", "Horse riding", "horse", "chess_knight", "speed", False),
    ("wheelchair", "Wheelchair", "wheel", "accessible_forward", "pace", False),
    ("fishing", "Fishing and hunting", "other", "phishing", "none", False),
    ("flying", "Flying", "air", "paragliding", "speed", False),
    ("motor_sports", "Motor sports", "motor", "two_wheeler", "speed", False),
    ("multisport", "Multisport", "multi", "swap_horiz", "speed", False),
    ("transition", "Transition", "multi", "swap_horiz", "none", False),
    ("other", "Other", "other", "category", "speed", False),
)
SPORTS: dict[str, Sport] = {row[0]: Sport(*row) for row in _ROWS}
# Groups whose activities are not matched to routes: halls and pitches, diving, motors, the air, multisport.
ROUTELESS = frozenset(("gym", "play", "golf", "climb", "dive", "motor", "air", "multi"))
# Sports done on the spot, in a hall or on a pitch. Elliptical trainers and stair climbers do record a distance.
ON_THE_SPOT = frozenset(s.key for s in SPORTS.values() if s.group in ("gym", "play") and s.pace == "none") - {
    "stair_climbing"
}

LONG_COURSE_M = 30_000.0


def course_group(sport: str, length_m: float) -> str:
    """The sport group of a drawn course: that of the file's sport, or else guessed from its length: riding from
    LONG_COURSE_M on, running below."""
    group = SPORTS[sport].group if sport in SPORTS else "other"
    if group == "other" or group in ROUTELESS:
        return "ride" if length_m >= LONG_COURSE_M else "run"
    return group


_INDOOR = """
treadmill spin indoor_cycling indoor_rowing elliptical stair_climbing lap_swimming flexibility_training
strength_training indoor_skiing cardio_training indoor_walking indoor_running yoga pilates breathing
indoor_climbing bouldering indoor_grinding indoor_wheelchair_walk indoor_wheelchair_run
indoor_hand_cycling virtual_activity
"""
INDOOR = frozenset(_INDOOR.split())

# FIT `sport` -> our sport, and the sub-sport it stands for if FIT has a separate sport for it.
FIT_SPORTS: dict[int, tuple[str, str]] = {
    number: (name, sub)
    for names, sub, name in (
        ((1,), "", "running"), ((2,), "", "cycling"), ((3,), "", "transition"), ((4, 10), "", "fitness"),
        ((5,), "", "swimming"), ((11,), "", "walking"), ((12,), "", "cross_country_skiing"),
        ((13,), "", "alpine_skiing"), ((14,), "", "snowboarding"), ((15,), "", "rowing"),
        ((16,), "", "mountaineering"), ((17,), "", "hiking"), ((18,), "", "multisport"),
        ((19,), "", "paddling"), ((20,), "", "flying"), ((21,), "", "e_biking"), ((25,), "", "golf"),
        ((27,), "", "horseback_riding"), ((28,), "hunting", "fishing"), ((29,), "", "fishing"),
        ((30,), "", "inline_skating"), ((31,), "", "rock_climbing"), ((32,), "", "sailing"),
        ((33,), "", "ice_skating"), ((35,), "", "snowshoeing"), ((37,), "", "stand_up_paddleboarding"),
        ((38,), "", "surfing"), ((41,), "", "kayaking"), ((42,), "", "rafting"), ((43,), "", "windsurfing"),
        ((44,), "", "kitesurfing"), ((53,), "", "diving"), ((62,), "", "hiit"), ((67,), "", "meditation"),
        ((82,), "", "snorkeling"), ((83,), "", "dance"), ((85,), "pool_apnea", "diving"),
        ((88,), "", "canoeing"), ((84,), "jump_rope", "fitness"), ((86,), "mobility", "fitness"),
        ((47,), "boxing", "martial_arts"), ((80,), "mixed_martial_arts", "martial_arts"),
        ((8,), "tennis", "racket_sports"), ((64,), "", "racket_sports"),
        ((6,), "basketball", "ball_sports"), ((7,), "soccer", "ball_sports"),
        ((9,), "american_football", "ball_sports"), ((49,), "baseball", "ball_sports"),
        ((69,), "disc_golf", "ball_sports"), ((70,), "", "ball_sports"), ((71,), "cricket", "ball_sports"),
        ((72,), "rugby", "ball_sports"), ((73,), "hockey", "ball_sports"),
        ((74,), "lacrosse", "ball_sports"), ((75,), "volleyball", "ball_sports"),
        ((26,), "hang_gliding", "flying"), ((34,), "sky_diving", "flying"),
        ((22,), "motorcycling", "motor_sports"), ((23,), "boating", "motor_sports"),
        ((24,), "driving", "motor_sports"), ((36,), "snowmobiling", "motor_sports"),
        ((81,), "", "motor_sports"), ((39,), "wakeboarding", "water_sports"),
        ((40,), "water_skiing", "water_sports"), ((76,), "water_tubing", "water_sports"),
        ((77,), "wakesurfing", "water_sports"), ((78,), "", "water_sports"),
        ((48,), "floor_climbing", "stair_climbing"), ((65,), "wheelchair_walk", "wheelchair"),
        ((66,), "wheelchair_run", "wheelchair"), ((87,), "geocaching", "walking"),
    )
    for number in names
}  # fmt: skip

_SUB_SPORTS = """
1=treadmill 2=street 3=trail 4=track 5=spin 6=indoor_cycling 7=road 8=mountain 9=downhill
10=recumbent 11=cyclocross 12=hand_cycling 13=track_cycling 14=indoor_rowing 15=elliptical
16=stair_climbing 17=lap_swimming 18=open_water 19=flexibility_training 20=strength_training
21=warm_up 22=match 23=exercise 24=challenge 25=indoor_skiing 26=cardio_training
27=indoor_walking 28=e_bike_fitness 29=bmx 30=casual_walking 31=speed_walking
32=bike_to_run_transition 33=run_to_bike_transition 34=swim_to_bike_transition 35=atv
36=motocross 37=backcountry 38=resort 39=rc_drone 40=wingsuit 41=whitewater 42=skate_skiing
43=yoga 44=pilates 45=indoor_running 46=gravel_cycling 47=e_bike_mountain 48=commuting
49=mixed_surface 50=navigate 51=track_me 52=map 53=single_gas_diving 54=multi_gas_diving
55=gauge_diving 56=apnea_diving 57=apnea_hunting 58=virtual_activity 59=obstacle 62=breathing
63=ccr_diving 65=sail_race 66=expedition 67=ultra 68=indoor_climbing 69=bouldering 70=hiit
71=indoor_grinding 72=hunting_with_dogs 73=amrap 74=emom 75=tabata 77=esport 78=triathlon
79=duathlon 80=brick 81=swim_run 82=adventure_race 83=trucker_workout 84=pickleball 85=padel
86=indoor_wheelchair_walk 87=indoor_wheelchair_run 88=indoor_hand_cycling 90=field 91=ice
92=ultimate 93=platform 94=squash 95=badminton 96=racquetball 97=table_tennis 98=overland
99=trolling_motor 110=fly_canopy 111=fly_paraglide 112=fly_paramotor 113=fly_pressurized
114=fly_navigate 115=fly_timer 116=fly_altimeter 117=fly_wx 118=fly_vfr 119=fly_ifr
121=dynamic_apnea 123=enduro 124=rucking 125=rally 126=pool_triathlon 127=e_bike_enduro
"""
FIT_SUB_SPORTS: dict[int, str] = {
    int(number): name for number, name in (pair.split("=") for pair in _SUB_SPORTS.split())
}

# Gym machines and classes say what they are only in the sub-sport.
_BY_SUB_SPORT = {
    "treadmill": "running", "indoor_running": "running", "indoor_cycling": "cycling", "spin": "cycling",
    "indoor_rowing": "rowing", "elliptical": "elliptical", "stair_climbing": "stair_climbing",
    "strength_training": "strength", "yoga": "yoga", "pilates": "pilates", "hiit": "hiit", "amrap": "hiit",
    "emom": "hiit", "tabata": "hiit", "breathing": "meditation", "indoor_walking": "walking",
    "lap_swimming": "swimming", "open_water": "swimming", "indoor_climbing": "rock_climbing",
    "bouldering": "rock_climbing", "triathlon": "multisport", "duathlon": "multisport", "brick": "multisport",
    "swim_run": "multisport", "adventure_race": "multisport", "pool_triathlon": "multisport",
    "pickleball": "racket_sports", "padel": "racket_sports", "squash": "racket_sports",
    "badminton": "racket_sports", "racquetball": "racket_sports", "table_tennis": "racket_sports",
}  # fmt: skip
_VAGUE = {"other", "fitness"}


def _match(sport: str, sub_sport: str, original: str = "") -> Match:
    if sport in _VAGUE and sub_sport in _BY_SUB_SPORT:
        sport = _BY_SUB_SPORT[sub_sport]
    if sport == "cycling" and sub_sport in {"e_bike_fitness", "e_bike_mountain", "e_bike_enduro"}:
        sport = "e_biking"
    return Match(sport, sub_sport, original, sub_sport in INDOOR, sub_sport == "virtual_activity")


def from_fit(sport: int | None, sub_sport: int | None = None) -> Match:
    """The sport for FIT's numbers; an unknown one is "other" with original "fit sport 123"."""
    sub = FIT_SUB_SPORTS.get(sub_sport, "") if sub_sport is not None else ""
    if sport is None or sport in (0, 254, 255):
        return _match("other", sub)
    known = FIT_SPORTS.get(sport)
    if known is None:
        return _match("other", sub, f"fit sport {sport}")
    return _match(known[0], sub or known[1])


@lru_cache(maxsize=1024)
def from_text(text: str | None) -> Match:
    """The sport for a name as written by Strava, Garmin Connect, GPX, TCX or a person; "other" if unknown."""
    original = (text or "").strip()
    if not original:
        return _match("other", "")
    key = word_key(original)
    if key in SPORTS:
        return _match(key, "", original)
    from milevault_core.sports.names import NAMES  # a long table, in its own file

    if key in NAMES:
        return _match(*NAMES[key], original)
    from milevault_core.sports.languages import in_other_languages, without_outdoors

    for name in (key, without_outdoors(key)):
        if found := in_other_languages().get(name) or (NAMES.get(name) if name else None):
            return _match(*found, original)
    return _match("other", "", original)


# Words that mean a sport as a file's type, but not in a name that a person gave: "Race day", "Commute", "Ultra".
_NOT_IN_NAMES = frozenset(
    ["race", "commute", "commuting", "ultra", "trail", "track", "road", "street", "trainer", "spin", "other",
     "training", "workout", "fitness", "transition", "flight", "flying", "sport", "sports", "generic"]
)  # fmt: skip


def _may_tell(word: str) -> bool:
    """Whether a word in a name can mean a sport. "course" and "auto" do so only in French and Italian, so they do
    not count."""
    from milevault_core.sports.languages import in_other_languages
    from milevault_core.sports.names import NAMES

    if word in _NOT_IN_NAMES or (len(word) < 3 and word.isascii()):
        return False
    return (
        "_" in word
        or not word.isascii()
        or word in SPORTS
        or word in NAMES
        or word not in in_other_languages()
    )


@lru_cache(maxsize=1024)
def from_name(name: str | None) -> Match:
    """The sport that an activity's name mentions, for files that give it nowhere else: "Running 5/1/24 7:02 am",
    "20231013 Outdoor cycling", "3.85mi Hike". "other" if it mentions none or several."""
    words = [word_key(w) for w in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", (name or "")[:200])]
    found: dict[str, Match] = {}
    at = 0
    while at < len(words):
        for many in (3, 2, 1):  # "trail run" before "run"
            text = "_".join(words[at : at + many])
            match = from_text(text) if _may_tell(text) else _match("other", "")
            if match.sport != "other" and at + many <= len(words):
                found.setdefault(match.sport, match)
                at += many - 1
                break
        at += 1
    return next(iter(found.values())) if len(found) == 1 else _match("other", "")


# Programs whose world is not a real place, whatever sport they write. In an activity's name only the part before a dash
# or bar counts ("Zwift - Watopia"), because a person may well write "like on Zwift".
_WORLDS = (
    "zwift", "rouvy", "bkool", "mywhoosh", "kinomap", "fulgaz", "indievelo", "trainingpeaks virtual", "rgt cycling",
    "road grand tours", "onelap", "virtugo", "tacx training", "tacx desktop", "wahoo systm", "the sufferfest",
    "bigringvr", "big ring vr", "veloreality", "biketerra", "my e-training", "elite etraining", "ifit", "holofit",
    "vzfit", "ictrainer", "virtual training", "cyclingtime", "magene onelap", "virtual ride",
    "virtualride", "virtual run", "gymtrakr", "viewbicycle",
)  # fmt: skip


@lru_cache(maxsize=1024)
def is_virtual_world(program: str, name: str = "") -> bool:
    """Whether a program (a file's creator or device) or an activity's name indicates a virtual world."""
    program = program.lower()
    named = re.split(r"\s+[-–|]\s+|\s*[|:]\s*", name.strip().lower(), maxsplit=1)[0]
    return any(program.startswith(w) or f" {w}" in program for w in _WORLDS) or named in _WORLDS

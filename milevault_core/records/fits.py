"""Which sports a kind of record makes sense for. Registers nothing itself."""

from milevault_core.sports import SPORTS


def _of(groups: str, more: str = "", less: str = "") -> frozenset[str]:
    wanted = set(groups.split())
    return frozenset((*(s.key for s in SPORTS.values() if s.group in wanted), *more.split())) - set(
        less.split()
    )


# Metres gained by a lift, a tow or the wind do not count as climbed.
CARRIED = frozenset({"alpine_skiing", "snowboarding", "flying", "kitesurfing", "motor_sports"})
# Sports that cover a distance, or measure one as if they did.
DISTANCE = _of(
    "run ride swim walk ski skate paddle sail surf horse wheel golf air other", "elliptical", "fishing"
)
# Sports with real climbing: not on water, and not on a machine without an incline.
CLIMB = _of("run ride walk ski skate wheel horse climb other", "stair_climbing", "fishing") - CARRIED
HEIGHT = CLIMB | {"alpine_skiing", "snowboarding", "flying"}
IN_THE_AIR = _of("air")
# Sports that raise the heart rate by themselves.
HEART = _of("run ride swim walk ski skate paddle gym climb play wheel other surf", "", "fishing meditation")
POWER = HEART - {"ball_sports", "martial_arts", "racket_sports", "surfing", "water_sports"}

"""What is physically possible in a sport, for cleaning a track: by group, with a few sports listed separately.

The limits are those of the fastest person ever, helped by wind, slope and waves, never those of a good athlete:
anything beyond them was not travelled by muscle. Motors have no limits.
"""

from dataclasses import dataclass
from math import inf

from milevault_core.sports import SPORTS


@dataclass(frozen=True)
class Limits:
    """fastest: m/s over ten seconds. standing: m/s over `window_s` seconds; slower is standing still, if the whole
    activity is slow (metrics/moving.py). rising: m/s up or down. steepest: greatest ascent per metre of distance.

    lasting: (seconds, m/s), the fastest over longer times. downhill: more is possible downhill. slow_m_s: `lasting`
    applies only if the usual speed is no faster. on_a_court: people move back and forth within metres, which sparse
    positions cannot tell from standing."""

    fastest: float = inf
    standing: float = 0.5
    window_s: float = 5.0
    rising: float = 10.0
    steepest: float = 1.0
    lasting: tuple[tuple[float, float], ...] = ()
    downhill: bool = False
    slow_m_s: float = inf
    on_a_court: bool = False


_SLOW = 30.0  # seconds in which slow movement gets further than the noise of its positions
_WATER = 0.03  # flat, apart from a portage or a lock
_RIDDEN = 0.4  # the steepest streets have 0.35
# The world record over 200 m is 10.4 m/s, over 800 m 7.9 m/s; plus wind and slope.
_ON_FOOT = ((30.0, 10.5), (120.0, 8.5), (600.0, 7.5))
_ON_WHEELS = ((60.0, 20.0), (600.0, 17.5))  # the hour record is 15.8 m/s, a bunch sprint 20 m/s
_GROUPS = {
    "run": Limits(12.5, lasting=_ON_FOOT),
    "walk": Limits(12.5, 0.2, _SLOW, lasting=_ON_FOOT),
    "ride": Limits(40.0, rising=20.0, steepest=_RIDDEN, lasting=_ON_WHEELS, downhill=True),  # a descent
    "swim": Limits(3.5, 0.15, _SLOW, rising=5.0, steepest=_WATER),
    "ski": Limits(72.0, rising=40.0, steepest=inf),  # a lift
    "skate": Limits(40.0, rising=20.0),
    "paddle": Limits(15.0, steepest=_WATER),
    "sail": Limits(40.0, steepest=_WATER),
    "surf": Limits(40.0, steepest=_WATER),
    "dive": Limits(5.0, 0.15, _SLOW, rising=5.0, steepest=inf),
    "gym": Limits(20.0, steepest=inf, on_a_court=True),  # the belt of a treadmill, stairs
    "climb": Limits(12.5, 0.1, _SLOW, steepest=inf, on_a_court=True),
    "play": Limits(12.5, lasting=_ON_FOOT, on_a_court=True),
    "golf": Limits(15.0, 0.2, _SLOW),
    "horse": Limits(25.0),
    "wheel": Limits(30.0),
    "motor": Limits(rising=200.0, steepest=inf),
    "air": Limits(rising=200.0, steepest=inf),
}
_SPORTS = {
    "mountaineering": Limits(12.5, 0.1, 60.0, steepest=3.0, lasting=_ON_FOOT),  # a via ferrata goes up a wall
    "e_biking": Limits(40.0, rising=20.0, steepest=_RIDDEN, lasting=_ON_WHEELS, downhill=True),
    "multisport": Limits(40.0, 0.2, _SLOW, rising=20.0),
    "transition": Limits(15.0, 0.1, _SLOW),
}
ANY = Limits(on_a_court=True)  # for everything that counts as recorded
# For unknown sports: it may be a motor, unless the rest is on foot.
UNKNOWN = Limits(lasting=_ON_WHEELS, downhill=True, slow_m_s=3.5, on_a_court=True)


def limits_of(sport: str) -> Limits:
    """The limits of a sport; an unknown one or "other" has no top speed."""
    return _SPORTS.get(sport) or _GROUPS.get(SPORTS[sport].group if sport in SPORTS else "", UNKNOWN)


def is_by_muscle(sport: str) -> bool:
    """Whether the sport is done by muscle: no motor, not in the air. Unknown sports count as done by muscle."""
    return not (sport in SPORTS and SPORTS[sport].group in ("motor", "air"))

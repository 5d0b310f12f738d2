"""Which activities a segment is compared with: those of its sport group that follow a path outdoors."""

from milevault_core.sports import ROUTELESS, SPORTS

E_BIKES = "e_ride"  # kept apart from bicycles: a motor's best time is nobody's record


def group_of(sport: str, goes_somewhere: bool = True) -> str:
    """The sport group of an activity; "" if no segments are searched for in it.

    goes_somewhere: False for indoor sports, virtual worlds and triathlon transitions.
    """
    group = SPORTS[sport].group if sport in SPORTS else "other"
    if not goes_somewhere or group in ROUTELESS:
        return ""
    return E_BIKES if sport == "e_biking" else group

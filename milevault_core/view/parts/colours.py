"""One colour a group of sports and one a quantity, on light and on dark ground.

The sports' colours differ in lightness as well as in hue, so that they stay apart for the colour-blind
(tests/view/test_colours.py measures it); beside every colour stands the sport's icon or name.
"""

from milevault_core.sports import SPORTS
from milevault_core.view.activities.series import COLOURS

# family: (on light ground, on dark ground)
FAMILIES = {
    "ride": ("#c2410c", "#f0743e"),
    "run": ("#083a8c", "#3b8bf5"),
    "swim": ("#0f7d75", "#4bf0d2"),
    "walk": ("#4f4714", "#f2e76a"),
    "gym": ("#d02ba0", "#e29fe6"),
    "ski": ("#5c12cc", "#b79af2"),
    "paddle": ("#0a6a86", "#a9e4f5"),
    "other": ("#4a5057", "#858ea0"),
}
_FAMILY_OF_GROUP = {
    "ride": "ride", "run": "run", "swim": "swim", "walk": "walk", "gym": "gym", "climb": "gym", "play": "gym",
    "ski": "ski", "skate": "ski", "paddle": "paddle", "sail": "paddle", "surf": "paddle", "dive": "paddle",
}  # fmt: skip
METRICS = COLOURS  # of the timeline and the map: one colour that reads on both grounds
BETTER, WORSE = ("#0f766e", "#2dd4bf"), ("#b45309", "#fbbf24")  # never red and green


def family(sport: str) -> str:
    """The colour family of a sport: "ride", "run" … "other"."""
    return _FAMILY_OF_GROUP.get(SPORTS[sport].group if sport in SPORTS else "", "other")


def of_sport(sport: str, is_dark: bool = False) -> str:
    """The colour of a sport as "#rrggbb"."""
    return FAMILIES[family(sport)][is_dark]


def css() -> str:
    """`.ride { --sport: … }` for every family, for both grounds; the names are classes of the HTML."""
    light = "".join(f".{name}{{--sport:{one}}}" for name, (one, _) in FAMILIES.items())
    dark = "".join(f".dark .{name}{{--sport:{two}}}" for name, (_, two) in FAMILIES.items())
    grounds = (
        f".root{{--better:{BETTER[0]};--worse:{WORSE[0]}}}.dark{{--better:{BETTER[1]};--worse:{WORSE[1]}}}"
    )
    return light + dark + grounds

"""One colour for each group of sports and for each quantity, on light and dark backgrounds.

The sports' colours differ in lightness as well as in hue, so that colour-blind people can tell them apart
(tests/view/parts/test_colours.py measures it); the sport's icon or name always stands next to the colour.
"""

from milevault_core.sports import SPORTS
from milevault_core.view.activities.series import COLOURS

# family: (on a light background, on a dark background)
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
METRICS = COLOURS  # for the timeline and the map: one colour that is readable on both backgrounds
BETTER, WORSE = ("#0f766e", "#2dd4bf"), ("#b45309", "#fbbf24")  # never red and green


def family(sport: str) -> str:
    """The colour family of a sport: "ride", "run" … "other"."""
    return _FAMILY_OF_GROUP.get(SPORTS[sport].group if sport in SPORTS else "", "other")


def of_sport(sport: str, is_dark: bool = False) -> str:
    """The colour of a sport as "#rrggbb"."""
    return FAMILIES[family(sport)][is_dark]


def css() -> str:
    """`.ride { --sport: … }` for every family on both backgrounds; the names are classes of the HTML."""
    light = "".join(f".{name}{{--sport:{one}}}" for name, (one, _) in FAMILIES.items())
    dark = "".join(f".dark .{name}{{--sport:{two}}}" for name, (_, two) in FAMILIES.items())
    grounds = (
        f".root{{--better:{BETTER[0]};--worse:{WORSE[0]}}}.dark{{--better:{BETTER[1]};--worse:{WORSE[1]}}}"
    )
    return light + dark + grounds

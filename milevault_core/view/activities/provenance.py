"""Where each figure at the head of an activity's page comes from: its candidates, which one is shown, and the rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from milevault_core.sports import SPORTS
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts import figures
from milevault_core.view.parts.text import escape

_CLIMBED = "The altitude is smoothed, and small ups and downs do not count; how much depends on its noise."
# figure: (label, how we compute it)
FIGURES = {
    "distance_m": ("Distance", "The distance at the last point, as the device counted it, or the sum of the "
    "distances between positions."),
    "moving_s": ("Moving time", "The time between points where the speed over 5 s is 0.5 m/s or more; where all of it "
    "was slow, 0.1 to 0.2 m/s over 30 s, by sport."),
    "elapsed_s": ("Elapsed", "From the first point to the last one."),
    "avg_speed": ("", "Distance divided by moving time."),
    "max_speed": ("", "The highest speed of a point."),
    "ascent_m": ("Ascent", _CLIMBED),
    "descent_m": ("Descent", _CLIMBED),
    "avg_heart_rate": ("Avg heart rate", "The mean over time of the points that have one."),
    "max_heart_rate": ("Max heart rate", "The highest heart rate of a point."),
    "avg_power": ("Avg power", "The mean over time of the points that have one, zeros included."),
    "max_power": ("Max power", "The highest power of a point."),
    "avg_cadence": ("Cadence", "The mean over time of the points that have one."),
    "avg_temperature": ("Temperature", "The mean over time of the points that have one."),
    "calories": ("Calories", "Calories come from devices only."),
}  # fmt: skip
_SAYS = {"device": "The device's summary says", "computed": "The points give", "edited": "Your number is"}
ORIGINS = {"device": "The device's summary", "computed": "Computed from the points", "edited": "Your number"}
_CLOSE = 1e-6
_FLAT = ("dive", "swim", "gym", "play")  # groups of sports in which "Ascent 0 m" says nothing


@dataclass(frozen=True)
class Candidate:
    origin: str  # device | computed | edited
    value: float
    text: str
    is_shown: bool


@dataclass(frozen=True)
class Source:
    """One figure: `origin` is where the shown value comes from ("" if it matches none of the candidates)."""

    name: str
    label: str
    text: str
    origin: str
    rule: str
    candidates: tuple[Candidate, ...]

    @property
    def sentence(self) -> str:
        """ "Computed from the points. The device's summary says 12.40 km." """
        others = [
            f"{_SAYS[c.origin]} {c.text}." for c in self.candidates if not c.is_shown and c.text != self.text
        ]
        return " ".join([f"{ORIGINS.get(self.origin, 'From another recording of the workout')}.", *others])


def say(name: str, value: float | None, units: Units, sport: str) -> str:
    """A figure as text with its unit."""
    match name:
        case "distance_m":
            return fmt.distance(value or None, units, sport)
        case "moving_s" | "elapsed_s":
            return fmt.duration(value)
        case "avg_speed" | "max_speed":
            return fmt.rate(value or None, units, sport)
        case "ascent_m" | "descent_m":
            return fmt.altitude(value, units)
        case "avg_heart_rate" | "max_heart_rate":
            return fmt.heart_rate(value)
        case "avg_power" | "max_power":
            return fmt.power(value or None)
        case "avg_cadence":
            return fmt.cadence(value or None, sport)
        case "avg_temperature":
            return fmt.temperature(value, units)
    return fmt.number(value or None, 0, "kcal")  # formats that require a number write 0


def label(name: str, sport: str) -> str:
    """What a figure is called in this sport: a pace for a runner, a speed for a cyclist."""
    word = fmt.rate_label(sport)
    if name == "max_speed":
        return "Best pace" if word == "Pace" else "Max speed"
    return word if name == "avg_speed" else FIGURES[name][0]


def sources(
    activity: Mapping, device: Mapping[str, float], computed: Mapping[str, float], chosen: Mapping[str, str],
    units: Units,
) -> list[Source]:  # fmt: skip
    """The figures an activity has, each with its candidates. device, computed: figure -> value; chosen: what the user
    chose (activities/sources.choices)."""
    sport = activity["sport"]
    found = []
    for name, (_, rule) in FIGURES.items():
        value = activity[name]
        text = say(name, value, units, sport)
        if text == fmt.MISSING or (name == "elapsed_s" and not _stood(activity)):
            continue
        if name in ("ascent_m", "descent_m") and not value and SPORTS[sport].group in _FLAT:
            continue
        said = chosen.get(name, "")
        numbers = {"device": device.get(name), "computed": computed.get(name)}
        if said and said not in numbers:
            numbers["edited"] = float(said)
        origin = next(
            (o for o, v in numbers.items() if v is not None and _same(v, value) and said in ("", o)), ""
        )
        origin = "edited" if "edited" in numbers else origin
        made = tuple(
            Candidate(o, v, say(name, v, units, sport), o == origin)
            for o, v in numbers.items()
            if v is not None and v == v
        )
        found.append(Source(name, label(name, sport), text, origin or _derived(name), rule, made))
    return found


def _derived(name: str) -> str:
    return "computed" if name == "avg_speed" else ""


def _stood(activity: Mapping) -> bool:
    moving, elapsed = activity["moving_s"], activity["elapsed_s"]
    return not moving or elapsed - moving >= 60


def _same(a: float, b: float | None) -> bool:
    return b is not None and abs(a - b) <= _CLOSE * max(1.0, abs(b))


HEAD = ("distance_m", "moving_s", "elapsed_s", "avg_speed", "ascent_m", "avg_heart_rate", "avg_power", "avg_cadence",
        "calories")  # fmt: skip


def html(found: list[Source], names: tuple[str, ...] | None = None) -> str:
    """The figures as buttons that report their name (pages.parts.show); a tooltip says where each comes from."""
    shown = [s for s in found if names is None or s.name in names]
    return f'<dl class="figures sourced">{"".join(_figure(one) for one in shown)}</dl>'


def _figure(one: Source) -> str:
    several = len({c.text for c in one.candidates}) > 1
    mark = '<span class="several" aria-hidden="true">≠</span>' if several else ""
    return (
        f'<div class="figure" title="{escape(one.sentence)}"><dt>{escape(one.label)} {mark}</dt>'
        f'<dd class="value">{figures.value(one.text)}<button data-say="{escape(one.name)}" '
        f'aria-label="{escape(one.label)}: where it comes from"></button></dd></div>'
    )

"""Where each number that pages show is explained: its section of the page "What the numbers mean"."""

from collections.abc import Iterable

from milevault_core.metrics import METRICS
from milevault_core.view.parts.text import address, escape

# What pages call a number, where that is not a metric's label -> the section it links to (view/metric_docs.py).
OF_LABEL = {
    "Activities": "activity_count", "Distance": "distance_m", "Time": "moving_s", "Hours": "moving_s",
    "Moving": "moving_s", "Moving time": "moving_s", "Elapsed": "elapsed_s", "Ascent": "ascent_m", "Climb": "ascent_m",
    "Descent": "descent_m", "Pace": "avg_speed", "Speed": "avg_speed", "Pace or speed": "avg_speed",
    "Best pace": "max_speed", "Max speed": "max_speed", "Heart rate": "avg_heart_rate",
    "Avg heart rate": "avg_heart_rate", "Max heart rate": "max_heart_rate", "Power": "avg_power",
    "Avg power": "avg_power", "Max power": "max_power", "Cadence": "avg_cadence", "Temperature": "avg_temperature",
    "Calories": "calories", "Graded pace": "graded_speed",
    "Fitness": "fitness", "Fatigue": "fatigue", "Form": "form", "7-day load": "load", "Monotony": "monotony",
    "Strain": "strain", "Acute : chronic": "acute_chronic", "Polarisation index": "polarisation",
    "Easy": "easy_s", "Moderate": "moderate_s", "Hard": "hard_s", "Zones": "zones",
    "Eddington number": "eddington", "Days in a row": "streaks", "Weeks in a row": "streaks",
    "Critical power": "critical_power", "Critical pace": "critical_power", "Critical speed": "critical_power",
    "Curves": "curves", "Forecasts": "forecast", "VDOT": "vdot", "Grade curve": "grade_curve",
    "Your values": "thresholds",
    "Records": "best_effort", "Better by": "best_effort", "To your best": "best_effort", "Value": "best_effort",
    "Rate": "best_effort",
    "Length": "grade", "Grade": "grade", "Up": "grade", "Down": "grade", "Gain": "grade", "Category": "grade",
    "Efforts": "segment_time", "Rank": "segment_time", "To the best": "segment_time", "W/kg": "watts_per_kg",
    "VAM": "vam", "Times": "route_time", "Stopped": "route_time", "Cost": "gear_cost",
    "Rest": "intervals", "Strokes": "swolf", "SWOLF": "swolf", "Repetitions": "sets", "Weight": "sets",
    "Average": "dynamics", "Mostly": "dynamics",
}  # fmt: skip


def name_of(label: str) -> str:
    """The section that a label links to, also for "Load, mean" and "Work (kJ)"; "" where there is none."""
    own = {one.label: one.name for one in METRICS.values()}
    for said in (label, label.rpartition(", ")[0], label.rpartition(" (")[0]):
        if found := own.get(said) or OF_LABEL.get(said, ""):
            return found
    return ""


def about(name: str) -> str:
    """The address of a section."""
    return address("/metrics", {"name": name})


def link(label: str, name: str, kind: str = "") -> str:
    """A number's label as a link to its section, named so that screen readers can tell it from the link that sorts."""
    made = f' class="{kind}"' if kind else ""
    said = escape(f"{label}: what is this?")
    return f'<a{made} href="{escape(about(name))}" aria-label="{said}">{escape(label)}</a>'


def links(all_of_them: Iterable[tuple[str, str]]) -> str:
    """ "What is this? Distance · Time · Load" from (label, section name), one link each; "" for no labels. Labels that
    link to the same section share one link: "Rank, Time"."""
    parts: dict[str, list[str]] = {}
    for label, name in all_of_them:
        if name:
            parts.setdefault(name, []).append(label)
    made = " · ".join(link(", ".join(dict.fromkeys(labels)), name) for name, labels in parts.items())
    return f'<p class="abouts">What is this? {made}</p>' if made else ""


def of_labels(labels: Iterable[str]) -> str:
    """The same from labels alone; those that are not one of our numbers (a name, a date) are left out."""
    return links((label, name_of(label)) for label in dict.fromkeys(labels))

"""The documentation of the metrics, from their docstrings: for the page "What the numbers mean" and docs/metrics.md.

python -m milevault_core.view.metric_docs > docs/metrics.md
"""

import re
import sys
from dataclasses import dataclass, replace
from inspect import cleandoc

from milevault_core.metrics import METRICS, Metric
from milevault_core.problems import THIN
from milevault_core.view.activities.provenance import FIGURES
from milevault_core.view.metrics import label_and_unit
from milevault_core.view.number_docs import NUMBERS
from milevault_core.view.texts import sport_label

_HEADS = ("Source", "Definition", "Messy data")
_HOW_MANY = {"sum": "the sum", "mean": "the mean", "max": "the highest", "latest": "the latest"}


@dataclass(frozen=True)
class Part:
    """One metric: its name (the anchor), its label with unit, and its text in Markdown."""

    name: str
    label: str
    markdown: str


def parts() -> list[Part]:
    """Every metric, every figure at the head of an activity and every number over many activities, by label."""
    made = [_part(one) for one in METRICS.values()]
    made += [_figure(name, label, rule) for name, (label, rule) in FIGURES.items() if name not in METRICS]
    made += [
        Part(name, label, "\n\n".join([*_paragraphs(text), f"*From many activities. Name: `{name}`.*"]))
        for name, (label, text) in NUMBERS.items()
    ]
    made = [replace(part, markdown=re.sub(r"(?<=\d),(?=\d{3}\b)", THIN, part.markdown)) for part in made]
    return sorted(made, key=lambda part: part.label.lower())


def _figure(name: str, label: str, rule: str) -> Part:
    label = label or {"avg_speed": "Pace or speed", "max_speed": "Best pace or max speed"}[name]
    messy = "" if name == "calories" else (
        "Where the device's own figure is plausible, it is shown with this one beside it; click the figure to see "
        "both and to choose."
    )  # fmt: skip
    text = f"**Definition.** {rule}" + (f"\n\n**Messy data.** {messy}" if messy else "")
    return Part(name, label, f"{text}\n\n*A figure of an activity. Name: `{name}`.*")


def _paragraphs(doc: str) -> list[str]:
    lines = []
    for paragraph in re.split(r"\n(?=(?:" + "|".join(_HEADS) + r"): )|\n\n", cleandoc(doc)):
        said = " ".join(paragraph.split())
        head, _, rest = said.partition(": ")
        lines.append(f"**{head}.** {rest[0].upper()}{rest[1:]}" if head in _HEADS and rest else said)
    return lines


def _part(one: Metric) -> Part:
    lines = _paragraphs(one.doc)
    facts = [f"over several activities: {_HOW_MANY[one.aggregate]}"]
    if one.better != "neither":
        facts.append(f"{one.better} is better")
    if one.sports:
        facts.append("only " + ", ".join(sport_label(s).lower() for s in sorted(one.sports)))
    if one.compute is None:
        facts.append("from the device only")
    lines.append(f"*{'; '.join(facts).capitalize()}. Name: `{one.name}`, version {one.version}.*")
    return Part(one.name, label_and_unit(one), "\n\n".join(lines))


def document() -> str:
    """The text of docs/metrics.md."""
    head = (
        "# What the numbers mean\n\nMade from the metrics' docstrings by "
        "`python -m milevault_core.view.metric_docs`; do not edit it here.\n"
    )
    body = [f'\n<a id="{part.name}"></a>\n\n## {part.label}\n\n{part.markdown}\n' for part in parts()]
    return head + "".join(body)


if __name__ == "__main__":
    sys.stdout.write(document())

"""A figure with a comparison: its label, its value, "1:02 more than usual". It wraps and is never cut off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milevault_core.view.parts import abouts
from milevault_core.view.parts.text import escape

_LONG_UNIT = re.compile(r"([\d\s.:,–−-]+?) (/.{4,}|[^\W\d]\D{4,})")


@dataclass(frozen=True)
class Figure:
    """`than`: the comparison in words; `trend`: "up", "down" or "" (an arrow before it); `is_good`: None is neutral.
    `also`: a second comparison, without an arrow.
    `spark`: values of the last weeks, oldest first, drawn as small bars with the last one highlighted.
    `about`: the section of the metrics page it links to, for labels not in abouts.OF_LABEL; `href`, if given, is the
    link instead."""

    label: str
    value: str
    than: str = ""
    trend: str = ""
    is_good: bool | None = None
    spark: Sequence[float] = ()
    href: str = ""
    also: str = ""
    means: str = ""  # what it is, shown on hover
    about: str = ""


def figures(all_of_them: Sequence[Figure]) -> str:
    """A row of figures as a description list."""
    return f'<dl class="figures">{"".join(_figure(one) for one in all_of_them)}</dl>'


def _figure(one: Figure) -> str:
    sign = {"up": "▲ ", "down": "▼ "}.get(one.trend, "")
    tone = {True: " better", False: " worse", None: ""}[one.is_good]
    than = f'<dd class="than{tone}">{sign}{escape(one.than)}</dd>' if one.than else ""
    than += f'<dd class="than">{escape(one.also)}</dd>' if one.also else ""
    label = escape(one.label)
    part = "" if one.href else one.about or abouts.name_of(one.label)
    if one.href:
        label = f'<a class="go" href="{escape(one.href)}">{label}</a>'
    elif part:
        label = abouts.link(one.label, part, "go")
    said = one.means or ("What is this?" if part else "")
    means = f' title="{escape(said)}"' if said else ""
    picture = f'<dd class="spark" aria-hidden="true">{bars(one.spark)}</dd>' if len(one.spark) > 1 else ""
    return f'<div class="figure"{means}><dt>{label}</dt><dd class="value">{value(one.value)}</dd>{than}{picture}</div>'


def value(text: str) -> str:
    """A value as HTML, with a long unit in its own span: "28 strokes/min" and "2:11 /100 m" are too wide for a figure.
    Dates are not mistaken for a number with a unit."""
    found = _LONG_UNIT.fullmatch(text)
    if not found:
        return escape(text)
    return f'{escape(found[1])} <span class="unit">{escape(found[2])}</span>'


def bars(values: Sequence[float], width: int = 120, height: int = 26) -> str:
    """Small bars from zero, as SVG; the last one is highlighted."""
    most = max(max(values), 1e-9)
    step = width / len(values)
    made = []
    for n, value in enumerate(values):
        high = max(1.0, (height - 1) * max(0.0, value) / most)
        last = ' class="last"' if n == len(values) - 1 else ""
        made.append(
            f'<rect{last} x="{n * step + 1:.1f}" y="{height - high:.1f}" width="{max(1.0, step - 2):.1f}" '
            f'height="{high:.1f}" rx="1"/>'
        )
    return (
        f'<svg class="bars" viewBox="0 0 {width} {height}" preserveAspectRatio="none">{"".join(made)}</svg>'
    )

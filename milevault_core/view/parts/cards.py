"""A card with a small map: an activity with its outline, its figures and what was special about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from milevault_core.view.parts import abouts
from milevault_core.view.parts.text import escape, icon


@dataclass(frozen=True)
class Card:
    """`figures`: (label, value) pairs; `notes`: (icon, text), what was special; `picture`: ready-made SVG.
    `under_href`: where the line under the name links to."""

    href: str
    name: str
    under: str = ""
    icon: str = ""
    icon_label: str = ""
    family: str = ""
    picture: str = ""
    figures: Sequence[tuple[str, str]] = ()
    notes: Sequence[tuple[str, str]] = ()
    under_href: str = ""


def cards(all_of_them: Sequence[Card]) -> str:
    """Cards side by side, as many as fit; below them, links that explain their figures."""
    labels = (label for one in all_of_them for label, _ in one.figures)
    return f'<ul class="cards">{"".join(_card(one) for one in all_of_them)}</ul>{abouts.of_labels(labels)}'


def _card(one: Card) -> str:
    sign = icon(one.icon, one.icon_label) if one.icon else ""
    picture = one.picture or (icon(one.icon) if one.icon else "")
    figures = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in one.figures
    )
    under = escape(one.under)
    if under and one.under_href:
        under = f'<a href="{escape(one.under_href)}">{under}</a>'
    notes = "".join(f'<p class="note">{icon(i)}{escape(t)}</p>' for i, t in one.notes)
    return (
        f'<li class="card {one.family}"><div class="map" aria-hidden="true">{picture}</div>'
        f'<h3>{sign}<a class="go" href="{escape(one.href)}">{escape(one.name)}</a></h3>'
        f'<p class="under">{under}</p><dl>{figures}</dl>{notes}</li>'
    )

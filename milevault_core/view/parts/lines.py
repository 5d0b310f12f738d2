"""Short lines: progress bars (goals), notices, and chips for active filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milevault_core.view.parts import abouts
from milevault_core.view.parts.text import escape, icon


@dataclass(frozen=True)
class Progress:
    """`done` and `due` are shares of 1: progress so far, and where it should be by today (None: no pace)."""

    name: str
    done: float
    text: str
    due: float | None = None
    verdict: str = ""
    is_good: bool | None = None
    href: str = ""


def progress(all_of_them: Sequence[Progress]) -> str:
    """Bars, each with a mark at the progress due by today."""
    return f'<ul class="progress">{"".join(_progress(one) for one in all_of_them)}</ul>'


def _progress(one: Progress) -> str:
    share = 100 * min(1.0, max(0.0, one.done))
    mark = f'<i style="left:{100 * min(1.0, max(0.0, one.due)):.1f}%"></i>' if one.due is not None else ""
    tone = {True: "better", False: "worse", None: ""}[one.is_good]
    name = escape(one.name)
    title = f'<a class="go" href="{escape(one.href)}">{name}</a>' if one.href else f"<b>{name}</b>"
    return (
        f'<li><div class="head">{title}<span>{escape(one.text)}</span></div>'
        f'<div class="bar" role="progressbar" aria-label="{name}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><b style="width:{share:.1f}%"></b>{mark}</div>'
        f'<span class="under {tone}">{escape(one.verdict)}</span></li>'
    )


@dataclass(frozen=True)
class Notice:
    """One thing that needs attention, with a link to deal with it."""

    icon: str
    text: str
    href: str
    label: str


def notices(all_of_them: Sequence[Notice]) -> str:
    """Lines with a link each; "" if there are none."""
    if not all_of_them:
        return ""
    rows = "".join(
        f'<li>{icon(n.icon)}<span>{escape(n.text)}</span><a href="{escape(n.href)}">{escape(n.label)}</a></li>'
        for n in all_of_them
    )
    return f'<ul class="notices">{rows}</ul>'


@dataclass(frozen=True)
class InlineFigure:
    """A figure within a line: "Fitness 54 (+3 in 7 days)"; `means` is shown on hover."""

    label: str
    value: str
    beside: str = ""
    means: str = ""


def said(all_of_them: Sequence[InlineFigure], href: str, label: str) -> str:
    """Figures in one line, with a link to more figures; on a phone the line wraps."""
    made = "".join(
        f'<span title="{escape(one.means)}">{_explained(one.label)} <b>{escape(one.value)}</b>'
        f"{f' <small>{escape(one.beside)}</small>' if one.beside else ''}</span>"
        for one in all_of_them
    )
    return f'<p class="said">{made}<a href="{escape(href)}">{escape(label)}</a></p>'


def _explained(label: str) -> str:
    part = abouts.name_of(label)
    return abouts.link(label, part) if part else escape(label)


def keys(all_of_them: Mapping[str, str], hrefs: Mapping[str, str] | None = None) -> str:
    """What the colours of a chart stand for: label -> colour, each with a link if `hrefs` has one. Unlike a legend
    inside a chart, it wraps."""
    rows = []
    for label, colour in all_of_them.items():
        href = (hrefs or {}).get(label, "")
        said = f'<a href="{escape(href)}">{escape(label)}</a>' if href else f"<span>{escape(label)}</span>"
        rows.append(f'<li><i style="background:{colour}" aria-hidden="true"></i>{said}</li>')
    return f'<ul class="keys">{"".join(rows)}</ul>'


def chips(all_of_them: Sequence[tuple[str, str]], clear: str = "") -> str:
    """Active filters: (text, address without this filter) each; `clear` is the address without any filter."""
    if not all_of_them:
        return ""
    made = "".join(
        f'<a class="chip" href="{escape(href)}" aria-label="Remove: {escape(text)}">{escape(text)}{icon("close")}</a>'
        for text, href in all_of_them
    )
    whole = f'<a class="clear" href="{escape(clear)}">Clear all</a>' if clear else ""
    return f'<p class="chips">{made}{whole}</p>'


def ways(all_of_them: Sequence[tuple[str, str, str, str]]) -> str:
    """Ways to begin: (icon, title, sentence, address) each, as large cards. An address "say:word" makes a button
    instead, and `parts.show` returns its word when it is clicked."""
    made = "".join(
        f'<li class="way">{icon(i)}<h3>{_way(title, href)}</h3><p>{escape(sentence)}</p></li>'
        for i, title, sentence, href in all_of_them
    )
    return f'<ul class="ways">{made}</ul>'


def _way(title: str, href: str) -> str:
    if href.startswith("say:"):
        return f'<button class="go" data-say="{escape(href[4:])}">{escape(title)}</button>'
    return f'<a class="go" href="{escape(href)}">{escape(title)}</a>'

"""A list of things as real rows: each a link that can be opened in a new tab, with columns that become cards on a
phone. Sorting and paging are in the address: column heads and pages are links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from milevault_core.view import format as fmt
from milevault_core.view.parts import abouts
from milevault_core.view.parts.text import escape, icon

Address = Callable[..., str]  # the address of the current page with the given parameters changed


@dataclass(frozen=True)
class Column:
    """`sort`: the name by which the address sorts ("": not sortable); `first`: the order after the first click.
    `about`: the section of the metrics page that explains it, for labels not in abouts.OF_LABEL."""

    label: str
    sort: str = ""
    first: str = "desc"  # largest and latest first; for names "asc"
    is_number: bool = True
    rank: int = 2  # 1 stays longest as the list becomes narrow
    about: str | None = ""  # None: nothing to explain


@dataclass(frozen=True)
class Thing:
    """A row. `cells`: one text per column. `notes`: (icon, text) shown under the name. `picture`: ready-made SVG.
    `action`: (icon, what it does, address), a small link behind the name. `links`: where a cell links to, by the label
    of its column."""

    href: str
    name: str
    cells: Sequence[str] = ()
    under: str = ""
    icon: str = ""
    icon_label: str = ""
    family: str = ""
    picture: str = ""
    notes: Sequence[tuple[str, str]] = ()
    star: bool = False
    action: tuple[str, str, str] | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Rows under a heading: a month with its totals."""

    title: str
    things: Sequence[Thing]
    totals: str = ""


@dataclass(frozen=True)
class Order:
    """What the list is sorted by: the name of a column, "asc" or "desc"."""

    by: str = ""
    way: str = "desc"


@dataclass(frozen=True)
class Page:
    """Which page of the list is shown, and how many things were found; the first page is 1."""

    number: int = 1
    size: int = 50
    found: int = 0

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // self.size))


@dataclass(frozen=True)
class Things:
    title: str  # read out by screen readers
    name: Column
    columns: Sequence[Column]
    groups: Sequence[Group]
    order: Order = field(default_factory=Order)
    page: Page = field(default_factory=Page)
    nothing: str = "Nothing to show."


def order(parameters: Mapping[str, str], columns: Sequence[Column], default: Order) -> Order:
    """The order that the address asks for; anything invalid gives the default."""
    by, way = parameters.get("sort", ""), parameters.get("order", "")
    known = {c.sort: c.first for c in columns if c.sort}
    if by not in known:
        return default
    return Order(by, way if way in ("asc", "desc") else known[by])


def page(parameters: Mapping[str, str], found: int, size: int = 50) -> Page:
    """The page that the address asks for, limited to the pages that exist."""
    asked = parameters.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    made = Page(1, size, found)
    return Page(min(max(1, number), made.pages), size, found)


def things(all_of_them: Things, here: Address) -> str:
    """The list as HTML; below it, links that explain its numbers. `here(sort=…, page=…)` gives this page's address with
    those parameters changed."""
    shown = all_of_them
    body = "".join(_group(g, shown.columns) for g in shown.groups if g.things)
    if not body:
        return f'<p class="nothing">{escape(shown.nothing)}</p>'
    has_picture = any(t.picture for g in shown.groups for t in g.things)
    kind = "things" if has_picture else "things plain"
    heads = "".join(_head(c, shown.order, here) for c in (shown.name, *shown.columns))
    numbers = abouts.links(
        (c.label, c.about or abouts.name_of(c.label))
        for c in shown.columns
        if c.is_number and c.about is not None
    )
    return (
        f'<table class="{kind}" role="table"><caption>{escape(shown.title)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>{body}</table>{pager(shown.page, here)}{numbers}'
    )


def _head(column: Column, order: Order, here: Address) -> str:
    kind = "number" if column.is_number else "text"
    if not column.sort:
        return f'<th role="columnheader" scope="col" class="{kind} rank{column.rank}">{escape(column.label)}</th>'
    is_this = order.by == column.sort
    other = {"asc": "desc", "desc": "asc"}[order.way] if is_this else column.first
    said = {"asc": "ascending", "desc": "descending"}[order.way] if is_this else "none"
    arrow = {"asc": "▲", "desc": "▼"}[order.way] if is_this else ""
    link = escape(here(sort=column.sort, order=other, page=""))
    return (
        f'<th role="columnheader" scope="col" aria-sort="{said}" class="{kind} rank{column.rank}">'
        f'<a href="{link}">{escape(column.label)}<span class="arrow" aria-hidden="true">{arrow}</span></a></th>'
    )


def _group(group: Group, columns: Sequence[Column]) -> str:
    head = ""
    if group.title:
        totals = f'<span class="totals">{escape(group.totals)}</span>' if group.totals else ""
        head = (
            f'<tr class="group" role="row"><th role="rowheader" scope="rowgroup" colspan="{len(columns) + 1}">'
            f"<h3>{escape(group.title)}</h3>{totals}</th></tr>"
        )
    rows = "".join(_row(thing, columns) for thing in group.things)
    return f'<tbody role="rowgroup">{head}{rows}</tbody>'


def _kind(column: Column, text: str) -> str:
    """The class of a cell: a sentence may wrap, a date or a figure must not."""
    if column.is_number:
        return "number"
    return "text sentence" if len(text) > 40 else "text"


def _row(thing: Thing, columns: Sequence[Column]) -> str:
    sign = icon(thing.icon, thing.icon_label) if thing.icon else ""
    star = icon("star", "Favourite") if thing.star else ""
    under = f'<span class="under">{escape(thing.under)}</span>' if thing.under else ""
    notes = "".join(f'<span class="note">{icon(i)}{escape(t)}</span>' for i, t in thing.notes)
    name = escape(thing.name)
    title = f'<a class="go" href="{escape(thing.href)}">{name}</a>' if thing.href else f"<b>{name}</b>"
    if thing.action:
        sign_of_it, what, to = thing.action
        title += f'<a class="action" href="{escape(to)}" title="{escape(what)}">{icon(sign_of_it, what)}</a>'
    picture = f'<span class="picture" aria-hidden="true">{thing.picture}</span>'
    cells = "".join(
        _cell(c, text.strip("–"), thing.links.get(c.label, ""))
        for c, text in zip(columns, thing.cells, strict=True)
    )
    family = f' class="{thing.family}"' if thing.family else ""
    return (
        f'<tr role="row"{family}><td role="cell" class="name">{picture}<span class="what">'
        f'<span class="title">{sign}{title}{star}</span>{under}{notes}</span></td>{cells}</tr>'
    )


def _cell(column: Column, text: str, to: str) -> str:
    said = f'<a href="{escape(to)}">{escape(text)}</a>' if text and to else escape(text)
    return (
        f'<td role="cell" class="{_kind(column, text)} rank{column.rank}{"" if text else " empty"}" '
        f'data-label="{escape(column.label)}">{said}</td>'
    )


def pager(page: Page, here: Address) -> str:
    """ "51 to 100 of 402", with links to the previous and next page; empty for a single page."""
    if page.pages <= 1:
        return ""
    first, last = (page.number - 1) * page.size + 1, min(page.number * page.size, page.found)
    said = f"{fmt.number(first)} to {fmt.number(last)} of {fmt.number(page.found)}"

    def step(to: int, label: str, rel: str) -> str:
        if not 1 <= to <= page.pages:
            return f'<span class="off">{label}</span>'
        number = "" if to == 1 else str(to)
        return f'<a rel="{rel}" href="{escape(here(page=number))}">{label}</a>'

    return (
        f'<nav class="pager" aria-label="Pages">{step(page.number - 1, "‹ Previous", "prev")}'
        f"<span>{said}</span>{step(page.number + 1, 'Next ›', 'next')}</nav>"
    )

"""Which activities went the same way: the matching, followed from its stored state. Only the worker of the queue
"routes" does this; it is the one that loads tslearn."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.derive import step
from milevault_core.routes import decisions, grouping, naming, places
from milevault_core.routes.candidates import order
from milevault_core.routes.grouping import Groups
from milevault_core.routes.lines import KeptLines
from milevault_core.routes.links import links
from milevault_core.routes.relation import Line
from milevault_core.store import named_routes, route_lines, route_state
from milevault_core.store.named_routes import Link, Way

OUTLINE_EVERY = 8  # of the line's 1,017 points: 128
KEPT_GROUPS, KEPT_LINES = (
    4,
    2_000,
)  # remembered by this process: some 5 MB for 5,000 activities, and 16 of lines


@dataclass
class _Matching:
    """One user's sport group as this process last matched it. `revision` says whether that is what is stored."""

    groups: Groups
    touched: set[int]
    lines: KeptLines
    revision: int


_kept: OrderedDict[tuple[str, int, str], _Matching] = OrderedDict()


@step("routes", "athlete", version=grouping.VERSION, queue="routes")
def routes(session: Session, user_id: int, changed: set[int] | None) -> None:
    wishes = route_state.wishes(session, user_id)
    # All before any is written: an activity may have gone from one sport group to another.
    matchings = {
        group: _matching(session, user_id, group, changed is None)
        for group in sorted(route_lines.groups_of(session, user_id, changed))
    }
    for group, matching in matchings.items():
        _match(session, user_id, group, matching, wishes, changed)
        _kept[store.database().dsn, user_id, group] = matching
        while len(_kept) > KEPT_GROUPS:
            _kept.popitem(last=False)


def _matching(session: Session, user_id: int, group: str, anew: bool) -> _Matching:
    """What this process remembers if it is what is stored, else what is stored; with `anew`, nothing yet."""
    # Taken out: should this transaction fail, what is remembered is not what is stored.
    kept = _kept.pop((store.database().dsn, user_id, group), None)
    decided, revision = route_state.decided(session, user_id, group)
    if kept is not None and kept.revision == revision and not anew:
        kept.lines.fetch = _fetch(session, user_id)
        kept.touched.clear()
        return kept
    lines = KeptLines(_fetch(session, user_id), KEPT_LINES)
    groups, touched = route_state.empty(lines)
    if not anew:
        groups.decided = decided
        looks = route_lines.outlines(session, user_id, group)
        route_state.restore(groups, route_state.stored(session, user_id, group), looks)
        touched.clear()
    return _Matching(groups, touched, lines, revision)


def _match(session, user_id: int, group: str, matching: _Matching, wishes, changed: set[int] | None) -> None:
    groups = matching.groups
    new = route_lines.outlines(session, user_id, group, changed)
    fresh = {i for i, _, _ in new}
    known = set(groups.archive.row)
    gone = known - fresh if changed is None else known & changed - fresh
    for i in fresh | gone:
        matching.lines.forget(i)
    # A drawn course always holds a route of its own.
    anchors = wishes.anchors | {i for i in known | fresh if i < 0}
    wishes = decisions.Decisions(wishes.into, wishes.out, wishes.merged, frozenset(anchors))
    moved = grouping.update(groups, new, gone, wishes)
    matching.revision = route_state.save(
        session, user_id, group, groups, matching.touched | moved, changed is None
    )
    heads_changed = {i for i, m in groups.member.items() if m.route in fresh}
    route_state.forget_profiles(session, user_id, moved | fresh | heads_changed)
    _keep_routes(session, user_id, group, groups, fresh, anchors)


def _fetch(session: Session, user_id: int) -> Callable[[int], Line]:
    def fetch(activity: int) -> Line:
        return route_lines.lines(session, user_id, [activity])[activity]

    return fetch


def _keep_routes(
    session, user_id: int, group: str, state: Groups, fresh: set[int], anchors: set[int]
) -> None:
    """Rows for the ways gone at least twice, named or drawn, and their links. Only what is new is looked at."""
    count = Counter(m.route for m in state.member.values())
    wanted = {route for route, n in count.items() if n >= naming.NAMED_FROM or route in anchors}
    stored = named_routes.known(session, user_id, group)
    new = wanted - (stored - fresh)
    named_routes.forget(session, user_id, group, (stored - wanted) | (stored & new))
    load = cache(state.load)
    named_routes.keep(session, user_id, group, {route: _way(load(route)) for route in sorted(new)})
    found = {}
    for route in new:
        for other, how in links(state, route, wanted - {route}).items():
            a, b = sorted((route, other), key=lambda i: order(state.archive, i))
            found[a, b] = Link(a, b, how.kind, how.laps)
    named_routes.keep_links(session, user_id, list(found.values()))


def _way(line: Line) -> Way:
    points = line.points
    middle = points.mean(axis=0)
    at = middle if line.is_venue else points[0]
    return Way(
        naming.shape(line), naming.heading(line), places.nearest(float(at[0]), float(at[1])), line.length_m,
        np.asarray(points[::OUTLINE_EVERY], "<f4").tobytes(),
    )  # fmt: skip

"""Which activities followed the same route: the matching, continued from its stored state. Only the worker of the
queue "routes", which loads tslearn, runs this."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache

import numpy as np
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.derive.step import step
from milevault_core.routes import decisions, grouping, naming, places
from milevault_core.routes.candidates import order
from milevault_core.routes.line_cache import KeptLines
from milevault_core.routes.links import links
from milevault_core.routes.matches import Groups
from milevault_core.routes.relation import Line
from milevault_core.store import marks, queue
from milevault_core.store.routes import lines as route_lines
from milevault_core.store.routes import named_routes
from milevault_core.store.routes import state as route_state
from milevault_core.store.routes.named_routes import Link, RouteFacts

OUTLINE_EVERY = 8  # of the line's 1,017 points: 128
KEPT_GROUPS, KEPT_LINES = (
    4,
    2_000,
)  # kept in memory by this process: about 5 MB for 5,000 activities, and 16 MB of lines


@dataclass
class _Matching:
    """One user's sport group as this process last matched it. `revision` tells whether that is still what is stored."""

    groups: Groups
    touched: set[int]
    lines: KeptLines
    revision: int


_kept: OrderedDict[tuple[str, int, str], _Matching] = OrderedDict()


class _LineRemoved(Exception):
    """A line was removed by another process while the step ran."""


TRIES = 5  # an undo removes lines in batches


@step("routes", "athlete", version=grouping.VERSION, queue="routes")
def routes(session: Session, user_id: int, changed: set[int] | None) -> None:
    """The routes that these activities belong to, or all routes for None."""
    wishes = route_state.wishes(session, user_id)
    # Read all groups before writing any: an activity may have moved from one sport group to another.
    matchings = {
        group: _matching(session, user_id, group, changed is None)
        for group in sorted(route_lines.groups_of(session, user_id, changed))
    }
    for group, matching in matchings.items():
        for _ in range(TRIES):
            try:
                _match(session, user_id, group, matching, wishes, changed)
            except _LineRemoved:  # try again with what is there now; the undo's mark runs the step once more
                matching = _matching(session, user_id, group, changed is None)
                marks.mark_steps(session, user_id, min(changed or {0}), ("routes",))
            else:
                _kept[store.database().dsn, user_id, group] = matching
                break
        else:
            for activity in changed or {0}:
                marks.mark_steps(session, user_id, activity, ("routes",))
        while len(_kept) > KEPT_GROUPS:
            _kept.popitem(last=False)


def _matching(session: Session, user_id: int, group: str, anew: bool) -> _Matching:
    """What this process remembers if it is what is stored, else what is stored; with `anew`, an empty state."""
    # Popped, not read: if this transaction fails, what is in memory would differ from what is stored.
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


def _match(
    session: Session,
    user_id: int,
    group: str,
    matching: _Matching,
    wishes: decisions.Decisions,
    changed: set[int] | None,
) -> None:
    groups = matching.groups
    new = route_lines.outlines(session, user_id, group, changed)
    fresh = {i for i, _, _ in new}
    known = set(groups.archive.row)
    gone = known - fresh - route_lines.present(session, user_id, group)
    for i in fresh | gone:
        matching.lines.forget(i)
    # A drawn course is always a route of its own.
    anchors = wishes.anchors | {i for i in known | fresh if i < 0}
    wishes = decisions.Decisions(wishes.into, wishes.out, wishes.merged, frozenset(anchors))
    moved = grouping.update(groups, new, gone, wishes)
    matching.revision = route_state.save(
        session, user_id, group, groups, matching.touched | moved, changed is None
    )
    heads_changed = {i for i, m in groups.member.items() if m.route in fresh}
    changed_ways = moved | fresh | heads_changed
    route_state.forget_profiles(session, user_id, changed_ways)
    _mark_records(session, user_id, changed_ways)
    _keep_routes(session, user_id, group, groups, fresh, anchors)


def _mark_records(session: Session, user_id: int, activities: set[int]) -> None:
    """Times along a route count as records, which another worker computes."""
    for activity in sorted(i for i in activities if i > 0):
        marks.mark_steps(session, user_id, activity, ("personal_records",))
    if activities:
        queue.defer_derive(session, user_id)


def _fetch(session: Session, user_id: int) -> Callable[[int], Line]:
    def fetch(activity: int) -> Line:
        found = route_lines.lines(session, user_id, [activity])
        if activity not in found:
            raise _LineRemoved(activity)
        return found[activity]

    return fetch


def _keep_routes(
    session: Session, user_id: int, group: str, state: Groups, fresh: set[int], anchors: Set[int]
) -> None:
    """Write the rows of routes that were followed at least twice, named or drawn, and the links between them. Only new
    routes are compared."""
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


def _way(line: Line) -> RouteFacts:
    points = line.points
    middle = points.mean(axis=0)
    at = (middle if line.is_venue else points[0]).tolist()
    shape = naming.shape(line)
    return RouteFacts(
        shape, naming.heading(line), places.nearest(*at), line.length_m,
        np.asarray(points[::OUTLINE_EVERY], "<f4").tobytes(), places.closest(*at),
        "" if line.is_venue else places.closest(*naming.farthest(line)),
        naming.turn(points) if shape == "loop" else "",
    )  # fmt: skip

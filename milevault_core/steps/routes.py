"""Which activities went the same way: the matching, followed from its stored state. Only the worker of the queue
"routes" does this; it is the one that loads tslearn."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.derive import step
from milevault_core.routes import decisions, grouping, naming, places
from milevault_core.routes.candidates import order
from milevault_core.routes.grouping import Groups
from milevault_core.routes.lines import keep_lines
from milevault_core.routes.links import links
from milevault_core.routes.relation import Line
from milevault_core.store import named_routes, route_decisions, route_lines, route_state
from milevault_core.store.named_routes import Link, Way

OUTLINE_EVERY = 8  # of the line's 1,017 points: 128


@step("routes", "athlete", version=grouping.VERSION, queue="routes")
def routes(session: Session, user_id: int, changed: set[int] | None) -> None:
    groups = sorted(route_lines.groups_of(session, user_id, changed))
    wishes = route_decisions.load(session, user_id)
    # All before any is written: an activity may have gone from one sport group to another.
    before = {group: route_state.stored(session, user_id, group) for group in groups}
    for group in groups:
        _match(session, user_id, group, before[group], wishes, changed)


def _match(session, user_id: int, group: str, before: dict, wishes, changed: set[int] | None) -> None:
    looks = route_lines.outlines(session, user_id, group)
    state = Groups(load=keep_lines(_fetch(session, user_id)))
    if changed is not None:
        state.decided = route_state.decided(session, user_id, group)
        route_state.restore(state, before, looks)
    here = {i for i, _, _ in looks}
    new = [look for look in looks if changed is None or look[0] in changed or look[0] not in before]
    # A drawn course always holds a route of its own.
    anchors = wishes.anchors | {i for i in here if i < 0}
    wishes = decisions.Decisions(wishes.into, wishes.out, wishes.merged, frozenset(anchors))
    moved = grouping.update(state, new, [i for i in before if i not in here], wishes)
    fresh = {i for i, _, _ in new}
    route_state.save(session, user_id, group, before, state)
    heads_changed = {i for i, m in state.member.items() if m.route in fresh}
    route_state.forget_profiles(session, user_id, moved | fresh | heads_changed)
    _keep_routes(session, user_id, group, state, fresh, anchors)


def _fetch(session: Session, user_id: int) -> Callable[[int], Line]:
    def fetch(activity: int) -> Line:
        return route_lines.lines(session, user_id, [activity])[activity]

    return fetch


def _keep_routes(session, user_id: int, group: str, state: Groups, fresh: set[int], anchors: set[int]) -> None:
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

"""First-fit leaders: in a fixed order, each item follows the first leader it matches, or becomes one.

The result depends only on the set: its items, their ranks and which pairs match. `refit` keeps it up to date when items
come, go or change their rank. It gives the same result as starting from nothing, because an item's leader depends only
on the leaders ranked before it. Items are decided in rank order, so everything before an item is final when it is
looked at; and whenever an item becomes or stops being a leader, every later item whose answer could change is queued.
(tests/routes/test_fit.py compares the two over random orders.)
"""

import heapq
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any

# match(item, others) -> those of `others` that match it; symmetric
Match = Callable[[int, list[int]], Collection[int]]
Near = Callable[[int], Iterable[int]]


def refit(
    leader: dict[int, int],
    rank: Callable[[int], Any],
    near: Near,
    match: Match,
    added: Iterable[int] = (),
    removed: Iterable[int] = (),
    fixed: Collection[int] = (),
) -> dict[int, tuple[int | None, int | None]]:
    """Bring `leader` (item -> its leader; a leader maps to itself) up to date, in place.

    near(item): the items that could match it; symmetric, and may include items that are not in the set. An item whose
    rank, shape or `fixed` state changed belongs in both `removed` and `added`. `fixed` items are always leaders.
    Returns what changed: item -> (leader before, leader now), with None where it was not or is no longer in the set.
    """
    before: dict[int, int | None] = {}
    removed = [i for i in removed if i in leader]
    gone = set(removed)
    followers: dict[int, list[int]] = {}
    if any(leader[i] == i for i in gone):
        for item, its in leader.items():
            if its in gone and item not in gone:
                followers.setdefault(its, []).append(item)
    queue: list[tuple[Hashable, int]] = []
    tests: dict[int, set[int]] = {}  # item -> new leaders before it, still to be compared

    def look_at(item: int, new_leader: int | None = None) -> None:
        if item not in tests:
            tests[item] = set()
            heapq.heappush(queue, (rank(item), item))
        if new_leader is not None:
            tests[item].add(new_leader)

    for item in removed:
        before[item] = leader.pop(item)
    rescan = {item for items in followers.values() for item in items}  # their leader may have changed
    for item in rescan:
        look_at(item)
    for item in added:
        before.setdefault(item, None)
        look_at(item)
    while queue:
        own, item = heapq.heappop(queue)
        new = tests.pop(item)
        old = leader.get(item)
        now: int | None = item if item in fixed else None
        start = None  # the rank up to which no leader matches
        if now is None and old is not None and old in leader and item not in rescan:
            # It matched no leader before its own, or it would follow that one: only new leaders count there.
            now = _first(item, [i for i in new if leader.get(i) == i and rank(i) < rank(old)], rank, match)
            start = rank(old)
            if now is None and leader[old] == old:
                now = old
        if now is None:
            ahead = [i for i in near(item) if leader.get(i) == i and rank(i) < own]
            now = _first(item, [i for i in ahead if start is None or rank(i) > start], rank, match)
        now = item if now is None else now
        if now == old:
            continue
        before.setdefault(item, old)
        leader[item] = now
        if now == item:
            behind = [i for i in near(item) if i in leader and i not in fixed and rank(i) > own]
            behind = [i for i in behind if leader.get(leader[i]) != leader[i] or rank(leader[i]) > own]
            for other in match(item, behind) if behind else ():
                look_at(other, item)
        elif old == item:
            for other in near(item):
                if leader.get(other) == item:
                    look_at(other)
    changes = {i: (old, leader.get(i)) for i, old in before.items()}
    return {i: change for i, change in changes.items() if change[0] != change[1]}


def _first(item: int, ahead: list[int], rank: Callable[[int], Any], match: Match) -> int | None:
    matching = match(item, ahead) if ahead else ()
    return min(matching, key=rank) if matching else None

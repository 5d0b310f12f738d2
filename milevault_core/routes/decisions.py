"""What the user decided about routes. Decisions name activities, never computed groups, so they survive recomputation.

A decision identifies a route by its *anchor*: the activity (or drawn course) at the head of the route when the user
decided. An anchor always has a route of its own: it comes first in the order, follows no leader, and is the medoid of
its group.
"""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decisions:
    """into: activity -> anchor it was forced into. out: (activity, anchor) kept apart. merged: anchor -> anchor.

    anchors: those of routes that were named, made a favourite, archived, or drawn as a course.
    """

    into: dict[int, int] = field(default_factory=dict)
    out: frozenset[tuple[int, int]] = frozenset()
    merged: dict[int, int] = field(default_factory=dict)
    anchors: frozenset[int] = frozenset()


def effective(decisions: Decisions, present: Collection[int]) -> Decisions:
    """The decisions about existing activities, with `anchors` complete and `out` extended to all merged routes.

    A decision whose activity or anchor was deleted has no effect; it counts again if that is restored.
    """
    into = {a: b for a, b in decisions.into.items() if a in present and b in present and a != b}
    merged = {a: b for a, b in decisions.merged.items() if a in present and b in present and a != b}
    out = {(a, b) for a, b in decisions.out if a in present and b in present and a != b}
    anchors = {i for i in decisions.anchors if i in present} | set(into.values()) | set(merged)
    anchors |= set(merged.values()) | {b for _, b in out}
    found = Decisions(into, frozenset(out), merged, frozenset(anchors))
    groups: dict[int, set[int]] = {}
    for anchor in anchors:
        groups.setdefault(root(found, anchor), set()).add(anchor)
    spread = {(a, other) for a, b in out for other in groups[root(found, b)] if other != a}
    return Decisions(into, frozenset(spread), merged, frozenset(anchors - set(into)))


def root(decisions: Decisions, anchor: int) -> int:
    """The anchor of the route that this one's route ends up merged into. In a cycle, the smallest id."""
    seen: list[int] = []
    while anchor not in seen:
        seen.append(anchor)
        following = decisions.into.get(anchor, decisions.merged.get(anchor))
        if following is None:
            return anchor
        anchor = following
    return min(seen[seen.index(anchor) :])


def concerned(old: Decisions, new: Decisions) -> set[int]:
    """Activities whose decisions differ between two effective sets."""
    changed = {a for pair in set(old.into.items()) ^ set(new.into.items()) for a in pair}
    changed |= {a for pair in old.out ^ new.out for a in pair}
    changed |= {a for pair in set(old.merged.items()) ^ set(new.merged.items()) for a in pair}
    return changed | (set(old.anchors) ^ set(new.anchors))

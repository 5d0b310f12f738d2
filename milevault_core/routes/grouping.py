"""All activities of a user and sport group into groups of the same way; whatever the order they arrived in.

The answer is a function of the set (activities, start times, tracks) and the user's decisions:

1. leaders  In the order of their start, each activity follows the first leader it matches, or leads.
2. medoids  Each cluster's medoid: of its first 3, 10 or 30 members, the one nearest to all others by DTW.
3. heads    The medoids, fitted the same way: one that matches an earlier one gives its cluster to that.
4. homes    Each activity belongs to its cluster's head if it matches it; else to the head it matches best.
5. rest     Those that match no head: fitted among themselves, as in 1.

So a group is held by its medoid: every member matches that one track (or was forced in), no chains; and a
poor first recording does not split a route for ever. `update` follows a change through the five steps and
looks again only at what it can touch; the property test compares it with starting from nothing.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from milevault_core.routes.candidates import (
    Archive,
    candidates,
    corridor,
    drop,
    local_signatures,
    order,
    passes,
    put,
)  # fmt: skip
from milevault_core.routes.decisions import Decisions, concerned, effective, root
from milevault_core.routes.fit import Match, Near, refit
from milevault_core.routes.prepare import Outline
from milevault_core.routes.relation import DIFFERENT, SAME_WAY, Line, Relation, distances, relation

ELECTIONS = (30, 10, 3)  # members of a cluster that elect its medoid; below three the leader is it
FEW = 4  # pairs; for fewer, a corridor costs more than it saves
VERSION = 1  # of everything that decides a group; raise it and all is computed anew


@dataclass(frozen=True)
class Member:
    """route: the activity at the head of the group. kind, share: relation to it. forced: by the user."""

    route: int
    kind: str
    share: float
    forced: bool = False


@dataclass
class Groups:
    """The state of one user and sport group; `load` gives the line of an activity (from its stored track)."""

    load: Callable[[int], Line]
    archive: Archive = field(default_factory=Archive)
    wishes: Decisions = field(default_factory=Decisions)  # as the user made them
    decided: Decisions = field(default_factory=Decisions)  # those that count now
    leader: dict[int, int] = field(default_factory=dict)
    kind: dict[int, str] = field(default_factory=dict)  # of the relation to the leader
    cluster: dict[int, set[int]] = field(default_factory=dict)  # leader -> it and its followers
    medoid: dict[int, int] = field(default_factory=dict)  # leader -> medoid
    core: dict[int, tuple[int, ...]] = field(default_factory=dict)  # leader -> those who elected
    head: dict[int, int] = field(default_factory=dict)  # medoid -> medoid
    home: dict[int, int | None] = field(default_factory=dict)
    stray: set[int] = field(default_factory=set)  # whose home is not their cluster's head
    rest: dict[int, int] = field(default_factory=dict)
    member: dict[int, Member] = field(default_factory=dict)
    known: dict[tuple[int, int], Relation] = field(default_factory=dict)  # within one update
    beside: dict[int, list[int]] = field(default_factory=dict)  # candidates, within one update


def update(
    groups: Groups,
    added: Iterable[tuple[int, int, Outline]] = (),
    removed: Iterable[int] = (),
    wishes: Decisions | None = None,
) -> set[int]:
    """Take in (activity, start in µs, outline), let go, hear new decisions. Returns whose Member changed.

    An activity that is there and added again has changed. A member that is gone is in the result too.
    """
    archive = groups.archive
    groups.known, groups.beside = {}, {}
    new = {activity: (start, look) for activity, start, look in added}
    gone = {i for i in removed if i in archive.row and i not in new}
    fresh = set(new)  # anything of theirs may be different now
    decided_before = groups.decided
    present = (set(archive.row) - gone) | set(new)
    groups.wishes = groups.wishes if wishes is None else wishes
    decided = effective(groups.wishes, present)
    changed = concerned(decided_before, decided)
    fresh |= {i for i in changed if i in present}
    for i in gone:
        drop(archive, i)
    for i, (start, look) in new.items():
        put(archive, i, start, look)
    groups.decided = decided
    free = {i for i in fresh if i not in decided.into}
    touched = _refit_all(groups, free, (fresh | gone))
    touched |= fresh | gone | {i for i in decided.into if i in present}
    if decided.merged or decided_before.merged:
        touched |= set(archive.row)
    return _members(groups, touched)


def _refit_all(groups: Groups, added: set[int], removed: set[int]) -> set[int]:
    """Steps 1 to 5; returns the activities whose home or rest was looked at. What changed is in both sets."""
    moved, clusters = _refit_clusters(groups, added, removed)
    out, into = _elect_medoids(groups, clusters, moved, removed)
    # 3
    heads = refit(
        groups.head, lambda m: _rank(groups, groups.leader[m]), *_ways(groups), into, out,
        groups.decided.anchors,
    )  # fmt: skip
    kept = {m for m, (old, now) in heads.items() if (old == m) != (now == m)} | into
    again = {groups.leader[m] for m in set(heads) | into if m in groups.leader}
    # 4
    look = (moved & set(groups.leader)) | {i for its in again for i in groups.cluster[its]}
    if kept or out:
        lost = {m for m in out if groups.head.get(m) != m}
        look |= {i for i in groups.stray if groups.home.get(i) in lost | kept}
        look |= {i for m in kept if m in groups.archive.row for i in _near(groups, m) if i in groups.stray}
    gone = removed - set(groups.leader)
    for i in gone:
        groups.home.pop(i, None)
        groups.stray.discard(i)
    for its in again:  # all at once: one corridor serves them all
        own = groups.head[groups.medoid[its]]
        _match(groups, own, groups.cluster[its] - {own})
    look -= gone
    for i in sorted(look):
        _find_home(groups, i)
    # 5
    before = set(groups.rest)
    homeless = {i for i in look | before if i in groups.home and groups.home[i] is None}
    fresh = homeless & (added | removed)
    rest = refit(
        groups.rest, lambda i: _rank(groups, i), *_ways(groups),
        (homeless - before) | fresh, (before - homeless) | fresh,
    )  # fmt: skip
    return look | removed | set(rest) | {i for i, its in groups.rest.items() if its in fresh}


def _refit_clusters(groups: Groups, added: set[int], removed: set[int]) -> tuple[set[int], set[int]]:
    """Step 1. Returns who must be looked at again, and the clusters (leaders) they are or were in."""
    before = {i: groups.leader[i] for i in removed if i in groups.leader}
    changes = refit(
        groups.leader, lambda i: _rank(groups, i), *_ways(groups), added, removed, groups.decided.anchors
    )
    before |= {i: old for i, (old, _) in changes.items() if old is not None}
    moved = set(changes) | added | {i for its in added for i in groups.cluster.get(its, ())}
    clusters = set()
    for i in moved | removed:
        old, now = before.get(i, groups.leader.get(i)), groups.leader.get(i)
        if old is not None:
            clusters.add(old)
            groups.cluster.get(old, set()).discard(i)
        groups.kind.pop(i, None)
        if now is not None:
            clusters.add(now)
            groups.cluster.setdefault(now, set()).add(i)
            groups.kind[i] = "same" if now == i else _related(groups, i, [now])[now].kind
    return moved, clusters


def _elect_medoids(
    groups: Groups, clusters: set[int], moved: set[int], removed: set[int]
) -> tuple[set[int], set[int]]:
    """Step 2. Returns the medoids that are to be taken out of the heads' fit, and those to put in (again)."""
    out, into = set(groups.head) & removed, set()
    for its in sorted(clusters):
        old = groups.medoid.get(its)
        out |= {old} & set(groups.head) if old is not None else set()
        if not groups.cluster.get(its):
            groups.cluster.pop(its, None)
            groups.medoid.pop(its, None)
            groups.core.pop(its, None)
            continue
        core = _core(groups, its)
        if core != groups.core.get(its) or not moved.isdisjoint(core):
            groups.core[its], groups.medoid[its] = core, _elect(groups, its, core)
        medoid = groups.medoid[its]
        if medoid != old or medoid in moved or its in moved:
            into.add(medoid)
        else:
            out.discard(medoid)
    return out | (into & set(groups.head)), into


def _ways(groups: Groups) -> tuple[Near, Match]:
    """Who is near and who matches, as `refit` asks."""
    return lambda i: _near(groups, i), lambda i, others: _match(groups, i, others)


def _rank(groups: Groups, i: int) -> tuple[bool, int, str, int]:
    return (i not in groups.decided.anchors, *order(groups.archive, i))


def _near(groups: Groups, i: int) -> list[int]:
    if i not in groups.beside:
        groups.beside[i] = candidates(groups.archive, i).tolist()
    return groups.beside[i]


def _match(groups: Groups, i: int, others: Collection[int]) -> list[int]:
    near = set(_near(groups, i))
    out = groups.decided.out
    asked = [j for j in others if j in near and (i, j) not in out and (j, i) not in out]
    return [j for j, r in _related(groups, i, asked).items() if r.kind in SAME_WAY]


def _related(groups: Groups, i: int, others: list[int]) -> dict[int, Relation]:
    """Relations of pairs, the earlier of the two first. What the corridor refuses is "different"."""
    archive, known = groups.archive, groups.known
    pairs = {j: (i, j) if order(archive, i) < order(archive, j) else (j, i) for j in others}
    todo = [j for j, pair in pairs.items() if pair not in known]
    ways = [j for j in todo if not archive.is_venue[archive.row[j]]]
    if len(ways) >= FEW and not archive.is_venue[archive.row[i]]:
        rows = [archive.row[j] for j in ways]
        good = passes(archive.signature[rows], corridor(groups.load(i)))
        known |= {pairs[j]: DIFFERENT for j, ok in zip(ways, good, strict=True) if not ok}
    for j in todo:
        if pairs[j] not in known:
            a, b = pairs[j]
            known[a, b] = relation(groups.load(a), groups.load(b))
    return {j: known[pair] for j, pair in pairs.items()}


def _core(groups: Groups, its: int) -> tuple[int, ...]:
    alike = [i for i in groups.cluster[its] if groups.kind[i] == "same"]
    size = next((n for n in ELECTIONS if len(alike) >= n), 1)
    return tuple(sorted(alike, key=lambda i: _rank(groups, i))[:size])


def _elect(groups: Groups, its: int, core: tuple[int, ...]) -> int:
    if its in groups.decided.anchors or len(core) < 3 or groups.archive.is_venue[groups.archive.row[its]]:
        return its
    return core[int(distances(local_signatures(groups.archive, list(core))).sum(axis=1).argmin())]


def _own_head(groups: Groups, i: int) -> int:
    return groups.head[groups.medoid[groups.leader[i]]]


def _find_home(groups: Groups, i: int) -> None:
    own = _own_head(groups, i)
    if i == own or _match(groups, i, [own]):
        groups.home[i] = own
        groups.stray.discard(i)
        return
    heads = [m for m in _near(groups, i) if groups.head.get(m) == m and m != own]
    fits = _match(groups, i, heads)
    shares = _related(groups, i, fits)
    best = min(fits, key=lambda m: (shares[m].share, _rank(groups, m)), default=None)
    groups.home[i] = best
    groups.stray.add(i)


def _members(groups: Groups, touched: set[int]) -> set[int]:
    changed = set()
    for i in touched:
        now = _member(groups, i) if i in groups.archive.row else None
        if now != groups.member.get(i):
            changed.add(i)
            if now is None:
                del groups.member[i]
            else:
                groups.member[i] = now
    groups.known, groups.beside = {}, {}
    return changed


def _member(groups: Groups, i: int) -> Member:
    forced = i in groups.decided.into
    if forced:
        held = root(groups.decided, i)
    else:
        home = groups.home[i]
        held = groups.rest[i] if home is None else home
    route = root(groups.decided, held)
    if route == i:
        return Member(i, "same", 0.0, False)
    forced = forced or held != route
    if forced:  # whatever it is, it is shown
        a, b = (i, route) if order(groups.archive, i) < order(groups.archive, route) else (route, i)
        how = relation(groups.load(a), groups.load(b))
    else:
        how = _related(groups, i, [route])[route]
    return Member(route, how.kind, how.share, forced)

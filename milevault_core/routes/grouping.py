"""Groups all activities of a user and sport group by the path they follow, independent of the order of arrival.

The result depends only on the set (activities, start times, tracks) and the user's decisions:

1. leaders  In order of start, each activity follows the first leader it matches, or becomes a leader.
2. medoids  Each cluster's medoid: of its first 3, 10 or 30 members, the one closest to all others by DTW.
3. heads    The medoids, fitted as in step 1: a medoid follows an earlier one if they match or enough members of their
            clusters do (matches.py). The medoid it follows is the head of its cluster.
4. homes    Each activity belongs to its cluster's head if it matches the head or its medoid and enough of its cluster,
            or most of its cluster; otherwise to the head it matches best.
5. rest     Activities that match no head, fitted among themselves as in step 1.

So a group is held together by its medoids: every member matches one of them or most of its cluster (or was forced in),
there are no chains, and a poor first recording does not split a route for ever. `update` follows a change through the
five steps and recomputes only what it can affect; the property test compares it with starting from nothing.
"""

from collections.abc import Iterable

from milevault_core.routes.candidates import (
    drop,
    local_signatures,
    order,
    put,
)  # fmt: skip
from milevault_core.routes.decisions import Decisions, concerned, effective, root
from milevault_core.routes.fit import Match, Near, refit
from milevault_core.routes.matches import (
    JURY,
    SPEAKERS,
    Groups,
    Member,
    agree,
    keep_votes,
    match,
    near,
    rank,
    recall_votes,
    related,
    wants,
)
from milevault_core.routes.prepare import Outline
from milevault_core.routes.relation import (
    SAME_SHARE,
    SAME_WAY,
    Relation,
    distances,
    relation,
)

ELECTIONS = (30, 10, 3)  # members of a cluster that elect its medoid; with fewer than three it is the leader
LOOSE = 4 * SAME_SHARE  # share of points that may be far from the head if the rest of the cluster fits
VERSION = 3  # version of everything that decides a group; raise it to recompute everything


def update(
    groups: Groups,
    added: Iterable[tuple[int, int, Outline]] = (),
    removed: Iterable[int] = (),
    wishes: Decisions | None = None,
) -> set[int]:
    """Add activities (activity, start in µs, outline), remove others, apply new decisions. Returns the activities whose
    Member changed.

    Adding an activity that is already there means that it has changed. The result includes removed members.
    """
    archive = groups.archive
    groups.beside = {}
    new = {activity: (start, look) for activity, start, look in added}
    gone = {i for i in removed if i in archive.row and i not in new}
    recall_votes(groups, new.keys() | gone)
    fresh = set(new)  # anything about them may have changed
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
    """Steps 1 to 5; returns the activities whose home or rest was looked at. Changed activities are in both sets."""
    moved, clusters = _refit_clusters(groups, added, removed)
    out, into, heard = _elect_medoids(groups, clusters, moved, removed)
    # 3
    heads = refit(
        groups.head, lambda m: rank(groups, groups.leader[m]), lambda m: near(groups, m),
        lambda m, others: agree(groups, m, others), into | heard, out | (heard & set(groups.head)),
        groups.decided.anchors,
    )  # fmt: skip
    kept = {m for m, (old, now) in heads.items() if (old == m) != (now == m)} | into
    # The heads that these follow may have changed.
    followers = {m for m, its in groups.head.items() if its in into}
    again = {groups.leader[m] for m in set(heads) | into | followers if m in groups.leader}
    # 4
    look = (moved & set(groups.leader)) | {i for its in again for i in groups.cluster[its]}
    if kept or out:
        lost = {m for m in out if groups.head.get(m) != m}
        look |= {i for i in groups.stray if groups.home.get(i) in lost | kept}
        look |= {i for m in kept if m in groups.archive.row for i in near(groups, m) if i in groups.stray}
    gone = removed - set(groups.leader)
    for i in gone:
        groups.home.pop(i, None)
        groups.stray.discard(i)
    for its in again:  # matched all at once, because one corridor serves them all
        own = groups.head[groups.medoid[its]]
        match(groups, own, groups.cluster[its] - {own})
        keep_votes(groups, own, groups.cluster[its])
    look -= gone
    for i in sorted(look):
        _find_home(groups, i)
    # 5
    before = set(groups.rest)
    homeless = {i for i in look | before if i in groups.home and groups.home[i] is None}
    fresh = homeless & (added | removed)
    rest = refit(
        groups.rest, lambda i: rank(groups, i), *_ways(groups),
        (homeless - before) | fresh, (before - homeless) | fresh,
    )  # fmt: skip
    return look | removed | set(rest) | {i for i, its in groups.rest.items() if its in fresh}


def _refit_clusters(groups: Groups, added: set[int], removed: set[int]) -> tuple[set[int], set[int]]:
    """Step 1. Returns the activities to look at again, and the clusters (leaders) they are or were in."""
    before = {i: groups.leader[i] for i in removed if i in groups.leader}
    changes = refit(
        groups.leader, lambda i: rank(groups, i), *_ways(groups), added, removed, groups.decided.anchors
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
            groups.kind[i] = "same" if now == i else related(groups, i, [now])[now].kind
    return moved, clusters


def _elect_medoids(
    groups: Groups, clusters: set[int], moved: set[int], removed: set[int]
) -> tuple[set[int], set[int], set[int]]:
    """Step 2. Returns the medoids to remove from the fit of heads, those to add (again), and those whose
    representatives changed."""
    out, into, heard = set(groups.head) & removed, set(), set()
    for its in sorted(clusters):
        old = groups.medoid.get(its)
        out |= {old} & set(groups.head) if old is not None else set()
        if not groups.cluster.get(its):
            groups.cluster.pop(its, None)
            groups.medoid.pop(its, None)
            groups.core.pop(its, None)
            groups.jury.pop(its, None)
            continue
        core, jury = _core(groups, its)
        if core != groups.core.get(its) or not moved.isdisjoint(core):
            groups.core[its], groups.medoid[its] = core, _elect(groups, its, core)
        before = groups.jury.get(its, ())
        first = jury[: SPEAKERS + 1]
        anew = first != before[: SPEAKERS + 1] or not moved.isdisjoint(first)
        groups.jury[its] = jury
        medoid = groups.medoid[its]
        if jury != before or not moved.isdisjoint(jury):
            heard.add(medoid)
        if anew or medoid != old or medoid in moved or its in moved:
            into.add(medoid)
        else:
            out.discard(medoid)
    return out | (into & set(groups.head)), into, heard - into


def _ways(groups: Groups) -> tuple[Near, Match]:
    """The two functions that `refit` needs: near and match."""
    return lambda i: near(groups, i), lambda i, others: match(groups, i, others)


def _core(groups: Groups, its: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The electors of a cluster's medoid and the cluster's representatives: the first members that are "same" as the
    leader."""
    alike = sorted(
        (i for i in groups.cluster[its] if groups.kind[i] == "same"), key=lambda i: rank(groups, i)
    )
    return electors(alike), tuple(alike[:JURY])


def electors(alike: list[int]) -> tuple[int, ...]:
    """The members that elect a cluster's medoid. alike: the members that are "same" as the leader, in order of
    rank."""
    return tuple(alike[: next((n for n in ELECTIONS if len(alike) >= n), 1)])


def _elect(groups: Groups, its: int, core: tuple[int, ...]) -> int:
    if its in groups.decided.anchors or len(core) < 3 or groups.archive.is_venue[groups.archive.row[its]]:
        return its
    return core[int(distances(local_signatures(groups.archive, list(core))).sum(axis=1).argmin())]


def _own_head(groups: Groups, i: int) -> int:
    return groups.head[groups.medoid[groups.leader[i]]]


def _find_home(groups: Groups, i: int) -> None:
    own = _own_head(groups, i)
    medoid = groups.medoid[groups.leader[i]]
    if i in (own, medoid) or wants(groups, i, bool(match(groups, i, {own, medoid}))):
        groups.home[i] = own
        groups.stray.discard(i)
        return
    heads = [m for m in near(groups, i) if groups.head.get(m) == m and m != own]
    fits = match(groups, i, heads)
    shares = related(groups, i, fits)
    best = min(fits, key=lambda m: (shares[m].share, rank(groups, m)), default=None)
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
    if forced:  # the page shows the relation, whatever it is
        a, b = (i, route) if order(groups.archive, i) < order(groups.archive, route) else (route, i)
        how = relation(groups.load(a), groups.load(b))
    else:
        how = related(groups, i, [route])[route]
        if how.kind not in SAME_WAY:  # its cluster belongs here although not every pair matches
            a, b = sorted((i, route), key=lambda one: order(groups.archive, one))
            nearly = relation(groups.load(a), groups.load(b), LOOSE)
            how = nearly if nearly.kind in SAME_WAY else Relation("same", LOOSE)
    return Member(route, how.kind, how.share, forced)

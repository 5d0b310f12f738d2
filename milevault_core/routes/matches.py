"""The state of a grouping, and what matches what in it: relations of pairs, each computed once per update, and votes of
clusters, so that no single pair near the limit decides."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from milevault_core.routes.candidates import Archive, candidates, corridor, order, passes
from milevault_core.routes.decisions import Decisions
from milevault_core.routes.relation import DIFFERENT, SAME_WAY, Line, Relation, relation

JURY = 24  # members that represent a cluster
FIRST_LOOK, SIDE = 4, 8  # squared: the number of pairs that are compared between two clusters
SPEAKERS = 8  # representatives that a single activity is compared with
ENOUGH, MOST = 0.15, 0.35  # share of the pairs
FEW = 4  # pairs; for fewer, a corridor costs more than it saves
MOST_VOTES = 100_000  # kept between updates: about 20 MB


@dataclass(frozen=True)
class Member:
    """route: the activity at the head of the group. kind, share: the relation to it. forced: by the user."""

    route: int
    kind: str
    share: float
    forced: bool = False


@dataclass
class Groups:
    """The state for one user and sport group. `load` returns the line of an activity (from its stored track)."""

    load: Callable[[int], Line]
    archive: Archive = field(default_factory=Archive)
    wishes: Decisions = field(default_factory=Decisions)  # as the user made them
    decided: Decisions = field(default_factory=Decisions)  # those that have an effect now
    leader: dict[int, int] = field(default_factory=dict)
    kind: dict[int, str] = field(default_factory=dict)  # kind of the relation to the leader
    cluster: dict[int, set[int]] = field(default_factory=dict)  # leader -> it and its followers
    medoid: dict[int, int] = field(default_factory=dict)  # leader -> medoid
    core: dict[int, tuple[int, ...]] = field(default_factory=dict)  # leader -> electors of the medoid
    jury: dict[int, tuple[int, ...]] = field(
        default_factory=dict
    )  # leader -> the members that represent its cluster
    head: dict[int, int] = field(default_factory=dict)  # medoid -> medoid
    home: dict[int, int | None] = field(default_factory=dict)
    stray: set[int] = field(default_factory=set)  # activities whose home is not their cluster's head
    rest: dict[int, int] = field(default_factory=dict)
    member: dict[int, Member] = field(default_factory=dict)
    known: dict[tuple[int, int], Relation] = field(default_factory=dict)  # within one update
    votes: dict[tuple[int, int], Relation] = field(default_factory=dict)  # kept between updates
    beside: dict[int, list[int]] = field(default_factory=dict)  # candidates, within one update


def rank(groups: Groups, i: int) -> tuple[bool, int, str, int]:
    """The order of activities: anchors first, then by start."""
    return (i not in groups.decided.anchors, *order(groups.archive, i))


def near(groups: Groups, i: int) -> list[int]:
    """The activities that could match `i`, by box and length."""
    if i not in groups.beside:
        groups.beside[i] = candidates(groups.archive, i).tolist()
    return groups.beside[i]


def match(groups: Groups, i: int, others: Collection[int]) -> list[int]:
    """Those of `others` that follow the same path and were not kept apart by the user."""
    beside = set(near(groups, i))
    out = groups.decided.out
    asked = [j for j in others if j in beside and (i, j) not in out and (j, i) not in out]
    return [j for j, r in related(groups, i, asked).items() if r.kind in SAME_WAY]


def agree(groups: Groups, m: int, others: Collection[int]) -> list[int]:
    """Step 3: those medoids of `others` whose clusters follow the same path as that of `m`: the medoids match, or
    enough pairs of the clusters' representatives do. A single pair near the limit would decide by chance."""
    found = match(groups, m, others)
    beside, out = set(near(groups, m)), groups.decided.out
    for other in others:
        if other in found or other not in beside or (m, other) in out or (other, m) in out:
            continue
        if m in groups.decided.anchors or other in groups.decided.anchors:
            continue
        if vote(groups, m, other) >= ENOUGH:
            found.append(other)
    return found


def vote(groups: Groups, m: int, other: int) -> float:
    """The share of matching pairs among the representatives of two medoids' clusters."""
    few, many = sorted((groups.jury[groups.leader[i]] for i in (m, other)), key=len)
    for side in (FIRST_LOOK, SIDE):  # few pairs first: most neighbouring clusters have nothing in common
        mine = few[:side]
        theirs = many[: side * side // len(mine)]
        found = sum(len(match(groups, i, theirs)) for i in mine)
        if not found:
            break
    return found / (len(mine) * len(theirs))


def wants(groups: Groups, i: int, matches_middle: bool) -> bool:
    """Whether an activity belongs to its cluster: it matches the head or the medoid (`matches_middle`) and ENOUGH of
    the cluster's representatives, or more than MOST of them. A variant that matches the medoid and few others is a path
    of its own; an activity that misses only the medoid belongs here. Compares no more pairs than needed."""
    others = [j for j in groups.jury[groups.leader[i]] if j != i][:SPEAKERS]
    if len(others) < 3:  # too few to tell
        return matches_middle
    needed = math.ceil(ENOUGH * len(others)) if matches_middle else math.floor(MOST * len(others)) + 1
    found = 0
    for asked in (others[:needed], others[needed:]):
        found += len(match(groups, i, asked))
        keep_votes(groups, i, asked)
        if found >= needed:
            return True
    return False


def keep_votes(groups: Groups, i: int, others: Iterable[int]) -> None:
    """Keep these relations, if known, for the next updates: a new activity among the first of a large cluster makes the
    whole cluster vote again."""
    if len(groups.votes) > MOST_VOTES:
        groups.votes.clear()
    for j in others:
        for pair in ((i, j), (j, i)):
            if pair in groups.known:
                groups.votes[pair] = groups.known[pair]


def recall_votes(groups: Groups, changed: Collection[int]) -> None:
    """Begin an update with the known relations of pairs in which neither activity has changed."""
    groups.votes = {
        pair: how for pair, how in groups.votes.items() if pair[0] not in changed and pair[1] not in changed
    }
    groups.known = dict(groups.votes)


def related(groups: Groups, i: int, others: list[int]) -> dict[int, Relation]:
    """The relation of each pair, computed with the earlier activity first. Pairs that the corridor rejects are
    "different"."""
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

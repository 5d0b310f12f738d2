"""Which recordings make one activity: a pure function of the recordings and of the decisions to keep some apart.

"Same workout" is not transitive (A fits B, B fits C, A does not fit C), so a fixed rule decides:

1. The recordings are taken in the order of `rank`, the best first; it depends on nothing but the recording.
2. Each joins the group whose first recording, its centre, it fits most closely, unless one of the group is to be kept
   apart from it or is a part of the same file. If there is none, it is the centre of a new group.
3. Of each group `primary` chooses the recording that the activity shows.

The order of imports does not matter; tests/activities checks that.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from milevault_core.activities.clocks import DAY_S
from milevault_core.activities.same_workout import Facts, Match
from milevault_core.activities.same_workout import same as judge

WHOLE = 0.9  # of the longest one's time: less is a part, and a part is not shown instead of the whole
Apart = Collection[tuple[str, str]]  # fingerprints, the smaller first


def rank(one: Facts) -> tuple[Any, ...]:
    """The better recording is the smaller tuple: with a plausible date, with positions before without, the device's
    own FIT before exports, more quantities, more points; and last the fingerprint, so that the answer is always
    unique."""
    from_device = one.format == "fit" and bool(one.device)
    return (
        not one.is_dated,
        not one.has_track,
        not from_device,
        -one.channel_count,
        -one.point_count,
        one.fingerprint,
    )


def primary(group: Sequence[Facts]) -> Facts:
    """The recording that an activity shows: the best by rank among those that cover (nearly) all of it. One that is
    1,024 weeks before another has the wrong date: a clock that missed a rollover is slow."""
    dated = [one for one in group if one.is_dated] or list(group)
    latest = max(one.start_s for one in dated)
    ours = [one for one in dated if one.start_s > latest - 30 * DAY_S]
    ways = [one for one in ours if one.has_track] or ours
    longest = max(one.elapsed_s for one in ways)
    return min((one for one in ways if one.elapsed_s >= WHOLE * longest), key=rank)


def partition(
    recordings: Sequence[Facts], apart: Apart = (), same: Callable[[Facts, Facts], Match | None] = judge
) -> list[list[Facts]]:
    """The recordings in groups of one workout each; the centre of each group first."""
    groups: list[list[Facts]] = []
    for one in sorted(recordings, key=rank):
        best: tuple[float, int] | None = None
        for number, group in enumerate(groups):
            if any(_kept_apart(one, other, apart) for other in group):
                continue
            match = same(group[0], one)
            if match and (best is None or match.apart < best[0]):
                best = (match.apart, number)
        if best is None:
            groups.append([one])
        else:
            groups[best[1]].append(one)
    return groups


def parts(members: Sequence[Facts]) -> list[list[Facts]]:
    """The recordings of one activity by the part they cover: usually all cover the whole and there is one part. A
    user may have joined workouts that follow each other."""
    return partition(members, (), same_cached)


def join(groups: Sequence[Sequence[Facts]], together: Apart) -> list[list[Facts]]:
    """The groups, with those merged that the user joined as parts of one workout (pairs of fingerprints)."""
    out = [list(group) for group in groups]
    for first, second in sorted(together):
        here = next((g for g in out if any(one.fingerprint == first for one in g)), None)
        there = next((g for g in out if any(one.fingerprint == second for one in g)), None)
        if here is not None and there is not None and here is not there:
            here.extend(there)
            out.remove(there)
    return out


def _kept_apart(a: Facts, b: Facts, apart: Apart) -> bool:
    if a.fingerprint.partition(":")[0] == b.fingerprint.partition(":")[0]:
        return True
    return tuple(sorted((a.fingerprint, b.fingerprint))) in apart


def shift_to(first: Facts, other: Facts, group: Sequence[Facts]) -> float | None:
    """Seconds to add to the other one's times so that they fit the first one's; via a third one of the group if the
    two are too different; None if that fails too."""
    found = same_cached(first, other)
    if found:
        return found.shift_s
    for third in sorted(group, key=rank):
        if third is not first and third is not other:
            here, there = same_cached(first, third), same_cached(third, other)
            if here and there:
                return here.shift_s + there.shift_s
    return None


_judged: dict[tuple[Any, ...], Match | None] = {}  # pairs, without the lines they were judged by
_MOST_JUDGED = 20_000


def same_cached(a: Facts, b: Facts) -> Match | None:
    """`same`, with a cache: among many recordings of one time, each pair is compared only once."""
    first, second = sorted((a, b), key=lambda one: one.fingerprint)
    pair = (_key(first), _key(second))
    if pair in _judged:
        found = _judged[pair]
    else:
        if len(_judged) >= _MOST_JUDGED:
            _judged.clear()
        found = _judged[pair] = judge(first, second)
    return Match(-found.shift_s, found.apart) if found and first is not a else found


def _key(one: Facts) -> tuple[Any, ...]:
    """Everything `same` looks at; a file that is read again may give a different recording with the same
    fingerprint."""
    told = (one.fingerprint, one.start_s, one.elapsed_s, one.distance_m, one.group, one.is_dated)
    return (*told, one.format, one.device, hash(one.packed))

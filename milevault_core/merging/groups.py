"""Which recordings make one activity: a pure function of the recordings and of the decisions to keep some apart.

Being of the same workout is not transitive (A fits B, B fits C, A does not fit C), so a written rule decides:

1. The recordings are taken in the order of `rank`, the best first; it depends on nothing but the recording.
2. Each joins the group whose first recording, its centre, it fits most closely, unless one of the group is to be kept
   apart from it or is a part of the same file. If there is none, it is the centre of a new group.
3. Of each group `primary` chooses the recording that the activity shows.

The order in which recordings came in has no part in it; tests/merging/test_groups.py holds that.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from milevault_core.merging.same import Facts, Match
from milevault_core.merging.same import same as judge

WHOLE = 0.9  # of the longest one's time: less is a part, and a part is not shown instead of the whole
Apart = Collection[tuple[str, str]]  # fingerprints, the smaller first


def rank(one: Facts) -> tuple:
    """The better recording is the smaller tuple: with a way before without, the device's own FIT before exports, more
    quantities, more points; and the fingerprint, so that there is always one answer."""
    from_device = one.format == "fit" and bool(one.device)
    return (not one.has_track, not from_device, -one.channel_count, -one.point_count, one.fingerprint)


def primary(group: Sequence[Facts]) -> Facts:
    """The recording that an activity shows: by rank among those that hold (nearly) the whole of it."""
    ways = [one for one in group if one.has_track] or list(group)
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


def _kept_apart(a: Facts, b: Facts, apart: Apart) -> bool:
    if a.fingerprint.partition(":")[0] == b.fingerprint.partition(":")[0]:
        return True
    return tuple(sorted((a.fingerprint, b.fingerprint))) in apart


def shift_to(first: Facts, other: Facts, group: Sequence[Facts]) -> float | None:
    """Seconds to add to the other one's times so that they fit the first one's; by way of a third one of the group
    where the two are too different to tell; None if that fails too."""
    found = same_cached(first, other)
    if found:
        return found.shift_s
    for third in sorted(group, key=rank):
        if third is not first and third is not other:
            here, there = same_cached(first, third), same_cached(third, other)
            if here and there:
                return here.shift_s + there.shift_s
    return None


@lru_cache(maxsize=512)
def same_cached(a: Facts, b: Facts) -> Match | None:
    """`same`, remembered for the few recordings that are being looked at."""
    return judge(a, b)

"""Which recordings make up one activity: a pure function of the recordings and of the decisions to keep some apart.

"Same workout" is not transitive (A fits B, B fits C, A does not fit C), so a fixed rule decides:

1. Recordings are taken in the order of `rank`, the best first; the rank depends on the recording alone. Wholes whose
   consecutive parts were also recorded come before all others (activities/wholes.py).
2. Each joins the group whose first recording, the centre, it fits most closely (a part, however short, fits its whole),
   unless the user split it from a recording in the group or one of them is from the same file. If no group fits, it
   becomes the centre of a new one.
3. The recording of a whole event whose legs are activities comes last and joins the longest leg.
4. Older versions of a list entry go with the latest one (activities/entries.py); a match with any version counts.
5. From each group `primary` chooses the recording that the activity shows.

The order of imports does not matter; tests/activities checks that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from milevault_core.activities import same_workout, wholes
from milevault_core.activities.clocks import DAY_S, WHOLE
from milevault_core.activities.entries import counting, earlier
from milevault_core.activities.same_workout import Facts, Match, is_one_file
from milevault_core.activities.same_workout import same as judge

# The second half of a split activity is the same part of the same file, with this (or a multiple) added to its number.
SLICE = 1000
Apart = Collection[tuple[str, str]]  # fingerprints, the smaller first
Fits = Callable[[Facts, Facts], Match | None]


def rank(one: Facts) -> tuple[Any, ...]:
    """Sort key; the better recording has the smaller tuple. In order: a plausible date, positions, the device's own FIT
    before exports, more quantities, more points, a known sport (a copy that lost its sport has lost its name too), and
    last the fingerprint, so that the order is always unique."""
    from_device = one.format == "fit" and bool(one.device)
    return (
        not one.is_dated,
        not one.has_track,
        not from_device,
        -one.channel_count,
        -one.point_count,
        one.group == "other",
        one.fingerprint,
    )


def primary(group: Sequence[Facts]) -> Facts:
    """The recording that an activity shows: the best by rank among those that cover (nearly) all of it, but not the
    recording of a whole event next to one of its legs. A recording 1,024 weeks before another has the wrong date,
    because a clock that missed a rollover is slow."""
    group = counting(group)
    dated = [one for one in group if one.is_dated] or list(group)
    latest = max(one.start_s for one in dated)
    ours = [one for one in dated if one.start_s > latest - 30 * DAY_S]
    legs = [one for one in ours if one.is_leg]
    if legs:
        most = max(one.elapsed_s for one in legs) / WHOLE
        ours = [one for one in ours if one.elapsed_s <= most]
    ours = [one for one in ours if one.group != "multi"] or ours
    ways = [one for one in ours if one.has_track] or ours
    longest = max(one.elapsed_s for one in ways)
    return min((one for one in ways if one.elapsed_s >= WHOLE * longest), key=rank)


def partition(
    recordings: Sequence[Facts], apart: Apart = (), same: Fits = judge, within: Fits = same_workout.within
) -> list[list[Facts]]:
    """The recordings grouped by workout, the centre of each group first. Second halves of split activities are grouped
    after all others: what is not of a split stays with the first half."""
    later = _second_halves(recordings)
    if later:
        first = [one for n, one in enumerate(recordings) if n not in later]
        second = [one for n, one in enumerate(recordings) if n in later]
        return [*partition(first, apart, same, within), *partition(second, apart, same, within)]
    groups: list[list[Facts]] = []
    before = earlier(recordings, lambda a, b: _kept_apart(a, b, apart))
    gone = {old.fingerprint for olds in before.values() for old in olds}
    recordings = [one for one in recordings if one.fingerprint not in gone]
    of_parts, of_legs = wholes.find(sorted(recordings, key=rank), within)
    firsts = {one.fingerprint for one in of_parts}
    events = {whole.fingerprint for whole, _ in of_legs}
    singles = [one for one in recordings if one.fingerprint not in events]
    for one in sorted(singles, key=lambda one: (one.fingerprint not in firsts, rank(one))):
        best: tuple[float, int] | None = None
        for number, group in enumerate(groups):
            told = _told(one, before)
            others = [each for other in group for each in _told(other, before)]
            if any(_kept_apart(each, other, apart) for each in told for other in others):
                continue
            match = _closest(_told(group[0], before), told, same)
            if not match and group[0].fingerprint in firsts:
                match = within(one, group[0])
            if match and (best is None or match.apart < best[0]):
                best = (match.apart, number)
        if best is None:
            groups.append([one])
        else:
            groups[best[1]].append(one)
    for whole, leg in of_legs:
        group = next(group for group in groups if leg in group)
        if any(_kept_apart(whole, other, apart) for other in group):
            groups.append([whole])
        else:
            group.append(whole)
    return [[*group, *(old for one in group for old in _told(one, before)[1:])] for group in groups]


def _second_halves(recordings: Sequence[Facts]) -> set[int]:
    """Which of the recordings, by place, are of the same part of a file as another one with a lower number."""
    halves: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for place, one in enumerate(recordings):
        file, _, part = one.fingerprint.partition(":")
        number = int(part) if part.isdigit() else 0
        halves.setdefault((file, number % SLICE), []).append((number, place))
    return {place for found in halves.values() for _, place in sorted(found)[1:]}


def _told(one: Facts, before: Mapping[str, list[Facts]]) -> list[Facts]:
    return [one, *before.get(one.fingerprint, ())]


def _closest(centres: Sequence[Facts], told: Sequence[Facts], same: Fits) -> Match | None:
    matches = [match for centre in centres for one in told if (match := same(centre, one))]
    return min(matches, key=lambda match: match.apart, default=None)


def parts(members: Sequence[Facts]) -> list[list[Facts]]:
    """The recordings of one activity grouped by the part they cover. Usually all cover the whole and there is one part,
    but a user may have joined consecutive workouts."""
    return partition(members, (), related, within_cached)


def join(groups: Sequence[Sequence[Facts]], together: Apart) -> list[list[Facts]]:
    """The groups, after merging those that the user joined as parts of one workout. together: pairs of fingerprints."""
    out = [list(group) for group in groups]
    for first, second in sorted(together):
        here = next((g for g in out if any(one.fingerprint == first for one in g)), None)
        there = next((g for g in out if any(one.fingerprint == second for one in g)), None)
        if here is not None and there is not None and here is not there:
            here.extend(there)
            out.remove(there)
    return out


def _kept_apart(a: Facts, b: Facts, apart: Apart) -> bool:
    return is_one_file(a, b) or tuple(sorted((a.fingerprint, b.fingerprint))) in apart


def shift_to(first: Facts, other: Facts, group: Sequence[Facts]) -> float | None:
    """Seconds to add to the times of `other` so that they fit those of `first`; via a third recording of the group if
    the two are too different; None if that fails too."""
    found = related(first, other)
    if found:
        return found.shift_s
    for third in sorted(group, key=rank):
        if third is not first and third is not other:
            here, there = related(first, third), related(third, other)
            if here and there:
                return here.shift_s + there.shift_s
    return None


_judged: dict[tuple[Any, ...], Match | None] = {}  # by pair; keys hold only a hash of the lines
_MOST_JUDGED = 20_000


def same_cached(a: Facts, b: Facts) -> Match | None:
    """`same` with a cache: among many recordings of one time, each pair is compared only once."""
    first, second = sorted((a, b), key=lambda one: one.fingerprint)
    found = _cached(judge, first, second)
    return _back(found) if first is not a else found


def within_cached(part: Facts, whole: Facts) -> Match | None:
    """`within`, with the same cache."""
    return _cached(same_workout.within, part, whole)


def related(a: Facts, b: Facts) -> Match | None:
    """How two recordings fit together: as the same workout, or as a part and its whole. None if they do not."""
    return same_cached(a, b) or within_cached(b, a) or _back(within_cached(a, b))


def _back(found: Match | None) -> Match | None:
    return Match(-found.shift_s, found.apart) if found else None


def _cached(judged: Fits, a: Facts, b: Facts) -> Match | None:
    pair = (judged.__name__, _key(a), _key(b))
    if pair not in _judged:
        if len(_judged) >= _MOST_JUDGED:
            _judged.clear()
        _judged[pair] = judged(a, b)
    return _judged[pair]


def _key(one: Facts) -> tuple[Any, ...]:
    """Everything `same` looks at. The fingerprint alone is not enough: a file read again may give a different recording
    with the same fingerprint."""
    told = (one.fingerprint, one.start_s, one.elapsed_s, one.distance_m, one.group, one.is_dated, one.entry)
    return (*told, one.format, one.device, hash(one.packed))

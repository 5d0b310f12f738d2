"""Recordings of a whole whose parts were also recorded separately: by a phone on a run during which the watch was
restarted, or of a triathlon."""

from collections.abc import Callable, Sequence
from itertools import combinations

from milevault_core.activities.clocks import OVERLAP
from milevault_core.activities.same_workout import Facts, Match, is_one_file

SHARE = 0.5  # of the whole's time that its parts must cover: two repeats are not the session
Placed = tuple[float, float, Facts]  # start and end by the whole's clock


def find(
    ranked: Sequence[Facts], within: Callable[[Facts, Facts], Match | None]
) -> tuple[list[Facts], list[tuple[Facts, Facts]]]:
    """The wholes among recordings (`ranked`: the best first): recordings of one workout that others are parts of, and
    recordings of a whole event, each with its longest leg. Legs come from one FIT file, or are parts of a recording
    that its own file calls multisport."""
    of_parts: list[tuple[Facts, list[Facts]]] = []
    of_legs: list[tuple[Facts, Facts]] = []
    for whole in ranked:
        inside = [(one, within(one, whole)) for one in ranked if one is not whole]
        placed = [(one, match.shift_s) for one, match in inside if match]
        parts = _in_turn([pair for pair in placed if pair[0].is_leg], whole) or _in_turn(placed, whole)
        if not parts:
            continue
        if whole.group == "multi" or any(one.is_leg for one in parts):
            of_legs.append((whole, parts[0]))
        elif len({one.group for one in parts} - {"other"}) < 2 and not any(
            is_one_file(a, b) for a, b in combinations(parts, 2)
        ):
            of_parts.append((whole, parts))
    held = {one.fingerprint for _, parts in of_parts for one in parts}
    events = {whole.fingerprint for whole, _ in of_legs}
    return (
        [whole for whole, _ in of_parts if whole.fingerprint not in held],
        [(whole, leg) for whole, leg in of_legs if leg.fingerprint not in events],
    )


def _in_turn(inside: Sequence[tuple[Facts, float]], whole: Facts) -> list[Facts]:
    """Consecutive parts, the longest first; none unless there are at least two that cover enough of the whole."""
    taken: list[Placed] = []
    for one, shift_s in sorted(inside, key=lambda pair: -pair[0].elapsed_s):
        start, end = one.start_s + shift_s, one.end_s + shift_s
        if all(min(end, e) - max(start, s) <= (1 - OVERLAP) * one.elapsed_s for s, e, _ in taken):
            taken.append((start, end, one))
    enough = len(taken) > 1 and sum(end - start for start, end, _ in taken) >= SHARE * whole.elapsed_s
    return [one for _, _, one in taken] if enough else []

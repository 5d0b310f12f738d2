"""Choose between several records of the same sleep, from two devices or from two files of one device."""

from bisect import bisect_left
from collections.abc import Sequence

from milevault_core.formats.health_data import DEEP, REM, Night


def fullest(accounts: Sequence[Sequence[Night]]) -> list[Night]:
    """The nights and naps of all accounts without overlaps, in order of time. An account is the list of nights from one
    source. Where accounts overlap, the one with the most sleep counts; sleep with stages counts double, and in a tie
    the first account wins."""
    kept: list[Night] = []
    for stretch in _stretches(accounts):
        taken: list[Night] = []  # in order of time
        for number in sorted(stretch, key=lambda n: (-sum(map(_worth, stretch[n])), n)):
            for night in stretch[number]:
                place = bisect_left(taken, night.start, key=lambda one: one.start)
                is_free = place == 0 or taken[place - 1].end <= night.start
                if is_free and (place == len(taken) or night.end <= taken[place].start):
                    taken.insert(place, night)
        kept += taken
    return kept


def _stretches(accounts: Sequence[Sequence[Night]]) -> list[dict[int, list[Night]]]:
    """Groups of nights connected by overlaps, each as {account number: its nights}."""
    found: list[dict[int, list[Night]]] = []
    until = 0
    both = ((number, night) for number, nights in enumerate(accounts) for night in nights)
    for number, night in sorted(both, key=lambda one: (one[1].start, one[1].end, one[0])):
        if not found or night.start >= until:
            found.append({})
        found[-1].setdefault(number, []).append(night)
        until = max(until, night.end)
    return found


def _worth(night: Night) -> int:
    return night.asleep_s * (2 if {DEEP, REM} & set(night.seconds) else 1)

"""Which part of a joined activity an edit is about, and what the figures chosen for parts make of the whole.

An edit made before two activities were joined belongs to its part; one made afterwards to what they had become.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from milevault_core.activities import sources, track_edits
from milevault_core.activities.prepare import Prepared
from milevault_core.problems import BadFile

# Starts the names of edits of a part that have no effect while it is joined, because the whole has its own.
BEFORE = "before:"
_SUMMED = ("distance_m", "moving_s", "ascent_m", "descent_m", "calories")
_GREATEST = ("max_speed", "max_heart_rate", "max_power")


@dataclass(frozen=True)
class DatedEdit:
    """An edit as stored. `home`: the activity it was made on; `at`: when."""

    home: int
    field: str
    value: str
    at: datetime


@dataclass(frozen=True)
class Joining:
    """A decision that two recordings (by fingerprint) are parts of one workout, and when it was made."""

    first: str
    second: str
    at: datetime


@dataclass(frozen=True)
class Part:
    """The fingerprints of the recordings of a part, and the ids they have as activities of their own."""

    fingerprints: AbstractSet[str]
    homes: AbstractSet[int]


type Scope = frozenset[int]  # numbers of parts


def newest(edits: Iterable[DatedEdit]) -> dict[str, str]:
    """field -> value; the newest edit of each field counts."""
    ordered = sorted(edits, key=lambda one: (one.at, one.home))
    return {one.field: one.value for one in ordered}


def scope(edit: DatedEdit, parts: Sequence[Part], joinings: Sequence[Joining]) -> Scope:
    """The parts that belonged to the activity when the edit was made. Parts that no joining connects count as together
    from the beginning."""
    own = next((n for n, part in enumerate(parts) if edit.home in part.homes), None)
    whole = frozenset(range(len(parts)))
    if own is None:
        return whole
    always = {n: _reached(n, parts, joinings) for n in whole}
    loose = {min(reached) for reached in always.values()}
    before = [one for one in joinings if one.at <= edit.at]
    found = _reached(own, parts, before)
    if loose != {0} and found & loose:
        found = frozenset().union(found, *(_reached(n, parts, before) for n in loose))
    return found


def _reached(start: int, parts: Sequence[Part], joinings: Iterable[Joining]) -> Scope:
    found, waiting = {start}, [start]
    while waiting:
        own = parts[waiting.pop()].fingerprints
        others = {f for one in joinings if own & {one.first, one.second} for f in (one.first, one.second)}
        new = {n for n, part in enumerate(parts) if part.fingerprints & others} - found
        found |= new
        waiting += new
    return frozenset(found)


def apply(parts: Sequence[Prepared], edits: Sequence[tuple[Scope, DatedEdit]]) -> list[Prepared]:
    """Apply track edits to the parts they are about; returns the parts of which something is left. Raises BadFile when
    an edit of a single part leaves nothing of it, or nothing is left at all."""
    left = []
    for number, part in enumerate(parts):
        own = [(scope, one) for scope, one in edits if number in scope]
        try:
            track_edits.apply(part, track_edits.of(newest(one for _, one in own)))
        except BadFile:
            if all(len(scope) == 1 for scope, one in own if one.field.startswith(track_edits.PREFIX)):
                raise
            continue
        left.append(part)
    if not left:
        raise BadFile("The edits leave nothing of this activity.")
    return left


def apply_leniently(part: Prepared, edits: Iterable[DatedEdit]) -> None:
    """Apply track edits to what remains of a joined activity after a file of it was removed. An edit that would leave
    nothing was about the other part, and is left out."""
    for one in sorted(edits, key=lambda one: one.field):
        with suppress(BadFile):
            track_edits.apply(part, track_edits.of({one.field: one.value}))


def figures(
    parts: Sequence[Prepared], edits: Sequence[tuple[Scope, DatedEdit]], defaults: dict[str, str]
) -> dict[str, str]:
    """The figures of the whole that follow from those the user chose for its parts, as edits (name -> number): amounts
    are added up, the greatest maximum counts. Times and averages give way to those of the whole, as do amounts of parts
    that overlap."""
    chosen = [(scope, one) for scope, one in edits if one.field.startswith(sources.PREFIX)]
    if not chosen:
        return {}
    rows = []
    for number, part in enumerate(parts):
        own = replace(part, row=dict(part.row))
        mine = newest(one for scope, one in chosen if scope == {number})
        sources.choose(own, mine, defaults)
        rows.append(own.row)
    said: dict[str, str] = {}
    for field in sorted({one.field for _, one in chosen}):
        name = field.removeprefix(sources.PREFIX)
        if name not in _GREATEST and (name not in _SUMMED or _overlap(parts)):
            continue
        values = [row[name] for row in rows]
        for scope, one in sorted(chosen, key=lambda pair: pair[1].at):
            if one.field == field and len(scope) > 1 and one.value not in sources.ORIGINS:
                first = min(scope)
                for number in scope:
                    values[number] = float(one.value) if number == first or name in _GREATEST else 0.0
        known = [float(value) for value in values if value is not None]
        if known:
            said[field] = repr(max(known) if name in _GREATEST else sum(known))
    return said


def _overlap(parts: Sequence[Prepared]) -> bool:
    spans = sorted((part.row["start_time"], part.row["elapsed_s"] or 0.0) for part in parts)
    return any(a + timedelta(seconds=s) > b for (a, s), (b, _) in pairwise(spans))

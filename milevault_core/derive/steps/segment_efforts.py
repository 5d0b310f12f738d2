"""Every pass of every segment: all segments in new or changed activities, and new or changed segments in all
activities (a segment is marked by its negative id). Only one worker at a time does this for a user, so that no pair
of activity and segment is missed."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.derive.step import step
from milevault_core.geo.simplify import simplify
from milevault_core.routes.geometry import unproject
from milevault_core.segments import along, refine
from milevault_core.segments.cells import may_pass
from milevault_core.segments.line import Line, line_of
from milevault_core.segments.packed import line_from, pack_places, unpack_track
from milevault_core.segments.passes import Pass, passes
from milevault_core.store import marks
from milevault_core.store.segments import efforts, tracks
from milevault_core.store.segments.efforts import NewEffort, RefinedSegment, SegmentOutline
from milevault_core.store.segments.tracks import Cells, Track

BATCH = 200  # tracks in memory at a time
OUTLINE = 100  # points of the small picture
FEWEST_GAINS = 3  # from this many passes on, their median elevation gain replaces the drawn line's
VERSION = 2  # of milevault_core.segments: raise it when the passes that it finds change


@step("segment_efforts", "athlete", version=VERSION)
def segment_efforts(session: Session, user_id: int, changed: set[int] | None) -> None:
    """The efforts of these activities on all segments, and of all activities on these segments (negative ids); for
    None, all efforts."""
    known = efforts.known(session, user_id)
    lines = cache(lambda i: line_from(known[i].line))
    again = set(known) if changed is None else {-i for i in changed if i < 0} & set(known)
    activities = sorted(i for i in changed or () if i > 0)
    before = efforts.passed_by(session, user_id, again)
    touched = efforts.forget_efforts(session, user_id, sorted(again), activities) | again
    for i in sorted(again):
        touched |= _of_segment(session, user_id, i, known[i], lines(i))
    with_track = 0
    for first in range(0, len(activities), BATCH):
        there = tracks.with_cells(session, user_id, activities[first : first + BATCH])
        touched |= _of_activities(session, user_id, there, known, lines, again)
        with_track += len(there)
    for activity in before | efforts.passed_by(session, user_id, again):
        marks.mark_steps(session, user_id, activity, ("personal_records",))
    touched &= set(known)
    if changed is None or with_track < len(activities):  # a removed activity may have taken efforts with it
        touched = set(efforts.others_than_made_of(session, user_id, touched))
    for i in sorted(touched):
        _refine(session, user_id, i, known[i], lines(i))


def _of_segment(session: Session, user_id: int, segment: int, known: SegmentOutline, line: Line) -> set[int]:
    there = tracks.may_have_passed(session, user_id, known.sport_group, known.candidates)
    found = [(segment, line, activity, track, passes(line, *track)) for activity, track in there.items()]
    return _save(session, user_id, found)


def _of_activities(
    session: Session,
    user_id: int,
    activities: dict[int, Cells],
    known: dict[int, SegmentOutline],
    lines: Callable[[int], Line],
    done: set[int],
) -> set[int]:
    found: list[tuple[int, Line, int, Track, list[Pass]]] = []
    for activity, (group, cells, packed) in activities.items():
        near = [
            i
            for i, one in known.items()
            if i not in done and one.sport_group == group and may_pass(one.candidates, cells)
        ]
        track = unpack_track(packed) if near else None
        found += [(i, lines(i), activity, track, passes(lines(i), *track)) for i in near if track]
    return _save(session, user_id, found)


def _save(
    session: Session, user_id: int, found: Iterable[tuple[int, Line, int, Track, list[Pass]]]
) -> set[int]:
    """Save passes with heart rate, power and the like during each; returns the segments that were passed."""
    each = [
        (segment, line, activity, track, number, one)
        for segment, line, activity, track, all_of_them in found
        for number, one in enumerate(all_of_them)
    ]
    recorded = efforts.inside(user_id, [(a, p.entry_s, p.exit_s) for _, _, a, _, _, p in each])
    made = []
    for (segment, line, activity, track, number, one), values in zip(each, recorded, strict=True):
        body = along.body(values["seconds"], values, values["altitude"], one.entry_s, one.exit_s)
        way = along.way_of(line, *track, one.entry_s, one.exit_s)
        packed = refine.pack(along.sideways(line, way))
        made.append(
            NewEffort(
                segment, activity, number, one.entry_s, one.exit_s, one.plus_minus_s, one.away, *body, packed
            )
        )
    efforts.save_efforts(session, user_id, made)
    return {one.segment_id for one in made}


def _refine(session: Session, user_id: int, segment: int, known: SegmentOutline, line: Line) -> None:
    sideways, gains, made_of = efforts.shapes(session, user_id, segment)
    lat, lon = unproject(refine.refined(line, sideways), line.origin)
    gain = float(np.median(gains)) if len(gains) >= FEWEST_GAINS else known.gain_m
    kept = simplify(lat, lon, np.zeros(len(lat), dtype=bool), OUTLINE)
    outline = np.column_stack((lat[kept], lon[kept])).astype("<f4").tobytes()
    length_m = line_of(lat, lon).length_m
    efforts.save_line(
        session, user_id, RefinedSegment(segment, pack_places(lat, lon), outline, length_m, gain, made_of)
    )

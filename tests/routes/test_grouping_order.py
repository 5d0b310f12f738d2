"""Groups are a function of the set: any order of arrival, any change and back, gives what starting anew gives.

The ways: four places where one may go aside. Ways match that differ in one or two of them, so matching is
far from transitive: the hard case. Beside them loops, begun elsewhere or reversed.
"""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milevault_core.routes.decisions import Decisions
from milevault_core.routes.geometry import unproject
from milevault_core.routes.grouping import Groups, update
from milevault_core.routes.prepare import outline, prepare
from milevault_core.routes.relation import line


def bulged(parts: int, back: bool, lap: float):
    """A 2.5 km line or loop; each bit of `parts` is a small part of it that runs 60 m aside."""
    s = np.arange(0, 2500, 5.0)
    aside = np.zeros(len(s))
    for bit in range(5):
        if parts >> bit & 1:
            aside[(s >= 300 + bit * 350) & (s < 355 + bit * 350)] = 60.0
    if lap:  # a circle, started elsewhere
        angle = 2 * np.pi * s / 2500 + lap
        xy = (398 + np.roll(aside, int(lap * 80)))[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    else:
        xy = np.column_stack([s, aside])
    xy = xy[::-1] if back else xy
    lat, lon = unproject(xy, (10.0, 20.0))
    p = prepare(np.arange(len(s)) * 2.0, lat, lon)
    assert p is not None
    return outline(p), line(p)


WAYS = [bulged(parts, False, 0) for parts in range(16)]
WAYS += [bulged(parts, back, lap) for lap in (0, 1, 3) for parts in (0, 3, 7, 15) for back in (False, True)]
N = 14


def grouped(ways, starts, ids, wishes):
    groups = Groups(load=lambda i: WAYS[ways[i]][1])
    update(groups, [(i, starts[i], WAYS[ways[i]][0]) for i in ids], wishes=wishes)
    return groups


def wishes_of(data) -> Decisions:
    pair = st.tuples(st.integers(0, N - 1), st.integers(0, N - 1))
    few = st.lists(pair, max_size=2)
    return Decisions(dict(data.draw(few)), frozenset(data.draw(few)), dict(data.draw(few)),
                     frozenset(data.draw(st.sets(st.integers(0, N - 1), max_size=1))))  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, len(WAYS) - 1), min_size=N, max_size=N), st.permutations(range(N)), st.data())
def test_any_order_and_any_change_equals_starting_anew(ways, starts, data):
    ways, starts = dict(enumerate(ways)), dict(enumerate(starts))
    groups = Groups(load=lambda i: WAYS[ways[i]][1])
    have: set[int] = set()
    wishes = Decisions()
    for _ in range(data.draw(st.integers(1, 7))):
        come = data.draw(st.sets(st.integers(0, N - 1), max_size=6))
        gone = data.draw(st.sets(st.integers(0, N - 1), max_size=3)) - come
        for i in come & have:
            ways[i], starts[i] = data.draw(st.integers(0, len(WAYS) - 1)), data.draw(st.integers(0, 99))
        if data.draw(st.booleans()):
            wishes = wishes_of(data)
        have = (have - gone) | come
        before = dict(groups.member)
        changed = update(groups, [(i, starts[i], WAYS[ways[i]][0]) for i in come], gone, wishes)
        anew = grouped(ways, starts, sorted(have), wishes)
        assert groups.member == anew.member
        assert (groups.leader, groups.medoid, groups.head) == (anew.leader, anew.medoid, anew.head)
        both = set(before) | set(groups.member)
        assert changed == {i for i in both if before.get(i) != groups.member.get(i)}

"""Groups are a function of the set: any order of arrival, and any change and its reversal, give what starting from
scratch gives.

The paths have four places where they may swing to the side. Paths that differ in one or two of these match, so
matching is far from transitive, which is the hard case. There are also loops, begun elsewhere or reversed.
"""

import random

import numpy as np
import pytest

from milevault_core.routes import grouping, matches
from milevault_core.routes.decisions import Decisions
from milevault_core.routes.geometry import unproject
from milevault_core.routes.grouping import Groups, update
from milevault_core.routes.prepare import outline, prepare
from milevault_core.routes.relation import SAME_WAY, line


def bulged(parts: int, back: bool, lap: float):
    """A 2.5 km line or loop; for each bit of `parts`, a small part of it runs 60 m to the side."""
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
N = 18
SIMPLE = 16  # WAYS begins with this many lines, the denser cases


@pytest.fixture(autouse=True)
def remembered(monkeypatch):
    """The real relations, each computed only once, because the same few paths come again and again."""
    known = {}
    real = grouping.relation

    def relation(a, b, *limit):
        if (id(a), id(b), *limit) not in known:
            known[id(a), id(b), *limit] = real(a, b, *limit)
        return known[id(a), id(b), *limit]

    for module in (grouping, matches):
        monkeypatch.setattr(module, "relation", relation)


def grouped(ways, starts, ids, wishes):
    groups = Groups(load=lambda i: WAYS[ways[i]][1])
    update(groups, [(i, starts[i], WAYS[ways[i]][0]) for i in ids], wishes=wishes)
    return groups


def some_wishes(rng) -> Decisions:
    def pairs(most):
        return [(rng.randrange(N), rng.randrange(N)) for _ in range(rng.randint(0, most))]

    return Decisions(dict(pairs(2)), frozenset(pairs(3)), dict(pairs(2)), frozenset({rng.randrange(N)}))


def a_way(rng):
    return rng.randrange(SIMPLE if rng.random() < 0.8 else len(WAYS))


@pytest.mark.parametrize("block", range(8))
def test_any_order_and_any_change_equals_starting_anew(block):
    """Long random histories: activities come in any order, go and change; decisions are made and taken back."""
    for seed in range(block * 50, block * 50 + 50):
        rng = random.Random(seed)
        ways, starts = {i: a_way(rng) for i in range(N)}, {i: rng.randrange(50) for i in range(N)}
        groups = Groups(load=lambda i, ways=ways: WAYS[ways[i]][1])
        have: set[int] = set()
        wishes = Decisions()
        for step in range(12):
            come = set(rng.sample(range(N), rng.choice([1, 1, 1, 2, 6])))
            gone = set(rng.sample(range(N), rng.choice([0, 0, 1, 2]))) - come
            for i in come & have:
                ways[i], starts[i] = a_way(rng), rng.randrange(50)
            if seed % 2 and rng.random() < 0.3:
                wishes = some_wishes(rng)
            have = (have - gone) | come
            before = dict(groups.member)
            changed = update(groups, [(i, starts[i], WAYS[ways[i]][0]) for i in come], gone, wishes)
            anew = grouped(ways, starts, sorted(have), wishes)
            assert groups.member == anew.member, (seed, step)
            assert (groups.leader, groups.medoid, groups.head) == (anew.leader, anew.medoid, anew.head)
            both = set(before) | set(groups.member)
            assert changed == {i for i in both if before.get(i) != groups.member.get(i)}, (seed, step)
            for i, member in groups.member.items():  # each matches the medoid, so there are no chains
                assert member.forced or member.kind in SAME_WAY, (seed, step, i)

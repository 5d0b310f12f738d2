"""Groups as a user sees them: repeated paths, venues, decisions; and the corridor check, which must not decide."""

import subprocess
import sys

import numpy as np
import pytest

from bench import simulate
from bench.route_pairs import load
from milevault_core.routes.candidates import corridor, passes
from milevault_core.routes.decisions import Decisions
from milevault_core.routes.geometry import unproject
from milevault_core.routes.grouping import Groups, update
from milevault_core.routes.links import links
from milevault_core.routes.naming import MILE, heading, name, shape
from milevault_core.routes.prepare import outline, prepare
from milevault_core.routes.relation import SAME_WAY, align, line, relation

PLACE = (47.0, 11.0)


def grouped(paths, wishes=None, seed=0):
    """Groups of one recording per path, a day apart, numbered from 0."""
    rng = np.random.default_rng(seed)
    lines, items = {}, []
    for i, path in enumerate(paths):
        t, xy, _ = simulate.record(rng, path, sigma=4.0, rate="5s")
        p = prepare(t, *unproject(xy, PLACE))
        look = outline(p)
        lines[i] = line(p, look.is_venue)
        items.append((i, i * 86_400_000_000, look))
    groups = Groups(load=lines.__getitem__)
    update(groups, items, wishes=wishes)
    return groups, items


@pytest.fixture(scope="module")
def ways():
    rng = np.random.default_rng(2)
    return simulate.way(rng, 6_000, "loop"), simulate.way(rng, 5_000, "trail")


def test_repeats_come_together_and_others_stay_apart(ways):
    loop, trail = ways
    half = len(loop) // 2
    elsewhere = np.concatenate([loop[half:], loop[:half]])
    groups, _ = grouped([loop, trail, loop, loop[::-1], elsewhere, trail, loop])
    route = {i: m.route for i, m in groups.member.items()}
    assert route[0] == route[2] == route[4] == route[6]
    assert route[1] == route[5] != route[0]
    assert route[3] == 3
    kinds = {i: m.kind for i, m in groups.member.items()}
    assert kinds[4] == "rotated" or route[0] == 4
    assert {i: how.kind for i, how in links(groups, 3, {route[0], 1}).items()} in (
        {route[0]: "reversed"}, {route[0]: "rotated_reversed"},
    )  # fmt: skip


def test_laps_are_linked_to_the_one_lap(ways):
    lap = simulate.resample(ways[0] / 2, 600)
    groups, _ = grouped([lap, np.concatenate([lap] * 3)])
    assert groups.member[1].route == 1
    assert links(groups, 1, {0})[0].laps == 3


def test_stadium_sessions_group_by_place():
    def session(laps, east):
        angle = np.arange(0, laps * 2 * np.pi, 0.06)
        return np.column_stack([80 * np.cos(angle) + east, 45 * np.sin(angle)])

    groups, _ = grouped([session(20, 0), session(11, 15), session(20, 900)])
    assert [groups.member[i].route for i in range(3)] == [0, 0, 2]


def test_decisions_win_and_outlive_recomputation(ways):
    loop, trail = ways
    paths = [loop, loop, trail, trail, loop[::-1]]
    wishes = Decisions(into={4: 0}, out=frozenset({(1, 0)}), merged={2: 0})
    groups, items = grouped(paths, wishes)
    assert {i: m.route for i, m in groups.member.items()} == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0}
    assert groups.member[4].forced
    assert groups.member[4].kind == "reversed"
    before = dict(groups.member)
    update(groups, items)  # everything is recomputed
    assert groups.member == before
    update(groups, wishes=Decisions())
    assert groups.member == grouped(paths)[0].member
    update(groups, wishes=wishes)
    assert groups.member == before
    update(groups, removed=[0])  # the anchor is gone, so its decisions rest
    assert {i: m.route for i, m in groups.member.items()} == {1: 1, 2: 2, 3: 2, 4: 4}
    update(groups, [items[0]])
    assert groups.member == before


def test_a_poor_first_recording_does_not_split_a_route(ways):
    _, trail = ways
    rng = np.random.default_rng(4)
    odd = simulate.detour(rng, trail, 0.09, 60.0)
    groups, _ = grouped([odd] + [trail] * 6)
    heads = {m.route for m in groups.member.values()}
    assert len(heads) <= 2
    assert len({groups.member[i].route for i in range(1, 7)}) == 1


def test_the_corridor_never_refuses_what_is_the_same_way():
    same = 0
    for pair in load()[::3]:
        looks = [prepare(t.seconds, t.lat, t.lon) for t in (pair.a, pair.b)]
        a, b = (line(p) for p in looks)
        if relation(a, b).kind in SAME_WAY:
            same += 1
            for one, other in ((a, looks[1]), (b, looks[0])):
                assert passes(outline(other).signature[None], corridor(one))[0], pair.name
    assert same > 50


def test_names(ways):
    loop, _ = ways
    one = grouped([loop - loop[0]])[0].load(0)
    assert shape(one) == "loop"
    assert name(one) == f"Loop of {one.length_m / 1000:.1f} km, {heading(one)}"
    assert name(one, MILE) == f"Loop of {one.length_m / 1609.344:.1f} mi, {heading(one)}"
    straight = np.column_stack([np.arange(0, 4_000, 5.0)] * 2) / np.sqrt(2)
    there = grouped([straight])[0].load(0)
    assert name(there).startswith("One way of 4.")
    assert name(there).endswith(", north-east")
    back = grouped([np.concatenate([straight, straight[::-1]])])[0].load(0)
    assert name(back).startswith("Out and back of 8.")
    twice = grouped([np.concatenate([loop, loop])])[0].load(0)
    assert shape(twice) == "loop"


def test_importing_routes_does_not_load_tslearn():
    code = "import sys, milevault_core.routes.grouping, milevault_core.routes.profile, milevault_core.routes.compare;"
    code += "assert not {'tslearn', 'numba', 'sklearn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_tslearn_compiles_is_kept_for_the_next_process():
    """Otherwise each new process spends seconds compiling before it can compare anything."""
    from tslearn.metrics import _dtw, _masks, utils

    align(np.arange(40.0).reshape(-1, 2), np.arange(60.0).reshape(-1, 2))
    for function in (_dtw._njit_accumulated_matrix, _masks._njit_sakoe_chiba_mask, utils._njit_compute_path):
        assert function.stats.cache_path
        assert function.stats.cache_hits or function.stats.cache_misses

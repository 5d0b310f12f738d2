"""Paths that branch and share halves: one path is in one route, a branch is a route of its own, and nothing chains."""

import numpy as np

from bench import route_branches, simulate
from milevault_core.routes.geometry import unproject
from milevault_core.routes.grouping import Groups, update
from milevault_core.routes.prepare import outline, prepare
from milevault_core.routes.relation import line


def test_pairs_of_one_way_lie_in_one_route_and_branches_do_not() -> None:
    found = route_branches.measure(110, seed=4, pairs=1_000)
    assert found["same"] > 150
    assert found["apart"] <= 0.02
    assert found["branches"] <= 0.02
    assert found["far"] <= 0.05, "one of a route may miss another, but nothing hangs on by a chain"


def test_a_branch_of_a_large_group_is_a_route_of_its_own() -> None:
    rng = np.random.default_rng(12)
    way = simulate.way(rng, 8_000, "loop")
    branch = simulate.detour(np.random.default_rng(3), way, 0.2, 250.0)
    lines, items = {}, []
    for i in range(60):
        t, xy, _ = simulate.record(rng, branch if i % 10 == 3 else way, sigma=5.0, rate="5s")
        prepared = prepare(t, *unproject(xy, (47.0, 11.0)))
        look = outline(prepared)
        lines[i] = line(prepared, look.is_venue)
        items.append((i, i * 86_400_000_000, look))
    groups = Groups(load=lines.__getitem__)
    update(groups, items)
    routes = {i: groups.member[i].route for i in lines}
    assert len({routes[i] for i in lines if i % 10 != 3}) == 1
    assert len({routes[i] for i in lines if i % 10 == 3}) == 1
    assert len(set(routes.values())) == 2

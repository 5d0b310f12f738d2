"""Updating the first-fit leaders equals computing them from scratch, over random graphs, orders and changes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.routes.fit import refit

N = 12
pairs = st.sets(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=40)


def anew(items, rank, edges, fixed):
    leader: dict[int, int] = {}
    for item in sorted(items, key=rank):
        ahead = [i for i in leader if leader[i] == i and (i, item) in edges]
        leader[item] = item if item in fixed or not ahead else min(ahead, key=rank)
    return leader


@settings(max_examples=400, deadline=None)
@given(pairs, st.permutations(range(N)), st.sets(st.integers(0, N - 1), max_size=2), st.data())
def test_any_order_of_coming_and_going_gives_the_same(some, ranks, fixed, data):
    edges = {(a, b) for a, b in some if a != b} | {(b, a) for a, b in some if a != b}
    ranks = dict(enumerate(float(r) for r in ranks))
    leader: dict[int, int] = {}
    have: set[int] = set()
    for _ in range(data.draw(st.integers(1, 8))):
        changed = data.draw(st.sets(st.integers(0, N - 1), min_size=1, max_size=5))
        gone = {i for i in changed if i in have and data.draw(st.booleans())}
        come = {i for i in changed if i not in have or (i in gone and data.draw(st.booleans()))}
        have = (have - gone) | come
        for item in gone & come:  # it comes back with other edges and another rank
            other = data.draw(st.sets(st.integers(0, N - 1), max_size=4)) - {item}
            edges = (
                {e for e in edges if item not in e} | {(item, o) for o in other} | {(o, item) for o in other}
            )
            ranks[item] = data.draw(st.floats(0, N).filter(lambda r: r not in ranks.values()))
        old = dict(leader)
        changes = refit(
            leader,
            lambda i: ranks[i],
            lambda i, e=edges: [j for j in range(N) if (i, j) in e],
            lambda i, js, e=edges: [j for j in js if (i, j) in e],
            added=come,
            removed=gone,
            fixed=fixed,
        )
        assert leader == anew(have, lambda i: ranks[i], edges, fixed)
        everyone = set(old) | set(leader)
        assert changes == {i: (old.get(i), leader.get(i)) for i in everyone if old.get(i) != leader.get(i)}

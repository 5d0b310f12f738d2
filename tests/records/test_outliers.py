import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.records.outliers import typical

times = st.lists(st.integers(60, 400), min_size=1, max_size=80)


def waits(values, start):
    return values < 0.85 * typical(values, start)


def naive(values, start, k):
    earlier = sum(s < start[k] for s in start)
    if earlier < 10:
        return False
    others = sorted(v for n, v in enumerate(values) if n != k)
    rank = max(2, -(-2 * earlier // 100))
    return values[k] < 0.85 * others[rank - 1]


@given(times, st.data())
def test_equals_the_definition_in_any_order(values, data):
    start = data.draw(st.lists(st.integers(0, 100), min_size=len(values), max_size=len(values)))
    got = waits(np.array(values, float), np.array(start))
    assert got.tolist() == [naive(values, start, k) for k in range(len(values))]
    order = np.array(data.draw(st.permutations(range(len(values)))))
    assert waits(np.array(values, float)[order], np.array(start)[order]).tolist() == got[order].tolist()


@given(times, times)
def test_what_comes_later_may_confirm_an_effort_but_never_makes_it_wait(values, later):
    before = waits(np.array(values, float), np.arange(len(values)))
    both = waits(np.array(values + later, float), np.arange(len(values) + len(later)))
    assert not (both[: len(values)] & ~before).any()


def test_from_ten_earlier_efforts_on():
    slow = np.full(10, 300.0)
    assert waits(np.append(slow, 254.0), np.arange(11)).tolist() == [False] * 10 + [True]
    assert not waits(np.append(slow, 256.0), np.arange(11)).any()  # 14.7 % faster
    assert not waits(np.append(slow[:9], 100.0), np.arange(10)).any()  # only nine earlier ones
    assert np.isnan(typical(slow, np.arange(10))).all()


def test_two_wrong_efforts_do_not_confirm_each_other_but_three_of_a_kind_do():
    slow = np.full(20, 300.0)
    assert waits(np.append(slow, [100.0, 101]), np.arange(22))[-2:].all()
    assert not waits(np.append(slow, [240.0, 241, 242]), np.arange(23)).any()

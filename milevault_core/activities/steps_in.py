"""Finds where a noisy series changes its level: the best piecewise constant fit. Knows nothing about sport."""

import numpy as np

BLOCK = 6  # samples: noise correlated over about this long is still recognised as noise


def noise_of(values: np.ndarray) -> float:
    """Variance of one sample around its level, from the differences between neighbouring block means (level changes are
    so few that they do not affect the median)."""
    blocks = len(values) // BLOCK
    if blocks < 3:
        return float(np.var(values)) if len(values) else 0.0
    means = values[: blocks * BLOCK].reshape(blocks, BLOCK).mean(axis=1)
    spread = 1.4826 * float(np.median(np.abs(np.diff(means))))
    return max(spread**2 / 2 * BLOCK, 1e-12)


def changes(values: np.ndarray, penalty: float, shortest: int = 8) -> np.ndarray:
    """Indices at which a new level begins (0 first). values: shape (n,), without NaN.

    Source: Killick, Fearnhead, Eckley, Optimal detection of changepoints with a linear computational cost (PELT), 2012,
    with the squared error as cost. penalty: the cost that one more change has to save. shortest: minimum number of
    samples in a level.
    """
    n = len(values)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    squares = np.concatenate(([0.0], np.cumsum(values * values)))
    sum_to, square_to = sums.tolist(), squares.tolist()
    best, last = [np.inf] * (n + 1), [0] * (n + 1)
    best[0] = -penalty
    # Candidate starts of the last level, in the first `count` entries of each array: the index, the cost up to there
    # without the squares, and the sum up to there. Updated in place, because finding intervals spends most of its time
    # in this loop.
    begin, cost, before = (np.zeros(n + 2) for _ in range(3))
    cost[0], count = best[0], 1
    for stop in range(shortest, n + 1):
        gone = sum_to[stop] - before[:count]
        total = cost[:count] - gone * gone / (stop - begin[:count])
        at = int(total.argmin())
        least = float(total[at]) + penalty
        best[stop], last[stop] = least + square_to[stop], int(begin[at])
        held = total <= least
        kept = int(np.count_nonzero(held))
        if kept < count:
            for each in (begin, cost, before):
                each[:kept] = each[:count][held]
        new = stop - shortest + 1  # a level from here is long enough at the next step
        begin[kept], cost[kept], before[kept] = new, best[new] - square_to[new], sum_to[new]
        count = kept + 1
    found = []
    stop = n
    while stop > 0:
        stop = last[stop]
        found.append(stop)
    return np.array(found[::-1], dtype=np.int64)

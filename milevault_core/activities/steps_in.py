"""Where a noisy series changes its level: the best piecewise constant fit. Knows nothing of sport."""

import numpy as np

BLOCK = 6  # samples: noise correlated over about this long is still recognised as noise


def noise_of(values: np.ndarray) -> float:
    """Variance of one sample about its level, from the differences of neighbouring block means (changes of level are
    few, so the median does not see them)."""
    blocks = len(values) // BLOCK
    if blocks < 3:
        return float(np.var(values)) if len(values) else 0.0
    means = values[: blocks * BLOCK].reshape(blocks, BLOCK).mean(axis=1)
    spread = 1.4826 * float(np.median(np.abs(np.diff(means))))
    return max(spread**2 / 2 * BLOCK, 1e-12)


def changes(values: np.ndarray, penalty: float, shortest: int = 8) -> np.ndarray:
    """Indices at which a new level begins (0 first). values: shape (n,), without NaN.

    Source: Killick, Fearnhead, Eckley, Optimal detection of changepoints with a linear computational cost (PELT), 2012,
    with the squared error as cost. penalty: what one more change has to save. shortest: samples of a level.
    """
    n = len(values)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    squares = np.concatenate(([0.0], np.cumsum(values * values)))
    sum_to, square_to = sums.tolist(), squares.tolist()
    best, last = [np.inf] * (n + 1), [0] * (n + 1)
    best[0] = -penalty
    # Where the last level may have begun, the first `count` of each array: the index, the cost up to there but for the
    # squares, and the sum up to there. In place, as this loop is most of the time it takes to find intervals.
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
        new = stop - shortest + 1  # by the next step it is long enough
        begin[kept], cost[kept], before[kept] = new, best[new] - square_to[new], sum_to[new]
        count = kept + 1
    found = []
    stop = n
    while stop > 0:
        stop = last[stop]
        found.append(stop)
    return np.array(found[::-1], dtype=np.int64)

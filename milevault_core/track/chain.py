"""Finds the largest consistent part of a recording: a chain of pieces that can follow each other."""

from collections.abc import Callable

import numpy as np


def longest(size: np.ndarray, may_follow: Callable[[np.ndarray, int], np.ndarray], back: int) -> np.ndarray:
    """The pieces, ascending, of the chain with the most points.

    size: points in each piece, (n,) ints. may_follow(i, j): mask that says for each of the earlier pieces i (an array)
    whether piece j may follow it. back: how many pieces before j are tried, which limits the time to n * back.
    """
    best, before = size.astype(float), np.full(len(size), -1)
    for j in range(1, len(size)):
        i = np.arange(max(0, j - back), j)
        near = may_follow(i, j)
        if near.any():
            k = int(np.argmax(np.where(near, best[i], -1.0)))
            best[j] += best[i[k]]
            before[j] = i[k]
    found, here = [], int(np.argmax(best))
    while here >= 0:
        found.append(here)
        here = int(before[here])
    return np.array(found[::-1])

"""The longest part of a recording that agrees with itself: pieces that can follow each other."""

from collections.abc import Callable

import numpy as np


def longest(size: np.ndarray, may_follow: Callable[[np.ndarray, int], np.ndarray], back: int) -> np.ndarray:
    """The pieces, ascending, of the chain with most points.

    size: points of each piece, (n,) ints. may_follow(i, j): for earlier pieces i (an array) whether piece j may follow
    each of them, a mask. back: how many pieces before j are looked at, which bounds the time to n * back.
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

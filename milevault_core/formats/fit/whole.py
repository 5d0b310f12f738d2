"""Whole numbers out of columns of floats, whatever a hostile file has put into them."""

import numpy as np

_MOST = 2.0**53  # beyond it a float has no ones any more


def whole(values: np.ndarray) -> np.ndarray:
    """As int64; NaN, and what no counter or packed field can hold, as 0. Same shape."""
    return np.where(is_whole(values), values, 0).astype(np.int64)


def is_whole(values: np.ndarray) -> np.ndarray:
    """Which values `whole` keeps: a mask of the same shape."""
    return np.abs(values) < _MOST

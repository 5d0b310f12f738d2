"""Whole numbers out of columns of floats, whatever a hostile file has put into them."""

import numpy as np

_MOST = 2.0**53  # beyond this, floats can no longer represent every whole number


def whole(values: np.ndarray) -> np.ndarray:
    """The values as int64, same shape. NaN, and values that no counter or packed field can hold, become 0."""
    return np.where(is_whole(values), values, 0).astype(np.int64)


def is_whole(values: np.ndarray) -> np.ndarray:
    """Mask, of the same shape, of the values that `whole` keeps."""
    return np.abs(values) < _MOST

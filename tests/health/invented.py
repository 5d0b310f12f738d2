"""Invented people with no real effect, or with one: correlated nights, seasons, block training."""

import numpy as np
import pandas as pd

NIGHTS = 365


def related(draw: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """n values of mean 0 and standard deviation 1, each correlated with the one before by rho."""
    noise, out = draw.normal(size=n), np.empty(n)
    out[0] = noise[0]
    for i in range(1, n):
        out[i] = rho * out[i - 1] + np.sqrt(1 - rho * rho) * noise[i]
    return out


def training(draw: np.random.Generator, n: int, is_in_blocks: bool) -> np.ndarray:
    """Loads of n days: random, or in blocks of three hard weeks and an easy one, with a season."""
    if not is_in_blocks:
        return draw.gamma(2, 30, n)
    t = np.arange(n)
    base = (
        60 + 25 * np.sin(2 * np.pi * t / 365 + draw.uniform(0, 6)) + np.where((t // 7) % 4 == 3, -30.0, 10.0)
    )
    return np.clip(base + 20 * draw.normal(size=n), 0, None)


def days(n: int) -> pd.DatetimeIndex:
    return pd.date_range("2025-01-01", periods=n)

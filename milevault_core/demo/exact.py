"""Mathematics that gives the same bits everywhere: only + - * / and sqrt, whose rounding IEEE 754 defines.

`numpy.interp`, `sin`, `exp` and `**` are avoided on purpose: they differ in the last bit between machines (other C
libraries, other vector units, fused multiply-add), and a last bit sometimes decides a rounding.
"""

import numpy as np

_BLOCK = 128


def locate(x: np.ndarray, knots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where x lies between ascending knots: the index of the knot before it, and the fraction (0..1) towards the
    next."""
    i = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    gap = knots[i + 1] - knots[i]
    share = (x - knots[i]) / np.where(gap > 0, gap, 1.0)
    return i, np.clip(share, 0.0, 1.0)


def between(values: np.ndarray, i: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Values interpolated linearly at what `locate` returned. values: (n,); i and share: one per position."""
    return values[i] + share * (values[i + 1] - values[i])


def lerp(x: np.ndarray, knots: np.ndarray, values: np.ndarray) -> np.ndarray:
    """`values` at the knots, interpolated linearly at x; shape of x."""
    return between(values, *locate(x, knots))


def lag(x: np.ndarray, tau: float, start: float | None = None) -> np.ndarray:
    """First-order response to x with time constant tau (in samples, at least 2): y += (x - y) / tau.

    Computed in blocks: a scaled running sum inside each, and the last value is carried from block to block.
    """
    n = len(x)
    if n == 0:
        return x.astype(float)
    b = 1.0 / tau
    a = 1.0 - b
    block = min(_BLOCK, max(8, int(20 * tau)))  # beyond that the scale would overflow
    rows = -(-n // block)
    padded = np.zeros(rows * block)
    padded[:n] = x
    scale = np.cumprod(np.full(block, a))
    answer = np.cumsum(padded.reshape(rows, block) * (b / scale), axis=1) * scale
    ends = answer[:, -1].tolist()
    last = float(scale[-1])
    carried, y = [], float(x[0]) if start is None else start
    for end in ends:
        carried.append(y)
        y = end + last * y
    answer += np.array(carried)[:, None] * scale
    return answer.reshape(-1)[:n]


def sine(turns: np.ndarray) -> np.ndarray:
    """sin(2 pi turns), accurate to 1e-6: a polynomial on a quarter turn. turns: any shape."""
    u = turns - np.floor(turns + 0.5)
    u = np.where(u > 0.25, 0.5 - u, np.where(u < -0.25, -0.5 - u, u))
    w = u * u
    return u * (
        6.283185307179586
        - w * (41.341702240399755 - w * (81.60524927607504 - w * (76.70585975306136 - w * 42.05869394489765)))
    )


def sixteenth_power(x: float) -> float:
    """x ** (1/16): Riegel's exponent 1.06 is approximately 1 + 1/16."""
    for _ in range(4):
        x = float(np.sqrt(x))
    return x

"""Where an axis has its ticks: few, at round values, labelled in the user's units."""

import math

from milevault_core.view import format as fmt
from milevault_core.view.activities.series import Series

_TIME_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that gives at most `most` steps in `span`."""
    least = max(span, 1e-9) / most
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))


def time_step(span_s: float, most: int) -> float:
    """The smallest usual clock step that gives at most `most` steps in `span_s` seconds."""
    days = 86_400.0 * math.ceil(span_s / most / 86_400.0)
    return next((s for s in _TIME_STEPS if s * most >= span_s), days)


def _steps(lo: float, hi: float, step: float) -> list[float]:
    """Multiples of the step in [lo, hi], as ints where they are whole."""
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    values = [round(i * step, 6) for i in range(first, last + 1)]
    return [int(v) if v == int(v) else v for v in values]


def ticks(row: Series) -> list[tuple[float, str]]:
    """At most four (value, label) pairs for a row of the timeline."""
    lo, hi = row.bounds
    found: list[float] = []
    for most in (3, 4, 6):  # more only if fewer would leave the row with a single label
        step = time_step(hi - lo, most) if row.is_pace else max(round_step(hi - lo, most), 1.0)
        found = _steps(lo, hi, step)
        if len(found) > 1:
            break
    return [(v, fmt.duration(v) if row.is_pace else fmt.number(v)) for v in found]


def distance_ticks(lo: float, hi: float, unit: str) -> list[tuple[float, str]]:
    """Ticks of a distance axis: (12, "12 km")."""
    step = round_step(hi - lo, 8)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(v, fmt.number(v, decimals, unit)) for v in _steps(lo, hi, step)]


def time_ticks(lo: float, hi: float) -> list[tuple[float, str]]:
    """Ticks of an axis of elapsed seconds: (5400, "1:30 h"); under an hour (600, "10 min")."""
    step = time_step(hi - lo, 8)
    if step < 60:
        return [(v, fmt.duration(v)) for v in _steps(lo, hi, step)]
    out = []
    for v in _steps(lo, hi, step):
        minutes = round(v / 60)
        out.append((v, f"{minutes // 60}:{minutes % 60:02d} h" if hi >= 5400 else f"{minutes} min"))
    return out

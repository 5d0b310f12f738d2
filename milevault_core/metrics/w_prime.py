"""W′, the work that can be done above critical power."""

import numpy as np

from milevault_core.metrics import Context, metric
from milevault_core.metrics.seconds import on_clock
from milevault_core.track import Columns

CRITICAL_POWER = "your critical power in this sport"


def balance(power: np.ndarray, critical_power: float, w_prime_j: float) -> np.ndarray:
    """J of W′ left after each second, shape (n,), at most `w_prime_j`; falls below 0 if the model's values are wrong.

    power: W at 1 Hz; NaN (a pause) counts as 0 W, because the athlete recovers during it. Differential form: below
    critical power, W′ comes back at (critical power - power) x the share that is spent.
    Source: Skiba, Fulford, Clarke, Vanhatalo and Jones 2015, Intramuscular determinants of the ability to recover work
    capacity above critical power, Eur J Appl Physiol 115:703; both forms compared in Skiba and Clarke 2021, The W′
    balance model, Int J Sports Physiol Perform 16:1561. The tests check it against an oracle like GoldenCheetah's.
    """
    left, out = w_prime_j, []
    for over in (np.nan_to_num(power) - critical_power).tolist():
        left -= over if over >= 0 else over * (w_prime_j - left) / w_prime_j
        out.append(left)
    return np.array(out)


def channel(track: Columns, context: Context) -> np.ndarray | None:
    """W′ left at each point of the track in J, float (n,); None without power or without the athlete's two values."""
    critical, total = context.athlete.get("critical_power"), context.athlete.get("w_prime_j")
    power = on_clock(track, "power")
    if not critical or not total or not len(power) or np.isnan(power).all():
        return None
    left = balance(power, critical, total)
    time = np.asarray(track["time"], "datetime64[us]")
    at = ((time - time[0]).astype(np.int64) / 1e6 + 0.5).astype(int)
    return left[np.minimum(at, len(left) - 1)]


@metric("w_prime_left_j", "Lowest W′", "J", columns=("power",), version=2)
def w_prime_left_j(track: Columns, context: Context) -> float:
    """How much of W′ was left at the lowest point.

    Source: as for the W′ balance: Skiba and others 2015, Eur J Appl Physiol 115:703.
    Definition: the minimum of the W′ balance over the activity; the balance is a channel of its own on the page.
    Messy data: a hole counts as rest. If it falls below 0, the critical power or W′ is set too low.
    """
    critical = context.athlete_value("critical_power", CRITICAL_POWER)
    total = context.athlete_value("w_prime_j", CRITICAL_POWER + " with its W′")
    power = on_clock(track, "power")
    if np.isnan(power).all():
        return float("nan")
    return float(balance(power, critical, total).min())

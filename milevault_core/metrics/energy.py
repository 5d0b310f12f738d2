"""Energy."""

import numpy as np

from milevault_core.metrics import Context, metric
from milevault_core.metrics.graded import steps_and_grades
from milevault_core.track import Columns

EFFICIENCY = 0.24  # gross efficiency of a cyclist: 1 kJ at the pedals is 1 kcal burned
RUN = (3.6, 19.5, 46.3, -43.3, -30.4, 155.4)
WALK = (2.5, 19.6, 51.9, -76.8, -58.7, 280.5)


def minetti(grade: np.ndarray, polynomial: tuple[float, ...] = RUN) -> np.ndarray:
    """Energy cost of running (or walking: WALK) on a slope, J per kg and m; grade as a share (0.1 is 10%), clipped to
    ±0.45.

    Source: Minetti and others 2002, J Appl Physiol 93:1039.
    """
    i = np.clip(grade, -0.45, 0.45)
    return sum(c * i**n for n, c in enumerate(polynomial))


@metric("energy_j", "Energy", "J", after=("work_j",), aggregate="sum", version=2)
def energy_j(track: Columns, context: Context) -> float:
    """Energy that the body burned.

    Source: on foot, Minetti and others 2002, J Appl Physiol 93:1039; with a power meter, the gross efficiency of
    cycling: 19.8 ± 0.6% (Moseley and Jeukendrup 2001, Med Sci Sports Exerc 33:621), up to 24% (Nickleberry and Brooks
    1996, Med Sci Sports Exerc 28:1396).
    Definition: on foot, the cost of each second's metres on their slope times body weight; otherwise mechanical work
    divided by 0.24, the usual "1 kJ is 1 kcal" of power meters. That is the upper end of the measured efficiencies, so
    the energy is more likely too low than too high.
    Messy data: on foot it needs your weight on that day; altitude as for graded pace.
    """
    if context.sport in ("running", "walking", "hiking"):
        if np.isnan(np.asarray(track["distance"])).all():
            return float("nan")
        weight = context.athlete_value("weight_kg", "your weight")
        metres, grades = steps_and_grades(track)
        cost = minetti(grades / 100, RUN if context.sport == "running" else WALK)
        return float(np.nansum(metres * cost) * weight) if np.isfinite(metres).any() else float("nan")
    return context.metrics["work_j"] / EFFICIENCY if context.metrics.get("work_j") else float("nan")

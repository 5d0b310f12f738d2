"""Athlete values from devices and from the runs, and which activities become stale when such a value changes."""

from sqlalchemy.orm import Session

from milevault_core.derive.step import Work, step
from milevault_core.metrics.graded import KNOTS
from milevault_core.store import queue
from milevault_core.store.training import rows as training
from milevault_core.training import grade_curve

OF_A_SPORT = ("threshold_heart_rate", "threshold_power", "threshold_speed")


@step("athlete_values", "activity", version=2)
def save_athlete_values(session: Session, user_id: int, work: Work) -> None:
    """The athlete values that the device stored with the activity."""
    row = work.row
    told = {
        (name, row.sport if name in OF_A_SPORT else ""): float(value)
        for name, value in (row.details.get("athlete") or {}).items()
        if name not in OF_A_SPORT or _has(name, row.sport)
    }
    training.save_told(session, user_id, row.id, row.local_day, row.start_time, told)


def _has(name: str, sport: str) -> bool:
    if name == "threshold_heart_rate":
        return sport not in ("transition", "multisport")
    return sport == {"threshold_power": "cycling"}.get(name, "running")


@step("grade_curve", "athlete")
def save_grade_curve(session: Session, user_id: int, changed: set[int] | None) -> None:
    """The athlete's own grade curve, once it can be trusted. The sums it is made of do not depend on any curve, so
    recomputing the runs with the new curve does not change it."""
    runs = [grade_curve.unpack(data) for data in training.grade_sums(session, user_id)]
    curve = grade_curve.settled(runs)
    factors = [] if curve is None else curve.factors.round(3).tolist()
    named = {f"grade_{knot}": factor for knot, factor in zip(KNOTS, factors, strict=False) if knot}
    training.save_computed(session, user_id, "running", named)


@step("athlete_changes", "athlete", needs=("grade_curve",))
def find_stale(session: Session, user_id: int, changed: set[int] | None) -> None:
    """Mark the activities whose athlete values have changed: a value is valid until the next one, so adding or
    removing one may change many activities."""
    if training.mark_stale(session, user_id):
        queue.defer_derive(session, user_id)

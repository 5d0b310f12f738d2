"""Every metric of milevault_core.metrics for an activity, its time in zones, and its sums for the grade curve."""

from functools import cache, partial

from sqlalchemy.orm import Session

from milevault_core.derive.step import UNCHANGED, Work, step
from milevault_core.metrics import METRICS, Context, compute_all
from milevault_core.metrics.shared import once_a_track
from milevault_core.store.activities import laps
from milevault_core.store.training import rows as training
from milevault_core.track.table import arrays
from milevault_core.training import grade_curve
from milevault_core.training.zones import time_in_zones


# Adding or removing a metric, or raising its version, recomputes all activities.
@step(
    "metrics",
    "activity",
    needs=("athlete_values",),
    parts={m.name: m.version for m in METRICS.values() if m.compute} | {"zones": 2},
)
def metrics(session: Session, user_id: int, work: Work) -> str | None:
    """Every metric of the activity, and the winner for each name. Other steps only read the columns that follow the
    winners; while these do not change, no other step of the activity is computed again."""
    row = work.row
    read = cache(partial(laps.laps_and_lengths, session, user_id, row.id))
    known = training.known(session, user_id, row.id, row.sport, row.local_day)
    context = Context(
        row.sport, row.sub_sport, row.is_indoor, known.athlete, known.device,
        lambda: read()[0], {"distance_m": row.distance_m, "elapsed_s": row.elapsed_s}, load_lengths=lambda: read()[1],
    )  # fmt: skip
    track = arrays(work.track)
    with once_a_track():
        results = compute_all(track, context, known.edited, known.computed)
        zones = time_in_zones(track, context, known.zones)
        grades = grade_curve.pack(grade_curve.sums(track)) if row.sport == "running" else None
    training.save_training(session, user_id, row.id, results, known.inputs, zones, grades)
    return None if training.follow_winners(session, row, results.metrics) else UNCHANGED

"""The metrics of an activity: every computed number of milevault_core.metrics."""

from sqlalchemy.orm import Session

from milevault_core.derive import Work, step
from milevault_core.metrics import METRICS, compute_all
from milevault_core.store import derived

# The step's version is the sum of its metrics' versions: raising one of them recomputes all activities once.
VERSION = sum(m.version for m in METRICS.values())


@step("metrics", "activity", version=VERSION)
def metrics(session: Session, user_id: int, work: Work) -> None:
    derived.save_metrics(session, user_id, work.row.id, compute_all(work.track))

"""The best efforts of an activity, and its curves of power, heart rate and speed."""

from sqlalchemy.orm import Session

from milevault_core.derive.step import Work, step
from milevault_core.records import KINDS
from milevault_core.records.efforts import curves, efforts
from milevault_core.records.performance import Performance
from milevault_core.store.activities import laps
from milevault_core.store.records import rows

FIGURES = ("distance_m", "elapsed_s", "moving_s", "ascent_m")
# The step's version covers the versions of all kinds: raising one of them recomputes all activities once.
VERSION = sum(k.version for k in KINDS.values() if k.over == "activity")


@step("efforts", "activity", needs=("metrics",), version=VERSION)
def save_efforts(session: Session, user_id: int, work: Work) -> None:
    """The best efforts of the activity and its curves, without those that cannot be real."""
    row = work.row
    if row.is_left_out:  # the owner leaves the activity out of the records
        rows.save_efforts(session, user_id, row.id, [], {})
        return
    figures = {name: getattr(row, name) for name in FIGURES}
    own_laps, lengths = laps.laps_and_lengths(session, user_id, row.id)
    if row.sport == "swimming":
        figures["pool_length_m"] = laps.pool_length_m(session, user_id, row.id)
    is_vouched, rejected = rows.decided_of(session, user_id, row.id)
    performance = Performance(
        work.track, row.sport, own_laps, lengths, figures, row.is_indoor, is_vouched=is_vouched, rejected=rejected,
        begun=row.start_time,
    )  # fmt: skip
    rows.save_efforts(session, user_id, row.id, efforts(performance), curves(performance))

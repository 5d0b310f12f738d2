"""What an activity did best: its efforts, and its curves of power, heart rate and speed."""

from sqlalchemy.orm import Session

from milevault_core.derive import Work, step
from milevault_core.records import KINDS
from milevault_core.records.efforts import curves, efforts
from milevault_core.records.performance import Performance
from milevault_core.store import laps, records

FIGURES = ("distance_m", "elapsed_s", "moving_s", "ascent_m")
# The step's version is the sum of its kinds' versions: raising one of them recomputes all activities once.
VERSION = sum(k.version for k in KINDS.values() if k.over == "activity")


@step("efforts", "activity", version=VERSION)
def save_efforts(session: Session, user_id: int, work: Work) -> None:
    row = work.row
    figures = {name: getattr(row, name) for name in FIGURES}
    own_laps, lengths = laps.laps_and_lengths(session, user_id, row.id)
    if row.sport == "swimming":
        figures["pool_length_m"] = laps.pool_length_m(session, user_id, row.id)
    performance = Performance(
        work.track, row.sport, own_laps, lengths, figures, row.is_indoor
    )  # fmt: skip
    records.save_efforts(session, user_id, row.id, efforts(performance), curves(performance))

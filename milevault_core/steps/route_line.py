"""An activity's track made ready for matching; none for what follows no way: halls, invented worlds, motors."""

from sqlalchemy.orm import Session

from milevault_core.derive import Work, step
from milevault_core.routes.prepare import prepare_track
from milevault_core.sports import ROUTELESS, SPORTS
from milevault_core.store import route_lines


@step("route_line", "activity")
def route_line(session: Session, user_id: int, work: Work) -> None:
    row = work.row
    group = SPORTS[row.sport].group if row.sport in SPORTS else "other"
    follows_a_way = not (row.is_indoor or row.is_virtual or row.is_transition or group in ROUTELESS)
    prepared = prepare_track(work.track) if follows_a_way else None
    route_lines.replace_line(session, user_id, row.id, group, prepared)

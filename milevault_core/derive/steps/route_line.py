"""An activity's track prepared for route matching. Indoor, virtual and transition activities, sports without routes
(sports.ROUTELESS) and activities with a doubtful date have none."""

from sqlalchemy.orm import Session

from milevault_core.derive.step import Work, step
from milevault_core.routes.prepare import prepare_track
from milevault_core.sports import ROUTELESS, SPORTS
from milevault_core.store.routes import lines


@step("route_line", "activity")
def route_line(session: Session, user_id: int, work: Work) -> None:
    """The line that is compared with the lines of other activities; none for activities that are not compared."""
    row = work.row
    group = SPORTS[row.sport].group if row.sport in SPORTS else "other"
    follows_a_way = not (
        row.is_indoor or row.is_virtual or row.is_transition or row.date_doubted or group in ROUTELESS
    )
    prepared = prepare_track(work.track) if follows_a_way else None
    lines.replace_line(session, user_id, row.id, group, prepared)

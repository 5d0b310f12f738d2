"""An activity's track prepared for finding segments; not of activities that their owner leaves out of records."""

from datetime import UTC

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.derive.step import Work, step
from milevault_core.segments.cells import track_cells
from milevault_core.segments.packed import pack_track
from milevault_core.segments.sports import group_of
from milevault_core.store.segments import tracks


@step("segment_track", "activity")
def segment_track(session: Session, user_id: int, work: Work) -> None:
    """The track in which segments are searched for; empty for an activity that is not searched."""
    row = work.row
    group = group_of(row.sport, not (row.is_indoor or row.is_virtual or row.is_transition))
    if not group or row.is_left_out or not len(work.track):
        tracks.replace_track(session, user_id, row.id, group, [], b"")
        return
    start = np.datetime64(row.start_time.astimezone(UTC).replace(tzinfo=None), "us")
    seconds = (work.track["time"].to_numpy("datetime64[us]") - start).astype(np.int64) / 1e6
    lat, lon = (work.track[name].to_numpy(float) for name in ("lat", "lon"))
    cells = track_cells(lat, lon).tolist()
    tracks.replace_track(session, user_id, row.id, group, cells, pack_track(seconds, lat, lon))

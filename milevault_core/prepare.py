"""A recording made ready to be written: cleaned, summarised, and what is kept of it to find its like."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.formats import BadFile, Recording
from milevault_core.merging import line
from milevault_core.summary import local_time, summarise
from milevault_core.track import Columns


@dataclass
class Prepared:
    """`columns`: the arrays of the cleaned track. `row`: the columns of `activities` that come from this recording
    alone. `facts`: those of `activity_recordings`."""

    recording: Recording
    cleaned: pd.DataFrame
    columns: dict[str, np.ndarray]
    row: dict
    facts: dict


def prepare(recording: Recording, user_zone: Callable[[], str], event_key: str = "") -> Prepared:
    """Clean and summarise; what was found while cleaning is left in `recording.problems`.

    `user_zone` is asked only where neither place nor file tells the time zone. Raises BadFile when the recording has
    neither points nor a start and a duration.
    """
    cleaned, found = track.clean(recording.track)
    recording.problems = [*recording.problems, *found]
    columns = track.arrays(cleaned)
    figures = summarise(recording, columns)
    start = _start(recording, columns)
    if start is None or not (len(cleaned) or figures["elapsed_s"]):
        raise BadFile("The file holds no times, so it is not known when the activity was.")
    zone, offset, day = local_time(start, columns, recording, user_zone)
    elapsed_s = figures["elapsed_s"] or 0.0
    row = {
        "is_indoor": recording.is_indoor, "is_virtual": recording.is_virtual,
        "is_transition": recording.is_transition, "start_time": start, "time_zone": zone, "utc_offset_s": offset,
        "local_day": day, **figures, "elapsed_s": elapsed_s, "point_count": len(cleaned),
        "device": recording.device, "event_key": event_key, "understood": recording.understood,
    }  # fmt: skip
    words = {"name": recording.name, "sport": recording.sport, "sub_sport": recording.sub_sport,
             "sport_name": recording.sport_name, "event_key": event_key}  # fmt: skip
    facts = {
        "part": recording.part, "format": recording.format, "words": {k: v for k, v in words.items() if v},
        "start_time": start, "elapsed_s": elapsed_s, "distance_m": figures["distance_m"],
        "point_count": len(cleaned), "device": recording.device,
        "channel_count": channel_count(recording, columns), "line": line.pack(columns),
    }  # fmt: skip
    return Prepared(recording, cleaned, columns, row, facts)


def channel_count(recording: Recording, cleaned: Columns) -> int:
    """How many quantities a recording holds per point."""
    filled = sum(bool(np.isfinite(np.asarray(cleaned[name])).any()) for name in track.METRIC_COLUMNS)
    return filled + len(recording.channels)


def _start(recording: Recording, columns: dict[str, np.ndarray]) -> datetime | None:
    # The first point decides: the cleaned track has no stray dates any more, a file's header may.
    if len(columns["time"]):
        return track.aware(columns["time"][0])
    return recording.start_time

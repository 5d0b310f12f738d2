"""An activity that no device recorded and the user typed in. It is kept as a file, so that it is backed up and can be
exported, undone and edited like any other activity."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.actions import edits
from milevault_core.formats.write_tcx import write_tcx
from milevault_core.imports import files
from milevault_core.problems import BadFile
from milevault_core.sports import SPORTS

LONGEST_S = 31 * 86_400.0


def add(user_id: int, sport: str, start: datetime, duration_s: float, distance_m: float | None = None,
        words: dict[str, str] | None = None, figures: dict[str, float] | None = None) -> int:  # fmt: skip
    """Add an activity; returns its id. start: an aware datetime. words: see activities/texts.py; figures: those of
    activities/sources.FIGURES other than distance and time. Raises ValueError with a sentence for an invalid value."""
    if sport not in SPORTS:
        raise ValueError("There is no such sport.")
    if not 0 < duration_s <= LONGEST_S:
        raise ValueError("Enter how long it took.")
    if distance_m is not None and not 0 <= distance_m <= 1e7:
        raise ValueError("No activity can have such a distance.")
    if not datetime(1970, 1, 2, tzinfo=UTC) < start:
        raise ValueError("Enter when it was.")
    known = {name: value for name, value in (figures or {}).items() if value}
    summary = {"elapsed_s": duration_s, "moving_s": duration_s, "distance_m": distance_m, **known}
    empty = track.from_columns({name: np.empty(0) for name in track.COLUMNS})
    made = datetime.now(UTC).isoformat(timespec="microseconds")  # so that equal activities are two files
    data = write_tcx(empty, pd.DataFrame(), sport, start, summary, f"Added by hand, {made}")
    batch = files.begin(user_id, "page", "Added by hand")
    (item,) = files.add(user_id, batch, "Added by hand.tcx", data)
    created = files.process(item)
    if len(created) != 1:
        raise BadFile("It could not be added.")
    activity_id = int(created[0])
    edits.edit_words(user_id, [activity_id], {"sport": sport} | {k: v for k, v in (words or {}).items() if v})
    for name, value in known.items():
        edits.choose_figure(user_id, activity_id, name, repr(value))
    return activity_id

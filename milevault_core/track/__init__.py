"""The track: the table of one activity's points. It is defined in table.py and imported from here."""

from milevault_core.track.shape import apart, outline
from milevault_core.track.table import (
    COLUMNS,
    LIMITS,
    METRIC_COLUMNS,
    Columns,
    TrackFacts,
    arrays,
    aware,
    clean,
    empty,
    from_cleaned,
    from_columns,
)

__all__ = [
    "COLUMNS",
    "LIMITS",
    "METRIC_COLUMNS",
    "Columns",
    "TrackFacts",
    "apart",
    "arrays",
    "aware",
    "clean",
    "empty",
    "from_cleaned",
    "from_columns",
    "outline",
]

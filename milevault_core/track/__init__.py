"""The track: the table of one activity's points, defined in table.py and cleaned in cleaning.py. Import both from
here."""

from milevault_core.track.cleaning import TrackFacts, clean, clean_with_arrays
from milevault_core.track.shape import apart, outline
from milevault_core.track.table import (
    COLUMNS,
    LIMITS,
    METRIC_COLUMNS,
    Columns,
    arrays,
    aware,
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
    "clean_with_arrays",
    "empty",
    "from_cleaned",
    "from_columns",
    "outline",
]

"""The table of records as a list of things: each row links to its activity, and to the stretch within it."""

import pandas as pd

from milevault_core.records import KINDS
from milevault_core.segments.sports import group_of
from milevault_core.view.parts.text import address, day_page
from milevault_core.view.parts.things import Column, Thing

NAME = Column("Record", is_number=False, rank=1)
SHORTEST_S = 20.0  # shortest stretch that can become a segment
_TEXT = {"Date", "Activity", "Measured by", "Waiting"}
_RANK = {"Best": 1, "Date": 2, "Activity": 3, "Better by": 4, "Measured by": 4}


def columns(table: pd.DataFrame) -> tuple[Column, ...]:
    """The columns of a table of records (view.records.tables.table), without the first, which is the name."""
    return tuple(
        Column(
            str(c),
            is_number=c not in _TEXT,
            rank=_RANK.get(str(c), 3),
            about="best_effort" if c == "Best" else "",
        )
        for c in table.columns[1:]
    )


def things(table: pd.DataFrame, found: pd.DataFrame) -> list[Thing]:
    """The rows of the table, each with a link to the activity in the same row of `found`; none for a period."""
    made = []
    for (_, cells), row in zip(table.iterrows(), found.itertuples(index=False), strict=True):
        to = where(row)
        save = ("conversion_path", "Save as segment", f"{to}&save=segment") if _can_be_segment(row) else None
        name, *rest = map(str, cells)
        first, last = pd.Timestamp(row.day).date(), pd.Timestamp(row.last_day).date()
        links = {"Date": day_page(first)} if first == last else {}  # a period has no page
        made.append(Thing(href=to, name=name, cells=rest, action=save, links=links))
    return made


def where(row) -> str:
    """The address of a record: its activity, with the stretch if there is one; "" for a record over a period."""
    if pd.isna(row.activity_id):
        return ""
    has_stretch = row.t1_s == row.t1_s and row.t1_s > row.t0_s
    stretch = {"from": f"{row.t0_s:.1f}", "to": f"{row.t1_s:.1f}"} if has_stretch else {}
    return address("/activity", {"id": str(int(row.activity_id))} | stretch)


def _can_be_segment(row) -> bool:
    """Whether a record is over a stretch of road or path that is not already a segment or route."""
    if pd.isna(row.activity_id) or row.is_indoor or not row.t1_s - row.t0_s >= SHORTEST_S:  # NaN: no stretch
        return False
    return row.kind not in ("segment", "route") and bool(KINDS[row.kind].stretch and group_of(row.sport))

"""Activities whose date cannot be right: the sentence, the button, and a line for each."""

from datetime import datetime

import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view.activities import rows as list_rows
from milevault_core.view.parts.text import address, escape

SHOWN = 12


def told(doubted: pd.DataFrame) -> dict[int, datetime]:
    """The likeliest start of each activity (queries.activity_list.doubted) whose file says when it was."""
    return {
        int(row.id): datetime.fromisoformat(row.date_hints[0])
        for row in doubted.itertuples()
        if row.date_hints
    }


def sentence(count: int) -> str:
    """How many activities have a date that cannot be right."""
    if count == 1:
        return (
            "**One activity has a date that cannot be right.** It counts toward no totals and no records until it is "
            "set."
        )
    return (
        f"**{count} activities have dates that cannot be right.** They count toward no totals and no "
        "records until these are set."
    )


def button(told_count: int, count: int) -> str:
    """The label of the button. told_count: how many of them have another date in their file."""
    if told_count == count:
        return (
            "Set the date from the file" if count == 1 else f"Set all {count} to the dates from their files"
        )
    return (
        f"Set the {told_count} dates from their files" if told_count > 1 else "Set the one date from its file"
    )


def set_sentence(count: int) -> str:
    """The text of the undo notice after dates were set."""
    return "The date is set." if count == 1 else f"{count} dates are set."


def lines_of(doubted: pd.DataFrame) -> str:
    """A list of links, each with the date that the file suggests."""
    lines = []
    for row in doubted.head(SHOWN).itertuples():
        zone = tables.zone_of(row)
        said = "its file does not say when it was"
        if row.date_hints:
            said = f"probably {dates.day_time(datetime.fromisoformat(row.date_hints[0]), zone)}"
        link = address("/activity", {"id": row.id})
        lines.append(f'<li><a href="{link}">{escape(list_rows.name(row))}</a>, {escape(said)}</li>')
    left = len(doubted) - SHOWN
    if left > 0:
        more = texts.count(left, "other", "others")
        lines.append(f'<li><a href="{address("/activities", {"only": "undated"})}">{more}</a></li>')
    return f"<ul>{''.join(lines)}</ul>"

"""Find the tables of days in a text file: one, or several below each other, as in Fitbit's export.

Such a file has sections: a title on a line of its own, a heading, rows. A section without a column of days, such as a
list of meals, is left out.
"""

import csv
import io
from typing import NamedTuple

from milevault_core.formats import csv_values
from milevault_core.formats.health_headers import DAYS, OF_PARTS, named
from milevault_core.problems import BadFile, thousands

MAX_ROWS = 1_000_000
_HEADER_WITHIN = 20  # rows; some products put a title above the header


class Table(NamedTuple):
    """heading: the cells of the heading as written; names: the same in lower case, with the unit separated; at: the
    index of the column with the day; rows: each with its line number in the file, from 1."""

    heading: list[str]
    names: list[tuple[str, str]]
    at: int
    rows: list[tuple[int, list[str]]]

    @property
    def plain(self) -> list[str]:
        return [name for name, _ in self.names]


def rows_of(data: bytes) -> list[list[str]]:
    """The rows of a text table with any of the usual delimiters. Raises BadFile if it is not a table."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if "\0" in text or not text.strip():
        raise BadFile("This is not a table.")
    head = text.splitlines()[:_HEADER_WITHIN]
    divider = max(";\t,|", key=lambda sign: max(line.count(sign) for line in head))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=divider):
            rows.append([cell.strip() for cell in row])
            if len(rows) > MAX_ROWS:
                raise BadFile(f"The table has more than {thousands(MAX_ROWS)} lines.")
    except csv.Error as error:
        raise BadFile("The table is damaged: one of its cells does not end.") from error
    return rows


def tables(rows: list[list[str]]) -> tuple[list[Table], list[str]]:
    """The tables of days, and the titles of the sections that are not."""
    found: list[Table] = []
    left: dict[str, None] = {}
    current: Table | None = None
    title, is_after_gap = "", True
    for line, row in enumerate(rows, 1):
        said = [cell for cell in row if cell]
        names = _heading(row, current, line, is_first=not found)
        if names:
            current = None
            plain = [name for name, _ in names]
            if not OF_PARTS & set(plain):
                current = Table(row, names, [plain.index(day) for day in DAYS if day in plain][-1], [])
                found.append(current)
            elif found:
                left[title or ", ".join(said)] = None
            title = ""
        elif len(said) == 1 and not _is_value(said[0]):
            title = said[0]
            if current is None and found and is_after_gap:
                left[title] = None
        elif said and current is not None:
            if title and not (len(row) > current.at and _is_day(row[current.at])):
                left[title] = None
                current = None
            else:
                current.rows.append((line, row))
            title = ""
        is_after_gap = not said
    return found, list(left)


def _heading(row: list[str], current: Table | None, line: int, is_first: bool) -> list[tuple[str, str]]:
    """The column names in a row that begins a table of days; empty for any other row. A word such as "day" can occur
    in any row, so after the first table a row with numbers or dates is not a heading."""
    if len(row) < 2 or (is_first and line > _HEADER_WITHIN):
        return []
    if current is not None and len(row) > current.at and row[current.at][:1].isdigit():
        return []  # begins with a date, as most rows do: a quick way out
    names = [named(header) for header in row]
    plain = {name for name, _ in names}
    if not plain & _DAYS or len(plain) < 2:
        return []
    return names if is_first or not any(_is_value(cell) for cell in row) else []


_DAYS = frozenset(DAYS)


def _is_day(cell: str) -> bool:
    return any(csv_values.day(cell, order) for order in (csv_values.DAY_FIRST, csv_values.MONTH_FIRST))


def _is_value(cell: str) -> bool:
    return _is_day(cell) or any(
        csv_values.number(cell, sign) is not None for sign in (csv_values.COMMA, csv_values.POINT)
    )

"""Tables of daily values: `day,metric,value,unit`, or one column per metric, as in Withings, Oura and Fitbit files.

Whatever a table leaves open is asked (Question): the order of day and month, whether a comma is a decimal comma, pounds
or kilograms. `answers` holds the owner's choices by the question's code.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from milevault_core.formats import csv_values
from milevault_core.formats.health_data import DayValue, HealthData
from milevault_core.formats.health_headers import (
    CHOICES,
    DAYS,
    PLAIN,
    PRODUCTS,
    UNIT,
    converted,
)
from milevault_core.formats.health_metrics import DIFFERENCES, METRICS, WHOLE, is_meant
from milevault_core.formats.health_tables import Table, rows_of, tables
from milevault_core.formats.questions import Question
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading
from milevault_core.problems import BadFile, Problem, counted

_HEADERS = {product: headers for product, headers, _ in PRODUCTS}
_OWN_HEADERS = PLAIN | {name: (name, metric.unit) for name, metric in METRICS.items()}
_PARTS_OF_WEIGHT = {"fat_kg": "fat_pct", "water_kg": "water_pct"}  # masses, stored as % of the weight
# Metrics of a sleep, as opposed to the whole day.
_OF_SLEEP = frozenset(
    ("sleep_s", "sleep_score", "sleep_stress", "awakenings", "hrv_last_night", "hrv_high", "rhr", "resp_avg",
     "spo2_avg", "spo2_low", "skin_temp", "skin_temp_dev")
)  # fmt: skip


class Cell(NamedTuple):
    line: int
    day: str
    metric: str
    value: str
    unit: str
    title: str  # the title of its column, or the metric's name in the table
    row: int | str  # the same for values that were measured together


def looks_like(head: bytes) -> bool:
    """Whether a file that begins with `head` is such a table: it has a column of days and at least one known column."""
    own = METRICS.keys() | PLAIN.keys() | {name for _, headers, _ in PRODUCTS for name in headers}
    return any({"metric", "value"} <= plain or plain & own for plain in _headings(head))


def has_days(head: bytes) -> bool:
    """Whether a file that begins with `head` is a table with a column of days, whatever its other columns are."""
    return any(_headings(head))


def _headings(head: bytes) -> Iterator[set[str]]:
    if head[:1] in (b"{", b"[", b"<") or (b"\0" in head[:64] and head[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        return
    try:
        rows = rows_of(head)
    except BadFile:
        return
    for table in tables(rows)[0]:
        yield set(table.plain)


@reader("csv", looks_like)
def recognise(data: bytes) -> Reading:
    """Recognise a table of days. formats/health.py reads it once its owner has answered the open questions."""
    return Reading("csv", "health")


def read(data: bytes, answers: Mapping[str, str] | None = None) -> HealthData:
    """The values in a table. Raises Question, which the owner can answer, or BadFile."""
    answers = answers or {}
    rows = rows_of(data)
    source, cells, problems = _cells(rows, answers)
    if not cells:
        raise BadFile("This table holds no daily values that MileVault can read.")
    order = csv_values.date_order((cell.day for cell in cells), answers)
    whole = (cell.value for cell in cells if cell.metric in WHOLE)
    sign = csv_values.decimal_sign((cell.value for cell in cells), answers, whole)
    found = HealthData(source, problems=problems)
    masses: dict[tuple[str, str], float] = {}  # by day as written, and metric
    together: list[int | str] = []  # for each value, the row it was measured in
    for cell in cells:
        complaint = _take(found, cell, order, sign, masses)
        if complaint:
            found.problems.append(Problem("points_dropped", complaint, f"line {cell.line}"))
        else:
            together.append(cell.row)
    if not found.day_values:
        raise BadFile("No line of this table could be read: " + found.problems[-1].text)
    _leave_naps(found, together)
    return found


def _leave_naps(found: HealthData, together: list[int | str]) -> None:
    """Keep only the longest of several sleeps on a day, with the values measured in it, and report the others."""
    longest: dict[date, tuple[float, int, int | str]] = {}
    sleeps = set()
    for value, row in zip(found.day_values, together, strict=True):
        if value.metric == "sleep_s":
            sleeps.add((value.day, row))
            one = (value.value, value.observed_at, row)
            longest[value.day] = max(longest.get(value.day, one), one, key=lambda known: known[:2])
    naps = {(day, row) for day, row in sleeps if longest[day][2] != row}
    if not naps:
        return
    found.day_values = [
        value for value, row in zip(found.day_values, together, strict=True)
        if (value.day, row) not in naps or value.metric not in _OF_SLEEP
    ]  # fmt: skip
    text = f"Left out: {counted(len(naps), 'sleep')}, because there is a longer one on the same day."
    found.problems.append(Problem("not_used", text))


def _take(found: HealthData, cell: Cell, order: str, sign: str, masses: dict) -> str:
    """Add a value and return ""; if it cannot be used, return a sentence that says why."""
    day, value = csv_values.day(cell.day, order), csv_values.number(cell.value, sign)
    if day is None:
        return f"“{cell.day[:40]}” is not a date."
    if value is None:
        return f"“{cell.value[:40]}” is not a number."
    part = _PARTS_OF_WEIGHT.get(cell.metric)
    own = "kg" if part else METRICS[cell.metric].unit
    value = converted(value, own, cell.unit, cell.metric in DIFFERENCES)
    if value is None:
        return f"The unit “{cell.unit[:20]}” does not fit “{cell.title[:40]}”."
    if part:
        weight = masses.get((cell.day, "weight_kg"))
        if not weight:
            return "A mass without the weight it is part of was left out."
        value, metric = value / weight * 100, part
    else:
        metric = cell.metric
        masses[cell.day, metric] = value
    if not is_meant(metric, value):
        written = f"{cell.value[:40]} {cell.unit[:20]}".strip()
        return f"“{written}” cannot be right for “{cell.title[:40]}”."
    found.day_values.append(DayValue(day, metric, value, found.source, _observed(day, cell.day)))
    return ""


def _observed(day: date, cell: str) -> int:
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    second = csv_values.second_of_day(cell)
    return midnight + (43_200 if second is None else second)


def _cells(rows: list[list[str]], answers: Mapping[str, str]) -> tuple[str, list[Cell], list[Problem]]:
    """The product the file comes from, its values as written, and problems that list what is not read."""
    found, left = tables(rows)
    if not found:
        raise BadFile("The table has no date column; it needs one called “day” or “date” in its first line.")
    source = next((product for table in found if (product := _product(table))), "csv")
    cells: list[Cell] = []
    problems: list[Problem] = []
    unread: dict[str, None] = {}
    for table in found:
        if not table.rows:
            continue
        if {"metric", "value"} <= set(table.plain):
            _long(table, cells, problems)
        else:
            cells += _wide(table, _product(table), source, answers, unread)
    if unread:
        problems.append(Problem("not_used", f"These columns are not read: {', '.join(unread)[:400]}."))
    if left:
        problems.append(Problem("not_used", f"These sections are not read: {', '.join(left)[:400]}."))
    return source, cells, problems


def _product(table: Table) -> str:
    """The product that writes such a table; "" if several do, or none."""
    return next((product for product, _, own in PRODUCTS if own & set(table.plain)), "")


def _long(table: Table, cells: list[Cell], problems: list[Problem]) -> None:
    names, at = table.plain, table.at
    metric, value = names.index("metric"), names.index("value")
    unit = names.index("unit") if "unit" in names else None
    for line, row in table.rows:
        row = row + [""] * (len(names) - len(row))
        name = row[metric].lower()
        if name not in METRICS:
            text = f"“{row[metric][:40]}” is not a metric that MileVault knows."
            problems.append(Problem("points_dropped", text, f"line {line}"))
        elif row[value]:
            told = row[unit] if unit is not None else ""
            cells.append(Cell(line, row[at], name, row[value], told, row[metric], row[at]))


def _wide(
    table: Table, product: str, source: str, answers: Mapping[str, str], unread: dict[str, None]
) -> list[Cell]:
    """The values of a table with one column per metric; titles of other columns are added to `unread`. If the product
    cannot be told from the table itself, it is read as one of the file's product (`source`) or the person's own."""
    known = _HEADERS[product] if product else _OWN_HEADERS | _HEADERS.get(source, {})
    columns: list[tuple[int, str, str]] = []
    for place, (name, told) in enumerate(table.names):
        metric, unit = known.get(name, ("", ""))
        if metric in METRICS or metric in _PARTS_OF_WEIGHT:
            if any(len(row) > place and row[place] for _, row in table.rows):
                columns.append((place, metric, told or _unit(metric, unit, answers)))
        elif name and place != table.at and name not in DAYS:
            unread[table.heading[place]] = None
    columns.sort(key=lambda column: column[1] in _PARTS_OF_WEIGHT)  # weight first, then its parts
    cells = []
    titles = [UNIT.sub("", title) for title in table.heading]
    for line, row in table.rows:
        cells += [Cell(line, row[table.at], metric, row[place], unit, titles[place], line)
                  for place, metric, unit in columns if len(row) > max(place, table.at) and row[place]]  # fmt: skip
    return cells


def _unit(metric: str, unit: str, answers: Mapping[str, str]) -> str:
    if unit != "?":
        return unit
    own = "kg" if metric in _PARTS_OF_WEIGHT else METRICS[metric].unit
    code = f"unit {own}"
    if code in answers:
        return answers[code]
    what = "weights" if own == "kg" else "distances"
    raise Question(code, f"In which unit are the {what} in this table?", tuple((u, u) for u in CHOICES[own]))

"""Days as a table: `day,metric,value,unit`, or with a column a metric as Withings, Oura and Fitbit write them.

What a table leaves open is asked for (Question): which way round dates are, whether a comma is a decimal comma, pounds
or kilograms. `answers` holds what was chosen, by the question's code.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from milevault_core.formats import csv_values
from milevault_core.formats.health_data import DayValue, HealthData
from milevault_core.formats.health_headers import (
    CHOICES,
    DAYS,
    OF_PARTS,
    PLAIN,
    PRODUCTS,
    UNIT,
    factor,
    named,
)
from milevault_core.formats.health_metrics import METRICS, WHOLE, is_meant
from milevault_core.formats.questions import Question
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading
from milevault_core.problems import BadFile, Problem, thousands

MAX_ROWS = 1_000_000
_PARTS_OF_WEIGHT = {"fat_kg": "fat_pct", "water_kg": "water_pct"}  # masses, kept as part of the weight
_HEADER_WITHIN = 20  # rows: some products put a title above


class Cell(NamedTuple):
    line: int
    day: str
    metric: str
    value: str
    unit: str
    title: str  # of its column, or the metric as the table calls it


def looks_like(head: bytes) -> bool:
    """Whether a file that begins with `head` is such a table: one with a column of days beside one that is known."""
    own = METRICS.keys() | PLAIN.keys() | {name for _, headers, _ in PRODUCTS for name in headers}
    return any({"metric", "value"} <= plain or plain & own for plain in _heads(head))


def has_days(head: bytes) -> bool:
    """Whether a file that begins with `head` is a table with a column of days, whatever stands beside it."""
    return any(_heads(head))


def _heads(head: bytes) -> Iterator[set[str]]:
    """The headings of each row that may be the first of a table with a column of days."""
    if head[:1] in (b"{", b"[", b"<") or (b"\0" in head[:64] and head[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        return
    try:
        rows = _rows(head)
    except BadFile:
        return
    for row in rows[:_HEADER_WITHIN]:
        plain = {named(header)[0] for header in row}
        if plain & set(DAYS) and len(plain) > 1 and not plain & OF_PARTS:
            yield plain


@reader("csv", looks_like)
def recognise(data: bytes) -> Reading:
    """A table of days; it is read once its owner has answered what it leaves open (formats/health.py)."""
    return Reading("csv", "health")


def read(data: bytes, answers: Mapping[str, str] | None = None) -> HealthData:
    """The values of a table. Raises Question, which the owner can answer, or BadFile."""
    answers = answers or {}
    rows = _rows(data)
    source, cells, problems = _cells(rows, answers)
    if not cells:
        raise BadFile("This table holds no values of days that MileVault knows how to read.")
    order = csv_values.date_order((cell.day for cell in cells), answers)
    whole = (cell.value for cell in cells if cell.metric in WHOLE)
    sign = csv_values.decimal_sign((cell.value for cell in cells), answers, whole)
    found = HealthData(source, problems=problems)
    masses: dict[tuple[str, str], float] = {}  # by day as written, and metric
    for cell in cells:
        complaint = _take(found, cell, order, sign, masses)
        if complaint:
            found.problems.append(Problem("points_dropped", complaint, f"line {cell.line}"))
    if not found.day_values:
        raise BadFile("No line of this table could be read: " + found.problems[-1].text)
    return found


def _take(found: HealthData, cell: Cell, order: str, sign: str, masses: dict) -> str:
    """Add a value; what is wrong with it otherwise."""
    day, value = csv_values.day(cell.day, order), csv_values.number(cell.value, sign)
    if day is None:
        return f"“{cell.day[:40]}” is not a date."
    if value is None:
        return f"“{cell.value[:40]}” is not a number."
    part = _PARTS_OF_WEIGHT.get(cell.metric)
    own = "kg" if part else METRICS[cell.metric].unit
    times = factor(own, cell.unit)
    if times is None:
        return f"The unit “{cell.unit[:20]}” is not one of “{cell.title[:40]}”."
    value *= times
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


def _rows(data: bytes) -> list[list[str]]:
    """The table's rows, whichever of the usual characters divides them."""
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
        raise BadFile("The table is damaged: a cell of it does not end.") from error
    return rows


def _cells(rows: list[list[str]], answers: Mapping[str, str]) -> tuple[str, list[Cell], list[Problem]]:
    """Where the table is from, its values as they are written, and what of it is not read."""
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        names = [named(header) for header in row]
        plain = [name for name, _ in names]
        days = [plain.index(name) for name in DAYS if name in plain]
        if days and "metric" in plain and "value" in plain:
            return "csv", *_long(rows, i, plain, days[-1])
        if days and len(plain) > 1:
            return _wide(rows, i, names, days[-1], answers)
    raise BadFile(
        "The table has no column with the day; it needs one called “day” or “date” in its first line."
    )


def _long(rows: list[list[str]], head: int, names: list[str], at: int) -> tuple[list[Cell], list[Problem]]:
    metric, value = names.index("metric"), names.index("value")
    unit = names.index("unit") if "unit" in names else None
    cells, problems = [], []
    for line, row in enumerate(rows[head + 1 :], head + 2):
        if not any(row):
            continue
        row = row + [""] * (len(names) - len(row))
        name = row[metric].lower()
        if name not in METRICS:
            text = f"“{row[metric][:40]}” is not a metric that MileVault knows."
            problems.append(Problem("points_dropped", text, f"line {line}"))
        elif row[value]:
            told = row[unit] if unit is not None else ""
            cells.append(Cell(line, row[at], name, row[value], told, row[metric]))
    return cells, problems


def _wide(
    rows: list[list[str]], head: int, names: list[tuple[str, str]], at: int, answers: Mapping[str, str]
) -> tuple[str, list[Cell], list[Problem]]:
    plain = {name for name, _ in names}
    source, known = "csv", PLAIN | {name: (name, metric.unit) for name, metric in METRICS.items()}
    for product, headers, own in PRODUCTS:
        if plain & own:
            source, known = product, headers
            break
    columns: list[tuple[int, str, str]] = []
    unread: list[str] = []
    for place, (name, told) in enumerate(names):
        metric, unit = known.get(name, ("", ""))
        if metric in METRICS or metric in _PARTS_OF_WEIGHT:
            has_values = any(len(row) > place and row[place] for row in rows[head + 1 :])
            if has_values:
                columns.append((place, metric, told or _unit(metric, unit, answers)))
        elif name and place != at and name not in DAYS:
            unread.append(rows[head][place])
    columns.sort(key=lambda column: column[1] in _PARTS_OF_WEIGHT)  # the weight before its parts
    problems = []
    if unread:
        problems.append(Problem("not_used", "These columns are not read: " + ", ".join(unread)[:400] + "."))
    cells = []
    titles = [UNIT.sub("", title) for title in rows[head]]
    for line, row in enumerate(rows[head + 1 :], head + 2):
        cells += [Cell(line, row[at], metric, row[place], unit, titles[place]) for place, metric, unit in columns
                  if len(row) > max(place, at) and row[place]]  # fmt: skip
    return source, cells, problems


def _unit(metric: str, unit: str, answers: Mapping[str, str]) -> str:
    if unit != "?":
        return unit
    own = "kg" if metric in _PARTS_OF_WEIGHT else METRICS[metric].unit
    code = f"unit {own}"
    if code in answers:
        return answers[code]
    what = "weights" if own == "kg" else "distances"
    raise Question(code, f"In which unit are the {what} of this table?", tuple((u, u) for u in CHOICES[own]))

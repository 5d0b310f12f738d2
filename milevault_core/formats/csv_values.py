"""Numbers and dates in people's own tables. Their format is inferred from all values of the file, or asked for."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from milevault_core.formats.questions import Question

COMMA, POINT = "comma", "point"
DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
_ISO = re.compile(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)(?!\d)")
_TIME = re.compile(r"[T ,](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([AaPp][Mm])?")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # or a number with three decimals: ambiguous
_WHOLE = {COMMA: re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?"),
          POINT: re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d*)(\.\d+)?")}  # fmt: skip


def decimal_sign(cells: Iterable[str], answers: Mapping[str, str], whole: Iterable[str] = ()) -> str:
    """COMMA or POINT: the decimal sign of the numbers in a file. whole: those cells that should hold whole numbers,
    such as steps. Raises Question if it could be either."""
    if "decimal" in answers:
        return answers["decimal"]
    doubtful = ""
    said: set[str] = set()
    for cell in (_SPACES.sub("", cell) for cell in cells):
        comma, point = cell.rfind(","), cell.rfind(".")
        if comma >= 0 and point >= 0:
            said.add(COMMA if comma > point else POINT)
        elif comma >= 0:
            if cell.count(",") > 1:
                said.add(POINT)
            elif _THOUSANDS.fullmatch(cell):
                doubtful = doubtful or cell
            else:
                said.add(COMMA)
        elif point >= 0 and cell.count(".") > 1:
            said.add(COMMA)
        elif point >= 0 and not _THOUSANDS.fullmatch(cell):
            said.add(POINT)
    if len(said) == 1:
        return said.pop()
    if not said and not doubtful:
        doubtful = next((c for c in (_SPACES.sub("", cell) for cell in whole) if _THOUSANDS.fullmatch(c)), "")
    if not said and not doubtful:
        return POINT
    if said:
        text, shown = (
            "Some numbers in the file have a decimal comma, others a decimal point. Which is right?",
            "",
        )
    else:
        word = "comma" if "," in doubtful else "point"
        text, shown = (
            f"Is the {word} in “{doubtful}” a decimal {word} or does it separate thousands?",
            doubtful,
        )
    decimal, thousands = shown.replace(",", "."), shown.replace(",", "").replace(".", "")
    if not shown:
        as_comma, as_point = "decimal comma", "decimal point"
    elif "," in shown:
        as_comma, as_point = f"decimal comma: {decimal}", f"thousands: {thousands}"
    else:
        as_comma, as_point = f"thousands: {thousands}", f"decimal point: {decimal}"
    raise Question("decimal", text, ((COMMA, as_comma), (POINT, as_point)))


def number(cell: str, sign: str) -> float | None:
    """A number written with the given decimal sign; None for anything else."""
    cell = _SPACES.sub("", cell)
    if not cell or not any(c.isdigit() for c in cell) or not _WHOLE[sign].fullmatch(cell):
        return None
    cell = cell.replace(".", "").replace(",", ".") if sign == COMMA else cell.replace(",", "")
    return float(cell)


def date_order(cells: Iterable[str], answers: Mapping[str, str]) -> str:
    """DAY_FIRST or MONTH_FIRST. Raises Question when the dates leave it open or contradict each other."""
    if "date_order" in answers:
        return answers["date_order"]
    doubtful = None
    day_first = month_first = False
    for cell in cells:
        found = _NUMBERS.match(cell)
        if found and not _ISO.match(cell):
            first, second = int(found[1]), int(found[2])
            day_first |= first > 12
            month_first |= second > 12
            if first != second and doubtful is None:
                doubtful = found
    if day_first != month_first or doubtful is None:
        return MONTH_FIRST if month_first else DAY_FIRST
    a, b, year = int(doubtful[1]), int(doubtful[2]), _year(doubtful[3])
    options = tuple(
        (order, f"{date(year, month, day):%-d %B %Y}")
        for order, day, month in ((DAY_FIRST, a, b), (MONTH_FIRST, b, a))
        if 1 <= month <= 12 and 1 <= day <= 28
    )
    text = f"Which day is “{doubtful[0].strip()}”: does the day or the month come first?"
    if day_first:
        text = "In some dates in the file the day comes first, in others the month. Which is right?"
    if len(options) < 2:
        options = ((DAY_FIRST, "the day comes first"), (MONTH_FIRST, "the month comes first"))
    raise Question("date_order", text, options)


def day(cell: str, order: str) -> date | None:
    """A date in one of the usual formats; None for anything else."""
    try:
        if found := _ISO.match(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMBERS.match(cell):
            first, second, year = int(found[1]), int(found[2]), _year(found[3])
            return date(year, second, first) if order == DAY_FIRST else date(year, first, second)
    except ValueError:
        return None
    words = " ".join(_TIME.sub(" ", cell).replace(",", " ").replace(".", " ").split())
    for form in _NAMED:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def second_of_day(cell: str) -> int | None:
    """The time of day in a cell with a date, in s since midnight; None if there is none."""
    found = _TIME.search(cell)
    if not found:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
    return min(hour * 3600 + int(found[2]) * 60 + int(found[3] or 0), 86_399)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)

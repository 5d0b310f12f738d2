"""Dates in Strava's list of activities, which are written in the language of its owner, in UTC."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

# How the name of each month begins in any of the languages: abbreviated or in full, after a day or alone (some
# languages inflect it). The longest match counts.
_MONTHS = (
    "jan ene gen ian янв яну січ sty led oca tam ιαν जन",
    "feb fev fév фев лют lut úno şub hel φεβ फ़र",
    "mar mär már maa mrt мар бер bře μαρ μάρ मार्च",
    "apr avr abr ápr апр кві kwi dub nis huh απρ अप्र",
    "may mai mei mag maj máj май мая тра kvě tou μαι μαΐ μάι मई",
    "jun juin jún giu iun июн юни чер cze čvn červ haz kes ιουν ιούν जून",
    "jul juil júl lug iul июл юли лип lip čvc červenec července tem hei ιουλ ιούλ जुल",
    "aug aoû aou ago agu авг сер sie srp ağu elo αυγ αύγ अग",
    "sep set сен сеп вер wrz zář eyl syy sze σεπ सित",
    "oct okt ott out окт жов paź říj eki lok οκτ अक्टू अक्तू",
    "nov noi ноя ное лис lis kas marr νοε νοέ नव",
    "dec dez dic déc des дек гру gru pro ara jou δεκ दिस",
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_LONGEST = max(map(len, _MONTH_OF))
_WORD = re.compile(r"[^\s\d,./:()-]+")

_BEFORE_NOON = ["午前", "上午", "凌晨", "清晨", "早上", "오전", "π.μ.", "πμ", "पूर्वाह्न"]
_AFTER_NOON = ["午後", "下午", "中午", "晚上", "오후", "μ.μ.", "μμ", "अपराह्न"]
_LATIN_HALF = re.compile(r"\s*([ap])\.?\s?m\b", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})\s?[:h时時点點시]\s?(\d{2})(?:\s?(?::|\.|min|分|분)\s?(\d{2}))?", re.IGNORECASE)
_TIME_WITH_DOTS = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")


def date_of(text: str, day_first: bool) -> datetime | None:
    """A date in UTC: "May 6, 2018, 5:38:31 PM", "06.05.2018, 17:38:31", "6. maj 2018 17.38.31"; midnight if there is no
    time, None if it is not a date. `day_first`: how to read dates such as 03/04/2018."""
    text = unicodedata.normalize("NFC", text.replace("\u202f", " ").replace("\u00a0", " ")).strip()
    found = _time(text)
    try:
        if found is None:
            return _day(text, day_first)
        day = _day(f"{text[: found.start()]} {text[found.end() :]}", day_first)
        if day is None:
            return None
        return day.replace(
            hour=_hour(int(found[1]), text, text[found.end() :]),
            minute=int(found[2]),
            second=int(found[3] or 0),
        )
    except ValueError:
        return None


def is_day_first(dates: Sequence[str]) -> bool:
    """Whether 03/04/2018 is in April. It is if some date in the table cannot be month first, or if all could be either
    and none has AM or PM."""
    numeric = [re.findall(r"\d+", d)[:2] for d in dates if re.match(r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", d)]
    if any(int(a) > 12 for a, _ in numeric):
        return True
    if any(int(b) > 12 for _, b in numeric):
        return False
    return not any(re.search(r"[ap]\.?m", d, re.IGNORECASE) for d in dates)


def _time(text: str) -> re.Match | None:
    """The match of the time of day. A time with dots differs from a date in that a date comes before it."""
    if times := list(_TIME.finditer(text)):
        return times[-1]
    for found in reversed(list(_TIME_WITH_DOTS.finditer(text))):
        if len(re.findall(r"\d+", text[: found.start()])) >= 2:
            return found
    return None


def _hour(hour: int, text: str, behind: str) -> int:
    """The hour on the 24-hour clock. It may be written with AM or PM, which must follow the time, because in German
    "am" comes before a day."""
    half = _LATIN_HALF.match(behind)
    letter = half[1].lower() if half else ""
    if letter == "p" or any(word in text for word in _AFTER_NOON):
        return hour if hour > 12 else hour % 12 + 12
    if letter == "a" or any(word in text for word in _BEFORE_NOON):
        return hour % 12 if hour <= 12 else hour
    return hour


def _day(text: str, day_first: bool) -> datetime | None:
    """Midnight of a day. Raises ValueError if the day does not exist."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    named = next((number for word in _WORD.findall(text) if (number := _month(word))), None)
    if named and len(parts) >= 2:
        year, date = max(parts[:2]), min(parts[:2])
        if year < 100:
            date, year = parts[0], parts[1] + 2000
        return datetime(year, named, date, tzinfo=UTC)
    if len(parts) < 3:
        return None
    first, middle, last = parts[:3]
    if first > 31:
        return datetime(first, middle, last, tzinfo=UTC)
    year = last + 2000 if last < 100 else last
    month, date = (middle, first) if day_first or first > 12 or "." in text else (first, middle)
    return datetime(year, month, date, tzinfo=UTC)


def _month(word: str) -> int | None:
    word = word.lower()
    lengths = range(min(_LONGEST, len(word)), 1, -1)
    return next((_MONTH_OF[word[:n]] for n in lengths if word[:n] in _MONTH_OF), None)

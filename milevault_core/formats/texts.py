"""Convert lists of texts from XML to numpy arrays, a column at a time. Nothing here raises on a bad text."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np

NAT = np.datetime64("NaT", "us")
FEW = 40  # texts: up to this many, Python is faster than numpy
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def floats(texts: list[str | None]) -> np.ndarray:
    """Numbers as float64; texts that are not numbers give NaN. A decimal comma is accepted."""
    try:
        return np.fromiter(map(float, texts), float, len(texts))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.array([number(t) for t in texts], dtype=float)


def number(text: str | None) -> float:
    """One number; NaN if the text is not one."""
    if not text:
        return np.nan
    try:
        return float(text)
    except ValueError:
        try:
            return float(text.strip().replace(",", ".", 1))
        except ValueError:
            return np.nan


class Times:
    """Parses ISO 8601 times batch by batch and keeps track of their time zone."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, set[int]]] = {}  # by length of the text: count, offsets in seconds

    def read(self, texts: list[str | None]) -> np.ndarray:
        """Times as datetime64[us] in UTC, NaT where unreadable; a time without a zone is taken as UTC.

        Texts of the same length are parsed together, one column of digits at a time.
        """
        clean = [t.strip() if t else "" for t in texts]
        if len(clean) <= FEW:
            few = _few(clean)
            if few is not None:
                self._note(len(clean[0]), len(clean), few[1])
                return few[0]
        out = np.full(len(texts), NAT, dtype="datetime64[us]")
        lengths = np.fromiter(map(len, clean), np.int64, len(clean))
        for length in np.unique(lengths)[:40].tolist():
            if not 19 <= length <= 35:
                continue
            rows = np.flatnonzero(lengths == length)
            joined = "".join(clean if len(rows) == len(clean) else [clean[i] for i in rows])
            if not joined.isascii():
                continue
            out[rows], offsets = _block(np.frombuffer(joined.encode(), np.uint8).reshape(len(rows), length))
            self._note(length, len(rows), offsets)
        for i in np.flatnonzero(np.isnat(out)):
            out[i] = _one(clean[i])
        return out

    def _note(self, length: int, count: int, offsets: set[int]) -> None:
        before, known = self._seen.get(length, (0, set()))
        self._seen[length] = (before + count, known | offsets)

    @property
    def offset(self) -> int | None:
        """The offset from UTC in seconds, if all readable times of the most common length share it; None if they do not
        or if it is zero or "Z"."""
        if not self._seen:
            return None
        _, offsets = self._seen[max(self._seen, key=lambda length: (self._seen[length][0], -length))]
        return (next(iter(offsets)) or None) if len(offsets) == 1 else None


def times(texts: list[str | None]) -> tuple[np.ndarray, int | None]:
    """The times of all texts at once, as datetime64[us], and their offset in seconds."""
    reading = Times()
    return reading.read(texts), reading.offset


def _few(texts: list[str]) -> tuple[np.ndarray, set[int]] | None:
    """Parse a few texts of equal length and plain ISO format, as (times, offsets); None if any text is different."""
    if not texts or not 19 <= len(texts[0]) <= 35 or any(len(t) != len(texts[0]) for t in texts):
        return None
    try:
        found = [datetime.fromisoformat(text) for text in texts]
        if found[0].tzinfo is None:
            offsets, found = {0}, [when.replace(tzinfo=UTC) for when in found]
        else:
            offsets = {_plausible(when.utcoffset().total_seconds()) for when in found}  # type: ignore[union-attr]
        micro = [(when - _EPOCH) // _MICROSECOND for when in found]
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None
    return np.array(micro, np.int64).view("datetime64[us]"), offsets


def _plausible(offset_s: float) -> int:
    return int(offset_s) if abs(offset_s) <= 64_800 else 0


def _block(chars: np.ndarray) -> tuple[np.ndarray, set[int]]:
    """Times and their UTC offsets in seconds from (n, length) ASCII codes. The first row sets the layout; rows with
    another layout give NaT."""
    n, length = chars.shape
    nat = np.full(n, NAT, dtype="datetime64[us]")
    head = chars[0].tobytes().decode()
    tail = 0 if head[-1].isdigit() and head[-6] not in "+-" else (1 if head[-1] in "Zz" else 6)
    body = length - tail
    if body != 19 and not (21 <= body <= 29 and head[19] in ".,"):
        return nat, set()
    digits = chars.astype(np.int64) - 48
    at = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, *range(20, body)]
    signs = [4, 7, 10, 13, 16, *([19] if body > 19 else [])]
    if tail == 6:
        at += [body + 1, body + 2, body + 4, body + 5]
        signs += [body + 3]
        if head[body] not in "+-" or head[body + 3] != ":":
            return nat, set()
    elif tail == 1:
        signs += [body]
    good = (chars[:, signs] == chars[0, signs]).all(axis=1)
    part = digits[:, at]
    good &= ((part >= 0) & (part <= 9)).all(axis=1)
    if head[4] != "-" or head[7] != "-" or head[10] not in "Tt " or head[13] != ":" or head[16] != ":":
        return nat, set()

    def value(start: int, stop: int) -> np.ndarray:
        return digits[:, start:stop] @ (10 ** np.arange(stop - start - 1, -1, -1))

    year, month, day = value(0, 4), value(5, 7), value(8, 10)
    hour, minute, second = value(11, 13), value(14, 16), value(17, 19)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    good &= (hour <= 24) & (minute < 60) & (second <= 60)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(good, day - 1, 0)
    good &= days.astype("datetime64[M]") == months  # no 31 April
    micro = (hour * 3600 + minute * 60 + second) * 1_000_000
    if body > 20:
        kept = min(body, 26)
        micro = micro + value(20, kept) * 10 ** (26 - kept)
    offsets = {0}
    if tail == 6:
        sign = np.where(chars[:, body] == ord("-"), -1, 1)
        seconds = sign * (value(body + 1, body + 3) * 3600 + value(body + 4, body + 6) * 60)
        micro = micro - seconds * 1_000_000
        offsets = {_plausible(s) for s in np.unique(seconds[good]).tolist()}
    values = days.astype("datetime64[us]") + np.where(good, micro, 0).astype("timedelta64[us]")
    return np.where(good, values, NAT), offsets if good.any() else set()


def _one(text: str) -> np.datetime64:
    if not 8 <= len(text) <= 40:
        return NAT
    try:
        if text.isascii() and text.isdigit() and len(text) in (10, 13):  # Unix time: seconds or milliseconds
            return np.datetime64(int(text) * 10 ** (16 - len(text)), "us")
        when = datetime.fromisoformat(_tidy(text))
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        return np.datetime64(when.replace(tzinfo=None), "us")
    except (ValueError, OverflowError):
        return NAT


_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d{1,9})?\s*(Z|UTC|GMT)?"
    r"([+-]\d\d(?::?\d\d)?)?Z?", re.ASCII | re.IGNORECASE,
)  # fmt: skip


def _tidy(text: str) -> str:
    """Convert a time such as 2024/5/1 7:02:03 UTC, which some programs write, to ISO 8601; leave others as they are."""
    found = _LOOSE.fullmatch(text)
    if found is None:
        return text
    year, *numbers = found.groups()[:6]
    month, day, hour, minute, second = (number.zfill(2) for number in numbers)
    fraction, zone = found[7] or "", found[9] or "+00:00"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}{zone}"


def words(text: str | None, limit: int = 500) -> str:
    """A name or note from a file with single spaces, without control characters, at most `limit` characters long."""
    if not text:
        return ""
    joined = " ".join(text[: 4 * limit].split())
    if joined.isprintable():
        return joined[:limit]
    return visible(joined)[:limit]


JOINERS = "\u200c\u200d"  # used in Persian and Hindi words, and in emoji


def visible(text: str) -> str:
    """A text without control and invisible characters, except those that join letters and emoji."""
    return "".join(c for c in text if c.isprintable() or c in JOINERS)


# These characters change the reading direction of everything that follows, including the words of others. The marks
# that Arabic and Hebrew need (U+200E, U+200F, U+061C) affect only their neighbours and stay.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def straight(text: str) -> str:
    """A text without characters that change the reading direction, and without NUL, which the database refuses."""
    return text.replace("\0", "") if text.isascii() else text.replace("\0", "").translate(_TURNS)


_STOCK = re.compile(r"workout ?\(id ?=.*|exercise|untitled|unbenannt|sans titre", re.IGNORECASE)


def is_stock_name(name: str) -> bool:
    """Whether the name is only a program's placeholder for a missing name (FitoTrack, Polar)."""
    return _STOCK.fullmatch(name.strip()) is not None

"""Compare our decode_all with another FIT reader, value by value.

The other reader gives {message number: [one {field: value} per message, in file order]}. A field is named as in the
public profile (so is a sub-field, which is the same number under another name and scale), "raw N" for the number
stored in field N, or "developer I.N".
"""

import contextlib
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import fitparse
import garmin_fit_sdk
import numpy as np
from garmin_fit_sdk.profile import Profile

from milevault_core.formats import fit
from milevault_core.formats.fit.fields import DEG, describe

Rows = dict[int, list[dict]]


@dataclass(frozen=True)
class Difference:
    """One value that two readers do not agree on; None means that reader has no value."""

    reader: str
    file: str
    message: int
    field: str
    ours: object
    theirs: object
    row: int
    their_row: dict = field(repr=False, hash=False, compare=False, default_factory=dict)
    our_row: dict = field(repr=False, hash=False, compare=False, default_factory=dict)


class Meaning(NamedTuple):
    """Our column for the other reader's field: (ours + plus) * times / scale - offset is its value."""

    column: str
    plus: float = 0
    times: float = 1
    scale: float = 1
    offset: float = 0


AS_IT_IS = Meaning("")[1:]


@cache
def meaning(message: int, name: str) -> Meaning:
    ours = describe(message)[1]
    if name.startswith("developer "):
        return Meaning(name)
    if name.startswith("raw "):
        number, scale, offset = int(name[4:]), 1.0, 0.0
    else:
        found = _profile(message).get(name)
        if found is None:
            return Meaning(name)
        number, scale, offset = found
    if number not in ours:
        return Meaning(f"field_{number}", 0, 1, scale, offset)
    column, our_scale, our_offset, _ = ours[number]
    if our_scale == DEG:  # ours is in degrees, theirs in semicircles
        return Meaning(column, 0, DEG)
    same = (our_scale, our_offset) == (scale, offset)
    return Meaning(column) if same else Meaning(column, our_offset, our_scale, scale, offset)


@cache
def _profile(message: int) -> dict[str, tuple[int, float, float]]:
    """Field or sub-field -> (number, scale, offset) in the public profile; 1 and 0 unless it has exactly one scale."""
    out = {}
    for number, described in Profile["messages"].get(message, {"fields": {}})["fields"].items():
        for f in (*described["sub_fields"], described):
            one = len(f["scale"]) == 1 and len(f["components"]) < 2
            out[f["name"]] = (number, f["scale"][0] if one else 1, f["offset"][0] if one else 0)
    return out


def ours(data: bytes) -> Rows:
    """decode_all as one dict per message; several values become a tuple, missing values are left out."""
    out = {}
    for number, columns in fit.decode_all(data).items():
        rows: list[dict] = [{} for _ in range(len(next(iter(columns.values()), [])))]
        for name, values in columns.items():
            if name.startswith("developer "):  # "developer part.index.number name"
                name = "developer " + name.split()[1].partition(".")[2]
            present = values != None if values.dtype == object else np.isfinite(values)  # noqa: E711
            if values.ndim == 2:
                present = present.any(axis=1)
            for i in np.flatnonzero(present).tolist():
                rows[i][name] = values[i].item() if values.ndim == 1 and values.dtype != object else (
                    values[i] if values.ndim == 1 else plain(values[i].tolist()))  # fmt: skip
        out[number] = rows
    return out


def plain(value):
    """Another reader's value as a number, a string, a tuple of them, or None."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple):
        values = [plain(v) for v in value]
        while values and values[-1] is None:
            values.pop()
        return None if not values else tuple(values) if len(values) > 1 else values[0]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value.split("\0")[0] or None
    return value


def by_garmin(data: bytes) -> Rows:
    found: Rows = {}
    described: list[str] = []

    def take(number: int, message: dict) -> None:
        developer = message.pop("developer_fields", {})
        row = {f"raw {n}" if isinstance(n, int) else n: plain(v) for n, v in message.items()}
        if number == 206:
            described.append(f"developer {row['developer_data_index']}.{row['field_definition_number']}")
            row.pop("key", None)  # added by the SDK, not from the file
        row |= {described[key]: plain(value) for key, value in developer.items()}
        found.setdefault(number, []).append(row)

    stream = garmin_fit_sdk.Stream.from_byte_array(bytearray(data))
    garmin_fit_sdk.Decoder(stream).read(
        convert_datetimes_to_dates=False, convert_types_to_strings=False, enable_crc_check=False,
        merge_heart_rates=False, mesg_listener=take,
    )  # fmt: skip
    return found


def by_fitparse(data: bytes) -> Rows:
    """Numbers as stored ("raw N"), and the values that fitparse unpacks from them, under its own names."""
    found: Rows = {}
    with contextlib.suppress(Exception):
        for message in fitparse.FitFile(io.BytesIO(data), check_crc=False).get_messages():
            row: dict = {}
            for f in message.fields:
                if f.field_def is None:
                    name = f.name
                elif hasattr(f.field_def, "dev_data_index"):
                    name = f"developer {f.field_def.dev_data_index}.{f.field_def.def_num}"
                else:
                    name = f"raw {f.field_def.def_num}"
                value = plain(f.value if name.startswith("developer") else f.raw_value)
                if value is not None and name not in row:
                    row[name] = value
            found.setdefault(message.mesg_num, []).append(row)
    return found


def equal(a, b) -> bool:
    if isinstance(a, tuple) or isinstance(b, tuple):
        a, b = (x if isinstance(x, tuple) else (x,) for x in (a, b))
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, str) or isinstance(b, str) or a is None or b is None:
        return a == b
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))


def compare(reader: str, file: str, mine: Rows, theirs: Rows, counts: Counter) -> Iterator[Difference]:
    """Differences in one file; adds the numbers of "values" (theirs), "equal" and "only ours" to `counts`."""
    for message, rows in theirs.items():
        own = mine.get(message, [])
        if len(own) != len(rows):
            yield Difference(reader, file, message, "messages", len(own), len(rows), 0)
            if message in mine and len(own) > len(rows):
                continue  # no way to tell which of our messages are missing there
        # The innermost loop of the tests, run for a million values.
        meanings: dict[str, Meaning] = {}
        values = same = only_ours = 0
        for i, (row, our_row) in enumerate(zip(rows, own, strict=False)):
            seen = set()
            for name, value in row.items():
                if value is None:
                    continue
                m = meanings.get(name)
                if m is None:
                    m = meanings[name] = meaning(message, name)
                seen.add(m.column)
                got = our_row.get(m.column)
                if m[1:] != AS_IT_IS:
                    got = adjusted(got, m)
                values += 1
                if got == value or equal(got, value):
                    same += 1
                else:
                    yield Difference(reader, file, message, name, got, value, i, row, our_row)
            only_ours += len(our_row.keys() - seen)
        counts.update({"values": values, "equal": same, "only ours": only_ours})


def adjusted(value, m: Meaning):
    if isinstance(value, tuple):
        return tuple(adjusted(v, m) for v in value)
    if not isinstance(value, int | float) or m[1:] == AS_IT_IS:
        return value
    return (value + m.plus) * m.times / m.scale - m.offset

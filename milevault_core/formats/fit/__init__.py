"""Our own columnar numpy reader for FIT, the binary format of Garmin, Wahoo, Suunto, Coros, Zwift and most others.

    bytes ─ scan ─► where each message lies ─ columns ─► one array per field ─ recordings ─► Recording

There are three entry points: `read` (called by formats.read), `decode_all` (every message and field, for comparisons
and for work on health files) and `decode` (some kinds of messages). A file that this reader cannot make sense of is
given to fitparse (fallback) before it is refused.
"""

import numpy as np

from milevault_core.formats.fit import extras, fallback, routing
from milevault_core.formats.fit.columns import Table, by_number
from milevault_core.formats.fit.columns import decode as decode_kind
from milevault_core.formats.fit.layout import Part
from milevault_core.formats.fit.recordings import (
    DEVELOPER_ID,
    FILE_ID,
    HR,
    MESSAGES,
    RECORD,
    Group,
    read_group,
)
from milevault_core.formats.fit.scan import TooLarge, find_messages
from milevault_core.formats.readers import MAX_POINTS, reader
from milevault_core.formats.recording import Reading, Recording
from milevault_core.problems import BadFile, Problem, thousands

__all__ = ["decode", "decode_all", "decode_checked", "read", "sniff"]

MAX_ROWS = 500_000  # of messages of one kind other than record
MAX_HR = 100_000  # of `hr` messages, which hold eight beats each: a week's worth
_KINDS = {RECORD: "points", HR: "messages of heart rate"}
MAX_ACTIVITIES = 500  # chained together in one file


def sniff(head: bytes) -> bool:
    return head[8:12] == b".FIT" and head[:1] >= b"\x0c"


@reader("fit", sniff)
def read(data: bytes) -> Reading:
    """Read a FIT file. Raises BadFile, with a sentence, when there is nothing to read in it."""
    try:
        parts, problems = find_messages(data)
        tables = _tables(data, parts, MESSAGES)
        understood = min(1.0, sum(part.understood + 2 for part in parts) / len(data))
        return _reading(_groups(tables, [part.start for part in parts]), problems, understood)
    except TooLarge:
        raise
    except BadFile as refusal:
        tables = fallback.read_tables(data, MESSAGES)
        group = Group(tables)
        if not group.has_activity():
            raise
        text = f"{str(refusal).rstrip('.')}; a second reader, fitparse, could read it."
        return _reading([group], [Problem("read_by_fitparse", text)], 1.0)


def decode_all(data: bytes) -> dict[int, dict[str, np.ndarray]]:
    """Every message and field of a file: {message number: {field: values}}.

    Values are float64 (n,) or (n, k), scaled if fields.MESSAGES knows the field, otherwise raw and named "field_N";
    NaN where not measured; text as object arrays. Times are seconds since the FIT epoch. Developer fields are named
    "developer <part>.<index>.<number> <name>".
    """
    parts, _ = find_messages(data)
    out = {}
    for number, found in sorted(by_number(parts).items()):
        table = decode_kind(data, parts, number, found, everything=True)
        out[number] = table.columns
        for (part, described), values in table.developer.items():
            name = f"developer {part}.{described.app_index}.{described.number} {described.name}"
            while name in out[number]:  # described again under the same number
                name += "'"
            out[number][name] = values
    return out


def decode(data: bytes, *messages: int) -> dict[int, Table]:
    """Tables of the given kinds of messages, with the fields that fields.MESSAGES knows."""
    return decode_checked(data, *messages)[0]


def decode_checked(data: bytes, *messages: int) -> tuple[dict[int, Table], list[Problem]]:
    """The same as `decode`, together with the problems of the file. Raises BadFile."""
    parts, problems = find_messages(data)
    return _tables(data, parts, messages), problems


def _tables(data: bytes, parts: list[Part], messages) -> dict[int, Table]:
    found = by_number(parts)
    for number in found.keys() & messages:
        count = sum(len(layout.starts) for _, layout in found[number])
        most = MAX_POINTS if number == RECORD else MAX_HR if number == HR else MAX_ROWS
        if count > most:
            raise TooLarge(
                f"The file holds more than {thousands(most)} {_KINDS.get(number, 'messages of one kind')}."
            )
    return {n: decode_kind(data, parts, n, found[n]) for n in messages if n in found}


def _reading(groups: list[Group], problems: list[Problem], understood: float) -> Reading:
    if understood < 0.5:
        text = f"Only {understood:.0%} of the file could be read; the rest is damaged."
        problems.append(Problem("mostly_damaged", text))
    kinds = [(*routing.kind_of(_file_type(group), group.has_activity()), group) for group in groups]
    kinds = [k for k in kinds if k[0] == "activity"] or kinds[:1]
    kind, reason, _ = kinds[0]
    if kind == "other" and problems and not reason.endswith("not an activity."):
        raise BadFile("The file is damaged, and no activity could be read from it.")
    if kind not in ("activity", "route"):
        return Reading("fit", kind, [], reason, problems)
    recordings = [found for _, _, group in kinds for found in read_group(group, problems)]
    recordings = [r for r in recordings if kind == "route" or r.start_time is not None]
    if not recordings:
        return Reading("fit", "other", [], "This file holds no activity: nothing in it has a time.", problems)
    for i, recording in enumerate(recordings):
        recording.part, recording.understood = i, understood
        if kind == "route":
            _as_route(recording)
    return Reading("fit", kind, recordings)


def _file_type(group: Group) -> int | None:
    found = group[FILE_ID].first("type")
    return int(found) if isinstance(found, int | float | np.number) else None  # text in a damaged file


def _as_route(recording: Recording) -> None:
    """Remove the times: those of a course belong to a virtual partner, not to a real person."""
    recording.track["time"] = np.full(len(recording.track), np.datetime64("NaT", "us"))
    recording.start_time = None
    recording.timer = []
    recording.problems = [p for p in recording.problems if p.code != "summary_missing"]


def _groups(tables: dict[int, Table], starts: list[int]) -> list[Group]:
    """The messages grouped by activity: a chained part with its own file_id begins a new one."""
    bounds = np.array([*starts, np.iinfo(np.int64).max])
    ids = tables.get(FILE_ID, Table())
    begins = sorted(set(np.searchsorted(bounds, ids.offsets, side="right") - 1) | {0})
    if len(begins) > MAX_ACTIVITIES:
        raise TooLarge(f"The file holds more than {MAX_ACTIVITIES} activities one after another.")
    developers = tables.pop(DEVELOPER_ID, Table())
    part_of = np.searchsorted(bounds, developers.offsets, side="right") - 1
    apps = extras.app_names(developers, part_of)
    if len(begins) == 1:
        return [Group(tables, apps)]
    groups = []
    for first, after in zip(begins, [*begins[1:], len(starts)], strict=True):
        low, high = bounds[first], bounds[after]
        cut = {n: t.take(slice(*np.searchsorted(t.offsets, [low, high]))) for n, t in tables.items()}
        groups.append(Group({n: t for n, t in cut.items() if t.n}, apps))
    return groups

"""Decoded messages as Recordings: one for each session of each activity in a file."""

from dataclasses import dataclass, field

import numpy as np

from milevault_core import sports, track
from milevault_core.formats import Channel, Problem, Recording
from milevault_core.formats.fit import devices, extras, heartbeats, summaries
from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.summaries import numbers
from milevault_core.formats.fit.times import FIRST_ABSOLUTE_S, to_datetime
from milevault_core.formats.fit.track_columns import channels, fill_from_developers, track_columns

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT = 0, 12, 18, 19, 20, 21, 23, 26
ACTIVITY, HRV, LENGTH, HR, DEVELOPER_ID, TIME_IN_ZONE, SET, SPLIT = 34, 78, 101, 132, 207, 216, 225, 312
# Everything that is decoded of an activity.
MESSAGES = (FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT, ACTIVITY, HRV, LENGTH, HR,
            DEVELOPER_ID, TIME_IN_ZONE, SET, SPLIT)  # fmt: skip
MAX_SESSIONS = 500
DAY_S = 86_400.0
TRANSITION = 3


@dataclass
class Group:
    """The messages of one activity, or of several that were recorded as one event."""

    tables: dict[int, Table]
    apps: dict[tuple[int, int], str] = field(default_factory=dict)

    def __getitem__(self, number: int) -> Table:
        return self.tables.get(number) or Table()

    def has_activity(self) -> bool:
        return any(self[number].n for number in (SESSION, LAP, LENGTH, SET)) or _has_points(self)


def _has_points(group: Group) -> bool:
    records = group[RECORD]
    return any(name != "timestamp" for name in records.columns) or bool(records.developer) or group[HR].n > 0


def read_group(group: Group, problems: list[Problem]) -> list[Recording]:
    """The activities of one group, in order of time. `problems` are those of the file, for each of them."""
    problems = list(problems)
    _make_absolute(group, problems)
    records = group[RECORD]
    seconds = numbers(records, "timestamp")
    sessions = _sessions(group, seconds)
    if not sessions:
        sessions = [{}]
        text = "The file has no summary of the activity; it was made from its points."
        problems.append(Problem("summary_missing", text))
    starts = np.array([s.get("start", np.nan) for s in sessions])
    of_record = _assign(seconds, starts)
    lap_table, length_table, set_table = group[LAP], group[LENGTH], group[SET]
    of_lap = _assign(_middles(lap_table), starts)
    of_length = _assign(_middles(length_table), starts)
    of_set = _assign(numbers(set_table, "start_time"), starts)
    pairs = extras.timer_pairs(group[EVENT], _last(seconds, sessions))
    out = []
    for i, session in enumerate(sessions):
        alone = len(sessions) == 1
        rows = records if alone else records.take(np.flatnonzero(of_record == i))
        columns, found_channels, filled = _points(group, rows, starts[i : i + 2] if not alone else None)
        recording = _recording(group, session, columns, alone)
        recording.channels = found_channels
        recording.problems = list(problems)
        if filled:
            recording.details["filled_from_developer"] = filled
        recording.lengths = _table(summaries.lengths, length_table, of_length == i, recording.lengths)
        recording.sets = _table(summaries.sets, set_table, of_set == i, recording.sets)
        laps = lap_table if alone else lap_table.take(np.flatnonzero(of_lap == i))
        recording.laps = _laps(
            laps, columns, session, recording, "summary_missing" in {p.code for p in problems}
        )
        low, high = _window(session, starts, i)
        recording.timer = extras.clip(pairs, low, high)
        out.append(recording)
    if len(out) > 1:
        link = f"{out[0].start_time:%Y-%m-%dT%H:%M:%SZ}" if out[0].start_time else "fit"
        for recording in out:
            recording.details["event"] = link
    return out


def _table(make, table: Table, mask: np.ndarray, empty):
    return make(table if mask.all() else table.take(np.flatnonzero(mask))) if mask.any() else empty


def _make_absolute(group: Group, problems: list[Problem]) -> None:
    """Times that count from when the device was switched on, moved to when the file was made."""
    seconds = numbers(group[RECORD], "timestamp")
    created = group[FILE_ID].first("time_created")
    if not (seconds < FIRST_ABSOLUTE_S).any() or created is None or created < FIRST_ABSOLUTE_S:
        return
    if np.nanmax(seconds) >= FIRST_ABSOLUTE_S:
        return
    shift = created - np.nanmin(seconds)
    for table in group.tables.values():
        for name in ("timestamp", "start_time"):
            values = table.get(name)
            if values is not None and values.dtype != object:
                table.columns[name] = np.where(values < FIRST_ABSOLUTE_S, values + shift, values)
    text = "The device's clock was not set; the times were counted from when the file was made."
    problems.append(Problem("clock_not_set", text))


def _sessions(group: Group, seconds: np.ndarray) -> list[dict]:
    """Session messages as dicts with "start" (FIT seconds) and "index", in order of time, none twice."""
    table = group[SESSION]
    if table.n > MAX_SESSIONS:
        table = table.take(slice(0, MAX_SESSIONS))
    starts, ends = starts_and_ends(table)
    known = seconds[~np.isnan(seconds)]
    if len(known):  # a start far from every point is a damaged one
        low, high = known.min() - DAY_S, known.max() + DAY_S
        wrong = (starts < low) | (starts > high)
        other = ends - np.nan_to_num(numbers(table, "total_elapsed_time"))
        starts = np.where(wrong, np.where((other >= low) & (other <= high), other, np.nan), starts)
    sessions = []
    for i, row in enumerate(table.rows()):
        row["index"] = i
        if starts[i] == starts[i]:
            row["start"] = float(starts[i])
        twin = next((s for s in sessions if _same(s, row)), None)
        if twin is not None:
            twin.update(row)
        else:
            sessions.append(row)
    return sorted(sessions, key=lambda s: s.get("start", np.inf))


def _same(a: dict, b: dict) -> bool:
    """Some devices write the summary twice, the second one fuller."""
    names = ("start", "sport", "sub_sport", "total_elapsed_time")
    return "start" in a and all(a.get(n) == b.get(n) for n in names)


def starts_and_ends(table: Table) -> tuple[np.ndarray, np.ndarray]:
    return summaries.starts_of(table), numbers(table, "timestamp")


def _middles(table: Table) -> np.ndarray:
    return summaries.starts_of(table) + np.nan_to_num(numbers(table, "total_elapsed_time")) / 2


def _assign(times: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Number of the session that each time falls into: from its start to the next one's. What has no time goes
    with what is before it in the file."""
    if len(starts) < 2 or not len(times):
        return np.zeros(len(times), np.int64)
    known = np.where(np.isnan(starts), np.inf, starts)
    missing = np.isnan(times)
    index = np.maximum(np.searchsorted(known, times, side="right") - 1, 0)
    if missing.any():
        last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(times))))
        index = np.where(last >= 0, index[np.maximum(last, 0)], 0)
    return index


def _window(session: dict, starts: np.ndarray, i: int) -> tuple[float, float]:
    later = starts[i + 1 :][starts[i + 1 :] > starts[i]] if len(starts) > 1 else np.empty(0)
    low = -np.inf if i == 0 else float(starts[i])
    return (low if low == low else np.inf), float(later[0]) if len(later) else np.inf


def _last(seconds: np.ndarray, sessions: list[dict]) -> float:
    ends = [s["start"] + s.get("total_elapsed_time", 0) for s in sessions if "start" in s]
    known = seconds[~np.isnan(seconds)]
    return max([*ends[-1:], *known[-1:].tolist()], default=-np.inf)


def _points(group: Group, records: Table, starts) -> tuple[dict, list[Channel], dict]:
    """Columns of the track, channels, and what was filled from developer fields."""
    seconds = records.get("timestamp")
    if seconds is None and "position_lat" not in records.columns:
        records = Table()  # a pool swim of an old watch: its lengths say when, its records nothing
    columns = track_columns(records)
    filled = fill_from_developers(columns, records, group.apps)
    found = channels(records, group.apps)
    if records.n and seconds is not None:
        for name, values in extras.gear_columns(group[EVENT], seconds).items():
            found = [c for c in found if c.name != name]
            found.append(Channel(name, "teeth", values.astype(np.float32)))
    if group[HR].n and "heart_rate" not in columns:
        columns = heartbeats.join(columns, seconds if records.n else None, group[HR])
        if "rows" in columns:
            rows = columns.pop("rows")
            columns["time"] = to_datetime(columns.pop("seconds"))
            found = [
                Channel(
                    c.name, c.unit, np.where(rows < 0, np.nan, c.values[rows]).astype(np.float32), c.developer
                )
                for c in found
            ]
            if starts is not None:
                low, high = to_datetime(np.append(starts, np.nan)[:2].astype(float))
                keep = ~(columns["time"] < low) & ~(columns["time"] >= high)
                columns = {name: values[keep] for name, values in columns.items()}
                found = [Channel(c.name, c.unit, c.values[keep], c.developer) for c in found]
    return columns, found, filled


def _recording(group: Group, session: dict, columns: dict, alone: bool) -> Recording:
    """A Recording with everything but laps, lengths, sets, timer, channels and problems."""
    number, sub = session.get("sport"), session.get("sub_sport")
    if number is None and alone:
        number = group[SPORT].first("sport", group[LAP].first("sport"))
        sub = group[SPORT].first("sub_sport", group[LAP].first("sub_sport"))
    match = sports.from_fit(None if number is None else int(number), None if sub is None else int(sub))
    words = session.get("sport_profile_name") or (group[SPORT].first("name") if alone else None) or ""
    file_id = group[FILE_ID]
    maker = file_id.first("manufacturer")
    device = devices.name_of(maker, file_id.first("product"), file_id.first("product_name"))
    times = columns["time"][~np.isnat(columns["time"])]
    start = to_datetime(np.array([session.get("start", np.nan)]))[0]
    if np.isnat(start) or session.get("start", 0) < FIRST_ABSOLUTE_S:
        start = times[0] if len(times) else to_datetime(np.array([file_id.first("time_created", np.nan)]))[0]
    details = _details(group, session)
    if words:
        details["sport_profile"] = words
    return Recording(
        sport=match.sport,
        sub_sport=match.sub_sport,
        sport_name=(words or match.original) if match.sport == "other" else match.original,
        start_time=None if np.isnat(start) else track.aware(start),
        track=track.from_columns(columns),
        totals=summaries.totals(session),
        details=details,
        device=device or _creator(group),
        utc_offset_s=extras.utc_offset_s(group[ACTIVITY]),
        format="fit",
        is_transition=number == TRANSITION,
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual or (maker is not None and int(maker) in devices.VIRTUAL_MAKERS),
    )


def _creator(group: Group) -> str:
    for row in group[DEVICE_INFO].take(slice(0, 100)).rows():
        if row.get("device_index", 0) == 0:
            name = devices.name_of(row.get("manufacturer"), row.get("product"), row.get("product_name"))
            if name:
                return name
    return ""


def _details(group: Group, session: dict) -> dict:
    details: dict = {}
    if group[DEVICE_INFO].n:
        details["devices"] = extras.device_list(group[DEVICE_INFO])
    if group[TIME_IN_ZONE].n:
        details["time_in_zone"] = extras.zones(group[TIME_IN_ZONE], session.get("index", 0))
    if group[SPLIT].n:
        details["splits"] = extras.split_list(group[SPLIT])
    name = group[WORKOUT].first("wkt_name")
    if name:
        details["workout"] = {"name": name}
    if group[HRV].n:
        details["rr_ms"] = extras.rr_intervals_ms(group[HRV])
    for ours, theirs in (("feel", "workout_feel"), ("perceived_exertion", "workout_rpe")):
        if theirs in session:
            details[ours] = session[theirs]
    return {key: value for key, value in details.items() if value}


def _laps(table: Table, columns: dict, session: dict, recording: Recording, session_is_missing: bool):
    """Laps as the file has them; one made from the points where it has none, or after the last one."""
    import pandas as pd

    if table.n:
        laps = summaries.laps(table)
        if not session_is_missing:
            return laps
        last = laps.iloc[-1]
        end = last["start_time"] + pd.Timedelta(seconds=last["elapsed_s"] if last["elapsed_s"] > 0 else 0)
        after = (
            columns["time"] > np.datetime64(end.to_datetime64(), "us") if end == end else np.zeros(0, bool)
        )
        if after.sum() < 2:
            return laps
        return pd.concat(
            [laps, summaries.lap_of_points({k: v[after] for k, v in columns.items()})], ignore_index=True
        )
    if (~np.isnat(columns["time"])).sum() < 2:
        return recording.laps
    recording.details["laps_made"] = True
    return summaries.lap_of_points(columns)

"""Turn decoded messages into Recordings, one for each session of each activity in a file."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from milevault_core import sports, track
from milevault_core.formats.fit import athlete, devices, extras, summaries, told_stretches, weather, workouts
from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.points import bounded, read_points
from milevault_core.formats.fit.sessions import assign, make_absolute, middles, sessions_of, window
from milevault_core.formats.fit.summaries import numbers
from milevault_core.formats.fit.times import FIRST_ABSOLUTE_S, to_datetime
from milevault_core.formats.recording import LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS, Recording
from milevault_core.problems import Problem

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT = 0, 12, 18, 19, 20, 21, 23, 26
USER_PROFILE, ZONES_TARGET, PHYSIOLOGY, SEGMENT_LAP, CLIMB_PRO = 3, 7, 140, 142, 317
WORKOUT_STEP, WEATHER = 27, 128
ACTIVITY, HRV, LENGTH, HR, DEVELOPER_ID, TIME_IN_ZONE, SET, SPLIT = 34, 78, 101, 132, 207, 216, 225, 312
# All messages that are decoded for an activity.
MESSAGES = (FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, WORKOUT, ACTIVITY, HRV, LENGTH, HR,
            DEVELOPER_ID, TIME_IN_ZONE, SET, SPLIT, USER_PROFILE, ZONES_TARGET, PHYSIOLOGY, SEGMENT_LAP,
            CLIMB_PRO, WORKOUT_STEP, WEATHER)  # fmt: skip
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
    """The activities of one group, in order of time. `problems`: the problems of the file, which each of them gets."""
    seconds = numbers(group[RECORD], "timestamp")
    moved = make_absolute(group.tables, seconds, group[FILE_ID].first("time_created"))
    if moved:
        problems, seconds = [*problems, moved], numbers(group[RECORD], "timestamp")
    sessions = sessions_of(group[SESSION], seconds)
    if not sessions:
        sessions = [{}]
        text = "The file has no summary of the activity; it was made from its points."
        problems = [*problems, Problem("summary_missing", text)]
    starts = np.array([session.get("start", np.nan) for session in sessions])
    end = _last(seconds, sessions)
    pairs = extras.timer_pairs(group[EVENT], end)
    out = []
    counter = 0.0  # metres on the device's counter at the end of the previous leg
    for i, (session, own) in enumerate(zip(sessions, _split(group, seconds, starts), strict=True)):
        low, high = window(starts, i)
        lasted = session.get("total_elapsed_time")
        span = (
            (low, high)
            if lasted is None or starts[i] != starts[i]
            else (starts[i] - 60, starts[i] + lasted + 60)
        )
        columns, found, filled = read_points(own[RECORD], own[EVENT], own[HR], group.apps, span)
        before, counter = _from_own_start(columns, counter)
        recording = _recording(own, session, columns)
        if before:
            recording.details["distance_before_m"] = before
        recording.channels, left_out = bounded(found)
        recording.problems = [*problems, *left_out]
        if filled:
            recording.details["filled_from_developer"] = filled
        recording.laps = _laps(own[LAP], columns, recording, "start" not in session)
        recording.timer = extras.clip(pairs, low, high)
        out.append(recording)
    if len(out) > 1:
        link = f"{out[0].start_time:%Y-%m-%dT%H:%M:%SZ}" if out[0].start_time else "fit"
        for recording in out:
            recording.details["event"] = link
    return out


def _from_own_start(columns: dict, before: float) -> tuple[float, float]:
    """Make the distance of a leg begin at its own start, in place, if the device continued the previous leg's count.

    before: metres on the counter at the end of the previous leg. Returns (metres subtracted, the counter at the end).
    """
    distance = columns.get("distance", np.empty(0))
    known = distance[~np.isnan(distance)]
    if not len(known):
        return 0.0, before
    if not 0 < before <= known[0]:  # some devices start again at zero
        return 0.0, float(known[-1])
    columns["distance"] = distance - before
    return before, float(known[-1])


def _split(group: Group, seconds: np.ndarray, starts: np.ndarray) -> list[Group]:
    """The messages of each session; those that belong to no single session (devices, zones, events) are in all."""
    if len(starts) == 1:
        return [group]
    of = {RECORD: assign(seconds, starts), SET: assign(numbers(group[SET], "start_time"), starts)}
    of |= {number: assign(middles(group[number]), starts) for number in (LAP, LENGTH, SPLIT)}
    if group[HRV].n and len(seconds):  # has no times, so each message belongs to the point before it
        before = np.searchsorted(group[RECORD].offsets, group[HRV].offsets) - 1
        of[HRV] = of[RECORD][np.maximum(before, 0)]
    shared = {
        n: t for n, t in group.tables.items() if n not in of and n not in (SPORT, WORKOUT, WORKOUT_STEP)
    }
    return [
        Group(shared | {n: group[n].take(np.flatnonzero(of[n] == i)) for n in of}, group.apps)
        for i in range(len(starts))
    ]


def _last(seconds: np.ndarray, sessions: list[dict]) -> float:
    """The end of the last point or session in FIT seconds; a timer that was never stopped ran until then."""
    ends = [s["start"] + s.get("total_elapsed_time", 0) for s in sessions if "start" in s]
    known = seconds[~np.isnan(seconds)]
    return max([*ends[-1:], *known[-1:].tolist()], default=-np.inf)


def _recording(group: Group, session: dict, columns: dict) -> Recording:
    """A Recording with everything except laps, timer, channels and problems."""
    number, sub = session.get("sport"), session.get("sub_sport")
    if number is None:
        number = group[SPORT].first("sport", group[LAP].first("sport"))
        sub = group[SPORT].first("sub_sport", group[LAP].first("sub_sport"))
    match = sports.from_fit(None if number is None else int(number), None if sub is None else int(sub))
    words = session.get("sport_profile_name") or group[SPORT].first("name") or ""
    file_id = group[FILE_ID]
    maker = file_id.first("manufacturer")
    model = file_id.first("product"), file_id.first("product_name")
    device = devices.name_of(maker, *model)
    if device == devices.name_of(maker, None):  # only the maker is known: device_info may have more
        device = _creator(group) or device
    times = columns["time"][~np.isnat(columns["time"])]
    began = session.get("start", session.get("told_start", np.nan))
    start = to_datetime(np.array([began]))[0]
    if np.isnat(start) or began < FIRST_ABSOLUTE_S:
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
        lengths=summaries.lengths(group[LENGTH]) if group[LENGTH].n else summaries.empty(LENGTH_COLUMNS),
        sets=summaries.sets(group[SET]) if group[SET].n else summaries.empty(SET_COLUMNS),
        laps=summaries.empty(LAP_COLUMNS),
        totals=athlete.physiology(group[PHYSIOLOGY]) | summaries.totals(session),
        details=details,
        device=device,
        utc_offset_s=extras.utc_offset_s(group[ACTIVITY]),
        date_hints=_created(file_id),
        session_s=float(session.get("timestamp", np.nan)) - session.get("start", np.nan),
        format="fit",
        is_transition=number == TRANSITION,
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual
        or (maker is not None and int(maker) in devices.VIRTUAL_MAKERS)
        or sports.is_virtual_world(device, str(words)),
    )


def _created(file_id: Table) -> tuple[datetime, ...]:
    """When the file was made, according to file_id."""
    made = to_datetime(np.array([file_id.first("time_created", np.nan)], float))[0]
    return () if np.isnat(made) or file_id.first("time_created") < FIRST_ABSOLUTE_S else (track.aware(made),)


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
    if group[SEGMENT_LAP].n or group[CLIMB_PRO].n:
        details["stretches"] = told_stretches.told(group[SEGMENT_LAP], group[CLIMB_PRO])
    if group[WORKOUT].n or group[WORKOUT_STEP].n:
        details["workout"] = workouts.workout(group[WORKOUT], group[WORKOUT_STEP])
    if group[WEATHER].n:
        begun = session.get("start", group[RECORD].first("timestamp", 0.0))
        details["weather"] = weather.weather(group[WEATHER], begun)
    if group[HRV].n:
        details["rr_ms"] = extras.rr_intervals_ms(group[HRV])
    details["athlete"] = athlete.told(
        group[USER_PROFILE], group[ZONES_TARGET], group[PHYSIOLOGY], session, details.get("time_in_zone", {})
    )
    for ours, theirs in (("feel", "workout_feel"), ("perceived_exertion", "workout_rpe")):
        if theirs in session:
            details[ours] = session[theirs]
    return {key: value for key, value in details.items() if value}


def _laps(table: Table, columns: dict, recording: Recording, is_cut_off: bool) -> pd.DataFrame:
    """The laps in the file. One lap is made from the points if the file has none, or from the points after the last lap
    if the file was cut off."""
    time = columns["time"]
    if table.n:
        laps = summaries.laps(table)
        ends = numbers(table, "timestamp")
        after = time > to_datetime(ends[-1:])[0] if is_cut_off else np.zeros(len(time), bool)
        if after.sum() < 2:
            return laps
        made = summaries.lap_of_points({name: values[after] for name, values in columns.items()})
        return pd.concat([laps, made], ignore_index=True)
    if (~np.isnat(time)).sum() < 2:
        return recording.laps
    recording.details["laps_made"] = True
    return summaries.lap_of_points(columns)

"""Prepares a recording for saving: cleans and summarises it, and adds what is stored to find others of the same
workout."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.activities import date_verdict, device_totals, match_line
from milevault_core.activities.laps import judged_laps
from milevault_core.activities.moments import one_point_a_moment
from milevault_core.activities.off_timer import without_off_timer
from milevault_core.activities.set_clock import clock_runs_on
from milevault_core.activities.summary import Summary, local_time, summarise
from milevault_core.activities.unmeasured import laps_without_unmeasured, unmeasured, without_unmeasured
from milevault_core.formats import Recording
from milevault_core.metrics.climb import is_estimate
from milevault_core.metrics.shared import once_a_track
from milevault_core.problems import BadFile, Problem
from milevault_core.sports import SPORTS
from milevault_core.sports.limits import ANY, is_by_muscle, limits_of
from milevault_core.track import Columns


@dataclass
class Prepared:
    """`columns`: the arrays of the cleaned track. `row`: the columns of `activities` that come from this recording
    alone. `facts`: the columns of `activity_recordings`."""

    recording: Recording
    cleaned: pd.DataFrame
    columns: dict[str, np.ndarray]
    row: dict[str, Any]
    facts: dict[str, Any]
    summary: Summary


def prepare(
    recording: Recording,
    user_zone: Callable[[], str],
    event_key: str = "",
    said: Mapping[str, str] | None = None,
) -> Prepared:
    """Clean, judge and summarise a recording; the problems found are left in `recording.problems`.

    `user_zone` is called only if neither place nor file gives the time zone. `said`: what the user decided
    (activity_edits): "as_recorded" counts everything as in the file, "start_time" sets the start, and "sport" (also
    from an archive) is the sport that the recording is judged by. "in_crowd" says that many files begin at this moment
    (dates.CROWD). Raises BadFile when the recording has neither points nor a start with a duration or a distance.
    """
    said = said or {}
    given, recording = recording, clock_runs_on(one_point_a_moment(recording), datetime.now(UTC))
    if said.get("sport") in SPORTS:
        recording = replace(recording, sport=said["sport"])
    as_recorded = said.get("as_recorded") == "true"
    if not as_recorded:
        recording = without_off_timer(recording)
    limits = limits_of(recording.sport) if is_by_muscle(recording.sport) and not as_recorded else ANY
    cleaned, columns, found = track.clean_with_arrays(recording.track, given=_given(recording, as_recorded))
    verdict, clock_shift = _verdict(recording, columns, said, found)
    if verdict.shift:
        recording = date_verdict.shifted(recording, verdict.shift)
        columns["time"] = columns["time"] + np.timedelta64(round(verdict.shift.total_seconds() * 1e6), "us")
        cleaned["time"] = columns["time"]
    if limits is not ANY and device_totals.is_adrift(columns, limits):
        cleaned["altitude"] = columns["altitude"] = np.full(len(cleaned), np.nan)
        found.append(
            Problem(
                "altitudes_dropped", "Left out: the altitude, which climbs further than the distance covered."
            )
        )
    blank = unmeasured(recording.sport, columns)
    for name in blank:
        cleaned[name] = columns[name] = np.full(len(cleaned), np.nan)
    recording = replace(
        recording,
        totals=without_unmeasured(recording.totals, blank),
        laps=laps_without_unmeasured(recording.laps, blank),
    )
    with once_a_track():
        totals, doubts = device_totals.judged(recording, columns, found, limits)
        if "ascent_m" not in totals and is_estimate(columns):
            doubts.append(
                Problem(
                    "ascent_estimated", "The ascent is an estimate: the altitude comes from a GPS receiver."
                )
            )
        if as_recorded:
            doubts.append(Problem("as_recorded", "Everything counts as recorded, as you asked."))
        given.problems = [*recording.problems, *found, *doubts]
        recording = replace(recording, problems=given.problems, totals=totals)
        summary = summarise(recording, columns)
    figures = summary.figures
    start = _start(recording, columns)
    if start is None or not (len(cleaned) or figures["elapsed_s"] or figures["distance_m"]):
        raise BadFile("The file holds no times, so it is not known when the activity was.")
    laps, lengths = judged_laps(recording, limits, figures["elapsed_s"] or 0.0, columns)
    recording = replace(recording, laps=laps, lengths=lengths)
    begins = _first_time(columns) or start
    zone, offset, day = local_time(start, columns, recording, user_zone)
    elapsed_s = figures["elapsed_s"] or 0.0
    row = {
        "is_indoor": recording.is_indoor, "is_virtual": recording.is_virtual,
        "is_transition": recording.is_transition, "start_time": start, "time_zone": zone,
        "utc_offset_s": offset, "local_day": day, "date_doubted": verdict.is_doubted,
        "date_hints": [f"{hint:%Y-%m-%dT%H:%M:%SZ}" for hint in verdict.hints], **figures,
        "elapsed_s": elapsed_s, "point_count": len(cleaned),
        "device": recording.device, "event_key": event_key, "understood": recording.understood,
    }  # fmt: skip
    words = {"name": recording.name, "sport": given.sport, "sub_sport": given.sub_sport,
             "sport_name": given.sport_name, "event_key": event_key}  # fmt: skip
    facts = {
        "part": recording.part, "format": recording.format, "words": {k: v for k, v in words.items() if v},
        "start_time": begins, "clock_start": begins - verdict.shift + clock_shift, "elapsed_s": elapsed_s,
        "distance_m": figures["distance_m"],
        "point_count": len(cleaned), "device": recording.device,
        "channel_count": channel_count(recording, columns), "line": match_line.pack(columns),
    }  # fmt: skip
    return Prepared(recording, cleaned, columns, row, facts, summary)


def channel_count(recording: Recording, cleaned: Columns) -> int:
    """How many quantities a recording holds per point."""
    filled = sum(bool(np.isfinite(np.asarray(cleaned[name])).any()) for name in track.METRIC_COLUMNS)
    return filled + len(recording.channels)


def _verdict(
    recording: Recording, columns: dict[str, Any], said: Mapping[str, str], found: list[Problem]
) -> tuple[date_verdict.Verdict, timedelta]:
    """How to treat the date, and the shift there would be without the user's decision; problems are added to
    `found`."""
    first = _first_time(columns)
    told = [p for p in found if p.code == "date_implausible"]
    for problem in told:
        found.remove(problem)
    verdict = date_verdict.judge(recording, first, datetime.now(UTC), said.get("in_crowd") == "true")
    if "start_time" in said:
        start = first or recording.start_time
        wanted = datetime.fromisoformat(said["start_time"]).astimezone(UTC)
        return date_verdict.Verdict(wanted - start if start else timedelta(0)), verdict.shift
    if verdict.problem is not None:
        found.append(verdict.problem)
    return verdict, verdict.shift


def _given(recording: Recording, as_recorded: bool) -> track.TrackFacts:
    totals = recording.totals
    return track.TrackFacts(
        sport=recording.sport, segments=recording.details.get("segments", ()),
        total_m=totals.get("distance_m", np.nan), timer_s=totals.get("timer_s", np.nan), as_recorded=as_recorded,
        lengths_m=int(recording.lengths["is_active"].fillna(True).sum()) * totals.get("pool_length_m", np.nan),
    )  # fmt: skip


EARLIER = timedelta(seconds=device_totals.LEAD_S)


def _start(recording: Recording, columns: dict[str, np.ndarray]) -> datetime | None:
    """The file's start if it is shortly before the first point, because a swimmer's watch writes the first record at
    the wall. Otherwise the first point: the cleaned track has no stray dates, but a header may."""
    first, told = _first_time(columns), recording.start_time
    if first is None or (
        told is not None and timedelta(0) < first - told <= EARLIER and _covers(recording, columns)
    ):
        return told
    return first


def _covers(recording: Recording, columns: dict[str, np.ndarray]) -> bool:
    """Whether the device's elapsed time since the start reaches the last point."""
    assert recording.start_time is not None
    elapsed_s = max(recording.totals.get("elapsed_s", 0.0), recording.totals.get("timer_s", 0.0))
    last = track.aware(columns["time"][-1])
    return (last - recording.start_time).total_seconds() <= elapsed_s + 5.0


def _first_time(columns: dict[str, np.ndarray]) -> datetime | None:
    return track.aware(columns["time"][0]) if len(columns["time"]) else None

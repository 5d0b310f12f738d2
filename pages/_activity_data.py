"""What an activity's page computes from the track, cached by the activity's version. Small functions, each cached."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pandas as pd

from milevault_core.activities import intervals
from milevault_core.records import efforts
from milevault_core.records.performance import Performance
from milevault_core.segments import climbs
from milevault_core.store import ahead
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import edits, photos, recordings, records, routes, training
from milevault_core.store.queries import efforts as effort_queries
from milevault_core.store.queries import segments as segment_queries
from milevault_core.training import channels as training_channels
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.activities import along, channels, map_marks, quantities, stretches, timeline
from milevault_core.view.activities.series import Series
from milevault_core.view.segments import of_activity

# The queries of the page for one activity. They go in one statement; a query missing here costs one more statement.
_OF_ACTIVITY = (
    queries.one, queries.is_pending, queries.laps, queries.sets, queries.metrics, queries.channels,
    queries.originals_of, effort_queries.neighbours, edits.of_activity, edits.joined_parts, photos.of_activity,
    recordings.of_activity, recordings.kept_apart, records.of_activity, routes.of_activity, training.of_activity,
    segment_queries.of_activity,
)  # fmt: skip


def fetch(user_id: int, activity_id: int) -> None:
    """Fetch everything the page will query about an activity, except its track points."""
    ahead.fetch(
        *((function, user_id, activity_id) for function in _OF_ACTIVITY),
        (queries.laps, user_id, activity_id, "length"),
        (effort_queries.highest_heart_rate, user_id),
    )


SHELVES = 32  # activities
KEPT = 24  # results per activity: its tables, map and chart, in each variant that the user has viewed
_MISSING = object()
_shelves: OrderedDict[tuple[int, int, int, tuple[Any, ...]], dict[tuple[str, str], Any]] = OrderedDict()
_turning = threading.Lock()


def _shelf(user_id: int, activity_id: int, version: int) -> dict[tuple[str, str], Any]:
    """The cached results for one version of an activity and one reader's date formats; the last SHELVES are kept."""
    key = (user_id, activity_id, version, dates.reader())
    with _turning:
        shelf = _shelves.setdefault(key, {})
        _shelves.move_to_end(key)
        while len(_shelves) > SHELVES:
            _shelves.popitem(last=False)
    return shelf


def forget() -> None:
    """Empty the cache, for when the same ids come to mean something else, as in the next test."""
    _shelves.clear()


def kept[F: Callable[..., Any]](function: F) -> F:
    """Cache the result of a function of (user_id, activity_id, version, …) by all its arguments, for all sessions.
    Callers get the result itself, not a copy, and must not change it.

    Streamlit's caches hash every argument on each call, and st.cache_data copies every result: at twenty calls per
    page, that takes an eighth of the page's time.
    """

    @functools.wraps(function)
    def asked(user_id: int, activity_id: int, version: int, *more: Any) -> Any:
        shelf, key = (
            _shelf(user_id, activity_id, version),
            (f"{function.__module__}.{function.__name__}", repr(more)),
        )
        found = shelf.get(key, _MISSING)
        if found is _MISSING:
            found = shelf[key] = function(user_id, activity_id, version, *more)
            for oldest in list(shelf)[:-KEPT]:
                shelf.pop(oldest, None)
        return found

    return cast(F, asked)


@kept
def load_track(user_id: int, activity_id: int, version: int) -> pd.DataFrame:
    """The cached track itself, not a copy: callers must not change it."""
    return queries.track(user_id, activity_id)


@kept
def channel_rows(
    user_id: int, activity_id: int, version: int, sport: str, athlete: tuple[Any, ...], more: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    """(name, developer, unit, values) of each channel: recorded by a device, or computed at each point by training.
    athlete: (name, value) pairs for the latter."""
    known = channel_units(user_id, activity_id, version)
    track = load_track(user_id, activity_id, version)
    found = []
    for name, developer in more:
        if developer == training_channels.OURS:
            values = training_channels.values(name, track, sport, dict(athlete))
            found.append((name, developer, training_channels.UNITS[name], values))
        else:
            unit = known.get((name, developer), "")
            found.append((name, developer, unit, queries.channel(user_id, activity_id, name, developer)))
    return found


@kept
def channel_units(user_id: int, activity_id: int, version: int) -> dict[tuple[str, str], str]:
    found = queries.channels(user_id, activity_id)
    ours = {(name, training_channels.OURS): unit for name, unit in training_channels.UNITS.items()}
    return {(c.name, c.developer): c.unit for c in found.itertuples()} | ours


@kept
def colours_of(
    user_id: int, activity_id: int, version: int, sport: str, further: dict[str, Any], top_rate: float | None
) -> dict[str, str]:
    return quantities.choices(load_track(user_id, activity_id, version), sport, further, top_rate)


@kept
def timeline_of(
    user_id: int,
    activity_id: int,
    version: int,
    units: str,
    sport: str,
    zone,
    x: str,
    more: tuple[Any, ...],
    window,
    athlete: tuple[Any, ...],
) -> dict[str, Any]:
    track = load_track(user_id, activity_id, version)
    found = channel_rows(user_id, activity_id, version, sport, athlete, more)
    rows = channels.rows(found, len(track), fmt.units(units))
    return timeline.timeline(track, fmt.units(units), zone, sport, x, rows, window)


@kept
def stops_of(
    user_id: int,
    activity_id: int,
    version: int,
    units: str,
    x: str,
    window: tuple[float, float] | None,
    sport: str,
) -> dict[str, Any]:
    return along.stops(load_track(user_id, activity_id, version), fmt.units(units), x, window, sport)


@kept
def deck_of(
    user_id: int,
    activity_id: int,
    version: int,
    units: str,
    sport: str,
    metric: str,
    stretch,
    laps: tuple[Any, ...],
    top_rate,
    athlete: tuple[Any, ...],
    segments: tuple[Any, ...] = (),
) -> tuple[str, str]:
    """(deck, legend as HTML)."""
    track, system = load_track(user_id, activity_id, version), fmt.units(units)
    shown: Series | None = None
    if metric:
        shown = quantities.quantity(
            track, metric, system, sport,
            lambda n, d: channel_rows(user_id, activity_id, version, sport, athlete, ((n, d),))[0][3],
            channel_units(user_id, activity_id, version), top_rate,
        )  # fmt: skip
    made = map_view.deck(
        track, "", system, sport, stretch, shown=shown, marks=map_marks.marks(track, system, laps, segments)
    )
    return made, map_view.legend_of(shown).html() if shown else ""


@kept
def climbs_of(user_id: int, activity_id: int, version: int) -> list[tuple[climbs.Climb, tuple[int, int]]]:
    """The climbs of a track, each with its row range."""
    track = load_track(user_id, activity_id, version)
    seconds = (track["time"].to_numpy() - track["time"].to_numpy()[:1]) / np.timedelta64(1, "s")
    found = climbs.climbs(seconds, track["distance"].to_numpy(float), track["altitude"].to_numpy(float))
    spans = [along.rows_between(track, (c.begin_s, c.end_s)) for c in found]
    return [(c, span) for c, span in zip(found, spans, strict=True) if span]


@kept
def climb_table(user_id: int, activity_id: int, version: int, units: str, sport: str) -> pd.DataFrame:
    found = climbs_of(user_id, activity_id, version)
    measured = stretches.MeasuredTrack(load_track(user_id, activity_id, version), sport)
    figures = [measured.figures(span) for _, span in found]
    return of_activity.climb_table([c for c, _ in found], figures, fmt.units(units))


@kept
def sets_of(user_id: int, activity_id: int, version: int, sport: str) -> list[intervals.Set]:
    return intervals.find(load_track(user_id, activity_id, version), sport)


@kept
def table_of(
    user_id: int,
    activity_id: int,
    version: int,
    units: str,
    sport: str,
    kind: str,
    unit_m: float = 0.0,
    lead_s: float = 0.0,
) -> stretches.Table | None:
    """A table of stretches: kind "splits", "intervals" or "efforts"."""
    measured = stretches.MeasuredTrack(load_track(user_id, activity_id, version), sport)
    if kind == "splits":
        return stretches.split_table(measured, fmt.units(units), unit_m)
    if kind == "intervals":
        return stretches.interval_table(
            measured, sets_of(user_id, activity_id, version, sport), fmt.units(units)
        )
    return stretches.effort_table(
        measured, effort_queries.of_activity(user_id, activity_id), fmt.units(units)
    )


@kept
def curves_of(user_id: int, activity_id: int, version: int, sport: str) -> dict[str, np.ndarray]:
    """The highest mean power, heart rate and speed over each of CURVE_DURATIONS; only what was recorded."""
    return efforts.curves(Performance(load_track(user_id, activity_id, version), sport))


@kept
def stretch_figures(
    user_id: int, activity_id: int, version: int, units: str, sport: str, span: tuple[int, int]
) -> list[tuple[str, str]]:
    measured = stretches.MeasuredTrack(load_track(user_id, activity_id, version), sport)
    return stretches.figure_texts(measured.figures(span), fmt.units(units), sport)


@kept
def zone_seconds(user_id: int, activity_id: int, version: int, top_rate: float) -> list[float]:
    """Seconds in heart rate zones 1 to 5."""
    track = load_track(user_id, activity_id, version)
    number = quantities.zone_numbers(track["heart_rate"].to_numpy(dtype=float), top_rate)
    step = np.append(np.minimum(np.diff(track["time"].to_numpy()) / np.timedelta64(1, "s"), 10.0), 1.0)
    return [float(step[number == zone].sum()) for zone in (1, 2, 3, 4, 5)]


def lap_begins(track: pd.DataFrame, laps: pd.DataFrame) -> tuple[float, ...]:
    """Seconds from the start of the track to the start of each lap; () for one lap, over 60 laps, or unknown times."""
    if len(laps) < 2 or len(laps) > 60 or laps["start_time"].isna().any():
        return ()
    begin = track["time"].iloc[0]
    starts = laps["start_time"].dt.tz_localize(None) if laps["start_time"].dt.tz else laps["start_time"]
    return tuple((starts - begin).dt.total_seconds().round(1))

"""One activity as the record kinds see it. Registers nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
import pandas as pd

from milevault_core.metrics.climb import smooth
from milevault_core.records.best_effort import best_over
from milevault_core.records.cut import GLITCH_S, Cut, Stretch, believed, grown, without
from milevault_core.records.distance_series import DistanceSeries, source_of, way_of, way_of_lengths
from milevault_core.records.mean_max import CURVE_DURATIONS, every_second, mean_max
from milevault_core.records.plausible import MARGIN, ceiling, step_cap

SPIKES = 0.002  # share of impossible values that may be dropped; above it, the sensor does not count


@dataclass
class Performance:
    """track: cleaned (milevault_core.track.table). laps, lengths: formats.LAP_COLUMNS and LENGTH_COLUMNS.
    figures: from the activity's row: distance_m, elapsed_s, moving_s, ascent_m, pool_length_m.
    source: "device" or "gps" if known, otherwise it is worked out. begun: the activity's start (aware), which may be
    before its first point: a swim watch writes its first point at the wall.
    is_vouched: the user says that all of it is true. rejected: stretches that the user took out, by what they are a
    stretch of ("way", "altitude", "power", "heart_rate")."""

    track: pd.DataFrame
    sport: str
    laps: pd.DataFrame | dict[str, np.ndarray] | None = None
    lengths: pd.DataFrame | None = None
    figures: dict[str, float | None] = field(default_factory=dict)
    is_indoor: bool = False
    source: str = ""
    begun: datetime | None = None
    is_vouched: bool = False
    rejected: Mapping[str, list[Stretch]] = field(default_factory=dict)
    _best: dict[float, Any] = field(default_factory=dict, repr=False)
    _peaks: dict[str, Any] = field(default_factory=dict, repr=False)

    def figure(self, name: str) -> float:
        value = self.figures.get(name)
        return float("nan") if value is None else float(value)

    @cached_property
    def start(self) -> np.datetime64:
        """The zero of the windows' seconds: the activity's start, else the first point, lap or length."""
        if self.begun is not None:
            return np.datetime64(self.begun.astimezone(UTC).replace(tzinfo=None), "us")
        if len(self.track):  # cleaned: every point has a time, in order
            return np.datetime64(self.track["time"].to_numpy()[0], "us")
        for frame in (self.laps, self.lengths):
            times = np.empty(0, "M8[us]") if frame is None else np.asarray(frame["start_time"], "M8[us]")
            if len(times := times[~np.isnat(times)]):
                return times.min()
        return np.datetime64("NaT", "us")

    @cached_property
    def seconds(self) -> np.ndarray:
        return (self.track["time"].to_numpy("datetime64[us]") - self.start).astype(np.int64) / 1e6

    @cached_property
    def _series(self) -> DistanceSeries:
        """Distance against time as measured: the single source for all records."""
        pool_m = self.figure("pool_length_m")
        if self.sport == "swimming" and self.lengths is not None and len(self.lengths) and pool_m > 0:
            return way_of_lengths(self.lengths, self.start, pool_m)
        if len(self.track) < 2:
            return DistanceSeries()
        source = self.source or source_of(self.track)
        return way_of(self.seconds, self.track["distance"].to_numpy(), step_cap(self.sport), source)

    @cached_property
    def _believed(self) -> tuple[DistanceSeries, Cut]:
        way = self._series
        if self.is_vouched:
            return way, Cut()
        seen = way.pieces if way.seen is None else way.seen
        out = [grown(seen, window) for window in self.rejected.get("way", ())]
        glitch_s = inf if way.length_m else GLITCH_S  # no cars in a pool: everything there is a glitch
        pieces, cut = believed(
            without(way.pieces, out), self.sport, without(seen, out), glitch_s, way.length_m
        )
        return replace(way, pieces=pieces), cut

    @property
    def way(self) -> DistanceSeries:
        """Distance against time, without impossible stretches."""
        return self._believed[0]

    @property
    def cut(self) -> Cut:
        """What was cut out of the distance."""
        return self._believed[1]

    @cached_property
    def altitude(self) -> tuple[np.ndarray, np.ndarray]:
        """(seconds, altitude) where it is known, smoothed as for ascent, without stretches that were cut out."""
        altitude = self.track["altitude"].to_numpy(float)
        held = np.isfinite(altitude)
        if not held.any():
            return np.empty(0), np.empty(0)
        for begin, end in [*self.cut.long, *self.rejected.get("altitude", ())]:
            held &= (self.seconds < begin) | (self.seconds > end)
        seconds = self.seconds[held]
        return seconds, smooth(seconds, altitude[held]) if held.any() else np.empty(0)

    def best(self, distance: float) -> tuple[float, float, float] | None:
        """(elapsed s, start s, end s) of the fastest `distance` metres, cached."""
        if distance not in self._best:
            self._best[distance] = best_over(self.way.pieces, distance)
        return self._best[distance]

    def peaks(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """(highest mean, second it starts at, -1 for none) of power or heart rate over CURVE_DURATIONS, cached; None
        if the track has no such values. A silent power meter means no power."""
        if name not in self._peaks:
            values = self._sensor(name)
            self._peaks[name] = None
            if np.nanmax(values, initial=0.0) > 0:
                seconds, values = every_second(self.seconds, values, silent_is_zero=name == "power")
                best, start = mean_max(values, CURVE_DURATIONS)
                begin = np.where(start >= 0, seconds[start] if len(seconds) else -1.0, -1.0)
                self._peaks[name] = best, begin
        return self._peaks[name]

    def _sensor(self, name: str) -> np.ndarray:
        """A sensor's values, NaN where the user took them out and at the few values that are beyond any person."""
        values = self.track[name].to_numpy(float)
        wild = values > ceiling(name, 1.0) * (1 + MARGIN)
        if self.is_vouched or wild.sum() > SPIKES * len(values):
            wild = np.zeros(len(values), dtype=bool)
        for begin, end in self.rejected.get(name, ()):
            wild |= (self.seconds >= begin) & (self.seconds <= end)
        return np.where(wild, np.nan, values) if wild.any() else values

    def since_start(self, time: Any) -> float:
        return max(0.0, float((np.datetime64(time, "us") - self.start).astype(np.int64) / 1e6))

"""One activity as the record kinds see it. Registers nothing itself."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from milevault_core.metrics.climb import smooth
from milevault_core.records.best_effort import best_over
from milevault_core.records.mean_max import CURVE_DURATIONS, every_second, mean_max
from milevault_core.records.plausible import step_cap
from milevault_core.records.way import Way, source_of, way_of, way_of_lengths


@dataclass
class Performance:
    """track: cleaned (milevault_core.track). laps, lengths: formats.LAP_COLUMNS and LENGTH_COLUMNS.
    figures: what the activity's row says: distance_m, elapsed_s, moving_s, ascent_m, pool_length_m.
    source: "device" or "gps" where it is known, else found out."""

    track: pd.DataFrame
    sport: str
    laps: pd.DataFrame | dict[str, np.ndarray] | None = None
    lengths: pd.DataFrame | None = None
    figures: dict[str, float | None] = field(default_factory=dict)
    is_indoor: bool = False
    source: str = ""
    _best: dict = field(default_factory=dict, repr=False)
    _peaks: dict = field(default_factory=dict, repr=False)

    def figure(self, name: str) -> float:
        value = self.figures.get(name)
        return float("nan") if value is None else float(value)

    @cached_property
    def start(self) -> np.datetime64:
        """What the windows' seconds count from: the first point, else the first lap or length."""
        if len(self.track):  # cleaned: in order of time, each with one
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
    def way(self) -> Way:
        pool_m = self.figure("pool_length_m")
        if self.sport == "swimming" and self.lengths is not None and len(self.lengths) and pool_m > 0:
            return way_of_lengths(self.lengths, self.start, pool_m)
        if len(self.track) < 2:
            return Way()
        source = self.source or source_of(self.track)
        return way_of(self.seconds, self.track["distance"].to_numpy(), step_cap(self.sport), source)

    @cached_property
    def altitude(self) -> tuple[np.ndarray, np.ndarray]:
        """(seconds, altitude) where it is known, smoothed by a mean over 5 s."""
        altitude = self.track["altitude"].to_numpy(float)
        held = np.isfinite(altitude)
        if not held.any():
            return np.empty(0), np.empty(0)
        seconds = self.seconds[held]
        return seconds, smooth(seconds, altitude[held])

    def best(self, distance: float) -> tuple[float, float, float] | None:
        """(elapsed s, start s, end s) of the fastest `distance` metres, computed once."""
        if distance not in self._best:
            self._best[distance] = best_over(self.way.pieces, distance)
        return self._best[distance]

    def peaks(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """(highest mean, second it starts at, -1 for none) of power or heart rate over CURVE_DURATIONS, computed
        once; None where the track has nothing of it. A power meter that is silent means no power."""
        if name not in self._peaks:
            values = self.track[name].to_numpy(float)
            self._peaks[name] = None
            if np.nanmax(values, initial=0.0) > 0:
                seconds, values = every_second(self.seconds, values, silent_is_zero=name == "power")
                best, start = mean_max(values, CURVE_DURATIONS)
                begin = np.where(start >= 0, seconds[start] if len(seconds) else -1.0, -1.0)
                self._peaks[name] = best, begin
        return self._peaks[name]

    def since_start(self, time) -> float:
        return float((np.datetime64(time, "us") - self.start).astype(np.int64) / 1e6)

"""One activity as the record kinds see it. Registers nothing itself."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from milevault_core.records.best_effort import best_over
from milevault_core.records.plausible import step_cap
from milevault_core.records.way import Way, source_of, way_of, way_of_lengths


@dataclass
class Performance:
    """track: cleaned (milevault_core.track). laps, lengths: formats.LAP_COLUMNS and LENGTH_COLUMNS.
    figures: what the activity's row says: distance_m, elapsed_s, moving_s, ascent_m, pool_length_m.
    source: "device" or "gps" where it is known, else found out."""

    track: pd.DataFrame
    sport: str
    laps: pd.DataFrame | None = None
    lengths: pd.DataFrame | None = None
    figures: dict[str, float | None] = field(default_factory=dict)
    is_indoor: bool = False
    source: str = ""
    _best: dict = field(default_factory=dict, repr=False)

    def figure(self, name: str) -> float:
        value = self.figures.get(name)
        return float("nan") if value is None else float(value)

    @cached_property
    def start(self) -> np.datetime64:
        """What the windows' seconds count from: the first point, else the first lap or length."""
        for frame, column in ((self.track, "time"), (self.laps, "start_time"), (self.lengths, "start_time")):
            if frame is not None and len(frame) and frame[column].notna().any():
                return np.datetime64(frame[column].min(), "us")
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
        source = self.source or source_of(self.track, self.seconds)
        return way_of(self.seconds, self.track["distance"].to_numpy(), step_cap(self.sport), source)

    def best(self, distance: float) -> tuple[float, float, float] | None:
        """(elapsed s, start s, end s) of the fastest `distance` metres, computed once."""
        if distance not in self._best:
            self._best[distance] = best_over(self.way.pieces, distance)
        return self._best[distance]

    def since_start(self, time) -> float:
        return float((np.datetime64(time, "us") - self.start).astype(np.int64) / 1e6)

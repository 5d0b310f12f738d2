"""Generated activities as Recordings: exactly what reading their FIT files would give, without the files."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.demo import laps as lap_figures
from milevault_core.demo import truth
from milevault_core.demo.activity import activities
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import SERIAL
from milevault_core.demo.gps import MISSING
from milevault_core.demo.made import SCALES, Activity
from milevault_core.formats import LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS, Recording
from milevault_core.sports import INDOOR

_TRIGGERS = {number: word for word, number in lap_figures.TRIGGERS.items()}
_INTENSITIES = {number: word for word, number in lap_figures.INTENSITIES.items()}
# name in laps.py: (our name, scale)
_SCALED = {
    "elapsed_ms": ("elapsed_s", 1000.0), "timer_ms": ("timer_s", 1000.0), "distance_cm": ("distance_m", 100.0),
    "avg_speed": ("avg_speed", 1000.0), "max_speed": ("max_speed", 1000.0),
    "pool_length_cm": ("pool_length_m", 100.0),
}  # fmt: skip


def recordings(
    athlete: Athlete, start: int = 0, stop: int | None = None
) -> Iterator[tuple[Recording, truth.Truth]]:
    """The athlete's activities number `start` up to `stop` with their truth, in order of time."""
    for made in activities(athlete, start, stop):
        yield recording(made), truth.of(made)


def recording(made: Activity) -> Recording:
    """One generated activity as formats.read returns it for the file of fit_writer."""
    columns = {name: _scaled(name, values) for name, values in made.columns.items()}
    columns["time"] = _times(made, made.seconds)
    device = {"name": made.device.name, "kind": "Recorder", "serial": SERIAL, "software": 13.1}
    return Recording(
        sport=made.session.sport,
        start_time=datetime.fromtimestamp(made.start, UTC),
        track=track.from_columns(columns),
        sub_sport=made.sub_sport,
        laps=_laps(made),
        lengths=_lengths(made),
        sets=_sets(made),
        totals=_totals(made),
        timer=[(_times(made, go), _times(made, stop)) for go, stop in made.timer],
        details={"devices": [device]},
        device=made.device.name,
        utc_offset_s=made.utc_offset_s,
        session_s=float(made.elapsed_s),
        format="fit",
        is_indoor=made.sub_sport in INDOOR,
    )


def _times(made: Activity, seconds):
    """datetime64[us] of seconds since the start."""
    return (
        (np.asarray(seconds, dtype=np.int64) + made.start)
        .astype("datetime64[s]")
        .astype("datetime64[us]")[()]
    )


def _scaled(name: str, values: np.ndarray) -> np.ndarray:
    scale, offset = SCALES[name]
    return np.where(values == MISSING, np.nan, values / scale - offset)


def _laps(made: Activity) -> pd.DataFrame:
    found = lap_figures.laps(made)
    n = len(found["start"])
    frame: dict = {"start_time": _times(made, found["start"])}
    for name, values in found.items():
        ours, scale = _SCALED.get(name, (name, 1.0))
        frame[ours] = values / scale
    frame["trigger"] = [_TRIGGERS[number] for number in found["trigger"].tolist()]
    frame["intensity"] = [_INTENSITIES[number] for number in found["intensity"].tolist()]
    return pd.DataFrame({name: frame.get(name, np.full(n, np.nan)) for name in LAP_COLUMNS})


def _lengths(made: Activity) -> pd.DataFrame:
    if not made.lengths:
        return pd.DataFrame(columns=list(LENGTH_COLUMNS))
    start, took, strokes, stroke, active = (list(column) for column in zip(*made.lengths, strict=True))
    lasted = np.array(took, dtype=float)
    swum = [float(n) if a else np.nan for n, a in zip(strokes, active, strict=True)]
    return pd.DataFrame(
        {
            "start_time": _times(made, start), "elapsed_s": lasted, "timer_s": lasted, "strokes": swum,
            "stroke": [name or None for name in stroke], "is_active": pd.Series(active, dtype=object),
        }
    )  # fmt: skip


def _sets(made: Activity) -> pd.DataFrame:
    if not made.sets:
        return pd.DataFrame(columns=list(SET_COLUMNS))
    start, took, repetitions, kg, exercise, active = (list(column) for column in zip(*made.sets, strict=True))
    return pd.DataFrame(
        {
            "start_time": _times(made, start), "duration_s": np.array(took, dtype=float),
            "repetitions": np.array(repetitions, dtype=float), "weight_kg": np.array(kg, dtype=float),
            "exercise": [name or None for name in exercise], "is_active": pd.Series(active, dtype=object),
        }
    )  # fmt: skip


def _totals(made: Activity) -> dict[str, float]:
    found = {}
    for name, value in lap_figures.totals(made).items():
        ours, scale = _SCALED.get(name, (name, 1.0))
        found[ours] = value / scale
    return found

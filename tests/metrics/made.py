"""Tracks with one value per second, and their metrics, for the tests of metrics."""

import numpy as np

from milevault_core.metrics import Context, compute_all

START = np.datetime64("2026-06-01T08:00:00", "us")
COLUMNS = ("lat", "lon", "altitude", "distance", "speed", "heart_rate", "cadence", "power", "temperature")
ATHLETE = {"max_heart_rate": 190.0, "resting_heart_rate": 60.0, "threshold_heart_rate": 170.0, "is_female": 0.0,
           "threshold_power": 250.0, "threshold_speed": 4.0, "weight_kg": 70.0}  # fmt: skip


def track(seconds=None, **columns) -> dict[str, np.ndarray]:
    """A track as arrays; columns that are not given are missing. seconds: time of each point, by default 0, 1, 2 …"""
    count = len(next(iter(columns.values())))
    at = np.arange(count) if seconds is None else np.asarray(seconds)
    time = START + (np.asarray(at, float) * 1e6).astype("timedelta64[us]")
    missing = {name: np.full(count, np.nan) for name in COLUMNS}
    return {"time": time} | missing | {name: np.asarray(v, float) for name, v in columns.items()}


def computed(made: dict, sport: str = "cycling", athlete: dict | None = None, **more) -> dict[str, float]:
    """The winning value of every metric of a track."""
    return results(made, sport, athlete, **more).metrics


def results(made: dict, sport: str = "cycling", athlete: dict | None = None, **more):
    known = ATHLETE if athlete is None else athlete
    figures = {
        "distance_m": float(np.nanmax(made["distance"], initial=0.0)),
        "elapsed_s": float(len(made["time"]) - 1),
    }
    return compute_all(
        made, Context(sport, athlete=known, device=more.pop("device", {}), figures=figures), **more
    )

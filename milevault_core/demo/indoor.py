"""Treadmill and trainer: everything but positions."""

import numpy as np

from milevault_core.demo import body, draws, effort, exact, form
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity, device_of, start_of
from milevault_core.demo.plan import Session


def build(athlete: Athlete, session: Session) -> Activity:
    """A session of blocks at given efforts: ten minutes easy, then alternately four minutes hard and two easy."""
    source = draws.stream(athlete.seed, *session.names, "body")
    n = int(session.hours * 3600 * draws.uniform(source, 0.85, 1.15)) + 1
    second = np.arange(n)
    hard_block = (second > 600) & (second < n - 420) & ((second - 600) % 360 < 240)
    top = draws.uniform(source, 0.88, 1.0)
    hard = np.where(hard_block, top, 0.64)
    fit = form.form_on(athlete, session.day)
    columns: dict[str, np.ndarray] = {}
    if session.kind == "treadmill":
        speed = (
            np.rint(exact.lag(athlete.threshold_speed * fit * hard, 4.0) * 36.0) / 36.0
        )  # the belt has steps of 0.1 km/h
        columns["cadence"] = body.running_cadence(source, speed)
    else:
        watts = exact.lag(athlete.threshold_power * fit * hard, 4.0)
        speed = exact.lag(effort.cycling_speed(watts, np.zeros(n), athlete.weight_kg + 9.0), 10.0)
        columns["power"] = body.noisy_power(source, watts, 0.04)
        columns["cadence"] = body.cycling_cadence(source, speed, watts, np.zeros(n))
    s = np.concatenate([[0.0], np.cumsum(speed[1:])])
    columns["distance"] = np.rint(s * 100.0).astype(np.int64)
    columns["speed"] = np.rint(speed * 1000.0).astype(np.int64)
    resting = form.resting_on(athlete, session.day)
    columns["heart_rate"] = body.heart_rate(source, hard, resting, athlete.max_heart_rate, 20.0)
    columns["temperature"] = np.full(n, 21, dtype=np.int64)
    start, offset = start_of(session)
    step = 600
    laps = [(k, "time", "active") for k in range(step, n - 60, step)] + [(n - 1, "session_end", "active")]
    return Activity(
        athlete, session, start, offset, device_of(athlete, session), second, columns, timer=[(0, n - 1)],
        sub_sport="treadmill" if session.kind == "treadmill" else "indoor_cycling", lap_marks=laps,
        distance_m=float(s[-1]), moving_s=float(n - 1), calories=int(n / 3600 * 9.0 * athlete.weight_kg),
    )  # fmt: skip

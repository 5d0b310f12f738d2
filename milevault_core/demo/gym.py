"""Strength: sets of repetitions with a weight, rests between, and a heart rate that follows."""

import numpy as np

from milevault_core.demo import body, draws, form
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity, device_of, start_of
from milevault_core.demo.plan import Session

# exercise (FIT's exercise category): kilograms on the athlete's first day
EXERCISES = {"squat": 60.0, "bench_press": 45.0, "deadlift": 80.0, "row": 40.0, "lunge": 24.0, "plank": 0.0}


def build(athlete: Athlete, session: Session) -> Activity:
    """Four sets of each exercise in turn until the time is up; weights grow with the years and with form."""
    source = draws.stream(athlete.seed, *session.names, "body")
    fit = form.form_on(athlete, session.day)
    years = (session.day - athlete.first_day).days / 365.25
    until = session.hours * 3600
    sets: list[tuple] = []
    now = 120
    for exercise, kg in EXERCISES.items():
        heavy = round(kg * fit * (1.0 + 0.03 * years) / 2.5) * 2.5
        for _ in range(4):
            if now > until:
                break
            repetitions = draws.integer(source, 6, 12)
            took = repetitions * draws.integer(source, 3, 4)
            sets.append((now, took, repetitions, heavy, exercise, True))
            rest = draws.integer(source, 60, 120)
            sets.append((now + took, rest, None, None, "", False))
            now += took + rest
    n = now + 1
    second = np.arange(n)
    hard = np.full(n, 0.12)
    for start_s, took, *_, active in sets:
        if active:
            hard[start_s : start_s + took] = 0.75
    columns = {
        "heart_rate": body.heart_rate(
            source, hard, form.resting_on(athlete, session.day), athlete.max_heart_rate - 15
        ),
        "temperature": np.full(n, 23, dtype=np.int64),
    }
    start, offset = start_of(session)
    return Activity(
        athlete, session, start, offset, device_of(athlete, session), second, columns, timer=[(0, n - 1)],
        sub_sport="strength_training", lap_marks=[(n - 1, "session_end", "active")], sets=sets,
        moving_s=float(n - 1), calories=int(n / 3600 * 4.5 * athlete.weight_kg),
    )  # fmt: skip

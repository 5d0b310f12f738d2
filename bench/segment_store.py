"""Segments with the database: a new segment against 1,000 activities, and a new activity against 200 segments, as the
background step does it, including efforts, mean heart rates and the refined line."""

import time

import numpy as np

from bench import figure, scratch
from bench import simulate as sim
from bench.segment_tracks import SHAPES, degrees, piece
from milevault_core import store, track
from milevault_core.derive import clean
from milevault_core.derive.step import STEPS, steps_of
from milevault_core.segments.cells import track_cells
from milevault_core.segments.draw import draw
from milevault_core.segments.packed import pack_track
from milevault_core.store import marks
from milevault_core.store.activities import points
from milevault_core.store.segments import rows, tracks

ACTIVITIES, POINTS, HOMES, SEGMENTS = 1_000, 3_000, 4, 200
ROUNDS = 30
BARE = """INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s)
VALUES (%(u)s, 'running', to_timestamp(%(t)s), to_timestamp(%(t)s)::date, %(e)s) RETURNING id"""
FIRST_S = 1_500_000_000


def figures() -> list[dict]:
    rng = np.random.default_rng(5)
    homes = [rng.uniform(-20_000, 20_000, 2) for _ in range(HOMES)]
    with scratch.database() as user_id:
        ids, segments = [], []
        for first in range(0, ACTIVITIES, 100):
            with store.session() as session:
                for i in range(first, first + 100):
                    path = sim.way(rng, POINTS * 2.9, SHAPES[i % len(SHAPES)])
                    path = path - path[0] + homes[i % HOMES] + rng.normal(0, 3, 2)
                    ids.append(_keep(session, user_id, i, sim.resample(path, POINTS)))
                    if i < SEGMENTS:
                        part = piece(path, 100.0, 100.0 + float(rng.uniform(400, 2_500)))
                        segments.append(draw(*degrees(part)))
        with store.session() as session:
            made = [
                rows.add(session, user_id, f"S{i}", "run", one, "drawn") for i, one in enumerate(segments)
            ]
            store.raw(session).execute("ANALYZE")
        steps_of("athlete")
        step = STEPS["segment_efforts"]
        clean.clean_step(user_id, step)
        efforts = store.read("SELECT count(*)::float8 AS n FROM segment_efforts")["n"].iloc[0]
        one = _cost(user_id, step, [-i for i in made])
        new = _cost(user_id, step, ids)
    said = f"{efforts:,.0f} efforts of {ACTIVITIES * POINTS / 1e6:.0f} million points; median of {ROUNDS}"
    return [
        figure("stored: one segment against 1,000 activities", one[0], "ms CPU", "at most 60", said),
        figure("the same with what the database spends", one[1], "ms CPU", "", said),
        figure("stored: one new activity against 200 segments", new[0], "ms CPU", "at most 20", said),
        figure("the same with what the database spends", new[1], "ms CPU", "", said),
    ]


def _keep(session, user_id: int, number: int, xy: np.ndarray) -> int:
    """Store an activity with its points and the results of the previous step."""
    lat, lon = degrees(xy)
    seconds = np.arange(float(len(xy)))
    begun = FIRST_S + 86_400 * number
    raw = store.raw(session)
    ((activity,),) = raw.execute(BARE, {"u": user_id, "t": begun, "e": float(len(xy))}).fetchall()
    made = track.from_columns({
        "time": np.datetime64(begun, "s").astype("M8[us]") + (seconds * 1e6).astype("m8[us]"), "lat": lat, "lon": lon,
        "heart_rate": np.full(len(xy), 150.0), "altitude": 100 + 20 * np.sin(seconds / 300),
    })  # fmt: skip
    made["seq"] = 0
    points.copy_in(session, activity, track.arrays(made) | {"seq": np.zeros(len(xy), np.int16)})
    packed = pack_track(seconds, lat, lon)
    tracks.replace_track(session, user_id, activity, "run", track_cells(lat, lon).tolist(), packed)
    return int(activity)


def _cost(user_id: int, step, marked: list[int]) -> tuple[float, float]:
    """CPU milliseconds per mark: the median of this process, and the mean of it and the database together."""
    spent, both = [], 0.0
    for n, one in enumerate(marked[: ROUNDS + 3]):
        with store.session() as session:
            marks.mark_steps(session, user_id, one, (step.name,))
        cpu, begin = scratch.Cpu(), time.process_time()
        clean.clean_step(user_id, step)
        took = time.process_time() - begin
        if n >= 3:  # warm
            spent.append(took)
            both += sum(cpu.read())
    return float(np.median(spent)) * 1_000, both / len(spent) * 1_000

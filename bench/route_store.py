"""Routes with the database: one new activity against an archive, matching everything again, memory."""

import gc
from time import process_time
from typing import Any

import numpy as np

from bench import scratch
from bench.ingest import resident_mb
from bench.route_archive import Activity, activities
from milevault_core import store, track
from milevault_core.derive import clean
from milevault_core.derive.step import STEPS, steps_of
from milevault_core.formats import Recording
from milevault_core.routes.prepare import prepare
from milevault_core.store import marks
from milevault_core.store.activities import points, save
from milevault_core.store.routes import lines

BARE = """INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s)
VALUES (%(u)s, 'running', to_timestamp(%(t)s), to_timestamp(%(t)s)::date, %(e)s) RETURNING id"""


def _keep_line(session, user_id: int, one: Activity) -> None:
    """Store an activity as matching needs it: its row and its line. Its points would only cost time."""
    prepared = prepare(one.track.seconds, one.track.lat, one.track.lon)
    row = {"u": user_id, "t": one.start_us / 1e6, "e": float(one.track.seconds[-1])}
    ((activity_id,),) = store.raw(session).execute(BARE, row).fetchall()
    lines.replace_line(session, user_id, activity_id, "run", prepared)


def recording(one: Activity) -> Recording:
    """The activity as a reader would return it."""
    time = np.datetime64(one.start_us, "us") + np.round(one.track.seconds * 1e6).astype("timedelta64[us]")
    made = track.from_columns({"time": time, "lat": one.track.lat, "lon": one.track.lon})
    return Recording("running", track.aware(time[0]), made)


def measure(stored: int, new: int) -> dict[str, Any]:
    """CPU seconds (of this process, or with the database's), and memory in MB."""
    invented = activities(stored + new)
    with scratch.database() as user_id:
        for _ in range(0, stored, 250):
            with store.session() as session:
                for _, one in zip(range(250), invented, strict=False):
                    _keep_line(session, user_id, one)
        with store.session() as session:
            marks.mark_steps(session, user_id, 0, ("routes",))
            store.raw(session).execute("ANALYZE")
        steps_of("athlete", "routes")
        routes, profiles = STEPS["routes"], STEPS["route_profiles"]
        cpu = scratch.Cpu()
        clean.clean_step(user_id, routes)
        anew = sum(cpu.read())
        clean.clean(user_id, "routes")  # nothing to compare, because the stored activities have no points
        ours, both, profiling, memory = [], 0.0, [], 0.0
        for number, one in enumerate(invented):
            with store.session() as session:
                save.save_activity(session, user_id, recording(one))
            clean.clean(user_id)
            points._written.clear()
            cpu, start = scratch.Cpu(), process_time()
            clean.clean_step(user_id, routes)
            ours.append(process_time() - start)
            both += sum(cpu.read())
            start = process_time()
            clean.clean_step(user_id, profiles)
            profiling.append(process_time() - start)
            if number == new // 4:
                gc.collect()
                memory = resident_mb()
        gc.collect()
        return {
            "anew": anew, "one": np.array(ours), "one_both": both / max(1, len(ours)),
            "profile": np.array(profiling), "gained": resident_mb() - memory, "memory": resident_mb(),
        }  # fmt: skip

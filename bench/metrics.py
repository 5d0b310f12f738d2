"""`manage.py bench metrics`: what the metrics of an hour cost, how fast many activities are recomputed, and what the
Trends page costs with 5,000 of them."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

import numpy as np

from bench import figure, scratch
from bench.hour import hour_fit
from milevault_core import store
from milevault_core.activities.prepare import prepare
from milevault_core.derive import clean
from milevault_core.formats import read
from milevault_core.imports import files
from milevault_core.metrics import Context, compute_all
from milevault_core.metrics.shared import once_a_track
from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.store import engine, marks
from milevault_core.training import grade_curve
from milevault_core.training.zones import time_in_zones
from milevault_core.view import format as fmt
from milevault_core.view.training import forecasts as forecast_view
from milevault_core.view.training import form as form_view
from milevault_core.view.training import trends as view

ATHLETE = {"max_heart_rate": 190.0, "resting_heart_rate": 50.0, "threshold_heart_rate": 168.0, "is_female": 0.0,
           "threshold_power": 250.0, "threshold_speed": 4.0, "weight_kg": 70.0, "critical_power": 255.0,
           "w_prime_j": 18_000.0}  # fmt: skip
RECOMPUTED, ACTIVITIES = 200, 5_000
SECTIONS = ("volume", "form", "intensity", "efficiency", "curves", "forecast", "streaks")


def run() -> list[dict]:
    recording = read(hour_fit(1), "hour.fit").recordings[0]
    track = prepare(recording, lambda: "UTC").columns
    loop_ms = _best_ms(lambda: _loop(track["power"]))
    costs = {sport: _best_ms(lambda s=sport: _all(track, s)) for sport in ("cycling", "running")}  # type: ignore[misc]
    against = f"a loop in Python over its power: {loop_ms:.1f} ms"
    found = [
        figure(f"all metrics and zones of one hour, {sport}", ms, "ms", "at most 8", against)
        for sport, ms in costs.items()
    ]
    with scratch.database() as user_id:
        found += _recomputed(user_id)
    with scratch.database() as user_id:
        found += _trends(user_id)
    return found


def _all(track: dict, sport: str) -> None:
    context = Context(sport, athlete=ATHLETE, figures={"distance_m": 12_000.0, "elapsed_s": 3_600.0})
    with once_a_track():
        compute_all(track, context)
        time_in_zones(track, context, {})
        if sport == "running":
            grade_curve.sums(track)


def _loop(power: np.ndarray) -> float:
    """The fourth power of the 30 s rolling mean, second by second: the vectorised version is compared with it."""
    total, window = 0.0, []
    for value in power.tolist():
        window.append(value)
        if len(window) > 30:
            window.pop(0)
        total += (sum(window) / 30) ** 4
    return total


def _recomputed(user_id: int) -> list[dict]:
    batch = files.begin(user_id, "command")
    for number in range(RECOMPUTED):
        for item in files.add(user_id, batch, f"{number}.fit", hour_fit(number)):
            files.process(item)
    clean.clean(user_id)
    own = _a_second(user_id, "metrics")
    return [
        figure("one-hour activities computed again a second, on two cores", own, "a second", "at least 100",
               "CPU of ours and of the database; best efforts follow where a column changed, here nowhere"),
        figure("the same with their best efforts and curves", _a_second(user_id, "metrics", "efforts"), "a second"),
    ]  # fmt: skip


def _a_second(user_id: int, *steps: str) -> float:
    with store.session() as session:
        for step in steps:
            marks.raise_version(session, step, "another", "activity")
    cpu = scratch.Cpu()
    clean.clean_activities(user_id)
    return 2 * RECOMPUTED / sum(cpu.read())


_MAKE = """
INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s, moving_s, distance_m, ascent_m,
                        avg_heart_rate, fingerprint)
SELECT %(u)s, CASE WHEN n %% 3 = 0 THEN 'running' ELSE 'cycling' END,
       now() - (%(n)s - n) * interval '17.5 hours', (now() - (%(n)s - n) * interval '17.5 hours')::date,
       5000, 4800, 15000 + n %% 40000, 100, 150, n::text FROM generate_series(1, %(n)s) n
"""
_TRAIN = """
INSERT INTO activity_training (activity_id, metrics, inputs, zones)
SELECT id, jsonb_build_object('load', 40 + id %% 90, 'load_basis', 1, 'easy_s', 3000, 'moderate_s', 600, 'hard_s', 300,
    'efficiency_factor', 1.4 + (id %% 30) / 100.0, 'decoupling', id %% 7, 'normalized_power', 200) || %(more)s::jsonb,
    '{"athlete": {"threshold_heart_rate": 165}}', %(zones)s FROM activities WHERE user_id = %(u)s
"""
_RACES = """
INSERT INTO activity_efforts (activity_id, user_id, kind, key, value, t0_s, t1_s, source)
SELECT a.id, a.user_id, 'best_time', d, d / (4.0 + (a.id %% 10) / 20.0), 0, 60, 'device' FROM activities a,
    unnest(ARRAY[1000, 1500, 3000, 5000, 10000]::float8[]) d WHERE a.user_id = %(u)s AND a.sport = 'running'
"""
_CURVES = """
INSERT INTO activity_curves (activity_id, name, values)
SELECT id, 'power', %(v)s FROM activities WHERE user_id = %(u)s AND sport = 'cycling'
"""


def _trends(user_id: int) -> list[dict]:
    """What pages/trends.py does, without Streamlit's own part: CPU, statements and bytes of each section."""
    zones = {"heart_rate": {"bounds": [130, 140, 150, 160], "first": 1, "method": "threshold",
                            "seconds": [900, 1200, 900, 400, 200]}}  # fmt: skip
    with store.session() as session:
        connection = engine.raw(session)
        connection.execute(_MAKE, {"u": user_id, "n": ACTIVITIES})
        more = {f"another_{n}": 1234.5678 for n in range(20)}
        connection.execute(_TRAIN, {"u": user_id, "more": json.dumps(more), "zones": json.dumps(zones)})
        connection.execute(_RACES, {"u": user_id})
        curve = (150 + 600 * np.asarray(CURVE_DURATIONS, float) ** -0.3).astype("<f4").tobytes()
        connection.execute(_CURVES, {"u": user_id, "v": curve})
        for table in ("activities", "activity_training", "activity_efforts", "activity_curves"):
            connection.execute(f"ANALYZE {table}")
    out = []
    for section in SECTIONS:
        _section(user_id, section)
        costs = []
        for _ in range(5):
            cpu = scratch.Cpu()
            size, statements = _section(user_id, section)
            costs.append(1000 * sum(cpu.read()))
        out.append(
            figure(f"Trends, {section}, 5,000 activities, all CPU", median(costs), "ms", "at most 250")
        )
        out.append(figure(f"Trends, {section}, SQL statements", statements, "", "at most 8"))
        out.append(figure(f"Trends, {section}, to the browser", size / 1e6, "MB", "at most 1"))
    return out


def _section(user_id: int, section: str) -> tuple[int, int]:
    """(bytes of the charts, statements) of a section over all time."""
    from milevault_core.store.queries import records
    from milevault_core.store.queries import training as queries
    from milevault_core.training import eddington, forecast, streaks

    before, counted = store.read, [0]

    def counting(*args, **more):
        counted[0] += 1
        return before(*args, **more)

    store.read = counting
    try:
        today, units = date.today(), fmt.METRIC  # noqa: DTZ011
        queries.waiting(user_id)
        queries.stamp(user_id)
        every = queries.history(user_id)
        first, specs = today - timedelta(days=3650), []
        match section:
            case "volume":
                specs += [view.volume_chart(every, every, "month", "moving_s", units),
                          view.cumulative_chart(every, "moving_s", units, today)]  # fmt: skip
            case "form":
                form = form_view.daily_form(every, today)
                specs += [
                    form_view.form_chart(form, first, today),
                    form_view.context_chart(form, first, today),
                ]
            case "intensity":
                specs += [view.intensity_chart(every, "month"),
                          view.zone_chart(queries.zone_seconds(user_id, "heart_rate", "cycling"), "month")]  # fmt: skip
            case "efficiency":
                specs += [view.dots_chart(every, "efficiency_factor", "Efficiency", 2),
                          view.dots_chart(every, "decoupling", "Decoupling", 1)]  # fmt: skip
            case "curves":
                stored = records.curves(user_id, "cycling", "power")
                spans = {
                    name: best
                    for name, days in (("one", (first, today)), ("two", (first, today - timedelta(days=365))))
                    if (best := view.best_of(stored, *days)) is not None
                }
                specs.append(view.curve_chart(spans, CURVE_DURATIONS, "power", "cycling", units))
            case "forecast":
                specs.append(
                    forecast_view.score_chart(
                        forecast.scores(forecast_view.race_efforts(queries.race_efforts(user_id)))
                    )
                )
            case "streaks":
                specs.append(
                    view.eddington_chart(eddington.history(every["local_day"], every["distance_m"]), units)
                )
                streaks.longest_and_current(every["local_day"].tolist(), today)
    finally:
        store.read = before
    return sum(len(json.dumps(spec)) for spec in specs), counted[0]


def _best_ms(work: Callable[[], object], runs: int = 15) -> float:
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best * 1000

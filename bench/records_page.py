"""The Records page of an athlete with 5,000 activities: the efforts and curves are invented, everything after them is
real. Part of `manage.py bench records`."""

from datetime import date

import numpy as np

from bench import figure, scratch
from milevault_core import store
from milevault_core.derive import clean
from milevault_core.derive.step import Step, steps_of
from milevault_core.records.best_time import DISTANCES
from milevault_core.records.curve import best_curves
from milevault_core.records.mean_max import CURVE_DURATIONS, RECORD_DURATIONS
from milevault_core.store import engine, marks
from milevault_core.store.queries import records as queries
from milevault_core.view import format as fmt
from milevault_core.view.records import charts
from milevault_core.view.records import tables as view

ACTIVITIES, STEP = 5_000, "personal_records"
_MAKE = """
INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s, moving_s, distance_m, fingerprint)
SELECT %(u)s, CASE WHEN n %% 3 = 0 THEN 'running' ELSE 'cycling' END, '2011-01-01'::timestamptz + n * interval '1 day',
       '2011-01-01'::date + n, 5000, 5000, 15000, n::text FROM generate_series(1, %(n)s) n
"""
_EFFORTS = """
INSERT INTO activity_efforts (activity_id, user_id, kind, key, value, t0_s, t1_s, source)
SELECT a.id, a.user_id, e.kind, e.key, e.value * (0.9 + 0.2 * random()), 0, 60, 'device'
FROM activities a JOIN unnest(%(sport)s::text[], %(kind)s::text[], %(key)s::float8[], %(value)s::float8[])
    AS e (sport, kind, key, value) ON e.sport = a.sport WHERE a.user_id = %(u)s
"""
_CURVES = """
INSERT INTO activity_curves (activity_id, name, values)
SELECT a.id, c.name, c.values FROM activities a,
    unnest(%(name)s::text[], %(values)s::bytea[]) WITH ORDINALITY AS c (name, values, n)
WHERE a.user_id = %(u)s AND (c.n - 1) / 3 = a.id %% 50
"""


def figures() -> list[dict]:
    with scratch.database() as user_id:
        _fill(user_id)
        step = {s.name: s for s in steps_of("athlete")}[STEP]
        from_nothing = _cpu_ms(lambda: _again(user_id, step, 0))
        newest = int(store.read("SELECT max(id) AS id FROM activities")["id"].iloc[0])
        one_more = _cpu_ms(lambda: _again(user_id, step, newest))
        _open(user_id, "times")  # warm: connections, imports
        page = min(_cpu_ms(lambda: _open(user_id, "times")) for _ in range(5))
        everything = min(_cpu_ms(lambda: _open(user_id, "")) for _ in range(5))
    return [
        figure("records of 5,000 activities from nothing, all CPU", from_nothing, "ms"),
        figure("the same after a change of one, all CPU", one_more, "ms"),
        figure("Records page of 5,000 activities, all CPU of the server", page, "ms", "at most 150"),
        figure("the same with every kind at once", everything, "ms"),
    ]


def _fill(user_id: int) -> None:
    rng = np.random.default_rng(7)
    rows = [("running", "best_time", d, d / 3.5) for d in DISTANCES["running"][:11]]
    rows += [("cycling", "best_time", d, d / 8.0) for d in DISTANCES["cycling"]]
    for sport in ("running", "cycling"):
        rows += [(sport, "heart_rate", d, 170.0) for d in RECORD_DURATIONS]
        rows += [(sport, kind, 0.0, 5_000.0) for kind in ("longest_distance", "longest_time", "most_climb")]
    rows += [("cycling", "power", d, 250.0) for d in RECORD_DURATIONS]
    names = ("sport", "kind", "key", "value")
    columns = zip(*((s, kind, float(key), value) for s, kind, key, value in rows), strict=True)
    efforts: dict = {"u": user_id} | {n: list(c) for n, c in zip(names, columns, strict=True)}
    fall = np.linspace(1.5, 1.0, len(CURVE_DURATIONS))
    level = {"power": 250.0, "heart_rate": 160.0, "speed": 4.0}
    curves = [
        (n, (v * fall * rng.uniform(0.8, 1.0)).astype("<f4").tobytes())
        for _ in range(50)
        for n, v in level.items()
    ]
    with store.session() as session:
        connection = engine.raw(session)
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_MAKE, {"u": user_id, "n": ACTIVITIES})
        connection.execute(_EFFORTS, efforts)
        packed = {"name": [n for n, _ in curves], "values": [v for _, v in curves]}
        connection.execute(_CURVES, {"u": user_id} | packed)
        for table in ("activities", "activity_efforts", "activity_curves"):
            connection.execute(f"ANALYZE {table}")


def _again(user_id: int, step: Step, activity_id: int) -> None:
    with store.session() as session:
        if activity_id:  # as if it had just been imported
            engine.raw(session).execute(
                "UPDATE record_seen SET counted = '[]' WHERE activity_id = %s", (activity_id,)
            )
        marks.mark_steps(session, user_id, activity_id, (step.name,))
    clean.clean_step(user_id, step)


def _open(user_id: int, section: str, sport: str = "running") -> None:
    """What pages/records.py does, without Streamlit's own part."""
    units, today = fmt.METRIC, date(2024, 9, 1)
    queries.sports(user_id)
    waiting = queries.waiting(user_id)
    rows = view.at_place(queries.of_sport(user_id, sport), "outdoor")
    view.heads(rows, sport, units)
    for name in [section] if section else view.sections(rows):
        view.table(view.shown(rows, name, None), rows, waiting, units, None)
        view.season_table(rows, name, units)
    choices = list(view.choices(rows))
    charts.progression(view.chosen(rows, choices[0]), units, today)
    queries.curve_stamp(user_id, sport)
    for name in charts.curve_titles(sport, section):
        charts.curve(best_curves(queries.curves(user_id, sport, name), today), name, sport, units)
    queries.decided(user_id)
    queries.left_out(user_id)


def _cpu_ms(work) -> float:
    cpu = scratch.Cpu()
    work()
    return 1000 * sum(cpu.read())

"""`manage.py bench truth_made`: the invented athlete's dirty twin (demo/dirty.py) through the real import, compared
with the exact truth, and the clean twin for comparison. `bench make D` prints the same for what it has made."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from bench import figure, scratch
from milevault_core import store
from milevault_core.demo import dirty, make, truth
from milevault_core.demo.activity import activities
from milevault_core.demo.athlete import Athlete, sized
from milevault_core.demo.truth import Truth
from milevault_core.derive import clean

ACTIVITIES = 120
TIMED_M = (1000.0, 5000.0, 10_000.0)
LEAST_M = {"distance_m": 500.0, "ascent_m": 50.0, "moving_s": 300.0}  # least true value for a relative error


def run() -> list[dict]:
    (athlete,) = sized("D")
    with scratch.database() as user_id:
        batch = make.begin(user_id, athlete)
        make.some_dirty(user_id, batch, athlete, 0, ACTIVITIES)
        _derive(user_id)
        found = [f | {"name": f"dirty twin: {f['name']}"} for f in figures_of(user_id, athlete, ACTIVITIES)]
    with scratch.database() as user_id:
        make.some(user_id, make.begin(user_id, athlete), athlete, 0, ACTIVITIES)
        _derive(user_id)
        names = {f"{made.key}.fit": truth.of(made) for made in activities(athlete, 0, ACTIVITIES)}
        table = _table(user_id, names)
        clean_twin = [*_errors(table), *_records(user_id, names.values()), *_routes(user_id, names)]
        found += [figure(f"clean twin: {f['name']}", f["value"], f["unit"]) for f in clean_twin]
    return found


def figures_of(user_id: int, athlete: Athlete, stop: int | None = None) -> list[dict]:
    """What the dirty twin became in this account, compared with the truth."""
    lives = list(_truths(athlete, stop))
    own = {files[0]: one for files, one in lives}
    copies = {name: files[0] for files, _ in lives for name in files[1:]}
    ids = _ids(user_id)
    table = _table(user_id, own)
    made = len(store.read("SELECT 1 FROM activities WHERE user_id = $1", (user_id,)))
    merged = sum(ids.get(copy) == ids.get(name) for copy, name in copies.items())
    counted = table[~table["date_doubted"]]
    for kind, rows in counted.groupby("kind"):
        errors = " ".join(f"{name} {_worst(rows, name):5.1f} %" for name in LEAST_M)
        print(f"  {kind:<32} {len(rows):>4}  worst off: {errors}", file=sys.stderr)
    return [
        figure("activities that are not one workout each", abs(made - len(lives)), "", "at most 0"),
        figure("copies found", 100 * merged / max(1, len(copies)), "%", "at least 100"),
        figure("dates judged wrongly", (table["is_doubted"] != table["date_doubted"]).sum(), "", "at most 0"),
        *_errors(counted),
        figure("days whose totals are not their activities'", _days_off(user_id), "", "at most 0"),
        *_records(user_id, [one for _, one in lives if not one["date_doubted"]]),
        *_routes(user_id, own),
    ]


def _truths(athlete: Athlete, stop: int | None) -> Iterator[tuple[list[str], Truth]]:
    for one in dirty.life(athlete, 0, stop):
        yield [name for name, _ in one.files], one.truth


def _derive(user_id: int) -> None:
    clean.clean(user_id)
    clean.clean(user_id, "routes")


def _ids(user_id: int) -> dict[str, int]:
    """File name -> activity id; for a file in a zip, the zip's name."""
    items = store.read("SELECT name, activities FROM import_items WHERE user_id = $1", (user_id,))
    return {
        name.partition("/")[0]: int(ids[0])
        for name, ids in zip(items["name"], items["activities"], strict=True)
        if len(ids)
    }


def _table(user_id: int, truths: dict[str, Truth]) -> pd.DataFrame:
    """One row per activity: the stored values, and the true values as true_NAME."""
    ids = _ids(user_id)
    stored = store.read(
        "SELECT id, date_doubted, distance_m, moving_s, elapsed_s, ascent_m FROM activities WHERE user_id = $1",
        (user_id,),
    ).set_index("id")
    rows = []
    for name, one in truths.items():
        row = stored.loc[ids[name]]
        rows.append(
            {"kind": one["kind"], "date_doubted": one.get("date_doubted", False), "is_doubted": row["date_doubted"]}
            | {n: row[n] for n in LEAST_M} | {f"true_{n}": one[n] for n in LEAST_M}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _off(rows: pd.DataFrame, name: str) -> np.ndarray:
    """How far a figure is off, in percent, where the truth is large enough."""
    rows = rows[rows[f"true_{name}"] >= LEAST_M[name]]
    there, true = rows[name].fillna(0).to_numpy(float), rows[f"true_{name}"].to_numpy(float)
    return 100 * np.abs(there / true - 1)


def _worst(rows: pd.DataFrame, name: str) -> float:
    off = _off(rows, name)
    return float(off.max()) if len(off) else 0.0


BUDGETS = {"distance_m": (0.5, 10), "moving_s": (0.5, 5), "ascent_m": (4, 15)}


def _errors(table: pd.DataFrame) -> list[dict]:
    found = []
    for name, (median, most) in BUDGETS.items():
        off = _off(table, name)
        words = name.rpartition("_")[0]
        found.append(figure(f"{words} off, median", float(np.median(off)), "%", f"at most {median}"))
        found.append(
            figure(f"{words} off, 90th percentile", float(np.percentile(off, 90)), "%", f"at most {most}")
        )
    return found


def _days_off(user_id: int) -> int:
    return len(
        store.read(
            "SELECT 1 FROM (SELECT local_day AS day, sport, count(*) AS n, sum(coalesce(moving_s, elapsed_s)) AS s "
            "FROM activities WHERE user_id = $1 AND NOT is_transition AND NOT date_doubted GROUP BY 1, 2) a "
            "FULL JOIN (SELECT day, sport, activity_count AS n, moving_s AS s FROM day_totals WHERE user_id = $1) t "
            "USING (day, sport) "
            "WHERE a.n IS DISTINCT FROM t.n OR abs(a.s - t.s) > 1",
            (user_id,),
        )
    )


def _records(user_id: int, truths: Iterable[Truth]) -> list[dict]:
    """The best running times, counted or waiting for their owner's answer, compared with the true best times."""
    best: dict[float, float] = defaultdict(lambda: np.inf)
    for one in truths:
        if one["sport"] == "running":
            for metres in TIMED_M:
                best[metres] = min(best[metres], one["efforts"].get(metres, np.inf))
    held = store.read(
        "SELECT key, min(value) AS value FROM (SELECT user_id, kind, sport, is_indoor, key, value "
        "FROM personal_records UNION ALL SELECT user_id, kind, sport, is_indoor, key, value FROM record_waiting) w "
        "WHERE user_id = $1 AND kind = 'best_time' AND sport = 'running' AND NOT is_indoor GROUP BY key",
        (user_id,),
    )
    found = dict(zip(held["key"].astype(float), held["value"], strict=True))
    off = [
        100 * abs(found.get(metres, 0.0) / best[metres] - 1)
        for metres in TIMED_M
        if np.isfinite(best[metres])
    ]
    return [figure("best times of 1, 5 and 10 km off, worst", max(off), "%", "at most 2")]


def _routes(user_id: int, truths: dict[str, Truth]) -> list[dict]:
    """The share of pairs on the same path that are on one route, and the number of pairs on one route with different
    paths."""
    ids = _ids(user_id)
    stored = store.read("SELECT activity_id, route FROM route_members WHERE user_id = $1", (user_id,))
    on = dict(zip(stored["activity_id"], stored["route"], strict=True))
    ways = [
        (on[ids[name]], one["route_id"], (one["direction"], one["start_shift"], one["route_laps"]))
        for name, one in truths.items()
        if one["route_id"] and ids[name] in on
    ]
    together = apart = false = 0
    for k, (route, way, how) in enumerate(ways):
        for other_route, other_way, other_how in ways[k + 1 :]:
            if (way, how) == (other_way, other_how):
                together += route == other_route
                apart += route != other_route
            elif way != other_way:
                false += route == other_route
    return [
        figure(
            "pairs of one way on one route", 100 * together / max(1, together + apart), "%", "at least 95"
        ),
        figure("pairs of different ways on one route", false, "", "at most 0"),
    ]

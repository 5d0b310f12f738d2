"""`manage.py bench truth [folder]`: how accurate the figures are, for real files (the folder, else MILEVAULT_SAMPLES,
else shared/data/activities beside the project) and for the generated athlete, whose true values are known to the metre.

- fidelity: our figures of FIT sessions compared with garmin-fit-sdk, the share within 0.5 %. What our judgement drops
  or recomputes (and reports as a problem) is an exception and counted separately.
- ascent: our computation compared with the device's, for files with a barometer and 50 m or more.
- moving time: ours compared with the device's, where the file has one.
- contradictions between the figures of one activity, and figures that are NaN: none.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bench import figure, truth_made
from milevault_core import config, formats
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.demo import dirty, truth
from milevault_core.demo.activity import activities
from milevault_core.demo.athlete import sized
from milevault_core.demo.fit_writer import write_activity
from milevault_core.metrics import Context
from milevault_core.metrics.climb import climbed
from milevault_core.metrics.moving import moving_s
from milevault_core.problems import BadFile

SDK_MOST = 1_500_000  # bytes; the SDK takes a minute for the largest
WITHIN = 0.005
# GPS devices without a barometer, and virtual worlds: their ascent is no reference.
NO_BAROMETER = ("Zwift", "Onelap", "TomTom", "Forerunner 110", "Forerunner 220", "Forerunner 310", "Edge 200",
                "Forerunner 245", "PACE 2", "Bryton 1901")  # fmt: skip
# Where one of these problems was reported, the session's figure does not count.
_EXCEPTIONS = frozenset(
    ("total_dropped", "distance_calibrated", "distance_recomputed", "untravelled", "points_end_early", "dates_moved",
     "altitudes_dropped", "values_dropped", "summary_short")
)  # fmt: skip


def run(folder: str = "") -> list[dict]:
    found = Path(
        folder or os.environ.get("MILEVAULT_SAMPLES") or config.ROOT.parent / "shared/data/activities"
    )
    rows: list[dict] = []
    if found.is_dir():
        made = [(name, data, p) for name, data in _files(found) for p in _prepared(data, name)]
        rows += _fidelity(made)
        rows += _against_devices([p for _, _, p in made])
        rows += _sound("files", [p for _, _, p in made])
    rows += _receiver()
    rows += _athlete()
    rows += _sound("dirty twin", [p for name, data in _dirty_files() for p in _prepared(data, name)])
    return rows + truth_made.run()


def _dirty_files() -> Iterator[tuple[str, bytes]]:
    (athlete,) = sized("D")
    for one in dirty.life(athlete, 0, truth_made.ACTIVITIES):
        yield from (file for file in one.files if not file[0].endswith(".zip"))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".tsv":
            yield path.name, path.read_bytes()


def _prepared(data: bytes, name: str) -> list[Prepared]:
    try:
        reading = formats.read(data, name)
    except BadFile:
        return []
    out = []
    for recording in reading.recordings if reading.kind == "activity" else []:
        told = dict(recording.totals)
        try:
            one = prepare(recording, lambda: "UTC")
        except BadFile:
            continue
        one.facts["told"] = told
        out.append(one)
    return out


def _fidelity(made: list[tuple[str, bytes, Prepared]]) -> list[dict]:
    """Shares within WITHIN of what garmin-fit-sdk finds in the session messages of the same file."""
    names = {"distance_m": "total_distance", "timer_s": "total_timer_time", "avg_heart_rate": "avg_heart_rate",
             "avg_power": "avg_power"}  # fmt: skip
    compared: dict[str, list[bool]] = {name: [] for name in (*names, "points", "laps")}
    exceptions = 0
    by_file: dict[str, list[Prepared]] = {}
    for name, data, one in made:
        if one.facts["format"] == "fit" and len(data) <= SDK_MOST:
            by_file.setdefault(name, []).append(one)
    for name, mine in by_file.items():
        data = next(d for n, d, _ in made if n == name)
        sessions, records, laps = _sdk(data)
        if len(sessions) != len(mine):
            continue
        for session, one in zip(sessions, mine, strict=True):
            said = {p.code for p in one.recording.problems}
            for ours, theirs in names.items():
                value, told = one.row[ours], session.get(theirs)
                if not isinstance(told, int | float) or not told:
                    continue
                if said & _EXCEPTIONS and not _near(value, told):
                    exceptions += 1
                    continue
                compared[ours].append(_near(value, told))
        if records:
            compared["points"].append(sum(p.facts["point_count"] for p in mine) >= 0.995 * records)
        compared["laps"].append(sum(len(p.recording.laps) for p in mine) in (laps, max(laps, len(mine))))
    rows = [
        figure(
            f"{name}: as garmin-fit-sdk has it, of {len(hits)}",
            100 * float(np.mean(hits)),
            "%",
            "at least 95",
        )
        for name, hits in compared.items()
        if hits
    ]
    return [*rows, figure("figures that differ because the judgement says why", exceptions, "")]


def _sdk(data: bytes) -> tuple[list[dict], int, int]:
    """(sessions, moments of records with anything in them, laps) by garmin-fit-sdk."""
    try:
        from garmin_fit_sdk import Decoder, Stream

        messages, _ = Decoder(Stream.from_bytes_io(io.BytesIO(data))).read()
    except Exception:  # it refuses files that we can partly read
        return [], 0, 0
    moments = {r.get("timestamp") for r in messages.get("record_mesgs", ()) if r.get("timestamp")}
    return (
        [dict(s) for s in messages.get("session_mesgs", [])],
        len(moments),
        len(messages.get("lap_mesgs", [])),
    )


def _near(ours: float | None, theirs: float) -> bool:
    return ours is not None and abs(ours - theirs) <= WITHIN * abs(theirs) + 0.51


def _against_devices(made: list[Prepared]) -> list[dict]:
    ascents, moving = [], []
    for one in made:
        told, columns = one.facts["told"], one.columns
        climb = told.get("ascent_m", 0.0)
        barometer = one.facts["format"] == "fit" and not any(n in one.row["device"] for n in NO_BAROMETER)
        if barometer and climb >= 50 and np.isfinite(columns["altitude"]).sum() > 100 and one.row["ascent_m"]:
            ascents.append(abs(climbed(columns)[0] / climb - 1))
        # A timer that stops when the athlete stops also gives the moving time.
        stops = (
            told.get("timer_s", 0.0) < told.get("elapsed_s", 0.0) - 30 and one.recording.sport != "swimming"
        )
        reference = told.get("moving_s", told.get("timer_s", 0.0) if stops else 0.0)
        if reference > 600 and np.nanmax(columns["distance"], initial=0.0) > 1000:
            moving.append(abs(moving_s(columns, Context(one.recording.sport)) / reference - 1))
    rows = []
    if ascents:
        rows += [
            figure(
                f"ascent against {len(ascents)} barometers, median",
                100 * np.median(ascents),
                "%",
                "at most 4",
            ),
            figure("ascent, 90th percentile", 100 * np.quantile(ascents, 0.9), "%", "at most 12"),
        ]
    if moving:
        rows += [
            figure(
                f"moving time against {len(moving)} devices, median",
                100 * np.median(moving),
                "%",
                "at most 1",
            ),
            figure("moving time, 90th percentile", 100 * np.quantile(moving, 0.9), "%", "at most 10"),
        ]
    return rows


def contradictions(one: Prepared) -> list[str]:
    """The figures of an activity that contradict each other."""
    row, found = one.row, []
    longest = row["elapsed_s"] if row["timer_s"] is None else row["timer_s"]
    if longest > row["elapsed_s"] + 1e-6 or (row["moving_s"] or 0) > longest + 1e-6:
        found.append("times")
    if row["elapsed_s"] and not row["moving_s"]:
        found.append("no moving time")
    told = row["distance_m"] and row["moving_s"] and row["avg_speed"]
    if told and abs(row["avg_speed"] * row["moving_s"] / row["distance_m"] - 1) > 1e-6:
        found.append("speed")
    if row["ascent_m"] and row["distance_m"] and row["ascent_m"] > 3 * row["distance_m"] + 100:
        found.append("ascent")
    if row["max_speed"] and row["avg_speed"] and row["max_speed"] < 0.98 * row["avg_speed"]:
        found.append("top speed")
    return found


def _sound(what: str, made: list[Prepared]) -> list[dict]:
    wrong = sum(bool(contradictions(one)) for one in made)
    nan = sum(
        isinstance(value, float) and not np.isfinite(value)
        for one in made
        for value in (*one.row.values(), *one.recording.totals.values())
    )
    return [
        figure(f"contradictions in {len(made)} activities ({what})", wrong, "", "at most 0"),
        figure(f"figures that are NaN ({what})", nan, "", "at most 0"),
    ]


def _receiver() -> list[dict]:
    """A flat hour with an altitude error of 4 m and a correlation time of 40 s, without and with a hill of 20 m."""
    rows = []
    for every in (1, 5):
        seconds = np.arange(0.0, 3600.0, every)
        hill = np.interp(seconds, [900, 1150, 1400], [0, 20, 0])
        flat = [_climb(seconds, _wander(seed, len(seconds), every)) for seed in range(12)]
        with_hill = [_climb(seconds, _wander(seed, len(seconds), every) + hill) for seed in range(12)]
        rows += [
            figure(f"climb of a flat hour by GPS, a point every {every} s, worst", max(flat), "m", "at most 60"),
            figure("… a hill of 20 m in it, off in the median", abs(np.median(with_hill) / 20 - 1) * 100, "%",
                   "at most 15"),
        ]  # fmt: skip
    return rows


def _wander(seed: int, n: int, every: float, metres: float = 4.0, memory_s: float = 40.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    keep = np.exp(-every / memory_s)
    out = np.empty(n)
    out[0] = rng.normal(0, metres)
    for i, push in enumerate(rng.normal(0, metres * np.sqrt(1 - keep**2), n - 1), 1):
        out[i] = keep * out[i - 1] + push
    return out


def _climb(seconds: np.ndarray, altitude: np.ndarray) -> float:
    time = np.datetime64("2024-05-01T07:00:00", "us") + (seconds * 1e6).astype("timedelta64[us]")
    return climbed({"time": time, "altitude": np.round(200 + altitude, 1)})[0]


def _athlete() -> list[dict]:
    """The generated athlete's FIT files compared with the truth: the judgement must not change clean files."""
    made, truths = [], []
    for activity in activities(sized("S")[0]):
        made += _prepared(write_activity(activity), "a.fit")
        truths.append(truth.of(activity))

    def worst(name: str, ours: Callable[[Prepared], float]) -> float:
        return max(
            abs(ours(p) - t[name]) / max(t[name], 1.0) for p, t in zip(made, truths, strict=True) if t[name]
        )

    rows = [
        figure("generated athlete: distance, worst", 100 * worst("distance_m", lambda p: p.row["distance_m"] or 0),
               "%", "at most 0.1"),
        figure("generated athlete: moving time, worst", 100 * worst("moving_s", lambda p: p.row["moving_s"] or 0),
               "%", "at most 0.5"),
        figure("generated athlete: ascent computed, worst of 50 m and more", 100 * max(
            abs(climbed(p.columns)[0] / t["ascent_m"] - 1) for p, t in zip(made, truths, strict=True)
            if t["ascent_m"] >= 50), "%", "at most 12"),
    ]  # fmt: skip
    return [*rows, *_sound("generated athlete", made)]

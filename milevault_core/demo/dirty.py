"""The dirty twin: the same history as devices and services really record it, with the exact truth beside it.

    for one in dirty.life(athlete):      each activity with one kind of dirt, all kinds in turn
        one.files                        [(name, bytes)], a copy after the device's own
        one.truth                        truth.of, and kind, date_doubted, away_s (seconds in a car or a train)

The truth holds only what the athlete did: no metres of a car or a train, no wrong clock.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from milevault_core.activities.dates import ROLLOVER
from milevault_core.demo import draws, gps
from milevault_core.demo.activity import Activity, activities
from milevault_core.demo.archive_zip import add, open_zip
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.truth import Truth
from milevault_core.demo.truth import of as truth_of

CAR_M_S = 14  # faster than anyone runs
TRAIN_S, TRAIN_M = 600, 20_000  # faster than anyone rides
CLOCKS_S = (0, 2 * 3600, 200, 86_400, -int(ROLLOVER.total_seconds()))  # of copies, in turn
_DEGREE = gps.SEMICIRCLES  # of latitude, in FIT's units
_METRE = _DEGREE / 111_195.0


@dataclass
class Dirty:
    """An activity as it is received: its files, and its truth."""

    made: Activity
    kind: str
    files: list[tuple[str, bytes]]
    truth: Truth


Dirt = Callable[[Activity, draws.Stream], tuple[list[tuple[str, bytes]], dict]]
KINDS: dict[str, tuple[Callable[[Activity], bool], Dirt]] = {}


def life(athlete: Athlete, start: int = 0, stop: int | None = None) -> Iterator[Dirty]:
    """The activities number `start` up to `stop`; the kinds of dirt take turns, each activity gets one that it can
    have."""
    for made in activities(athlete, start, stop):
        yield dirty(made)


def dirty(made: Activity, kind: str = "") -> Dirty:
    """An activity with one kind of dirt: `kind`, or the one whose turn it is. Raises ValueError if the activity cannot
    have it."""
    names = list(KINDS)
    turn = made.session.number % len(names)
    in_turn = [kind] if kind else names[turn:] + names[:turn]
    kind = next((name for name in in_turn if KINDS[name][0](made)), "")
    if not kind:
        raise ValueError(f"{made.key} cannot have {in_turn[0]}.")
    source = draws.stream(made.athlete.seed, *made.session.names, "dirt")
    own = {"kind": kind, "date_doubted": False, "away_s": 0.0}
    files, changes = KINDS[kind][1](made, source)
    return Dirty(made, kind, files, truth_of(made) | own | changes)


def _dirt(fits: Callable[[Activity], bool]) -> Callable[[Dirt], Dirt]:
    def register(make: Dirt) -> Dirt:
        KINDS[make.__name__] = (fits, make)
        return make

    return register


def _any(made: Activity) -> bool:
    return True


def _outdoors(made: Activity) -> bool:
    return "lat" in made.columns and made.elapsed_s > 600


def _on_land(made: Activity) -> bool:
    return _outdoors(made) and "altitude" in made.columns


def _running(made: Activity) -> bool:
    return _on_land(made) and made.session.sport == "running"


def _pool(made: Activity) -> bool:
    return bool(made.lengths)


def _with(made: Activity, **columns: np.ndarray) -> Activity:
    return replace(made, columns=made.columns | columns)


def _thinned(made: Activity, rows: np.ndarray) -> Activity:
    columns = {name: values[rows] for name, values in made.columns.items()}
    return replace(made, seconds=made.seconds[rows], columns=columns)


@_dirt(_any)
def one_zip_a_file(made: Activity, source: draws.Stream):
    """As Garmin delivers each activity."""
    packed = io.BytesIO()
    with open_zip(packed) as archive:
        add(archive, f"{made.session.number}_ACTIVITY.fit", fit(made))
    return [(f"{made.key}.zip", packed.getvalue())], {}


@_dirt(_on_land)
def clock_of_1970(made: Activity, source: draws.Stream):
    unset = replace(made, start=draws.integer(source, 0, 90))
    return [(f"{made.key}.gpx", gpx(unset))], {"date_doubted": True}


@_dirt(_outdoors)
def clock_1024_weeks_slow(made: Activity, source: draws.Stream):
    slow = replace(made, start=made.start - int(ROLLOVER.total_seconds()))
    return [(f"{made.key}.fit", fit(slow))], {"date_doubted": True}


@_dirt(_on_land)
def jittered_times(made: Activity, source: draws.Stream):
    """The points are in order, but their times are a second or two off."""
    off = draws.integers(source, len(made.seconds), -2, 2)
    off[[0, -1]] = 0
    return [(f"{made.key}.gpx", gpx(replace(made, seconds=np.maximum(made.seconds + off, 0))))], {}


@_dirt(_on_land)
def doubled_times(made: Activity, source: draws.Stream):
    """Two points share a time, as when a service rounds to even seconds."""
    seconds = made.seconds // 2 * 2
    seconds[-1] = made.seconds[-1]
    return [(f"{made.key}.gpx", gpx(replace(made, seconds=seconds)))], {}


@_dirt(_on_land)
def whole_metres(made: Activity, source: draws.Stream):
    """Distance and altitude in whole metres, as some services write them."""
    distance = made.columns["distance"] // 100 * 100
    altitude = np.where(
        made.columns["altitude"] == gps.MISSING, gps.MISSING, made.columns["altitude"] // 5 * 5
    )
    return [(f"{made.key}.fit", fit(_with(made, distance=distance, altitude=altitude)))], {}


@_dirt(_outdoors)
def jump_and_drift(made: Activity, source: draws.Stream):
    """The position jumps 50 m to the side, and drifts back over five minutes."""
    at = draws.integer(source, len(made.seconds) // 4, len(made.seconds) // 2)
    off = np.clip(1.0 - (made.seconds - made.seconds[at]) / 300.0, 0.0, 1.0) * 50.0 * _METRE
    off[:at] = 0.0
    lat = made.columns["lat"]
    moved = np.where(lat == gps.MISSING, lat, lat + np.rint(off).astype(np.int64))
    return [(f"{made.key}.fit", fit(_with(made, lat=moved)))], {}


@_dirt(_outdoors)
def spike_of_many_points(made: Activity, source: draws.Stream):
    """Six to twenty positions in a row are a kilometre off."""
    first = draws.integer(source, 100, len(made.seconds) - 60)
    rows = slice(first, first + draws.integer(source, 6, 20))
    lat = made.columns["lat"].copy()
    lat[rows] = np.where(lat[rows] == gps.MISSING, gps.MISSING, lat[rows] + int(1000 * _METRE))
    return [(f"{made.key}.fit", fit(_with(made, lat=lat)))], {}


@_dirt(_pool)
def uneven_lengths(made: Activity, source: draws.Stream):
    """The watch detects a turn too early: one length is short, the next one long."""
    lengths = list(made.lengths)
    for k in range(len(lengths) - 1):
        (a, took, *one), (b, longer, *other) = lengths[k], lengths[k + 1]
        if one[-1] and other[-1] and took > 10 and draws.chance(source, 0.15):
            off = int(0.4 * took)
            lengths[k], lengths[k + 1] = (a, took - off, *one), (b - off, longer + off, *other)
    return [(f"{made.key}.fit", fit(replace(made, lengths=lengths)))], {}


def _gps_altitude(made: Activity, source: draws.Stream) -> Activity:
    noise = gps.wander(source, len(made.seconds), 4.0, 10.0) + draws.normals(source, len(made.seconds))
    return _with(made, altitude=made.columns["altitude"] + np.rint(5.0 * noise).astype(np.int64))


@_dirt(_on_land)
def gps_altitude_every_second(made: Activity, source: draws.Stream):
    return [(f"{made.key}.gpx", gpx(_gps_altitude(made, source)))], {}


@_dirt(_on_land)
def gps_altitude_every_five_seconds(made: Activity, source: draws.Stream):
    rows = np.unique(np.searchsorted(made.seconds, np.arange(0, made.elapsed_s + 1, 5)).clip(0))
    rows = np.append(rows[rows < len(made.seconds) - 1], len(made.seconds) - 1)
    return [(f"{made.key}.gpx", gpx(_thinned(_gps_altitude(made, source), rows)))], {}


@_dirt(_running)
def a_car_at_the_end(made: Activity, source: draws.Stream):
    """The athlete forgets to stop the timer and drives home."""
    n = draws.integer(source, 30, 90)
    ridden = np.arange(1, n + 1)
    columns = {name: np.concatenate([v, np.repeat(v[-1:], n)]) for name, v in made.columns.items()}
    columns["distance"][-n:] += ridden * CAR_M_S * 100
    columns["speed"][-n:] = CAR_M_S * 1000
    there = columns["lat"][-n:] != gps.MISSING
    columns["lat"][-n:] += np.where(there, np.rint(ridden * CAR_M_S * _METRE).astype(np.int64), 0)
    end = made.elapsed_s + n
    timer = [*made.timer[:-1], (made.timer[-1][0], end)]
    marks = [*made.lap_marks[:-1], (end, *made.lap_marks[-1][1:])]
    seconds = np.concatenate([made.seconds, made.elapsed_s + ridden])
    driven = replace(made, seconds=seconds, columns=columns, timer=timer, lap_marks=marks, climb=None)
    return [(f"{made.key}.fit", fit(driven))], {"away_s": float(n), "elapsed_s": float(end)}


@_dirt(_on_land)
def a_train_between_segments(made: Activity, source: draws.Stream):
    """The second half begins ten minutes later and twenty kilometres further north, where the athlete has never
    been."""
    half = len(made.seconds) // 2
    seconds, lat = made.seconds.copy(), made.columns["lat"].copy()
    seconds[half:] += TRAIN_S
    lat[half:] = np.where(lat[half:] == gps.MISSING, gps.MISSING, lat[half:] + int(TRAIN_M * _METRE))
    lines = gpx(_with(replace(made, seconds=seconds), lat=lat)).split(b"\n")
    points = [k for k, line in enumerate(lines) if line.lstrip().startswith(b"<trkpt")]
    before = int((made.columns["lat"][:half] != gps.MISSING).sum())
    lines.insert(points[before], b"  </trkseg>\n  <trkseg>")
    changes = {"away_s": float(TRAIN_S), "elapsed_s": made.elapsed_s + float(TRAIN_S), "route_id": ""}
    return [(f"{made.key}.gpx", b"\n".join(lines))], changes


@_dirt(_outdoors)
def several_records_a_second(made: Activity, source: draws.Stream):
    twice = np.repeat(np.arange(len(made.seconds)), 2)
    return [(f"{made.key}.fit", fit(_thinned(made, twice)))], {}


@_dirt(_on_land)
def copy_of_another_service(made: Activity, source: draws.Stream):
    """The device's own file, and a coarser copy whose clock is right or off by one of four amounts."""
    rows = np.cumsum(draws.integers(source, len(made.seconds), 1, 4)) - 1
    rows = np.unique(np.append(rows[rows < len(made.seconds)], [0, len(made.seconds) - 1]))
    clock = CLOCKS_S[made.session.number // len(KINDS) % len(CLOCKS_S)]
    copy = replace(_thinned(made, rows), start=made.start + clock)
    return [(f"{made.key}.fit", fit(made)), (f"{made.key} copy.gpx", gpx(copy))], {}

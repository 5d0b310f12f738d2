"""`manage.py bench speed`: what single functions cost, as a multiple of a plain Python loop in the same run, so that a
slow or busy machine makes little difference. Tests do not check times; this bench does.
"""

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import gpxpy

from bench import figure
from bench.hour import hour_fit
from bench.import_files import one
from milevault_core import formats, track
from milevault_core.demo.athlete import sized
from milevault_core.demo.recording import recordings
from milevault_core.problems import BadFile
from milevault_core.store.embedded_server import embedded
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.activities import timeline

LOOPS = 200_000  # of the reference: about 10 ms on a machine of 2024


def run() -> list[dict]:
    reference = reference_s()
    (reading,) = formats.read(hour_fit(1)).recordings
    hour = track.clean(reading.track)[0]
    (five,) = formats.read(hour_fit(1, 18_000)).recordings
    ride = track.clean(five.track)[0]
    gpx = one(1, "gpx")
    draw, damaged = random.Random(3), bytearray(hour_fit(2, 20_000))
    for _ in range(5):
        damaged[draw.randrange(2_000, len(damaged))] ^= 0x5A
    zone = "Europe/Vienna"
    costs: list[tuple[str, Callable[[], object], int, float]] = [
        ("cleaning the track of an hour", lambda: track.clean(reading.track), 60, 0.2),
        ("its outline", lambda: track.outline(hour), 60, 0.06),
        ("reading a damaged FIT file of 20,000 points", lambda: _read(bytes(damaged)), 3, 200),
        ("timeline of five hours", lambda: timeline.timeline(ride, fmt.METRIC, zone, "cycling"), 5, 6),
        ("map of five hours", lambda: map_view.deck(ride, "heart_rate"), 5, 3),
        ("an invented activity", lambda: next(recordings(sized("L1")[0], 1000, 1001)), 20, 4),
    ]
    figures = [figure("the reference loop", 1000 * reference, "ms")]
    for name, function, rounds, most in costs:
        figures.append(figure(name, best(function, rounds) / reference, "loops", f"at most {most:g}"))
    theirs = best(lambda: gpxpy.parse(gpx.decode()), 3)
    ours = best(lambda: formats.read(gpx), 7)
    figures.append(figure("reading GPX, gpxpy's time over ours", theirs / ours, "", "at least 3"))
    return [*figures, *_database()]


def reference_s() -> float:
    """CPU seconds of a plain loop, with which everything is compared."""
    return best(lambda: sum(number * number for number in range(LOOPS)), 15)


def _read(data: bytes) -> None:
    with suppress(BadFile):
        formats.read(data)


def best(function: Callable[[], object], rounds: int) -> float:
    """CPU seconds of the best of some runs."""
    costs = []
    for _ in range(rounds):
        begun = time.process_time()
        function()
        costs.append(time.process_time() - begun)
    return min(costs)


def _database() -> list[dict]:
    """Starting the embedded database: when nothing runs, and while it already runs."""
    starts, again = [], []
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        data = Path(folder) / "data"
        embedded.start(data).leave()
        for _ in range(4):
            begun = time.perf_counter()
            server = embedded.start(data)
            starts.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            embedded.start(data).leave()
            again.append(time.perf_counter() - begun)
            server.leave()
    return [
        figure("the database ready after", min(starts), "s", "at most 0.5"),
        figure("the same while it runs", min(again), "s", "at most 0.05"),
    ]

"""Many runs on one route whose files all begin at the same moment, like those of a watch that forgets its date,
compared with the same runs with their dates. The cost of placing one must not grow with their number."""

from datetime import UTC, datetime, timedelta

import numpy as np

from bench import figure, scratch
from milevault_core import store
from milevault_core.imports import files

UNSET, SET = datetime(1970, 1, 1, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC)
_AROUND_M = 5000.0


def run_on_a_loop(number: int, start: datetime) -> bytes:
    """Half an hour on a loop of 5 km as GPX, each run a little faster and longer than the one before."""
    seconds = np.arange(1700 + 7 * number)
    angle = seconds * (2.8 + 0.004 * number) / (_AROUND_M / 2 / np.pi)
    lat = 50 + _AROUND_M / 2 / np.pi * (1 - np.cos(angle)) / 111_195
    lon = 10 + _AROUND_M / 2 / np.pi * np.sin(angle) / 71_475
    points = "".join(
        f'<trkpt lat="{y:.7f}" lon="{x:.7f}"><time>{(start + timedelta(seconds=int(s))).isoformat()}</time></trkpt>'
        for y, x, s in zip(lat, lon, seconds, strict=True)
    )
    return (
        '<gpx version="1.1" creator="crowd" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>'
        f"{points}</trkseg></trk></gpx>"
    ).encode()


def figures(count: int = 40) -> list[dict]:
    """What `count` of them cost and how many activities they become, at an epoch and at a plausible moment."""
    with scratch.database() as user_id:
        _import(user_id, [run_on_a_loop(0, SET - timedelta(days=99))])  # loads what is loaded only once
        dated = _import(user_id, [run_on_a_loop(n, SET - timedelta(days=n + 1)) for n in range(count)])
        before = _activities()
        unset = _import(user_id, [run_on_a_loop(n, UNSET) for n in range(count)])
        alone = _activities() - before
        before = _activities()
        moment = _import(user_id, [run_on_a_loop(n, SET) for n in range(count)])
        later = _import(user_id, [run_on_a_loop(n, SET) for n in range(count, 2 * count)])
        twice = _import(user_id, [run_on_a_loop(n, SET) for n in range(2 * count, 4 * count)])
        of_a_moment = _activities() - before
    return [
        figure(f"{count} files of 1970: activities", alone, "", f"at least {count}"),
        figure(f"{count} files of 1970, CPU", unset, "s", "at most 3"),
        figure("the same against those with their dates", unset / dated, "times", "at most 1.5"),
        figure(
            f"{4 * count} files of one moment that could be meant: activities",
            of_a_moment,
            "",
            f"at least {4 * count}",
        ),
        figure(f"the first {count} of them, CPU", moment, "s"),
        figure(
            "the last half of them against the quarter before, a file",
            twice / later / 2,
            "times",
            "at most 1.3",
        ),
    ]


def _import(user_id: int, runs: list[bytes]) -> float:
    """Import the runs; CPU seconds, ours and the database's."""
    batch, cpu = files.begin(user_id, "command"), scratch.Cpu()
    for number, data in enumerate(runs):
        files.add_and_process(user_id, batch, f"{number}.gpx", data)
    return sum(cpu.read())


def _activities() -> int:
    return len(store.read("SELECT 1 FROM activities"))

"""A watch that was restarted while the phone recorded the whole, and a triathlon: each counts once, in whatever order
the files come, and an undo leaves what the other files make."""

import itertools
import math
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.geo.sphere import DEGREE_M
from milevault_core.imports import files, undo
from milevault_core.store.queries import activities as queries
from tests.builders import fit, gpx
from tests.builders.fit import FIT_EPOCH, Writer
from tests.conftest import make_user
from tests.imports.test_two_workers import at_once, stored

START = datetime(2024, 6, 1, 7, tzinfo=UTC)
LEGS = (
    ("swimming", 5, 150, 1.0),
    ("transition", 3, 12, 1.0),
    ("cycling", 2, 360, 10.0),
    ("running", 1, 240, 4.0),
)


def watch(first: int, last: int) -> bytes:
    """FIT: these seconds of a run at 3 m/s."""
    w, start = fit.file_id(Writer()), int(START.timestamp()) - FIT_EPOCH
    for s in range(first, last):
        lat, lon = _place(s)
        w.add(20, (253, "uint32", start + s), (0, "sint32", fit.semicircles(lat)), (1, "sint32", fit.semicircles(lon)),
              (3, "uint8", round(140 + 20 * math.sin(s / 60))), (5, "uint32", 300 * (s - first)), local=1)  # fmt: skip
    return fit.session(w, start + first, last - first - 1, 3 * (last - first - 1)).file()


def phone(first: int, last: int) -> bytes:
    made = [
        {"time": START + timedelta(seconds=s), "lat": lat, "lon": lon + 2e-5, "ele": 400.0}
        for s in range(first, last)
        for lat, lon in [_place(s)]
    ]
    return gpx.gpx(gpx.track(made)).encode()


def _place(s: float) -> tuple[float, float]:
    return 47 + 3 * s / DEGREE_M, 8 + 0.001 * math.sin(s / 60)


@cache
def triathlon(sport: str) -> bytes:
    """FIT with all legs, or GPX of the whole triathlon as another sport."""
    w, begun = fit.file_id(Writer()), int(START.timestamp()) - FIT_EPOCH
    t, lat, made = begun, 45.0, []
    sessions = []
    for _, number, seconds, speed in LEGS:
        sessions.append((t, seconds, seconds * speed, number))
        for s in range(seconds):
            w.add(20, (253, "uint32", t), (0, "sint32", fit.semicircles(lat)), (1, "sint32", fit.semicircles(7.0)),
                  (5, "uint32", round(100 * s * speed)), local=1)  # fmt: skip
            made.append(
                {"time": START + timedelta(seconds=t - begun), "lat": lat, "lon": 7.00001, "ele": 100.0}
            )
            t, lat = t + 1, lat + speed / DEGREE_M
    for session in sessions:
        fit.session(w, *session)
    return w.file() if sport == "fit" else gpx.gpx(gpx.track(made, type=sport)).encode()


RUN = {
    "1.fit": watch(0, 420), "2.fit": watch(430, 700), "3.fit": watch(710, 900), "whole.gpx": phone(0, 900),
}  # fmt: skip


def bring(user: int, *names: str, of: dict[str, bytes] = RUN) -> int:
    """Import these files as a batch; returns its id."""
    batch = files.begin(user, "command")
    for name in names:
        files.add_and_process(user, batch, name, of[name])
    return batch


def now(user: int) -> list[tuple]:
    clean.clean(user)
    return stored(user)


def test_the_parts_of_a_whole_are_one_activity_in_any_order(database) -> None:
    seen = set()
    for number, order in enumerate([*itertools.permutations(RUN)][::8]):
        user = make_user(f"u{number}")
        bring(user, *order)
        seen.add(tuple(now(user)))
        (activity,) = store.read("SELECT id FROM activities WHERE user_id = $1", (user,))["id"]
        assert len(queries.originals_of(user, activity)) == 4
        track = queries.track(user, activity)
        assert len(track) == 900
        assert track["heart_rate"].notna().sum() >= 860  # from each part
    assert len(seen) == 1
    days = store.read("SELECT activity_count, distance_m FROM day_totals WHERE user_id = $1", (user,))
    assert list(days["activity_count"]) == [1]
    assert days["distance_m"][0] == pytest.approx(2750, rel=0.05)


def test_two_workers_make_one_of_them(user: int) -> None:
    at_once(lambda: bring(user, "1.fit", "whole.gpx"), lambda: bring(user, "2.fit", "3.fit"))
    assert len(store.read("SELECT id FROM activities WHERE user_id = $1", (user,))) == 1
    other = make_user("one worker")
    bring(other, *RUN)
    assert now(user) == now(other)


@pytest.mark.parametrize("gone", ["2.fit", "whole.gpx"])
def test_an_undo_leaves_what_the_others_make(user: int, gone: str) -> None:
    left = [name for name in RUN if name != gone]
    bring(user, left[0])
    batch = bring(user, gone)
    bring(user, *left[1:])
    clean.clean(user)
    undo.ask(user, batch)
    undo.run(user, batch)
    other = make_user("others only")
    bring(other, *left)
    assert now(user) == now(other)


@pytest.mark.parametrize("sport", ["cycling", "triathlon", "other"])
@pytest.mark.parametrize("order", [("fit", "whole"), ("whole", "fit")])
def test_a_triathlon_is_its_legs_whatever_the_whole_is_called(user: int, sport: str, order) -> None:
    made = {"fit": triathlon("fit"), "whole": triathlon(sport)}
    bring(user, *order, of=made)
    clean.clean(user)
    found = store.read(
        "SELECT sport, distance_m, elapsed_s, (SELECT count(*) FROM activity_recordings r WHERE r.activity_id = a.id) "
        "AS files FROM activities a WHERE user_id = $1 ORDER BY start_time",
        (user,),
    )
    assert list(found["sport"]) == [sport for sport, *_ in LEGS]
    assert list(found["distance_m"]) == pytest.approx([seconds * speed for *_, seconds, speed in LEGS])
    assert list(found["elapsed_s"]) == [seconds for *_, seconds, _ in LEGS]
    assert list(found["files"]) == [1, 1, 2, 1]
    days = store.read("SELECT sport, distance_m FROM day_totals WHERE user_id = $1 ORDER BY sport", (user,))
    assert list(days["sport"]) == ["cycling", "running", "swimming"]
    assert days["distance_m"].sum() == pytest.approx(3600 + 960 + 150)

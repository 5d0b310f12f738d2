"""Sports have different limits: when the owner changes an activity's sport, what is left out of it changes too."""

import pytest
from sqlalchemy import text

from jobs import tasks
from milevault_core import store
from milevault_core.actions import edits
from milevault_core.derive import clean
from milevault_core.imports import files
from tests.builders import gpx
from tests.imports.test_files import brought_in

RUN_M, DRIVE_M = 1800 * 3.0, 600 * 14.0


def run_and_drive(kind: str = "running") -> bytes:
    points = gpx.points(1801, 3.0)
    home = points[-1]
    drive = gpx.points(601, 14.0, start=home["time"], lat=home["lat"])[1:]
    points += [{**home, "time": p["time"], "lat": p["lat"]} for p in drive]
    return gpx.gpx(gpx.track(points, type=kind)).encode()


def judge_what_waits() -> int:
    with store.session() as session:
        query = "DELETE FROM procrastinate_jobs WHERE task_name = 'act' AND status = 'todo' RETURNING args"
        waiting = session.execute(text(query)).all()
    for (arguments,) in waiting:
        tasks.act(**arguments)
    return len(waiting)


def metres() -> float:
    return float(store.read("SELECT distance_m FROM activities")["distance_m"].iloc[0])


def test_a_ride_that_was_called_a_run_has_all_of_its_way_once_it_is_a_ride(user: int) -> None:
    (item,) = brought_in(user, ("a.gpx", run_and_drive()))
    (activity,) = item["activities"]
    assert metres() == pytest.approx(RUN_M, rel=0.01)
    edits.edit_words(user, [activity], {"sport": "cycling"})
    assert judge_what_waits() == 1
    assert metres() == pytest.approx(RUN_M + DRIVE_M, rel=0.01)
    clean.clean(user)
    total = store.read("SELECT sum(distance_m) AS m FROM day_totals WHERE sport = 'cycling'")["m"].iloc[0]
    assert float(total) == pytest.approx(RUN_M + DRIVE_M, rel=0.01)
    edits.edit_words(user, [activity], {"sport": ""})
    assert judge_what_waits() == 1
    assert metres() == pytest.approx(RUN_M, rel=0.01)


def test_a_sport_of_the_same_limits_reads_nothing_again(user: int) -> None:
    (item,) = brought_in(user, ("a.gpx", run_and_drive()))
    edits.edit_words(user, item["activities"], {"sub_sport": "trail", "name": "Evening"})
    assert judge_what_waits() == 0


def test_the_sport_that_an_archive_gives_is_judged_by(user: int) -> None:
    batch = files.begin(user, "page")
    for item in files.add(user, batch, "a.gpx", run_and_drive(""), {"sport": "running"}):
        files.process(item)
    assert metres() == pytest.approx(RUN_M, rel=0.01)
    assert store.read("SELECT words->>'sport' AS s FROM activity_recordings")["s"].iloc[0] == "other"

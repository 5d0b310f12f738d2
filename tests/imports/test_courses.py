"""A course file makes a route, and activities are found on it; undoing its import removes the route."""

import numpy as np
import pytest

from milevault_core import store
from milevault_core.formats.write_gpx import write_gpx
from milevault_core.imports import files as imports
from milevault_core.imports import undo
from milevault_core.routes.geometry import unproject
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.imports import courses
from milevault_core.store.queries import routes as queries
from milevault_core.track import from_columns
from tests.builders.runs import PLACE, WAYS, add, clean


def course(way: str, name: str, sport: str = "running") -> bytes:
    lat, lon = unproject(WAYS[way], PLACE)
    height = 60 + 40 * np.sin(np.linspace(0, np.pi, len(lat)))
    none = np.full(len(lat), np.datetime64("NaT", "us"))
    return write_gpx(
        from_columns({"time": none, "lat": lat, "lon": lon, "altitude": height}), name=name, sport=sport
    )


def bring(user: int, *files: bytes) -> int:
    batch = imports.begin(user, "page")
    for i, data in enumerate(files):
        for item in imports.add(user, batch, f"{i}.gpx", data):
            imports.process(item)
    return batch


def outcomes(batch: int) -> list[tuple[str, str]]:
    rows = store.read("SELECT outcome, reason FROM import_items WHERE import_id = $1 ORDER BY id", (batch,))
    return list(zip(rows["outcome"], rows["reason"], strict=True))


def test_a_course_becomes_a_route_and_undo_takes_it_back(user: int) -> None:
    runs = [add(user, "loop", day) for day in range(2)]
    clean(user)
    before = queries.attempts(user, runs[0])["id"].tolist()
    batch = bring(user, course("loop", "Round the lake"), course("trail", ""))
    assert outcomes(batch) == [("not_activity", "It is a course, and is among your routes now.")] * 2
    clean(user)
    listed = queries.listed(user).set_index("name")
    lake = listed.loc["Round the lake"]
    assert lake["is_course"]
    assert lake["id"] < 0
    assert lake["attempts"] == 2
    assert lake["ascent_m"] == 0.0 or lake["ascent_m"] > 0  # the attempts are flat
    assert len(listed) == 2  # nobody has run the trail yet
    found = queries.attempts(user, int(lake["id"]))
    assert found["id"].tolist() == runs
    assert found["is_timed"].all()
    assert queries.one(user, runs[0])["id"] == lake["id"]
    assert len(queries.one(user, int(lake["id"]))["line"]) == 1017

    again = bring(user, course("loop", "Round the lake"))
    assert outcomes(again)[0][0] == "duplicate"
    undo.ask(user, batch)
    undo.run(user, batch)
    clean(user)
    left = queries.listed(user)
    assert left["name"].tolist() == ["Round the lake"]  # the second import keeps it
    undo.ask(user, again)
    undo.run(user, again)
    clean(user)
    assert not queries.listed(user)["is_course"].any()
    assert queries.attempts(user, runs[0])["id"].tolist() == before
    assert store.read("SELECT count(*) AS n FROM route_members WHERE activity_id < 0")["n"].iloc[0] == 0


def test_a_course_is_compared_with_its_sport_and_that_can_be_changed(user: int, other_user: int) -> None:
    ride = add(user, "loop", 0, sport="cycling")
    bring(user, course("loop", "Lake", sport=""))
    clean(user)
    (row,) = queries.listed(user).itertuples()
    assert (row.sport_group, row.attempts) == ("run", 0)
    with pytest.raises(NotFound), store.session() as session:
        courses.set_sport(session, other_user, row.id, "ride")
    with store.session() as session:  # another user's originals stay
        courses.remove_of(session, other_user, [1])
        courses.set_sport(session, user, row.id, "ride")
    clean(user)
    (row,) = queries.listed(user).itertuples()
    assert (row.sport_group, row.attempts) == ("ride", 1)
    assert queries.attempts(user, row.id)["id"].tolist() == [ride]


def test_a_course_of_a_few_metres_is_kept_as_a_file_only(user: int) -> None:
    tiny = write_gpx(from_columns({
        "time": np.full(5, np.datetime64("NaT", "us")), "lat": np.linspace(47, 47.0001, 5), "lon": np.full(5, 13.0),
    }))  # fmt: skip
    batch = bring(user, tiny)
    assert outcomes(batch) == [("not_activity", "It is a course, but too short to be followed.")]
    assert queries.listed(user).empty

"""A dropped file becomes a segment, read by a worker; a course keeps its file's altitudes."""

import numpy as np
import pytest

from milevault_core import store
from milevault_core.actions import by_worker, segment_files, segments
from milevault_core.segments import draw
from milevault_core.store.queries import routes as route_queries
from tests.actions.test_by_worker import run_jobs
from tests.builders.gpx import gpx, points, route, track
from tests.builders.runs import add, clean
from tests.imports.test_courses import bring, course


def asked(user: int, data: bytes, name: str = "Hill.gpx") -> by_worker.Request:
    request = by_worker.ask(user, "segments_of_file", segment_files.hand_over(user, name, data))
    run_jobs()
    return request


def test_a_course_and_an_activity_in_a_file(user: int) -> None:
    climb = [p | {"ele": 400 + 0.1 * 3 * n} for n, p in enumerate(points(200))]  # 600 m at a gradient of 10 %
    for data, name, group, length_m in (
        (gpx(route(climb, "Up")), "Up", "", 597),
        (
            gpx(track(climb, name="", type="cycling")),
            "Hill",
            "ride",
            557,
        ),  # a recording's own ends are not used as start and finish
    ):
        found, left_out = segment_files.unpack(by_worker.answer(asked(user, data.encode())))
        (one,) = found
        assert (one.name, one.sport_group, left_out) == (name, group, [])
        assert one.drawn.line.length_m == pytest.approx(length_m, abs=1)
        assert one.drawn.gain_m == pytest.approx(length_m / 10 - 1.7, abs=3)  # smoothing flattens the ends
        assert len(one.drawn.altitudes) == len(one.drawn.line.points)
    assert store.read("SELECT count(*)::int AS n FROM worker_answers")["n"].iloc[0] == 0
    assert store.read("SELECT count(*)::int AS n FROM original_files")["n"].iloc[0] == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html></html>", "web page"),
        (gpx(route(points(5), "Short")).encode(), "at least 50 m"),
        (gpx().encode(), ""),
        (gpx().replace("</gpx>", '<wpt lat="47" lon="13"><name>Hut</name></wpt></gpx>').encode(), ""),
    ],
)
def test_what_is_none_is_said_in_a_sentence(user: int, data: bytes, said: str, caplog) -> None:
    request = asked(user, data)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert by_worker.state(request) == "failed"
    sentence = by_worker.reason(request)
    assert said in sentence
    assert sentence.endswith(".")
    with pytest.raises(LookupError):
        segment_files.of_file(user, request.number)  # a file can only be read once


def test_a_short_part_beside_a_long_one_is_told(user: int) -> None:
    far = [p | {"lat": p["lat"] + 1} for p in points(5)]
    data = gpx(route(points(200), "Long"), route(far, "Short")).encode()
    found, left_out = segment_files.unpack(by_worker.answer(asked(user, data)))
    assert [one.name for one in found] == ["Long"]
    assert len(left_out) == 1


def test_a_file_is_its_owners_and_not_too_large(user: int, other_user: int) -> None:
    number = segment_files.hand_over(user, "a.gpx", gpx(route(points(200))).encode())
    with pytest.raises(LookupError):
        by_worker.ask(other_user, "segments_of_file", number)
    with pytest.raises(LookupError):
        segment_files.of_file(other_user, number)
    with pytest.raises(ValueError, match="20 MB"):
        segment_files.hand_over(user, "a.gpx", bytes(segment_files.MOST_MB * 2**20 + 1))


def test_a_course_keeps_the_heights_of_its_file(user: int, other_user: int) -> None:
    bring(user, course("loop", "Round the lake"))
    clean(user)
    (route_id,) = route_queries.listed(user)["id"].astype(int)
    request = by_worker.ask(user, "segments_of_course", route_id)
    run_jobs()
    (one,), _ = segment_files.unpack(by_worker.answer(request))
    assert (one.name, one.sport_group) == ("Round the lake", "run")
    assert one.drawn.altitudes.min() == pytest.approx(60, abs=2)
    assert one.drawn.altitudes.max() == pytest.approx(100, abs=2)
    made = segments.make(user, one.name, one.sport_group, one.drawn, "gpx")
    kept = store.read("SELECT altitudes FROM route_segments WHERE id = $1", (made,))["altitudes"].iloc[0]
    assert np.frombuffer(kept, "<f4") == pytest.approx(one.drawn.altitudes, abs=0.01)
    with pytest.raises(LookupError):
        by_worker.ask(other_user, "segments_of_course", route_id)


def test_a_route_has_the_heights_of_the_activity_at_its_head(user: int) -> None:
    ids = [add(user, "loop", day) for day in range(2)]
    clean(user)
    with store.session() as session:
        store.raw(session).execute(
            "UPDATE activity_data_points SET altitude = 77 WHERE activity_id = ANY(%s)", (ids,)
        )
    group, drawn = segments.of_route(user, ids[0])
    assert group == "run"
    assert drawn.altitudes == pytest.approx(77)
    segments.make(user, "All of it", group, drawn)
    clean(user)
    passed = store.read("SELECT DISTINCT activity_id AS id FROM segment_efforts")["id"].tolist()
    assert sorted(passed) == ids  # a route's own activities pass all of it


def test_drawn_and_back() -> None:
    lat = 47 + np.linspace(0, 0.01, 300)
    made = draw.draw(lat, np.full(300, 8.0), np.linspace(400, 500, 300))
    again = draw.unpack(draw.pack(made))
    assert again.line.points == pytest.approx(made.line.points, abs=0.02)
    assert again.altitudes == pytest.approx(made.altitudes, abs=0.006)
    assert draw.unpack(draw.pack(draw.draw(lat, np.full(300, 8.0)))).gain_m is None

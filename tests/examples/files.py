"""The example files: `FILES[name]()` gives the bytes whose truth index.toml declares."""

from datetime import datetime, timedelta

from tests.builders.archive import gzipped, zipped
from tests.builders.gpx import START, gpx, points, route
from tests.builders.gpx import track as trk
from tests.builders.tcx import activity, course, lap, later, multisport, tcx, with_distance
from tests.examples import fit_activities, fit_files, fit_troubles, odd_xml  # noqa: F401  (they register theirs)
from tests.examples.register import FILES, example

__all__ = ["FILES"]


def untimed(p: list[dict]) -> list[dict]:
    return [{k: v for k, v in point.items() if k != "time"} for point in p]


@example
def gpx_10():
    return gpx(trk(points(60)), version="1.0")


@example
def gpx_11():
    return gpx(trk(points(60)))


@example
def gpx_several_segments():
    return gpx(trk(points(60), points(60, start=START + timedelta(minutes=10))))


@example
def gpx_several_tracks():
    return gpx(trk(points(60)), trk(points(30, start=START + timedelta(days=1)), type="cycling"))


@example
def gpx_track_that_follows_on():
    return gpx(trk(points(60)), trk(points(60, start=START + timedelta(minutes=5))))


@example
def gpx_route():
    return gpx(route(points(60)))


@example
def gpx_without_time():
    return gpx(trk(untimed(points(60))))


@example
def gpx_cluetrust():
    return gpx(trk(points(60), extensions="cluetrust"))


@example
def gpx_bare_extensions():
    return gpx(trk(points(60), extensions="bare"))


@example
def gpx_upper_case_extensions():
    return gpx(trk(points(60), extensions="upper"))


@example
def gpx_one_bad_point():
    bad = points(60)
    bad[30] = {"ele": 1.0, "time": "never"}
    return gpx(trk(bad))


@example
def gpx_utf_16():
    return gpx(trk(points(60))).encode("utf-16")


@example
def gpx_latin_1():
    text = gpx(trk(points(60), name="Zürich"), declaration='<?xml version="1.0" encoding="ISO-8859-1"?>\n')
    return text.encode("latin-1")


@example
def gpx_undeclared_prefix():
    return gpx(trk(points(60))).replace("<g:", "<gpxdata:").replace("</g:", "</gpxdata:")


@example
def gpx_leading_spaces():
    return "  \r\n" + gpx(trk(points(60)))


@example
def gpx_byte_order_mark():
    return gpx(trk(points(60))).encode("utf-8-sig")


@example
def gpx_truncated():
    return gpx(trk(points(60)))[:6000]


@example
def gpx_virtual():
    return gpx(trk(points(60), type="VirtualRide"), creator="Zwift")


@example
def gpx_waypoints():
    return gpx('<wpt lat="47" lon="8"><name>Hut</name></wpt>')


@example
def times_going_back():
    p = points(60)
    p[20]["time"], p[21]["time"] = p[21]["time"], p[20]["time"]
    return gpx(trk(p))


@example
def times_equal():
    p = points(60)
    for i in range(0, 60, 2):
        p[i + 1]["time"] = p[i]["time"]
    return gpx(trk(p))


@example
def times_jump_of_a_second():
    p = points(60)
    return gpx(trk(p[:30] + later(p[30:], 1)))


@example
def times_jump_of_a_year():
    p = points(60)
    return gpx(trk(p[:30] + later(p[30:], 366 * 86_400)))


@example
def times_epoch_0():
    p = points(60)
    for i in range(10):
        p[i]["time"] = datetime(1989, 12, 31, tzinfo=START.tzinfo) + timedelta(seconds=i)
    return gpx(trk(p))


@example
def times_in_the_future():
    return gpx(trk(points(60, start=START.replace(year=2099))))


@example
def positions_spike():
    p = points(60)
    p[30]["lat"] += 0.3
    return gpx(trk(p))


@example
def positions_zero_zero():
    p = points(60)
    p[30] |= {"lat": 0.0, "lon": 0.0}
    return gpx(trk(p))


@example
def positions_nan():
    p = points(60)
    p[30]["lat"] = "nan"
    return gpx(trk(p))


@example
def positions_9999():
    p = points(60)
    p[30] |= {"lat": "9999", "lon": "9999"}
    return gpx(trk(p))


@example
def positions_on_the_equator():
    return gpx(trk([p | {"lat": 0.0, "lon": 8 + i * 3 / 111_195.08} for i, p in enumerate(points(60))]))


@example
def tcx_plain():
    p = with_distance(points(120))
    return tcx(activity(lap(p[:60]), lap(p[60:])))


@example
def tcx_course():
    return tcx(courses=course(with_distance(points(60))))


@example
def tcx_several_activities():
    p = with_distance(points(60))
    return tcx(activity(lap(p)), activity(lap(later(p, 86_400)), sport="Biking"))


@example
def tcx_multisport():
    p = with_distance(points(60))
    run, ride = activity(lap(p)), activity(lap(later(p, 200)), sport="Biking")
    return tcx(multisport(run, (lap(later(p[:30], 100)), ride)))


@example
def tcx_no_position():
    p = [{k: v for k, v in q.items() if k not in ("lat", "lon", "ele")} for q in with_distance(points(60))]
    return tcx(activity(lap(p)))


@example
def tcx_doubled_and_backward_times():
    p = with_distance(points(60))
    p[11]["time"] = p[10]["time"]
    p[30]["time"], p[31]["time"] = p[31]["time"], p[30]["time"]
    return tcx(activity(lap(p)))


@example
def tcx_distance_restarts():
    p = points(120)
    return tcx(activity(lap(with_distance(p[:60])), lap(with_distance(p[60:]))))


@example
def tcx_distance_lies():
    p = with_distance(points(400, speed=5.0))
    return tcx(activity(lap([q | {"distance": 0.0} for q in p])))


@example
def tcx_laps_only():
    empty = lap([], seconds=600, metres=1000, start="2024-05-01T07:00:00Z")
    return tcx(activity(empty, sport="Other"))


@example
def tcx_workout():
    return tcx(courses='<Workouts><Workout Sport="Running"><Name>Intervals</Name></Workout></Workouts>')


@example
def packed_gz():
    return gzipped(gpx_11())


@example
def packed_gz_of_two_members():
    return gzipped(gpx_11()[:3000], gpx_11()[3000:])


@example
def packed_zip():
    return zipped({"ride.fit": gpx_11()})


@example
def packed_gz_in_zip():
    return zipped({"activities/1.gpx.gz": gzipped(gpx_11())})

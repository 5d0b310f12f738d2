"""Files beside activities in archives are named and left out, not failed. Apple Health's export gives the sports."""

import io
import random
import zipfile

import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.formats import apple_export, contents
from milevault_core.store.queries import imports as import_queries
from milevault_core.view.imports import plan as words
from tests.builders import gpx
from tests.builders.archive import zipped
from tests.imports.test_archives import imported, planned, run

ROUTE = "apple_health_export/workout-routes/route_2024-05-01_9.00am.gpx"
HEAD = '<?xml version="1.0"?><!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]><HealthData locale="de_DE">'


def workout(sport: str, *paths: str) -> str:
    routes = "".join(f'<WorkoutRoute><FileReference path="/{path}"/></WorkoutRoute>' for path in paths)
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{sport}" duration="9.9" sourceName="A &gt; B">'
        f'<MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>{routes}</Workout>'
    )


def apple(lists: str = "export.xml") -> dict[str, bytes]:
    way = ROUTE.partition("/")[2]
    everything = HEAD + '<Record type="HKQuantityTypeIdentifierHeartRate" value="61"/>' * 500
    return {
        f"apple_health_export/{lists}": (everything + workout("Hiking", way) + "</HealthData>").encode(),
        "apple_health_export/export_cda.xml": b"<ClinicalDocument/>",
        "apple_health_export/electrocardiograms/ecg_2024-01-01.csv": b"Name,Anna\n",
        ROUTE: gpx.gpx(gpx.track(gpx.points())).encode(),
    }


@pytest.mark.parametrize("lists", ["export.xml", "Exportieren.xml"])
def test_apple_healths_export(user: int, lists: str) -> None:
    _, made = planned(user, zipped(apple(lists)))
    assert (made["kind"], made["new"], made["unreadable"]) == ("apple", 1, 0)
    assert words.details(made)[0] == "Apple Health's export."
    items = import_queries.items(user, imported(user, zipped(apple(lists)))).set_index("name")
    outcomes = items["outcome"].rename(lambda name: name.rpartition("/")[2]).to_dict()
    assert outcomes == {
        lists: "left_out", "export_cda.xml": "left_out", "ecg_2024-01-01.csv": "left_out",
        ROUTE.rpartition("/")[2]: "imported",
    }  # fmt: skip
    assert items.loc[items["outcome"] == "left_out", "reason"].str.endswith(".").all()
    assert store.read("SELECT sport FROM activities")["sport"].tolist() == ["hiking"]


def test_apple_healths_days_come_with_it(user: int) -> None:
    steps = "".join(
        f'<Record type="HKQuantityTypeIdentifierStepCount" sourceName="A" unit="count" value="{100 * day}" '
        f'startDate="2024-0{month}-0{day} 10:00:00 +0200" endDate="2024-0{month}-0{day} 10:05:00 +0200"/>'
        for month in (4, 5)
        for day in (1, 2)
    )
    files = apple()
    name = "apple_health_export/export.xml"
    files[name] = files[name].replace(b"<Workout ", steps.encode() + b"<Workout ", 1)
    _, made = planned(user, zipped(files))
    assert made["health_files"] == 2
    items = import_queries.items(user, imported(user, zipped(files)))
    kept = sorted(items.loc[items["outcome"] == "health", "name"])
    assert [one[-11:] for one in kept] == ["2024-04.xml", "2024-05.xml"]
    clean.clean(user)
    found = store.read(
        "SELECT day::text AS day, steps, sources->>'steps' AS source FROM health_metrics ORDER BY day"
    )
    assert found["steps"].tolist() == [100, 200, 100, 200]
    assert set(found["source"]) == {"apple"}
    reason = items.loc[items["name"].str.endswith("export.xml"), "reason"].iloc[0]
    assert "500 records" in reason


def test_the_list_is_read_in_pieces_of_any_size() -> None:
    text = "".join(
        [HEAD, workout("Running", "workout-routes/a.gpx"), '<Workout workoutActivityType="HKWorkoutActivityTypeYoga"/>',
         workout("Cycling", "workout-routes/b.gpx", "workout-routes/c.gpx"), workout("Curling", "workout-routes/d.gpx")]
    ).encode()  # fmt: skip
    expected = {"a": "running", "b": "cycling", "c": "cycling"}
    for size in (1, 7, 100, 10_000):
        found = apple_export.sports_by_route(text[at : at + size] for at in range(0, len(text), size))
        assert found == {f"workout-routes/{name}.gpx": {"sport": sport} for name, sport in expected.items()}


def test_a_list_larger_than_any_activity_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    files = apple()
    noise = random.Random(1).randbytes(60_000).hex().encode()
    files["apple_health_export/export.xml"] = noise + files["apple_health_export/export.xml"]
    monkeypatch.setattr("milevault_core.formats.listing.MAX_BYTES", 50_000)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        found = contents.of(
            packed, "export.zip", lambda _number, file=packed: file, lambda _name, inner: (0, inner)
        )
        assert [part.role for part in found.parts] == ["leftover", "leftover", "leftover", "file"]
        assert found.parts[-1].about == {"sport": "hiking"}


def test_the_drawing_of_a_file_that_is_there(user: int) -> None:
    batch = imported(user, zipped({"1/run.gpx": run(0), "1/run.kml": b"<kml/>", "2/walk.kml": b"<kml/>"}))
    outcomes = import_queries.items(user, batch).set_index("name")["outcome"].to_dict()
    assert outcomes["export.zip/1/run.gpx"] == "imported"
    assert outcomes["export.zip/1/run.kml"] == "left_out"
    assert outcomes["export.zip/2/walk.kml"] != "left_out"  # nothing else is known about that walk

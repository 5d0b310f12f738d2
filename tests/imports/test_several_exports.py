"""Zips that hold several exports and other files: none of these is taken for the list of another export."""

import io

import pytest

from milevault_core.formats import contents
from tests.builders.archive import zipped
from tests.imports.test_archives import run
from tests.imports.test_strava_again import row, table

SLEEP = b'[{"calendarDate":"2024-05-03","sleepStartTimestampGMT":"2024-05-03T03:00:00.0"}]'
LIST = b'[{"summarizedActivitiesExport": [{"beginTimestamp": 1714719600000, "name": "On the watch", "duration": 9e5}]}]'
WEIGHTS = b"day,metric,value,unit\n2024-05-03,weight_kg,80,kg\n"
NIGHT = "DI_CONNECT/DI-Connect-Wellness/2024_sleepData.json"
NAMED = "DI_CONNECT/DI-Connect-Fitness/me_summarizedActivities.json"
XML = b'<?xml version="1.0"?><HealthData></HealthData>'


def strava(number: int) -> dict[str, bytes]:
    file = f"activities/{number}.gpx"
    listed = table(row(number, f"Run {number}", file=file), row(number + 100, f"Gym {number}"))
    return {"activities.csv": listed, file: run(number), "shoes.csv": b"Shoe Name\nOld shoes\n"}


def of(members: dict[str, bytes]) -> contents.Contents:
    inner: list[io.BytesIO] = [io.BytesIO(zipped(members))]

    def spill(label, stream):
        inner.append(io.BytesIO(stream.read()))
        return len(inner) - 1, inner[-1]

    return contents.of(inner[0], "all.zip", inner.__getitem__, spill)


def roles(found: contents.Contents) -> dict[str, str]:
    return {part.name.removeprefix("all.zip/"): part.role for part in found.parts}


def below(folder: str, members: dict[str, bytes]) -> dict[str, bytes]:
    return {folder + name: data for name, data in members.items()}


@pytest.mark.parametrize("is_packed", [True, False])
def test_two_exports_of_strava(is_packed: bool) -> None:
    if is_packed:
        found = of({"a.zip": zipped(strava(1)), "b.zip": zipped(strava(2))})
        first, second = "a.zip/", "b.zip/"
    else:
        found = of(below("a/", strava(1)) | below("b/", strava(2)))
        first, second = "a/", "b/"
    said = {part.name.removeprefix("all.zip/"): part.about.get("name") for part in found.parts if part.about}
    assert said == {
        f"{first}activities/1.gpx": "Run 1", f"{first}activities.csv row 101": "Gym 1",
        f"{second}activities/2.gpx": "Run 2", f"{second}activities.csv row 102": "Gym 2",
    }  # fmt: skip
    assert found.kind == "strava"


def test_an_export_of_strava_inside_another_ones_folder() -> None:
    found = of(strava(1) | below("older/", strava(2)))
    assert {part.about["name"] for part in found.parts if part.about} == {"Run 1", "Run 2", "Gym 1", "Gym 2"}


@pytest.mark.parametrize("folder", ["", "strava/"])
def test_stravas_garmins_and_apples_exports_and_a_file_of_ones_own(folder: str) -> None:
    found = of(
        below(folder, strava(1))
        | {NIGHT: SLEEP, NAMED: LIST, "apple_health_export/export.xml": XML}
        | {"mine/weights.csv": WEIGHTS, "apple_health_export/workout-routes/r.gpx": run(9)}
    )
    became = roles(found)
    assert (became[NIGHT], became["apple_health_export/workout-routes/r.gpx"]) == ("file", "file")
    assert [one.about["name"] for one in found.named] == ["On the watch"]
    assert "apple_health_export/export.xml" in became
    assert len(found.gear) == 1
    assert became[f"{folder}activities.csv row 101"] == "row"
    assert became["mine/weights.csv"] == "file"


@pytest.mark.parametrize("export", [{NIGHT: SLEEP, NAMED: LIST}, strava(1)])
def test_a_packed_export_takes_nothing_beside_it(export: dict[str, bytes]) -> None:
    found = of({"export.zip": zipped(export), "weights.csv": WEIGHTS, "photo.jpg": b"\xff\xd8"})
    assert roles(found)["weights.csv"] == "file"
    assert "photo.jpg" in roles(found)


def test_a_table_of_somebody_elses_of_that_name_is_a_file_like_any_other() -> None:
    found = of({"a.zip": zipped(strava(1)), "b/activities.csv": WEIGHTS})
    assert roles(found)["b/activities.csv"] == "file"

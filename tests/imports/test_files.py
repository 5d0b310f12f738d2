"""Imported files and the outcome of each; the originals are kept as they came."""

import gzip
import json
import math
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.imports import files as imports
from milevault_core.imports import undo
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import highlights
from milevault_core.store.queries import imports as import_queries
from tests.builders import fit, gpx, tcx
from tests.builders.archive import encrypted, zeros_gzip, zipped


def run(day: int = 0, **more) -> bytes:
    """A GPX file of one running activity of 60 points."""
    return gpx.gpx(gpx.track(gpx.points(start=gpx.START + timedelta(days=day), **more))).encode()


def brought_in(user: int, *files: tuple[str, bytes]) -> list[dict]:
    """Import the files as one batch; returns its items with their outcomes."""
    batch = imports.begin(user, "page")
    for name, data in files:
        for item in imports.add(user, batch, name, data):
            imports.process(item)
    return import_queries.items(user, batch).to_dict("records")


def outcomes(user: int, *files: tuple[str, bytes]) -> list[tuple[str, str]]:
    return [(item["name"], item["outcome"]) for item in brought_in(user, *files)]


def count(table: str) -> int:
    return int(store.read(f"SELECT count(*) AS n FROM {table}")["n"].iloc[0])


@pytest.mark.parametrize(
    ("name", "data", "sport"),
    [
        ("a.gpx", run(), "running"),
        ("a.gpx.gz", gzip.compress(run()), "running"),
        ("a.tcx", tcx.tcx(tcx.activity(tcx.lap(tcx.with_distance(gpx.points())))).encode(), "running"),
        ("a.fit", hour_fit(1, 300), "cycling"),
        ("wrong suffix.fit", run(), "running"),
    ],
)
def test_an_activity_is_imported(user: int, name: str, data: bytes, sport: str) -> None:
    (item,) = brought_in(user, (name, data))
    assert (item["state"], item["outcome"], item["reason"]) == ("done", "imported", "")
    (activity,) = item["activities"]
    found = queries.one(user, activity)
    assert found["sport"] == sport
    assert found["point_count"] == len(queries.track(user, activity)) > 0


def test_a_cut_file_is_imported_in_part_and_says_so(user: int) -> None:
    whole = gzip.compress(run(n=2000))
    (item,) = brought_in(user, ("cut.gpx.gz", whole[: len(whole) // 2]))
    assert item["outcome"] == "partial"
    assert "truncated" in item["problems"]
    (activity,) = item["activities"]
    stored = queries.one(user, activity)
    assert 100 < stored["point_count"] < 2000
    assert "truncated" in {p["code"] for p in stored["problems"]}  # so the activity's page can show it too


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.gpx", b"", "The file is empty."),
        ("page.fit", b"<!doctype html><html><body>Sign in</body></html>", "This is a web page"),
        ("notes.gpx", b"Dear diary, today I ran", "This is a text file"),
        ("bomb.gpx.gz", zeros_gzip(70), "more than any activity"),
        ("no times.gpx", gpx.gpx(gpx.track([{"lat": 47.0, "lon": 8.0}] * 5)).encode(), ""),
    ],
)
def test_what_cannot_be_used_says_why(user: int, name: str, data: bytes, sentence: str) -> None:
    (item,) = brought_in(user, (name, data))
    assert item["outcome"] in ("failed", "not_activity")
    assert sentence in item["reason"]
    assert item["reason"].endswith(".")
    assert len(item["activities"]) == 0
    assert count("activities") == count("activity_data_points") == 0


def test_a_course_is_no_activity(user: int) -> None:
    (item,) = brought_in(user, ("plan.gpx", gpx.gpx(gpx.route(gpx.points())).encode()))
    assert item["outcome"] == "not_activity"
    assert item["reason"]
    assert count("activities") == 0
    assert count("original_files") == 1  # kept all the same


def test_the_same_file_again_is_a_duplicate_whatever_its_wrapping(user: int) -> None:
    data = run()
    first, *again = brought_in(
        user,
        ("a.gpx", data),
        ("b.gpx", data),
        ("a.gpx.gz", gzip.compress(data)),
        ("a.zip", zipped({"c.gpx": data})),
    )
    assert first["outcome"] == "imported"
    assert [item["outcome"] for item in again] == ["duplicate"] * 3
    assert {tuple(item["activities"]) for item in again} == {tuple(first["activities"])}
    assert count("activities") == count("original_files") == 1


def test_the_same_file_of_two_people_is_two_activities(user: int, other_user: int) -> None:
    assert (
        outcomes(user, ("a.gpx", run())) == outcomes(other_user, ("a.gpx", run())) == [("a.gpx", "imported")]
    )
    assert count("activities") == count("original_files") == 2


@pytest.mark.parametrize("name", ["a.gpx", "a.gpx.gz"])
def test_one_file_from_twenty_at_once_is_one_activity(user: int, name: str) -> None:
    data = run() if name == "a.gpx" else gzip.compress(run())
    start = threading.Barrier(20)
    said: list[str] = []

    def bring() -> None:
        start.wait()
        said.extend(outcome for _, outcome in outcomes(user, (name, data)))

    threads = [threading.Thread(target=bring) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["duplicate"] * 19 + ["imported"]
    assert count("activities") == count("original_files") == 1
    assert count("activity_data_points") == 60


def test_a_zip_is_its_files(user: int) -> None:
    data = zipped(
        {
            "one.gpx": run(1),
            "folder/two.gpx.gz": gzip.compress(run(2)),
            "readme.txt": b"Thank you for using our service",
            "inner.zip": zipped({"three.gpx": run(3)}),
        }
    )
    assert outcomes(user, ("export.zip", data)) == [
        ("export.zip/one.gpx", "imported"),
        ("export.zip/folder/two.gpx.gz", "imported"),
        ("export.zip/readme.txt", "failed"),
        ("export.zip/inner.zip/three.gpx", "imported"),
    ]
    assert count("activities") == 3


def test_a_bad_member_does_not_stop_the_others(user: int) -> None:
    broken = bytearray(zipped({"bad.gpx": run(1), "good.gpx": run(2)}))
    broken[60] ^= 0xFF  # inside the first member's packed bytes
    assert outcomes(user, ("x.zip", bytes(broken))) == [
        ("x.zip/bad.gpx", "failed"),
        ("x.zip/good.gpx", "imported"),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (encrypted(run()), "password"),
        (zipped({}), "The archive holds no files."),
        (zipped({"a.gpx": run()})[:200], "damaged or incomplete"),
    ],
)
def test_a_zip_that_gives_nothing_says_why(user: int, data: bytes, sentence: str) -> None:
    (item,) = brought_in(user, ("x.zip", data))
    assert item["outcome"] == "failed"
    assert sentence in item["reason"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gpx", run()),
        ("a.gpx.gz", gzip.compress(run())),
        ("a.fit", hour_fit(2, 120)),
        ("cut.gz", gzip.compress(run(9))[:700]),
    ],
)
def test_the_original_comes_back_byte_for_byte(user: int, other_user: int, name: str, data: bytes) -> None:
    (item,) = brought_in(user, (name, data))
    (activity,) = item["activities"]
    (row,) = queries.originals_of(user, activity).to_dict("records")
    assert row["name"] == name
    kept = queries.original(user, row["original_id"])
    assert kept.data == data
    assert queries.original(other_user, row["original_id"]) is None


def test_parts_of_one_file_are_one_event(user: int) -> None:
    later = gpx.points(start=gpx.START + timedelta(hours=1))
    two = gpx.gpx(gpx.track(gpx.points()), gpx.track(later, type="cycling")).encode()
    first, single = brought_in(user, ("two.gpx", two), ("one.gpx", run(5)))
    assert len(first["activities"]) == 2
    keys = [queries.one(user, activity)["event_key"] for activity in first["activities"]]
    assert keys[0] == keys[1] != ""
    assert queries.one(user, single["activities"][0])["event_key"] == ""
    parts = store.read("SELECT part FROM activity_recordings ORDER BY activity_id LIMIT 2")["part"]
    assert list(parts) == [0, 1]


@pytest.mark.parametrize(
    ("start", "lat", "lon", "zone", "offset_h", "day"),
    [
        (datetime(2024, 5, 1, 23, 30, tzinfo=UTC), 47.0, 8.0, "Europe/Zurich", 2, date(2024, 5, 2)),
        (datetime(2024, 1, 1, 3, 0, tzinfo=UTC), 40.7, -74.0, "America/New_York", -5, date(2023, 12, 31)),
        (datetime(2024, 7, 1, 3, 0, tzinfo=UTC), 40.7, -74.0, "America/New_York", -4, date(2024, 6, 30)),
        (datetime(2024, 1, 1, 20, 0, tzinfo=UTC), 27.7, 85.3, "Asia/Kathmandu", 5.75, date(2024, 1, 2)),
        # The night when the clocks go forward, just before and after.
        (datetime(2024, 3, 31, 0, 59, tzinfo=UTC), 52.5, 13.4, "Europe/Berlin", 1, date(2024, 3, 31)),
        (datetime(2024, 3, 31, 1, 0, tzinfo=UTC), 52.5, 13.4, "Europe/Berlin", 2, date(2024, 3, 31)),
    ],
)
def test_the_local_day_is_that_of_the_place(user: int, start, lat, lon, zone, offset_h, day) -> None:
    points = gpx.points(start=start, lat=lat, lon=lon)
    (item,) = brought_in(user, ("a.gpx", gpx.gpx(gpx.track(points)).encode()))
    found = queries.one(user, item["activities"][0])
    assert (found["time_zone"], found["utc_offset_s"], found["local_day"]) == (zone, offset_h * 3600, day)


def test_without_a_place_the_local_day_is_that_of_the_user(user: int) -> None:
    """The users of tests.conftest live in Berlin."""
    points = [
        p | {"distance": i * 3.0}
        for i, p in enumerate(gpx.points(start=datetime(2024, 5, 1, 22, 30, tzinfo=UTC)))
    ]
    indoor = [{k: v for k, v in p.items() if k not in ("lat", "lon")} for p in points]
    (item,) = brought_in(user, ("a.tcx", tcx.tcx(tcx.activity(tcx.lap(indoor))).encode()))
    found = queries.one(user, item["activities"][0])
    assert (found["time_zone"], found["utc_offset_s"], found["local_day"]) == (
        "Europe/Berlin", 7200, date(2024, 5, 2),
    )  # fmt: skip


def indoors(power: bool, offset_s: int | None) -> bytes:
    """FIT: half an hour without positions, with a heart rate that rises and falls."""
    w = fit.file_id(fit.Writer())
    for i in range(1800):
        more = [(7, "uint16", 200 + i % 50), (4, "uint8", 85)] if power else []
        w.add(20, (253, "uint32", fit.START + i), (5, "uint32", i * 600),
              (3, "uint8", 130 + round(25 * math.sin(i / 90) + 9 * math.sin(i / 17))), *more, local=1)  # fmt: skip
    fit.session(w, fit.START, 1799, 1799 * 6, sport=2, sub=6)
    if offset_s is not None:
        end = fit.START + 1799
        w.add(34, (253, "uint32", end), (5, "uint32", end + offset_s), (1, "uint16", 1), local=5)
    return w.file()


@pytest.mark.parametrize("first", ["with", "without"])
def test_the_other_recordings_offset_counts_in_a_merge(user: int, first: str) -> None:
    """The fuller recording has no time zone and was once shown in the user's (Berlin), though the other says -4 h."""
    files = {"without": indoors(True, None), "with": indoors(False, -4 * 3600)}
    second = "with" if first == "without" else "without"
    one, other = brought_in(user, (f"{first}.fit", files[first]), (f"{second}.fit", files[second]))
    assert (one["outcome"], other["outcome"]) == ("imported", "merged")
    found = queries.one(user, one["activities"][0])
    assert found["avg_power"] > 200
    assert found["utc_offset_s"] == -4 * 3600
    assert found["local_day"] == (found["start_time"] - timedelta(hours=4)).date()


def test_what_was_repaired_is_kept_with_the_activity(user: int) -> None:
    points = gpx.points()
    points[30] = points[30] | {"lat": 123.0}
    (item,) = brought_in(user, ("a.gpx", gpx.gpx(gpx.track(points)).encode()))
    problems = queries.one(user, item["activities"][0])["problems"]
    assert problems
    assert all(set(p) == {"code", "text", "where"} and p["text"].endswith(".") for p in problems)
    assert {p["code"] for p in problems} <= {code for code in _codes(item["problems"])}


def _codes(problems: str) -> set[str]:
    return {p["code"] for p in json.loads(problems)}


def test_everything_of_an_import_is_one_transaction(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late failure rolls everything back; the item waits for its next try."""
    from milevault_core.store.imports import items

    batch = imports.begin(user, "page")
    (item,) = imports.add(user, batch, "a.gpx", run())
    monkeypatch.setattr(items, "finish", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imports.process(item)
    assert count("activities") == count("activity_data_points") == count("dirty_activities") == 0
    monkeypatch.undo()
    imports.process(item)
    assert count("activities") == 1
    assert count("activity_data_points") == 60


def test_a_batch_of_another_user_takes_nothing(user: int, other_user: int) -> None:
    batch = imports.begin(other_user, "page")
    for data in (run(), zipped({"a.gpx": run()}), zipped({})):
        with pytest.raises(LookupError):
            imports.add(user, batch, "a", data)
    assert count("original_files") == count("import_items") == count("procrastinate_jobs") == 0


def test_names_of_every_kind_are_labels_only(user: int) -> None:
    for name in (
        "a\0b.gpx",
        "../../etc/passwd",
        "ü" * 300 + ".gpx",
        "a'; DROP TABLE users; --",
        "\udcff.gpx",
        "",
    ):
        (item,) = brought_in(user, (name, run()))
        assert item["outcome"] in ("imported", "duplicate")
    with store.session() as session:
        assert session.execute(text("SELECT count(*) FROM users")).scalar() == 1


def test_a_folder_is_all_files_below_it_but_hidden_ones(tmp_path) -> None:
    for name in ("b.gpx", "a/c.gpx", "a/.hidden.gpx", ".git/x.gpx", "a/b/d.gpx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = [str(p.relative_to(tmp_path)) for p in imports.paths_below(tmp_path)]
    assert found == ["a/b/d.gpx", "a/c.gpx", "b.gpx"]
    assert list(imports.paths_below(tmp_path / "b.gpx")) == [tmp_path / "b.gpx"]


def test_what_its_owner_stopped_or_undid_has_not_failed(user: int) -> None:
    stopped, undone = (imports.begin(user, "page") for _ in range(2))
    for batch, day in ((stopped, 0), (undone, 1)):
        imports.add(user, batch, "run.gpx", run(day))
        imports.process(imports.add(user, batch, "broken.fit", b"\x0e\x10broken")[0])
    imports.stop(user, stopped)
    undo.ask(user, undone)
    undo.run(user, undone)
    failed = import_queries.batches(user).set_index("id")["failed"]
    assert (failed[stopped], failed[undone]) == (1, 0)
    assert highlights.to_do(user)["failed"] == 1


def test_several_activities_in_the_order_they_were_asked_for(user: int, other_user: int) -> None:
    theirs, *ours = (
        brought_in(who, ("a.gpx", run(day)))[0]["activities"][0]
        for day, who in enumerate((other_user, user, user))
    )
    found = queries.some(user, [ours[1], theirs, ours[0]])
    assert [one["id"] for one in found] == [ours[1], ours[0]]
    assert found == [queries.one(user, ours[1]), queries.one(user, ours[0])]
    assert queries.some(user, []) == []

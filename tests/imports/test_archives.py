"""Archives from the first piece to the last item: exports of Strava and Garmin, and any zip, in the database only."""

import gzip
import io
import json
import random
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.demo.garmin_archive import write_garmin
from milevault_core.demo.strava_archive import write_strava
from milevault_core.derive import clean
from milevault_core.formats import archive
from milevault_core.imports import archives
from milevault_core.imports import files as files_of
from milevault_core.store.imports import archive_items, items, uploads
from milevault_core.store.queries import highlights
from milevault_core.store.queries import imports as queries
from tests.builders import gpx
from tests.builders.archive import zipped
from tests.demo.made import S

MB = 1 << 20


def run(day: int = 0) -> bytes:
    return gpx.gpx(gpx.track(gpx.points(start=gpx.START + timedelta(days=day)))).encode()


def send(user: int, data: bytes, name: str = "export.zip", piece: int = MB) -> int:
    upload = archives.begin(user, name, len(data))
    for at in range(0, len(data), piece):
        archives.append(user, upload.id, at, data[at : at + piece])
    return upload.id


def planned(user: int, data: bytes, name: str = "export.zip") -> tuple[int, dict]:
    upload_id = send(user, data, name)
    archives.look_through(upload_id)
    return upload_id, value("SELECT plan FROM uploads WHERE id = :i", i=upload_id)


def imported(user: int, data: bytes, name: str = "export.zip") -> int:
    """Import an archive completely, as one worker would; returns its batch."""
    upload_id, _ = planned(user, data, name)
    import_id = archives.start(user, upload_id)
    archives.take_in(upload_id)
    while value("SELECT count(*) FROM import_items WHERE state = 'waiting' AND import_id = :i", i=import_id):
        archives.work(import_id, 1)
    clean.clean(user)
    return import_id


def value(sql: str, **parameters):
    with store.session() as session:
        return session.execute(text(sql), parameters).scalar()


def outcomes(user: int, import_id: int) -> dict[str, str]:
    rows = queries.items(user, import_id)
    return {
        name.rpartition("/")[2]: outcome for name, outcome in zip(rows["name"], rows["outcome"], strict=True)
    }


def strava(language: str = "en", stop: int = 12) -> bytes:
    target = io.BytesIO()
    write_strava(S, target, language, 0, stop)
    return target.getvalue()


def garmin(stop: int = 6) -> bytes:
    target = io.BytesIO()
    write_garmin(S, target, 0, stop)
    return target.getvalue()


EMPTY = b'<gpx xmlns="http://www.topografix.com/GPX/1/1" xmlns:wptx1="x"><trk><name>By hand</name><trkseg/></trk></gpx>'


@pytest.mark.parametrize("packed", [False, True])
def test_an_activity_whose_gpx_of_stravas_holds_no_point_is_made_from_its_row(
    user: int, packed: bool
) -> None:
    name = "activities/7.gpx.gz" if packed else "activities/7.gpx"
    table = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
        "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename\n"
        f'7,"May 6, 2018, 5:38:31 PM",Rowed,Rowing,,3600,12.5,,,false,,,{name}\n'
        '8,"May 7, 2018, 5:38:31 PM",A run,Run,,600,2,,,false,,,activities/8.gpx\n'
    )
    empty = gzip.compress(EMPTY) if packed else EMPTY
    import_id = imported(
        user, zipped({"activities.csv": table.encode(), name: empty, "activities/8.gpx": run()})
    )
    assert set(outcomes(user, import_id).values()) == {"imported", "left_out"}
    made = store.read("SELECT name, sport, distance_m, elapsed_s, moving_s, point_count, problems::text AS said "
                      "FROM activities ORDER BY start_time")  # fmt: skip
    first = made.iloc[0]
    assert (first["name"], first["sport"], first["distance_m"], first["elapsed_s"], first["point_count"]) == (
        "Rowed", "rowing", 12_500, 3600, 0,
    )  # fmt: skip
    assert len(made) == 2
    assert ["holds no track" in said for said in made["said"]] == [True, False]


@pytest.mark.parametrize("language", ["en", "de"])
def test_stravas_export_as_it_comes(user: int, language: str) -> None:
    batch = imported(user, strava(language))
    found = queries.items(user, batch)
    kinds = found["outcome"].value_counts().to_dict()
    assert kinds == {"imported": 14, "left_out": 4, "photo": 1}, found[
        ["name", "outcome", "reason"]
    ].to_string()
    names = store.read("SELECT name, gear, sport, point_count FROM activities WHERE user_id = $1", (user,))
    assert {"Typed in by hand 1", "Morning Run"} <= set(names["name"])
    assert set(names.loc[names["name"] == "Typed in by hand 1", "point_count"]) == {0}
    assert {"Trainers", "Imaginary Racer", "Road bike"} & set(names["gear"])
    assert value("SELECT count(*) FROM gear WHERE user_id = :u", u=user) == 4
    assert value("SELECT count(*) FROM uploads") == value("SELECT count(*) FROM upload_chunks") == 0


def test_garmins_export_as_it_comes(user: int) -> None:
    batch = imported(user, garmin())
    found = queries.items(user, batch)
    assert (found["outcome"] == "imported").sum() == 6
    assert (found["outcome"] == "health").sum() > 100
    assert (found["outcome"] == "failed").sum() == 0
    assert value("SELECT count(*) FROM activities WHERE name <> ''") == 6  # from the list, matched by time
    sleep = found[found["name"].str.contains("sleepData")].iloc[0]
    assert len(sleep["days"]) > 20
    assert value("SELECT count(*) FROM original_files WHERE name LIKE '%customer.json'") == 0
    kept = value("SELECT count(*) FROM original_files WHERE name LIKE '%sleepData.json'")
    assert kept == 1


def test_the_plan_says_what_would_come_and_writes_nothing(user: int) -> None:
    imported(user, zipped({"a.gpx": run(0), "b.gpx": run(1)}))
    before = value("SELECT count(*) FROM import_items"), value("SELECT count(*) FROM original_files")
    broken = {
        "cut.gz": gzip.compress(run())[:12],
        "page.fit": b"<!doctype html><html></html>",
        "empty.gpx": b"",
    }
    files = {
        "again.gpx": run(0),
        "new.gpx.gz": gzip.compress(run(5)),
        "twin.gpx": run(5),
        "ride.fit": hour_fit(3, 60),
    }
    upload_id, plan = planned(user, zipped(files | broken))
    assert (plan["new"], plan["here"], plan["unreadable"]) == (2, 2, 3)
    assert {u["name"].rpartition("/")[2] for u in plan["unreadable_files"]} == set(broken)
    assert (plan["first_year"], plan["last_year"]) == (2024, 2024)
    assert before == (
        value("SELECT count(*) FROM import_items"),
        value("SELECT count(*) FROM original_files"),
    )
    assert highlights.to_do(user)["plans"] == 1, "the dashboard says that it is ready"
    archives.discard(user, upload_id)
    assert highlights.to_do(user)["plans"] == 0
    assert value("SELECT count(*) FROM upload_chunks") == 0


def test_pieces_come_in_any_fashion(user: int, other_user: int) -> None:
    data = zipped({f"{n}.bin": random.Random(n).randbytes(MB) for n in range(3)})
    upload = archives.begin(user, "export.zip", len(data), key="k")
    assert archives.append(user, upload.id, 0, data[: 2 * MB]) == 2 * MB
    assert archives.append(user, upload.id, 0, data[:MB]) == 2 * MB  # sent again: the answer was lost
    with pytest.raises(ValueError, match="follow"):
        archives.append(user, upload.id, 3 * MB, data[3 * MB :])
    with pytest.raises(LookupError):
        archives.append(other_user, upload.id, 2 * MB, data[2 * MB :])
    again = archives.begin(user, "export.zip", len(data), key="k")  # the browser was closed in the meantime
    assert (again.id, again.received_bytes) == (upload.id, 2 * MB)
    assert archives.begin(other_user, "export.zip", len(data), key="k").id != upload.id
    assert archives.append(user, upload.id, 2 * MB, data[2 * MB :]) == len(data)
    with store.session() as session:
        whole = uploads.one(session, user, upload.id)
    assert whole is not None
    with uploads.open_file(whole) as file:
        assert file.read() == data
        file.seek(MB - 3)
        assert file.read(7) == data[MB - 3 : MB + 4]
        assert zipfile.ZipFile(file).testzip() is None


def test_a_member_that_kills_its_worker_is_set_aside_alone(user: int) -> None:
    upload_id, _ = planned(user, zipped({f"{n}.gpx": run(n) for n in range(5)}))
    batch = archives.start(user, upload_id)
    archives.take_in(upload_id)
    tried: list[list[int]] = []
    for job in range(4):  # each worker dies after claiming items, and its job is gone
        with store.session() as session:
            claimed = items.claim(session, batch, 100 + job, 20)
            tried.append([attempts for _, attempts in claimed])
    assert [len(t) for t in tried] == [5, 1, 1, 1]
    archives.work(batch, 200)
    rows = queries.items(user, batch)
    assert rows["outcome"].tolist().count("imported") == 4
    assert "stopped the import" in rows.loc[rows["outcome"] == "failed", "reason"].iloc[0]


def test_an_archive_cannot_be_started_twice_or_by_another(user: int, other_user: int) -> None:
    upload_id, _ = planned(user, zipped({"a.gpx": run()}))
    with pytest.raises(LookupError):
        archives.start(other_user, upload_id)
    with pytest.raises(LookupError):
        archives.discard(other_user, upload_id)
    assert archives.start(user, upload_id) == archives.start(user, upload_id)
    archives.take_in(upload_id)
    archives.take_in(upload_id)
    assert value("SELECT count(*) FROM import_items") == 1
    with pytest.raises(LookupError):
        archives.discard(user, upload_id)


def test_old_archives_go_and_new_ones_stay(user: int) -> None:
    old, new = send(user, zipped({"a.gpx": run()})), send(user, zipped({"b.gpx": run()}))
    with store.session() as session:
        session.execute(
            text("UPDATE uploads SET changed_at = now() - interval '8 days' WHERE id = :i"), {"i": old}
        )
        assert uploads.forget_old(session) == 1
        assert session.scalars(text("SELECT DISTINCT upload_id FROM upload_chunks")).all() == [new]


def test_packed_inner_archives_and_damage_inside(user: int) -> None:
    inner = zipped({"c.gpx": run(2), "d.fit": hour_fit(9, 60)})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as outer:
        outer.writestr("UploadedFiles_1.zip", inner)
        outer.writestr("b.gpx", run(1))
        outer.writestr("bad.zip", b"PK\x03\x04 not really")
    batch = imported(user, target.getvalue())
    assert outcomes(user, batch) == {
        "c.gpx": "imported",
        "d.fit": "imported",
        "b.gpx": "imported",
        "bad.zip": "failed",
    }
    assert value("SELECT count(*) FROM uploads") == 0


def test_what_is_no_archive(user: int) -> None:
    _, plan = planned(user, run(), "run.gpx")
    assert plan["new"] == 1
    batch = imported(user, run(), "run.gpx")
    assert outcomes(user, batch) == {"run.gpx": "imported"}
    upload_id, _ = planned(user, b"PK\x03\x04 cut off", "cut.zip")
    assert value("SELECT state FROM uploads WHERE id = :i", i=upload_id) == "failed"
    assert "damaged" in value("SELECT reason FROM uploads WHERE id = :i", i=upload_id)


def test_photos_stay_with_their_activity(user: int) -> None:
    from PIL import Image

    from milevault_core.store.queries import photos

    picture = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(picture, "JPEG")
    header = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
    )
    header += "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Media"
    row = '1,"Jun 1, 2026, 6:00:00 AM",With a view,Run,Nice,59,0.2,,,true,psst,,activities/7.gpx,media/p.jpg'
    data = zipped({"activities.csv": f"{header}\n{row}\n".encode(), "activities/7.gpx": run(),
                   "media/p.jpg": picture.getvalue(), "media/x.jpg": picture.getvalue()})  # fmt: skip
    batch = imported(user, data)
    found = queries.items(user, batch)
    activity = int(found.loc[found["name"].str.endswith("7.gpx"), "activities"].iloc[0][0])
    (photo,) = photos.of_activity(user, activity).itertuples()
    assert (photo.width, photo.height, photo.media_type) == (1200, 800, "image/jpeg")
    small = Image.open(io.BytesIO(photos.small(user, photo.id) or b""))
    assert max(small.size) == 480
    one = store.read(
        "SELECT name, description, is_commute, private_note FROM activities WHERE id = $1", (activity,)
    )
    assert tuple(one.iloc[0]) == ("With a view", "Nice", True, "psst")
    assert json.loads(found["problems"].iloc[0]) == []


def test_a_broken_file_of_every_kind_is_named_in_the_log(user: int) -> None:
    from bench.import_files import BROKEN

    files = {f"broken {n}.fit": make(n) for n, make in enumerate(BROKEN)}
    batch = imported(user, zipped({"good.gpx": run(0)} | files | {"good2.gpx": run(1)}))
    found = queries.items(user, batch)
    assert set(found["outcome"]) <= {"imported", "failed", "not_activity"}
    assert (found["outcome"] == "imported").sum() == 2
    bad = found[found["name"].str.contains("broken")]
    assert len(bad) == len(BROKEN)
    assert (bad["reason"].str.len() > 10).all(), bad[["name", "outcome", "reason"]].to_string()


def test_after_a_restore_without_its_pieces_it_says_so(user: int) -> None:
    """Backups do not contain the pieces of archives."""
    from milevault_core.backup.tables import LEFT_OUT

    assert "upload_chunks" in LEFT_OUT
    upload_id, _ = planned(user, zipped({"a.gpx": run()}))
    batch = archives.start(user, upload_id)
    archives.take_in(upload_id)
    with store.session() as session:
        session.execute(text("DELETE FROM upload_chunks"))
    archive_items.forget_files()
    archives.work(batch, 1)
    assert "import it again" in queries.items(user, batch)["reason"].iloc[0]


def test_a_zip_among_single_files_is_looked_through_first(user: int) -> None:
    """Also a zip named .fit, as Garmin's download of a single activity may be."""
    few = {"b.gpx": run(1)}
    many = {f"{number}.gpx": run(1 + number) for number in range(4)}
    files = [("a.gpx", run(0)), ("rides.zip", zipped(many)), ("c.fit", zipped(many))]
    assert len(archives.hand_over(user, [(name, io.BytesIO(data)) for name, data in files])) == 1
    assert value("SELECT string_agg(name, ' ') FROM import_items") == "a.gpx"
    assert value("SELECT label FROM imports") == "a.gpx"
    assert value("SELECT string_agg(name || ' ' || state, ', ' ORDER BY id) FROM uploads") == (
        "rides.zip looking, c.fit looking"
    )
    assert value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'look_through'") == 2
    assert archives.hand_over(user, [("d.zip", io.BytesIO(zipped(many)))]) == []
    assert value("SELECT count(*) FROM imports") == 1
    # A few files in a small zip, as Garmin packs each activity, are taken like the files themselves.
    assert len(archives.hand_over(user, [(n, io.BytesIO(zipped(few))) for n in ("e.zip", "f.fit")])) == 1
    assert value("SELECT count(*) FROM imports") == 2
    assert value("SELECT label FROM imports ORDER BY id DESC LIMIT 1") == "e.zip, f.fit"
    assert value("SELECT count(*) FROM activities") == 0


def test_the_process_that_receives_a_zip_does_not_unpack_it(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16 MB of zeros packed into 16 kB, from the page and through the API: only a worker unpacks it."""
    packed = zipped({"a.fit": bytes(16 * MB - 1)})
    unpacked: list[int] = []
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda *_: unpacked.append(1))
    monkeypatch.setattr(archive, "members", lambda *_: unpacked.append(1))
    for source in ("page", "upload"):
        (batch,) = archives.hand_over(user, [("a.zip", io.BytesIO(packed))], source)
        assert value("SELECT count(*) FROM import_items") == 0
        assert value(f"SELECT count(*) FROM uploads WHERE import_id = {batch} AND state = 'listing'") == 1
    assert unpacked == []


def test_files_and_small_zips_given_at_once_are_one_import(user: int) -> None:
    files = [("a.gpx", run(0)), ("b.zip", zipped({"b.gpx": run(1)})), ("c.zip", zipped({"c.gpx": run(2)}))]
    (batch,) = archives.hand_over(user, [(name, io.BytesIO(data)) for name, data in files])
    with store.session() as session:
        listed = session.scalars(text("SELECT id FROM uploads ORDER BY id")).all()
    for upload_id in listed:
        archives.take_in(upload_id)
    archives.work(batch, 1)
    for item_id in queries.items(user, batch)["id"]:
        files_of.process(int(item_id))
    assert sorted(queries.items(user, batch)["name"]) == ["a.gpx", "b.zip/b.gpx", "c.zip/c.gpx"]
    assert value("SELECT count(*) FROM activities") == 3
    assert value("SELECT label FROM imports") == "a.gpx, b.zip, c.zip"


def test_the_disk_gets_its_room_back(user: int, other_user: int) -> None:
    """Immediately, without waiting for a vacuum; what another user is sending stays."""
    size = "SELECT pg_total_relation_size('upload_chunks')"
    upload_id = send(user, random.Random(1).randbytes(4 * MB), "noise.zip")
    theirs = archives.begin(other_user, "theirs.zip", 3 * MB)
    archives.append(other_user, theirs.id, 0, bytes(2 * MB))
    assert value(size) > 6 * MB
    archives.discard(user, upload_id)
    assert archives.append(other_user, theirs.id, 2 * MB, bytes(MB)) == 3 * MB
    assert value("SELECT count(*) FROM upload_chunks") == 3
    archives.discard(other_user, theirs.id)
    assert value(size) < MB / 10


def test_nobody_waits_for_the_room(user: int) -> None:
    """The table is left as it is while another connection writes to it."""
    upload_id = send(user, bytes(2 * MB))
    with store.session() as session:
        session.execute(text("LOCK TABLE upload_chunks IN ROW EXCLUSIVE MODE"))
        archives.discard(user, upload_id)
    assert value("SELECT count(*) FROM uploads") == 0
    uploads.give_back_room()
    assert value("SELECT pg_total_relation_size('upload_chunks')") < MB / 10


def test_an_import_of_many_files_has_a_short_name() -> None:
    assert archives.label(["a.fit", "b.fit", "c.fit"]) == "a.fit, b.fit, c.fit"
    assert archives.label([f"{n}.fit" for n in range(17)]) == "0.fit and 16 more"

"""Ids within JSON and text are translated: a split can be undone on the new server, and a photo stays with its
activity.
"""

import io
import re
from datetime import timedelta

import psycopg
import pytest

from milevault_core import store
from milevault_core.actions import edits
from milevault_core.activities import track_edits
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.derive import clean
from milevault_core.export import read, tables, write
from milevault_core.imports import files, photos, reread
from milevault_core.store.activities import recordings
from tests import databases
from tests.backup.filled import opened
from tests.builders import gpx
from tests.builders.archive import zipped
from tests.conftest import make_user
from tests.imports.test_archives import imported, value
from tests.imports.test_photos import picture
from tests.walls_calls import FIRST_ID
from tests.walls_ids import raise_first_ids

HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
    "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Media"
)
NOT_MINE = '{"split_off": 7}'  # an activity's name that only looks like an edit


def run(day: int) -> bytes:
    start = gpx.START + timedelta(days=day)
    return gpx.gpx(gpx.track(gpx.points(n=120, start=start, lat=47 + day / 10))).encode()


def png() -> bytes:
    out = io.BytesIO()
    picture(120, 80).save(out, "PNG")
    return out.getvalue()


def archive() -> bytes:
    """Three runs; the last has a photo."""
    rows = [
        f'{day},"Jun {day}, 2026, 6:00:00 AM",Run {day},Run,,119,0.4,,,false,,,activities/{day}.gpx,'
        + ("media/3.png" if day == 3 else "")
        for day in (1, 2, 3)
    ]
    runs = {f"activities/{day}.gpx": run(day) for day in (1, 2, 3)}
    listed = "\n".join([HEADER, *rows, ""]).encode()
    return zipped({"activities.csv": listed, **runs, "media/3.png": png()})


@pytest.fixture(scope="module")
def exported(server_url: str, template: str) -> bytes:
    """The export of a user who has split an activity and whose photo could not be shown. Two ids refer to things that
    are gone."""
    with databases.fresh(server_url, template) as url, opened(url), pytest.MonkeyPatch.context() as patch:
        patch.setattr(photos, "MAX_WHOLE", 1000)
        raise_first_ids()
        ann = make_user("ann")
        imported(ann, archive())
        first, second = (
            number for (number,) in rows("SELECT id FROM activities ORDER BY start_time LIMIT 2")
        )
        edits.edit_words(ann, [second], {"name": NOT_MINE})
        edits.split(ann, first, gpx.START.timestamp() + 86_400 + 60)
        trim = TrackEdit("trim", start=gpx.START.timestamp() + 2 * 86_400, split_off=FIRST_ID + 900)
        with store.session() as session:
            recordings.save_edit(session, ann, second, track_edits.name_at(1), trim.pack())
            of_gone = (
                "INSERT INTO import_items (user_id, import_id, name, about, state, outcome) "
                f"SELECT user_id, id, 'b.png', '{{\"photo_of\": {FIRST_ID + 901}}}', 'done', 'photo' FROM imports"
            )
            store.raw(session).execute(of_gone)
        clean.clean(ann)
        out = io.BytesIO()
        write.write(ann, out)
        return out.getvalue()


@pytest.fixture
def ann(database, exported: bytes) -> int:
    """The account into which it is imported; another account there has things with small ids."""
    batch = files.begin(make_user("somebody"), "page")
    for day in (11, 12):
        files.add_and_process(1, batch, f"{day}.gpx", run(day))
    moved = make_user("ann")
    read.read(moved, io.BytesIO(exported))
    return moved


def rows(query: str) -> list[tuple]:
    with psycopg.connect(store.database().dsn) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def test_a_split_is_undone_in_the_new_place(ann: int) -> None:
    split = store.read(
        "SELECT activity_id, field FROM activity_edits WHERE user_id = $1 AND value LIKE '%\"split_off\": %' "
        "AND field LIKE 'track:%' ORDER BY field DESC",
        (ann,),
    )
    edits.revoke(ann, int(split["activity_id"][0]), split["field"][0])
    clean.clean(ann)
    day = store.read(
        "SELECT activity_count, round(distance_m) AS m FROM day_totals WHERE user_id = $1 ORDER BY day LIMIT 1",
        (ann,),
    )
    whole = round(value("SELECT max(distance_m) FROM activities WHERE user_id = :u", u=ann))
    assert day.values.tolist() == [[1, whole]]
    assert value("SELECT count(*) FROM activities WHERE user_id = :u", u=ann) == 3


def test_a_photo_that_is_read_again_stays_with_its_activity(ann: int) -> None:
    photo = (
        "SELECT a.name, p.width FROM activity_photos p JOIN import_items i ON i.id = p.item_id "
        "JOIN activities a ON a.id = i.activities[1] WHERE p.user_id = $1"
    )
    assert store.read(photo, (ann,))["name"].tolist() == ["Run 3"]
    batch = reread.begin(ann, "Everything")
    reread.work(ann, batch)
    reread.do(ann, batch)
    reread.work(ann, batch)
    for (item,) in rows("SELECT id FROM import_items WHERE state = 'waiting' ORDER BY id"):
        files.process(item)
    assert store.read(photo, (ann,)).values.tolist() == [["Run 3", 120]]
    assert (
        value("SELECT outcome FROM import_items WHERE user_id = :u ORDER BY id DESC LIMIT 1", u=ann)
        == "photo"
    )


def test_no_old_number_is_left_in_json_or_text(ann: int) -> None:
    """Anywhere: in every column of every table, as text."""
    old = re.compile(rf"(?<![\d.:]){str(FIRST_ID)[:3]}\d{{3}}(?![\d.])")
    with psycopg.connect(store.database().dsn) as connection:
        left = {
            (one.name, column.name): found[:3]
            for one in tables.mine(connection)
            for column in one.columns
            if column.type != "bytea"
            for cells in [connection.execute(f"SELECT {column.name}::text FROM {one.name}").fetchall()]  # type: ignore[arg-type]
            if (found := [cell for (cell,) in cells if old.search(cell or "")])
        }
    assert left == {}
    assert value("SELECT count(*) FROM activities WHERE name = :n", n=NOT_MINE) == 1


# JSON columns that do not refer to rows.
PLAIN_JSON = {
    "activities": {"date_hints", "details", "problems"},
    "activity_recordings": {"about", "filled", "words"},
    "activity_training": {"inputs", "metrics", "reasons", "zones"},
    "athlete_zones": {"bounds"},
    "garmin_activities": {"entry"},
    "gear_items": {"sports"},
    "health_metrics": {"sources"},
    "import_items": {"problems"},
    "rules": {"actions", "conditions"},
    "sleep_sessions": {"seconds"},
}


def test_every_column_of_json_is_decided_about(database) -> None:
    """A new JSON column either refers to rows and is in tables.WITHIN, or does not."""
    with psycopg.connect(database.dsn) as connection:
        columns = {
            (one.name, c.name)
            for one in tables.mine(connection)
            for c in one.columns
            if c.type.startswith("json")
        }
    packed = {(table, within.column) for table, within in tables.WITHIN.items()}
    plain = {(table, column) for table, names in PLAIN_JSON.items() for column in names}
    anywhere = {("route_states", "decided")}
    assert columns - packed - plain - anywhere == set()
    assert plain | anywhere <= columns

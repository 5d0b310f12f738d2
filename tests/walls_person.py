"""A person with something in every table, for tests/test_walls.py and others."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from sqlalchemy import text

from milevault_core import store, track
from milevault_core.actions import athlete, edits, gear, goals, rules
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.derive import clean
from milevault_core.formats import LAP_COLUMNS, SET_COLUMNS, Channel, Recording
from milevault_core.formats.health_data import DayValue, HealthData, Night, Series, Stage
from milevault_core.health.pack import divide
from milevault_core.imports import files, reread
from milevault_core.segments.draw import DrawnLine, draw
from milevault_core.store import marks, set_aside
from milevault_core.store.activities import photos, save
from milevault_core.store.health import entries
from milevault_core.store.health import files as health_files
from milevault_core.store.imports import items, originals, upload_tokens, uploads
from milevault_core.store.segments import rows as segments
from tests.builders.routes import some_route
from tests.builders.tracks import ride
from tests.conftest import make_user

ASKED = "asked.csv"  # a file whose reader asks the user a question
DAY = date(2026, 6, 1)  # of tests.builders.tracks.ride


@dataclass(frozen=True)
class Person:
    """A user and the ids of what the user has."""

    user_id: int
    activity_id: int
    original_id: int
    import_id: int
    route_id: int
    photo_id: int
    upload_id: int
    value_id: int


def recording(part: int = 0, days: int = 0) -> Recording:
    """A ride with something for every table, moved by `days`."""
    made = ride(60)
    made["time"] = made["time"] + np.timedelta64(days, "D")
    start = track.aware(made["time"].to_numpy()[0])
    lap = {"start_time": made["time"].to_numpy()[0], "elapsed_s": 59.0}
    one_set = {"duration_s": 30.0, "repetitions": 10, "exercise": "squat", "is_active": True}
    channel = Channel("core_temperature", "°C", np.arange(60, dtype="f4"))
    return Recording(
        "cycling", start, made[list(track.COLUMNS)], laps=pd.DataFrame([lap], columns=list(LAP_COLUMNS)),
        sets=pd.DataFrame([one_set], columns=list(SET_COLUMNS)),
        channels=[channel], totals={"calories": 400.0}, format="fit", part=part,
    )  # fmt: skip


def person(name: str) -> Person:
    """A new user with a batch, an original and an activity, everything derived."""
    user_id = make_user(name)
    import_id = files.begin(user_id, "page", "A batch")
    files.begin(user_id, "demo", "Another batch")
    with store.session() as session:
        original_id = originals.keep(session, user_id, "ride.fit", f"bytes of {name}".encode())
        activity_id = save.save_activity(session, user_id, recording(), original_id, import_id)
        item_id = items.add(session, user_id, import_id, "ride.fit", original_id)
        items.finish(session, user_id, item_id, items.Result("imported", [activity_id], [DAY]))
        for file in ("again.fit", ASKED):
            failed = items.add(session, user_id, import_id, file, original_id)
            items.finish(session, user_id, failed, items.Result("failed", reason="No."))
        photo_id = _picture(session, user_id, import_id, item_id, original_id)
        upload_id = uploads.begin(session, user_id, "export.zip", 10).id
        upload_tokens.add(session, user_id, "phone", f"key of {name}")
        segments.add(session, user_id, "A hill", "ride", stretch(), "drawn")
    _health(user_id, import_id)
    clean.clean(user_id)
    _trash_apart_reread(user_id, activity_id)
    value_id = _training(user_id)
    _more_records(user_id, activity_id)
    _plans(user_id, activity_id)
    route_id = some_route(user_id, activity_id)
    _races(user_id, activity_id)
    edits.edit_words(user_id, [activity_id], {"tags": "long", "gear": "A"})
    return Person(user_id, activity_id, original_id, import_id, route_id, photo_id, upload_id, value_id)


def stretch() -> DrawnLine:
    """A segment along part of the ride, so that it has an effort."""
    part = recording().track.iloc[10:50]
    return draw(*(part[name].to_numpy(float) for name in ("lat", "lon", "altitude")))


def segment_of(user_id: int) -> int:
    """The id of the user's segment."""
    query = "SELECT min(id) AS id FROM route_segments WHERE user_id = $1"
    return int(store.read(query, (user_id,))["id"].iloc[0])


def failed_item(user_id: int) -> int:
    """An import item whose file asks the user a question."""
    with store.session() as session:
        query = text("SELECT max(id) FROM import_items WHERE user_id = :u AND name = :n")
        return session.scalar(query, {"u": user_id, "n": ASKED}) or 0


def _health(user_id: int, import_id: int) -> None:
    """A day and a night from a file, a weight, a note, a source ranking, a choice."""
    up = int(datetime(DAY.year, DAY.month, DAY.day, 6, tzinfo=UTC).timestamp())
    data = HealthData("fit", "1", [DayValue(DAY, "rhr", 50.0, "fit", up)])
    data.samples["hr"] = Series(np.array([up - 120, up - 60]), np.array([50.0, 51.0]))
    stages = (Stage(up - 25_200, up - 3600, "deep"), Stage(up - 3600, up, "light"))
    data.nights = [Night(DAY, up - 25_200, up, "fit", {"deep": 21_600, "light": 3600}, stages, 7200)]
    with store.session() as session:
        original = originals.keep(session, user_id, "wellness.fit", f"wellness of {user_id}".encode())
        health_files.keep(session, user_id, original, import_id, divide(data))
        at = datetime.fromtimestamp(up, UTC)
        entries.add(session, user_id, DAY, at, {"weight_kg": 70.0})
        entries.set_note(session, user_id, DAY, "A note", ["ill"])
        entries.set_ranking(session, user_id, "steps", ["fit"])
        entries.set_choice(session, user_id, "weight_goal_kg", "68")


def _training(user_id: int) -> int:
    """The athlete's values and zones; the id of a value."""
    athlete.set_value(user_id, "threshold_power", "cycling", DAY, 250.0, DAY)
    athlete.set_zones(user_id, "power", "cycling", DAY, "threshold")
    clean.clean(user_id)
    with store.session() as session:
        found = session.scalar(text("SELECT max(id) FROM athlete_values WHERE user_id = :u"), {"u": user_id})
        assert found is not None
        return found


def _races(user_id: int, activity_id: int) -> None:
    """A race, part of a grade curve, and pending metrics. Nothing may be computed after this."""
    own = {"u": user_id, "a": activity_id}
    with store.session() as session:
        session.execute(text(
            "INSERT INTO activity_efforts (activity_id, user_id, kind, key, value, t0_s, t1_s, source) "
            "VALUES (:a, :u, 'best_time', 5000, 600, 0, 600, 'device')"
        ), own)  # fmt: skip
        grades = np.zeros((2, 9), "<f4").tobytes()
        session.execute(
            text("UPDATE activity_training SET grades = :g WHERE activity_id = :a"), own | {"g": grades}
        )
        marks.mark_activity(session, user_id, activity_id, "metrics")
        marks.mark_steps(session, user_id, -segment_of(user_id), ("segment_efforts",))
        return session.execute(
            text("SELECT max(id) FROM athlete_values WHERE user_id = :u"), own
        ).scalar_one()


def _picture(session, user_id: int, import_id: int, item_id: int, original_id: int) -> int:
    """A photo and a bike."""
    photos.add(session, user_id, import_id, item_id, original_id, "image/jpeg", 4, 3, b"small")
    session.execute(
        text(
            "INSERT INTO gear (user_id, import_id, kind, name, brand, model) VALUES (:u, :b, 'bike', 'A', '', '')"
        ),
        {"u": user_id, "b": import_id},
    )
    return session.execute(text("SELECT max(id) FROM activity_photos")).scalar_one()


def _trash_apart_reread(user_id: int, activity_id: int) -> None:
    """An activity split from this one, a deleted one, and a batch that would read this one again."""
    with store.session() as session:
        for days, name in ((1, "apart"), (2, "trash")):
            original = originals.keep(session, user_id, name, f"{name} of {user_id}".encode())
            other = save.save_activity(session, user_id, recording(days=days), original)
            if name == "trash":
                save.delete_activity(session, user_id, other)
        split = TrackEdit("trim", stop=4e9, split_off=activity_id).pack()
        session.execute(text(
            "INSERT INTO activity_edits (user_id, activity_id, field, value) VALUES (:u, :a, 'name', 'Mine'), "
            "(:u, :a, 'track:1', CAST(:trim AS text))"  # as a split makes it, without an effect on the track
        ), {"u": user_id, "a": activity_id, "trim": split})  # fmt: skip
        session.execute(text(
            "INSERT INTO recordings_joined (user_id, first, second) SELECT :u, min(fingerprint), 'gone:0' "
            "FROM activity_recordings WHERE user_id = :u AND activity_id = :a"
        ), {"u": user_id, "a": activity_id})  # fmt: skip
        session.execute(
            text("INSERT INTO figure_defaults (user_id, name, origin) VALUES (:u, 'calories', 'device')"),
            {"u": user_id},
        )
        session.execute(text(
            "INSERT INTO recordings_apart (user_id, first, second) SELECT :u, min(fingerprint), max(fingerprint) "
            "FROM activity_recordings WHERE user_id = :u AND activity_id IS NOT NULL"
        ), {"u": user_id})  # fmt: skip
    batch = reread.begin(user_id, "One activity", activity_id=activity_id)
    with store.session() as session:
        session.execute(
            text("UPDATE activities_before SET state = 'changed' WHERE import_id = :b"), {"b": batch}
        )
    clean.clean(user_id)
    with store.session() as session:
        set_aside.put(session, user_id, "activity", "metrics", str(activity_id), 0)


def _more_records(user_id: int, activity_id: int) -> None:
    """A pending effort, one that is left out, and a decision: a single ride would have none."""
    own = {"u": user_id, "a": activity_id}
    with store.session() as session:
        session.execute(text(
            "INSERT INTO record_waiting (user_id, activity_id, kind, key, sport, is_indoor, start_time, day, value, "
            "typical, share, t0_s, t1_s) "
            "SELECT :u, :a, 'longest_distance', 0, 'cycling', false, now(), now(), 9, 20, .5, 0, 9"
        ), own)  # fmt: skip
        session.execute(text(
            "INSERT INTO record_left_out (user_id, activity_id, kind, key, value, t0_s, t1_s) "
            "SELECT :u, :a, 'impossible_heart_rate', 1, 250, 0, 1"
        ), own)  # fmt: skip
        session.execute(text(
            "INSERT INTO record_decisions (user_id, activity_id, kind, key, decision) "
            "SELECT :u, :a, 'power', 1, 'not a record'"
        ), own)  # fmt: skip


def _plans(user_id: int, activity_id: int) -> None:
    """A goal, gear with a service, a rule, and a record that beats another one."""
    goals.add(user_id, "distance", 1000.0, "week")
    bike = gear.save(user_id, "A", kind="bike", label="Red")
    gear.add_service(user_id, bike, "Chain", 1000.0, DAY)
    rules.add(user_id, {"name": "never"}, {"gear": "A"})
    with store.session() as session:
        session.execute(  # like the demo's: with an import
            text(
                "UPDATE rules SET created_at = (SELECT created_at FROM imports WHERE user_id = :u ORDER BY id LIMIT 1) "
                "WHERE user_id = :u"
            ),
            {"u": user_id},
        )
        session.execute(
            text(
                "UPDATE personal_records SET previous = value - 1, is_current = true "
                "WHERE user_id = :u AND activity_id = :a"
            ),
            {"u": user_id, "a": activity_id},
        )

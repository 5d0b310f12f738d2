"""A sync with the real garminconnect against the stand-in: what comes, what is asked for, and nothing twice."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from milevault_core import store
from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.wellness_writer import write_day
from milevault_core.derive import clean
from milevault_core.formats.health_metrics import TRAINING_STATUS
from milevault_core.garmin import sync
from milevault_core.imports import files
from milevault_core.store.garmin import connection
from milevault_core.store.imports import originals
from tests.builders import gpx
from tests.garmin.conftest import NOON, Hand, connect, run_until_done, state
from tests.garmin.standin import Answer, StandIn, entry, steps, zipped


def track(day: int, hour: int = 10) -> bytes:
    start = NOON.replace(day=1, hour=hour) + timedelta(days=day)
    return gpx.gpx(gpx.track(gpx.points(60, start=start, lat=47 + day / 100))).encode()


def add(garmin: StandIn, number: int, **more: object) -> int:
    """Add an activity of day `number` with a file; returns its id."""
    start = f"{(NOON.replace(day=1, hour=10) + timedelta(days=number)):%Y-%m-%d %H:%M:%S}"
    made = entry(number, start, **more)
    garmin.activities.append(made)
    garmin.files[made["activityId"]] = zipped({f"{made['activityId']}_ACTIVITY.gpx": track(number)})
    return made["activityId"]


def import_all() -> None:
    """Do what the workers of the import do."""
    for item in store.read("SELECT id FROM import_items WHERE state = 'waiting' ORDER BY id")["id"]:
        files.process(int(item))


def outcomes() -> Counter:
    import_all()
    return Counter(store.read("SELECT outcome FROM import_items")["outcome"])


def test_everything_comes_and_nothing_twice(ann: int, garmin: StandIn, clock: Hand) -> None:
    for number in range(5):
        add(garmin, number)
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 5
    rows = store.read("SELECT name, description, sport, sub_sport, gear FROM activities ORDER BY start_time")
    assert rows["name"].tolist() == [f"Run {n}" for n in range(5)]
    assert set(rows["description"]) == {f"Notes {n}" for n in range(5)}
    assert set(zip(rows["sport"], rows["sub_sport"], rows["gear"], strict=True)) == {
        ("running", "trail", "Old shoes")
    }
    kinds = store.read("SELECT name FROM import_items WHERE outcome = 'health' ORDER BY id")["name"].tolist()
    for kind in ("daily summaries", "nights", "heart rate variability", "weight", "training readiness", "VO2max",
                 "training status", "night"):  # fmt: skip
        assert any(name.endswith(f"{kind}.json") for name in kinds), kind
    assert not outcomes()["failed"]
    account = state(ann)
    assert (account.state, account.reason, account.last_sync_at) == ("ok", "", clock.time)

    before, asked = outcomes(), len(garmin.calls())
    clock.time += timedelta(minutes=31)
    sync.run(ann, clock)
    assert garmin.calls()[asked:] == ["/wellness-service/wellness/syncTimestamp"]  # one call and no more
    assert outcomes() == before

    garmin.upload = "2026-11-29T13:00:00.0"
    new = add(garmin, 6)
    clock.time += timedelta(minutes=31)
    sync.run(ann, clock)
    assert outcomes()["imported"] == 6
    assert [p for p in garmin.paths() if p.endswith(str(new))] == [f"/download-service/files/activity/{new}"]
    # The last three days came again unchanged, so they are not kept again.
    assert outcomes()["health"] == before["health"]
    assert len(garmin.calls()) - asked - 1 <= 20


def test_the_days_reach_the_health_pages(ann: int, garmin: StandIn, clock: Hand) -> None:
    run_until_done(ann, clock)
    import_all()
    clean.clean(ann)
    rows = store.read(
        "SELECT day, steps, rhr, sleep_s, hrv_last_night, vo2max, readiness, training_status FROM health_metrics "
        "WHERE user_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day",
        (ann, garmin.first_day, date(2026, 11, 29)),
    ).set_index("day")
    assert rows["steps"].to_dict() == {day: steps(day) for day in rows.index}
    assert len(rows) == 10
    assert set(rows["rhr"]) == {48}
    assert set(rows["sleep_s"]) == {25_200}
    assert set(rows["hrv_last_night"]) == {60}
    assert rows.loc[date(2026, 11, 25), "vo2max"] == 52.3
    assert set(rows["readiness"]) == {70}
    told = rows["training_status"].dropna()
    assert told.to_dict() == {date(2026, 11, 23): TRAINING_STATUS.index("productive")}  # the primary watch


def test_the_watchs_own_files_reach_the_health_pages(ann: int, garmin: StandIn, clock: Hand) -> None:
    """A day's zip of wellness files is kept as files and read to the minute, but Connect's own totals win."""
    athlete = Athlete(5, date(2026, 11, 19), 10, 4, health_days=1)
    (day,) = health.days(athlete)
    garmin.wellness = {
        f"{n}_{kind}.fit": data for n, (kind, data) in enumerate(write_day(athlete, day).items())
    }
    garmin.first_day = garmin.last_day = day.day
    connect(ann, garmin, first_day=day.day)
    run_until_done(ann, clock)
    import_all()
    clean.clean(ann)
    names = store.read("SELECT name FROM import_items WHERE name LIKE '%.fit' ORDER BY name")["name"].tolist()
    assert names == sorted(f"Garmin Connect {day.day} {name}" for name in garmin.wellness)
    beats = store.read("SELECT count(*) AS n FROM wellness_samples WHERE metric = 0")["n"][0]
    assert beats == int((day.heart_rate > 0).sum())
    truth = health.truth_of(athlete, day)
    found = store.read(
        "SELECT metric, source, value FROM health_values WHERE day = $1 AND metric IN ('steps', 'sleep_score')",
        (day.day,),
    )
    values = {(row.metric, row.source): row.value for row in found.itertuples()}
    assert values["steps", "fit"] == truth["steps"]
    assert values["steps", "garmin_connect"] == steps(day.day)
    won = store.read(
        "SELECT steps, sources->>'steps' AS source FROM health_metrics WHERE day = $1", (day.day,)
    )
    assert (won["steps"][0], won["source"][0]) == (steps(day.day), "garmin_connect")
    asked = len(store.read("SELECT 1 FROM import_items"))
    garmin.upload = "later"
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    assert len(store.read("SELECT 1 FROM import_items")) == asked  # the same files are not kept again


def test_a_year_of_days_takes_at_most_120_calls(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.first_day = date(2025, 11, 30)
    connect(ann, garmin, first_day=None)
    run_until_done(ann, clock)
    assert len(garmin.calls()) <= 120
    rows = store.read("SELECT day FROM garmin_days ORDER BY day")["day"]
    assert rows.tolist() == [rows[0] + timedelta(days=n) for n in range(len(rows))]  # every day, once
    assert rows[0] <= garmin.first_day
    assert rows.iloc[-1] == date(2026, 11, 29)
    told: dict[str, int] = {}
    with store.session() as session:
        for number in store.read("SELECT id FROM original_files WHERE name LIKE '%daily summaries%'")["id"]:
            found = originals.fetch(session, ann, int(number))
            assert found is not None
            told |= {day["calendarDate"]: day["totalSteps"] for day in json.loads(found.data)}
    whole = [garmin.first_day + timedelta(days=n) for n in range(365)]
    assert told == {day.isoformat(): steps(day) for day in whole}


def test_days_before_the_watch_uploaded_them_are_fetched_again(
    user: int, garmin: StandIn, clock: Hand
) -> None:
    """Connected today, last upload eight days ago: what is empty now may be filled later."""
    connect(user, garmin, first_day=date(2026, 11, 10))
    garmin.first_day, garmin.last_day, garmin.upload = (
        date(2026, 11, 10),
        date(2026, 11, 21),
        "2026-11-21T06:00:00.0",
    )
    run_until_done(user, clock)
    final = store.read("SELECT max(day) AS day FROM garmin_days WHERE is_final")["day"][0]
    assert final == date(2026, 11, 19)
    garmin.last_day, garmin.upload = date(2026, 11, 29), "2026-11-29T12:30:00.0"
    clock.time += timedelta(hours=1)
    run_until_done(user, clock)
    import_all()
    clean.clean(user)
    rows = store.read("SELECT day FROM health_metrics WHERE user_id = $1 AND steps > 0 ORDER BY day", (user,))
    assert rows["day"].tolist() == [date(2026, 11, 10) + timedelta(days=n) for n in range(20)]
    assert store.read("SELECT max(day) AS day FROM garmin_days WHERE is_final")["day"][0] == date(
        2026, 11, 26
    )


def test_when_the_watch_uploaded() -> None:
    assert sync.day_of_upload("2026-11-21T06:00:00.0") == date(2026, 11, 21)
    assert sync.day_of_upload("1795651200000") == date(2026, 11, 26)
    assert [sync.day_of_upload(said) for said in ("?", "", "yesterday", "9" * 30)] == [None] * 4


def test_the_last_three_days_come_again(ann: int, garmin: StandIn, clock: Hand, monkeypatch) -> None:
    """A night that was scored again shows its new score; older nights are not asked for."""
    run_until_done(ann, clock)
    before = len(garmin.seen)
    night = {"calendarDate": "2026-11-28", "deepSleepSeconds": 3600, "lightSleepSeconds": 10_800,
             "remSleepSeconds": 3600, "awakeSleepSeconds": 600, "sleepScores": {"overall": {"value": 61}},
             "sleepStartTimestampGMT": 1_795_816_800_000, "sleepEndTimestampGMT": 1_795_845_600_000}  # fmt: skip
    garmin.nights["2026-11-28"] = night
    garmin.upload = "2026-11-29T13:00:00.0"
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    asked = [query["date"] for _, path, query in garmin.seen[before:] if "dailySleepData" in path]
    assert asked == ["2026-11-29", "2026-11-28", "2026-11-27"]
    import_all()
    clean.clean(ann)
    scores = store.read(
        "SELECT value FROM health_values WHERE user_id = $1 AND metric = 'sleep_score' AND day = '2026-11-28'",
        (ann,),
    )
    assert scores["value"].tolist() == [61]


def test_the_newest_comes_first(ann: int, garmin: StandIn, clock: Hand) -> None:
    """Days as well as activities, in whatever order they became known."""
    garmin.first_day = date(2026, 8, 1)
    connect(ann, garmin, first_day=date(2026, 8, 1))
    for number in (3, 1, 5, 2, 4):
        add(garmin, number)
    run_until_done(ann, clock)
    fetched = [
        p.rsplit("/", 1)[-1][-1] for p in garmin.paths() if p.startswith("/download-service/files/activity")
    ]
    assert fetched == ["5", "4", "3", "2", "1"]
    begins = [query["startDate"] for _, path, query in garmin.seen if path.startswith("/usersummary-service")]
    assert begins == sorted(begins, reverse=True)
    assert begins[-1] == "2026-08-01"


def test_the_next_sync_is_in_half_an_hour(ann: int, garmin: StandIn, clock: Hand) -> None:
    run_until_done(ann, clock)
    due = state(ann).next_run_at
    assert due is not None
    assert timedelta(minutes=30) <= due - clock.time <= timedelta(minutes=32)


def test_one_odd_entry_does_not_end_the_list(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.activities = [
        entry(n, f"{date(2026, 1, 1) + timedelta(days=n)} 10:00:00", manualActivity=True) for n in range(150)
    ]
    garmin.activities[120]["activityId"] = "odd"  # on the first page
    garmin.activities[121] = garmin.activities[122]  # listed twice
    run_until_done(ann, clock)
    assert len(store.read("SELECT 1 FROM garmin_activities")) == 148


def test_what_begins_together_at_the_end_of_a_page_is_not_gone(
    ann: int, garmin: StandIn, clock: Hand
) -> None:
    """Two activities may start at once, on two people's watches or on two watches of one person. When a new activity
    moves one of them to the next page, it is not taken for deleted."""
    garmin.activities = [
        entry(n, f"{date(2026, 1, 1) + timedelta(days=max(n, 51))} 10:00:00", manualActivity=True)
        for n in range(150)
    ]
    run_until_done(ann, clock)
    garmin.activities.append(entry(500, "2026-11-29 10:00:00", manualActivity=True))
    garmin.upload = "2026-11-29T13:00:00.0"
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    assert len(store.read("SELECT 1 FROM garmin_activities")) == 151
    assert store.read("SELECT 1 FROM garmin_activities WHERE deleted_at IS NOT NULL").empty


def test_a_watch_that_lay_in_a_drawer(user: int, garmin: StandIn, clock: Hand) -> None:
    """No activities, and no data for half a year: older days still come."""
    garmin.first_day, garmin.last_day = date(2026, 4, 1), date(2026, 4, 28)
    connect(user, garmin, first_day=None)
    run_until_done(user, clock)
    import_all()
    clean.clean(user)
    rows = store.read("SELECT day FROM health_metrics WHERE user_id = $1 AND steps > 0", (user,))
    assert len(rows) == 28
    assert state(user).first_day is not None


def test_calls_are_at_least_a_second_apart(ann: int, garmin: StandIn, clock: Hand) -> None:
    sync.run(ann, clock)
    assert (
        len(clock.pauses) == len(garmin.seen) >= 10
    )  # before the first one too, because another run may have just ended
    assert min(clock.pauses) >= 1.0
    assert len(set(clock.pauses)) > 5  # and not at a fixed interval


def test_what_the_export_brought_is_the_same_activity(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 3)
    batch = files.begin(ann, "page")
    files.add(ann, batch, "from the export.gpx", track(3))
    import_all()
    run_until_done(ann, clock)
    assert outcomes()["duplicate"] == 1
    rows = store.read("SELECT name FROM activities")
    assert rows["name"].tolist() == ["Run 3"]  # which was not in the export's file


def test_an_activity_without_a_file_is_its_entry(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.activities = [
        entry(1, "2026-11-20 10:00:00", manualActivity=True, activityName="By hand"),
        entry(2, "2026-11-21 10:00:00", activityName="Lost"),  # 404
        entry(3, "2026-11-22 10:00:00", activityName="Empty"),
    ]
    garmin.answer["/download-service/files/activity/9000000003"] = Answer(204)
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 3
    rows = store.read(
        "SELECT name, sport, distance_m, elapsed_s, moving_s FROM activities ORDER BY start_time"
    )
    assert rows["name"].tolist() == ["By hand", "Lost", "Empty"]
    assert set(rows["distance_m"]) == {5000.0}
    assert set(rows["elapsed_s"]) == {1900.0}
    assert "/download-service/files/activity/9000000001" not in garmin.paths()


@pytest.mark.parametrize("which", [3, 2], ids=["the oldest of all", "one of the middle"])
def test_deleted_at_garmin_is_kept_and_marked(ann: int, garmin: StandIn, clock: Hand, which: int) -> None:
    made = {day: add(garmin, day) for day in (2, 3, 1)}
    run_until_done(ann, clock)
    garmin.activities = [e for e in garmin.activities if e["activityId"] != made[which]]
    garmin.upload = "later"
    clock.time += timedelta(hours=1)
    sync.run(ann, clock)
    rows = store.read("SELECT garmin_id FROM garmin_activities WHERE deleted_at IS NOT NULL")
    assert rows["garmin_id"].tolist() == [made[which]]
    assert outcomes()["imported"] == 3
    assert len(store.read("SELECT id FROM activities")) == 3


def test_a_title_changed_at_garmin_changes_here(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 2)
    run_until_done(ann, clock)
    import_all()
    garmin.activities[0]["activityName"] = "A better name"
    garmin.upload = "later"
    clock.time += timedelta(hours=1)
    sync.run(ann, clock)
    assert store.read("SELECT name FROM activities")["name"].tolist() == ["A better name"]


def test_a_long_list_with_changes_while_it_is_read(ann: int, garmin: StandIn, clock: Hand) -> None:
    """Three pages; between the first and the second, an activity is added and four are deleted."""
    garmin.activities = [
        entry(n, f"{date(2026, 1, 1) + timedelta(days=n)} 10:00:00", manualActivity=True) for n in range(260)
    ]
    garmin.first_day = date(2026, 11, 29)
    pages = []

    def change(path: str) -> None:
        if path.endswith("search/activities"):
            pages.append(path)
            if len(pages) == 2:
                garmin.activities.append(entry(999, "2026-11-29 11:00:00", manualActivity=True))
                del garmin.activities[250:254]

    garmin.before = change
    garmin.upload = "first"
    run_until_done(ann, clock)
    garmin.upload = "second"
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    rows = store.read("SELECT garmin_id, fetched_at IS NOT NULL AS here, deleted_at FROM garmin_activities")
    assert len(rows) == 261
    assert rows.loc[rows["deleted_at"].isna(), "here"].all()
    there = {e["activityId"] for e in garmin.activities}
    assert set(rows.loc[rows["deleted_at"].isna(), "garmin_id"]) == there
    assert (
        store.read("SELECT count(*) AS n FROM import_items WHERE name LIKE 'Garmin Connect 9%'")["n"][0]
        == 261
    )


def test_another_account_is_begun_anew(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 1)
    run_until_done(ann, clock)
    garmin.name = "somebody else"
    garmin.activities = []
    add(garmin, 2)
    with store.session() as session:
        connection.change(session, ann, {"is_new": True})
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    assert state(ann).display_name == "somebody else"
    assert outcomes()["imported"] == 2
    assert len(store.read("SELECT 1 FROM garmin_activities")) == 1


def test_two_accounts_at_once(ann: int, other_user: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 1)
    connect(other_user, garmin)
    with ThreadPoolExecutor(4) as pool:  # of two runs for one account, the second finds the first one running
        list(pool.map(lambda user_id: sync.run(user_id, Hand()), [ann, other_user, ann, other_user]))
    for user_id in (ann, other_user):
        run_until_done(user_id, Hand())
    assert outcomes()["imported"] == 2
    assert set(store.read("SELECT user_id FROM activities")["user_id"]) == {ann, other_user}
    listed = store.read("SELECT name, user_id FROM import_items WHERE name LIKE '%ACTIVITY%'")
    assert len(listed) == 2

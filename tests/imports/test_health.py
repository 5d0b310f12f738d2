"""Files of days and nights go through the ordinary import: exact values, each with its file; imported in any order,
undone, read again."""

import json
from datetime import date
from itertools import islice

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.wellness_writer import write_day
from milevault_core.derive import clean
from milevault_core.derive.check import check
from milevault_core.imports import files, reread, undo
from milevault_core.imports.health import _ahead, _behind
from milevault_core.store.health import files as health_files
from tests.derive.test_clean import DERIVED
from tests.formats import test_wellness as wellness

TWO_WEEKS = Athlete(7, date(2025, 3, 20), 30, 12, health_days=14)  # the clocks change on 30 March
OURS = ("health_values", "health_metrics", "sleep_sessions", "sleep_stages", "wellness_samples")


@pytest.fixture(scope="module")
def days() -> list[tuple[health.Day, dict[str, bytes]]]:
    return [(day, write_day(TWO_WEEKS, day)) for day in islice(health.days(TWO_WEEKS), 3)]


def bring(user: int, made: list[tuple[str, bytes]], source: str = "page") -> int:
    batch = files.begin(user, source)
    for name, data in made:
        files.add_and_process(user, batch, name, data)
    return batch


def all_of(days, order=1) -> list[tuple[str, bytes]]:
    return [(f"{day.day} {kind}.fit", data) for day, made in days for kind, data in made.items()][::order]


def rows() -> dict[str, list[tuple]]:
    with store.session() as session:
        return {t: sorted(map(str, session.execute(text(_plain(t))))) for t in OURS}


def _plain(table: str) -> str:
    if table == "health_values":
        return "SELECT user_id, day, metric, source, value, observed_at FROM health_values"
    return f"SELECT * FROM {table}"


def test_days_are_as_they_were_made(user: int, days) -> None:
    bring(user, all_of(days))
    clean.clean(user)
    outcomes = store.read("SELECT outcome, count(*) AS n FROM import_items GROUP BY 1")
    assert outcomes["outcome"].tolist() == ["health"]
    found = store.read("SELECT * FROM health_metrics ORDER BY day").set_index("day")
    for day, _ in days[1:]:
        truth, row = health.truth_of(TWO_WEEKS, day), found.loc[day.day]
        for metric in ("steps", "distance_m", "kcal_active", "im_moderate", "im_vigorous", "rhr", "hr_min", "hr_max",
                       "bb_high", "bb_low", "sleep_s", "sleep_score"):  # fmt: skip
            assert row[metric] == pytest.approx(truth[metric], abs=0.51), (day.day, metric)
        assert row["stress_avg"] == pytest.approx(truth["stress_avg"])
        assert row["hrv_last_night"] == pytest.approx(truth["hrv_last_night"], abs=0.01)
    nights = store.read(
        "SELECT day, extract(epoch FROM start_time)::float8 AS a, extract(epoch FROM end_time)::float8 AS b "
        "FROM sleep_sessions WHERE is_shown AND NOT is_nap ORDER BY day"
    ).set_index("day")
    for day, _ in days[1:]:
        truth = health.truth_of(TWO_WEEKS, day)
        assert nights.loc[day.day, "a"] == truth["sleep_start"]
        # The night ends with the last sleep: the time awake after it does not count.
        assert 0 <= truth["sleep_end"] - nights.loc[day.day, "b"] <= truth["awake_s"]
    origin = store.read("SELECT count(*) AS n FROM health_values WHERE original_id IS NULL")
    assert origin["n"].iloc[0] == 0
    beats = store.read("SELECT count(*) AS n FROM wellness_samples WHERE metric = 0")["n"].iloc[0]
    assert beats == sum(int((day.heart_rate > 0).sum()) for day, _ in days)
    assert check().differences == []


def test_the_order_of_files_does_not_matter(user: int, days) -> None:
    bring(user, all_of(days))
    clean.clean(user)
    forwards = rows()
    store_clear(user)
    for name, data in all_of(days, -1):  # each file is a batch of its own, all in the opposite order
        bring(user, [(name, data)])
    clean.clean(user)
    assert rows() == forwards


def store_clear(user: int) -> None:
    ours = store.read("SELECT id FROM imports WHERE user_id = $1 AND undo_asked_at IS NULL", (user,))
    for batch in ours["id"]:
        undo.ask(user, int(batch))
        undo.run(user, int(batch))
    clean.clean(user)
    assert all(not found for found in rows().values())
    assert store.read("SELECT 1 FROM health_pieces").empty


def test_undo_leaves_what_another_import_brought(user: int, days) -> None:
    first = bring(user, all_of(days[:2]))
    bring(user, all_of(days[1:3]))  # the second day comes twice
    clean.clean(user)
    undo.ask(user, first)
    undo.run(user, first)
    clean.clean(user)
    left = rows()
    store_clear(user)
    bring(user, all_of(days[1:3]))
    clean.clean(user)
    assert rows() == left


def uds(day: date, steps: int, end: str) -> tuple[str, bytes]:
    entry = {"calendarDate": str(day), "totalSteps": steps, "includesWellnessData": True,
             "wellnessEndTimeGmt": f"{day}T{end}:00:00.0", "restingHeartRate": 50}  # fmt: skip
    return f"UDSFile_{steps}.json", json.dumps([entry]).encode()


def test_an_older_partial_file_never_replaces_a_later_one(user: int) -> None:
    day = date(2025, 5, 5)
    for made in ([uds(day, 8000, "22"), uds(day, 2000, "09")], [uds(day, 2000, "09"), uds(day, 8000, "22")]):
        bring(user, made)
        clean.clean(user)
        assert store.read("SELECT steps FROM health_metrics")["steps"].tolist() == [8000]
        store_clear(user)


def slept(day: date, until: str, deep_s: int, score: int | None) -> tuple[str, bytes]:
    entry = {"calendarDate": str(day), "sleepStartTimestampGMT": f"{day}T00:00:00.0", "deepSleepSeconds": deep_s,
             "sleepEndTimestampGMT": f"{day}T{until}:00.0", "lightSleepSeconds": 3600}  # fmt: skip
    if score is not None:
        entry["sleepScores"] = {"overallScore": score}
    return f"{day}_{deep_s}_sleepData.json", json.dumps([entry]).encode()


def test_a_night_that_was_scored_again_replaces_the_earlier_one_also_when_it_is_shorter(user: int) -> None:
    day = date(2025, 5, 5)
    bring(user, [slept(day, "07:30", 14_400, 70)])
    bring(user, [slept(day, "06:00", 9_000, 81)])
    clean.clean(user)
    found = store.read("SELECT sleep_s, sleep_score FROM health_metrics").iloc[0]
    assert (found["sleep_s"], found["sleep_score"]) == (12_600, 81)
    nights = store.read("SELECT end_time, is_nap FROM sleep_sessions")
    assert (len(nights), f"{nights['end_time'].iloc[0]:%H:%M}") == (1, "06:00")
    bring(user, [slept(day, "06:10", 9_600, None)])  # a missing score does not erase the old one
    clean.clean(user)
    found = store.read("SELECT sleep_s, sleep_score FROM health_metrics").iloc[0]
    assert (found["sleep_s"], found["sleep_score"]) == (13_200, 81)
    assert check().differences == []


def test_the_account_export_wins_over_files_and_the_person_over_both(user: int, days) -> None:
    day = days[1][0].day
    bring(user, [*all_of(days), uds(day, 12, "22")])
    clean.clean(user)
    row = store.read("SELECT steps, hr_max, sources->>'steps' AS s, sources->>'hr_max' AS h FROM health_metrics "
                     "WHERE day = $1", (day,)).iloc[0]  # fmt: skip
    assert (row["steps"], row["s"], row["h"]) == (12, "garmin_export", "fit")
    with store.session() as session:
        from milevault_core.store.health import entries

        entries.set_ranking(session, user, "steps", ["fit"])
    clean.clean(user)
    again = store.read("SELECT sources->>'steps' AS s FROM health_metrics WHERE day = $1", (day,))
    assert again["s"].tolist() == ["fit"]


def test_a_file_comes_twice(user: int, days) -> None:
    bring(user, all_of(days[:1]))
    bring(user, all_of(days[:1]))
    found = store.read("SELECT outcome FROM import_items ORDER BY id")["outcome"].tolist()
    assert found == ["health"] * (len(found) // 2) + ["duplicate"] * (len(found) // 2)


def test_what_lies_here_is_read_by_reading_again(user: int, days) -> None:
    bring(user, all_of(days))
    clean.clean(user)
    as_read = rows()
    with store.session() as session:  # as an older version of MileVault left it
        session.execute(text("DELETE FROM health_files"))
        session.execute(text("UPDATE import_items SET days = '{}'"))
        health_files.mark(session, user, {day.day for day, _ in days})
    clean.clean(user)
    assert not rows()["health_metrics"]
    again = reread.begin(user, "Everything")
    reread.work(user, again)
    assert store.read("SELECT count(*) AS n FROM import_items WHERE state = 'looked'")["n"].iloc[0] == len(
        all_of(days)
    )
    reread.do(user, again)
    reread.work(user, again)
    for item in store.read("SELECT id FROM import_items WHERE state = 'waiting'")["id"]:
        files.process(int(item))
    clean.clean(user)
    assert rows() == as_read
    once_more = reread.begin(user, "Everything")
    reread.work(user, once_more)
    assert store.read("SELECT 1 FROM import_items WHERE state = 'looked'").empty
    undo.ask(user, again)
    undo.run(user, again)
    clean.clean(user)
    assert not rows()["health_metrics"]


def test_a_table_that_leaves_something_open_is_asked_about(user: int) -> None:
    batch = bring(user, [("weights.csv", b"day,metric,value,unit\n03/04/2025,weight_kg,70.5,kg\n")])
    item = store.read("SELECT id, outcome, reason, problems->0->>'code' AS code, problems->0->>'where' AS asked "
                      "FROM import_items").iloc[0]  # fmt: skip
    assert (item["outcome"], item["code"], item["asked"]) == ("failed", "question", "date_order")
    files.answer(user, batch, int(item["id"]), "date_order", "day_first")
    files.process(int(item["id"]))
    clean.clean(user)
    found = store.read("SELECT day, weight_kg FROM health_metrics").iloc[0]
    assert (found["day"], found["weight_kg"]) == (date(2025, 4, 3), 70.5)


def test_a_damaged_file_a_wrong_clock_and_one_with_nothing_in_it(user: int, days) -> None:
    whole = dict(all_of(days[:1]))
    name = next(name for name in whole if len(whole[name]) > 2000)
    bring(user, [("cut.fit", whole[name][: len(whole[name]) // 2])])
    item = store.read("SELECT outcome, problems::text AS p FROM import_items").iloc[0]
    assert item["outcome"] == "health"
    assert "truncated" in item["p"]
    bring(user, [("UDSFile_x.json", b'[{"calendarDate": "2025-01-01", "totalSteps"')])
    assert store.read("SELECT outcome FROM import_items ORDER BY id DESC LIMIT 1")["outcome"].tolist() == [
        "failed"
    ]


def test_a_clock_that_is_years_ahead_is_said_and_spoils_no_other_day(user: int, days) -> None:
    bring(user, all_of(days[:1]))
    clean.clean(user)
    before = store.read("SELECT day, steps, rhr FROM health_metrics ORDER BY day")
    ahead = Athlete(7, date(2098, 3, 20), 30, 12, health_days=14)
    name, data = next(iter(write_day(ahead, next(health.days(ahead))).items()))
    batch = bring(user, [(name, data)])
    clean.clean(user)
    item = store.read("SELECT outcome, problems::text AS p FROM import_items ORDER BY id DESC LIMIT 1").iloc[
        0
    ]
    assert item["outcome"] == "health"
    assert "the clock of the device was ahead" in item["p"]
    assert len(store.read("SELECT 1 FROM health_metrics WHERE day > '2098-01-01'"))
    undo.ask(user, batch)
    undo.run(user, batch)
    clean.clean(user)
    after = store.read("SELECT day, steps, rhr FROM health_metrics ORDER BY day")
    assert after.to_dict() == before.to_dict()


def test_impossible_days_are_left_out_and_said(user: int) -> None:
    table = b"day,metric,value\n1925-04-03,steps,900\n2025-04-03,steps,900\n2205-04-03,steps,900\n"
    bring(user, [("steps.csv", table)])
    clean.clean(user)
    (problems,) = store.read("SELECT problems::text AS p FROM import_items")["p"]
    assert [one["text"] for one in json.loads(problems)] == [
        "2 of its days cannot be right and were left out, the first of them 1925-04-03."
    ]
    assert store.read("SELECT day FROM health_metrics")["day"].tolist() == [date(2025, 4, 3)]


def test_two_exports_that_overlap_count_each_day_once(user: int) -> None:
    """The first was requested in the middle of the fifth day; what the second says about that day is later."""
    first = [uds(date(2025, 5, n), 1000 * n, "22") for n in range(1, 5)] + [uds(date(2025, 5, 5), 900, "11")]
    second = [uds(date(2025, 5, n), 1000 * n, "22") for n in range(3, 8)]
    for made in ((first, second), (second, first)):
        for export in made:
            bring(user, export)
        clean.clean(user)
        steps = store.read("SELECT steps FROM health_metrics ORDER BY day")["steps"].tolist()
        assert steps == [1000 * n for n in range(1, 8)]
        store_clear(user)


def test_every_derived_table_is_covered() -> None:
    assert set(OURS) <= set(DERIVED)


def monitored(*days: int) -> bytes:
    """A file of a watch with the steps of these days, counted from T0."""
    w = wellness.monitoring(wellness.T0 + days[0] * 86_400)
    for day in days:
        wellness.counter(w, wellness.T0 + day * 86_400 + 900, wellness.WALKING, 800)
    return w.file()


@pytest.mark.parametrize(("days", "codes"), [((0, 1, 2), []), ((-365, -364, 0), ["clock_behind"])])
def test_a_clock_that_was_a_year_behind_is_said(user: int, days: tuple[int, ...], codes: list[str]) -> None:
    bring(user, [("monitoring.fit", monitored(*days))])
    (problems,) = store.read("SELECT problems::text AS p FROM import_items")["p"]
    assert [one["code"] for one in json.loads(problems) if one["code"].startswith("clock")] == codes
    if codes:
        assert "of its days are long before the others" in problems


def test_a_clock_that_was_never_set_is_said(user: int) -> None:
    long_ago = (date(1990, 1, 2) - wellness.DAY).days
    bring(user, [("monitoring.fit", monitored(long_ago, long_ago + 1))])
    clean.clean(user)
    (problems,) = store.read("SELECT problems::text AS p FROM import_items")["p"]
    (said,) = [one["text"] for one in json.loads(problems) if one["code"] == "clock_behind"]
    assert said.startswith("2 of its days are from before there were such files, the first on 1990-01-0")
    assert store.read("SELECT count(*) AS n FROM health_metrics WHERE steps = 800")["n"].tolist() == [2]


@pytest.mark.parametrize("count", [1, 2])
def test_days_of_a_wrong_clock_are_counted(count: int) -> None:
    ahead = [date(2098, 3, 20 + n) for n in range(count)]
    early = [date(2023, 3, 20 + n) for n in range(count)]
    said = [_ahead(ahead)[0].text, _behind([*early, date(2025, 3, 1)], "fit")[0].text]
    if count == 1:
        assert said[0].startswith("One of its days is in the future, 2098-03-20: ")
        assert said[1].startswith("One of its days is long before the others, 2023-03-20: ")
        assert all("It is kept where the clock put it." in text for text in said)
    else:
        assert said[0].startswith("2 of its days are in the future, the last on 2098-03-21: ")
        assert said[1].startswith("2 of its days are long before the others, the first on 2023-03-20: ")
        assert all("They are kept where the clock put them." in text for text in said)

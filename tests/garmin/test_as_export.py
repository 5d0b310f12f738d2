"""Garmin Connect's answers, as the reader of the account export reads them."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.formats import garmin_export, garmin_health, health_data
from milevault_core.formats.health_metrics import TRAINING_STATUS
from milevault_core.garmin import as_export
from milevault_core.health.rank import latest
from tests.garmin.standin import steps, summary

DAY = date(2026, 11, 20)


def values(entries: list[dict]) -> dict[str, float]:
    data = as_export.file(entries)
    assert garmin_export.health_kind(data[:4096])  # as the import recognises it, by its beginning
    found = garmin_health.read(data)
    assert {v.source for v in (*found.day_values, *found.nights)} == {found.source} == {"garmin_connect"}
    return {v.metric: v.value for v in found.day_values if v.day == DAY}


def test_a_day() -> None:
    found = values(as_export.summaries({"data": [summary(DAY)]}))
    wanted = {"steps": steps(DAY), "distance_m": 4000, "rhr": 48, "rhr_week": 50, "hr_min": 45, "hr_max": 150,
              "stress_avg": 30, "stress_max": 90, "bb_high": 90, "bb_low": 20, "bb_wake": 85, "kcal_active": 500,
              "kcal_bmr": 1700, "kcal_total": 2200}  # fmt: skip
    assert found == wanted


def test_a_day_on_which_nothing_was_measured_is_none() -> None:
    empty = {
        "calendarDate": "2026-11-20",
        "totalSteps": None,
        "bmrKilocalories": 1700.0,
        "restingHeartRate": None,
    }
    assert as_export.summaries({"data": [empty]}) == []
    assert as_export.summaries(None) == as_export.summaries({"data": None}) == []


START, END = 1_795_212_000_000, 1_795_240_800_000


@pytest.mark.parametrize("is_detail", [True, False])
def test_a_night(is_detail: bool) -> None:
    if is_detail:
        row = {"calendarDate": "2026-11-20", "sleepStartTimestampGMT": START, "sleepEndTimestampGMT": END,
               "deepSleepSeconds": 5400, "lightSleepSeconds": 14400, "remSleepSeconds": 5400,
               "awakeSleepSeconds": 1200, "awakeCount": 2, "avgSleepStress": 15.0, "averageSpO2Value": 95.0,
               "lowestSpO2Value": 88, "sleepScores": {"overall": {"value": 82}}}  # fmt: skip
        entries = as_export.night({"dailySleepDTO": row, "sleepLevels": [{"activityLevel": 0}]})
        assert entries[0]["connect"]["sleepLevels"]  # kept for a reader that knows more
    else:
        told = {"deepTime": 5400, "lightTime": 14400, "remTime": 5400, "awakeTime": 1200, "sleepScore": 82,
                "spO2": 95.0, "gmtSleepStartTimeInMillis": START, "gmtSleepEndTimeInMillis": END}  # fmt: skip
        entries = as_export.nights([{"calendarDate": "2026-11-20", "values": told}])
    found = values(entries)
    assert found | {"sleep_score": 82, "sleep_s": 25_200, "spo2_avg": 95} == found
    (night,) = garmin_health.read(as_export.file(entries)).nights
    assert (night.start, night.end, night.day) == (START // 1000, END // 1000, DAY)
    assert night.seconds == {"deep": 5400, "light": 14400, "rem": 5400, "awake": 1200}
    assert health_data.DEEP in night.seconds


def test_the_rest() -> None:
    hrv = {"calendarDate": "2026-11-20", "lastNightAvg": 60, "status": "UNBALANCED",
           "baseline": {"balancedLow": 50, "balancedUpper": 70}}  # fmt: skip
    wanted = {"hrv_last_night": 60, "hrv_balanced_low": 50, "hrv_balanced_high": 70, "hrv_status": 3}
    assert values(as_export.heart_rate_variability({"hrvSummaries": [hrv]})) == wanted
    assert (
        values(as_export.heart_rate_variability({"hrvSummary": hrv | {"baseline": None}}))["hrv_last_night"]
        == 60
    )
    weighings = [
        {"calendarDate": "2026-11-20", "weight": w, "timestampGMT": t} for w, t in ((71_000, 2), (70_000, 1))
    ]
    answer = {"dailyWeightSummaries": [{"summaryDate": "2026-11-20", "allWeightMetrics": weighings}]}
    read = garmin_health.read(as_export.file(as_export.weights(answer))).day_values
    assert max(read, key=lambda v: v.observed_at).value == 71.0  # the later one
    assert values(
        as_export.fitness([{"generic": {"calendarDate": "2026-11-20", "vo2MaxPreciseValue": 52.3}}])
    ) == {"vo2max": 52.3}
    ready = {"calendarDate": "2026-11-20", "timestamp": "2026-11-20T06:00:00.0", "score": 70, "level": "HIGH"}
    assert values(as_export.readiness([ready])) == {"readiness": 70}
    status = {"reportData": {"39": [{"calendarDate": "2026-11-20", "trainingStatus": 7, "x": {}}]}}
    data = as_export.file(as_export.training_status(status))
    assert garmin_export.health_kind(data[:4096]) == "training load"
    assert json.loads(data)[0]["trainingStatus"] == 7


@pytest.mark.parametrize(("said", "word"), [
    ({"trainingStatusFeedbackPhrase": "PRODUCTIVE_2"}, "productive"), ({"trainingStatus": "PEAKING_1"}, "peaking"),
    ({"trainingStatusFeedbackPhrase": "NO_STATUS"}, "no status"), ({"trainingStatus": 7}, None),
    ({"trainingStatusFeedbackPhrase": "NEW_WORD_1"}, None), ({"trainingStatusFeedbackPhrase": None}, None),
])  # fmt: skip
def test_training_status_is_read_by_its_words(said: dict, word: str | None) -> None:
    """Programs that read its numbers disagree about their meaning."""
    row = {"calendarDate": "2026-11-20", "trainingStatus": 3, **said}
    data = as_export.file(as_export.training_status({"mostRecent": {"1": row}}))
    assert garmin_export.health_kind(data) == "training load"
    found = {(v.metric, v.value, v.source) for v in garmin_health.read(data).day_values}
    assert found == (
        set() if word is None else {("training_status", TRAINING_STATUS.index(word), "garmin_connect")}
    )


def test_of_two_watches_the_primary_one_says_the_training_status() -> None:
    row = {"calendarDate": "2026-11-20", "trainingStatus": 1}
    said = (("RECOVERY", False), ("PRODUCTIVE_1", True), ("PAUSED", False))
    rows = {word: row | {"trainingStatusFeedbackPhrase": word, "primaryTrainingDevice": is_first}
            for word, is_first in said}  # fmt: skip
    read = garmin_health.read(as_export.file(as_export.training_status(rows))).day_values
    (won,) = latest(read)
    assert TRAINING_STATUS[int(won.value)] == "productive"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from(["2026-11-20"]),
    lambda x: st.lists(x, max_size=3)
    | st.dictionaries(st.sampled_from(["data", "values", "dailySleepDTO", "hrvSummaries", "baseline", "calendarDate",
                                       "dailyWeightSummaries", "allWeightMetrics", "weight", "generic", "score",
                                       "trainingStatus", "totalSteps", "timestampGMT", "lastNightAvg", "sleepScores",
                                       "sleepStartTimestampGMT", "overall"]), x, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_no_answer_breaks_it(answer: object) -> None:
    for put in (as_export.summaries, as_export.nights, as_export.night, as_export.heart_rate_variability,
                as_export.weights, as_export.readiness, as_export.fitness, as_export.training_status):  # fmt: skip
        as_export.file(put(answer))

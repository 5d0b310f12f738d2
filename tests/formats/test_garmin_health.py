"""The JSON of Garmin's account export: generated days against their truth, and the oddities of real files."""

import contextlib
import json
from datetime import date

import pytest

from milevault_core.demo import garmin_json
from milevault_core.demo.health import truth_of
from milevault_core.formats import garmin_export, garmin_health
from milevault_core.formats.health_metrics import CYCLE_PHASE
from milevault_core.health.rank import latest
from milevault_core.problems import BadFile
from tests.demo.made import S, some_days

DAY = {"calendarDate": "2025-11-06"}


def read(*entries: dict):
    return garmin_health.read(json.dumps(list(entries)).encode())


def values(data) -> dict[str, float]:
    return {v.metric: v.value for v in latest(data.day_values)}


def test_generated_days_are_their_truth():
    for day in some_days(n=3):
        truth = truth_of(S, day)
        found = values(read(garmin_json.uds(day, truth)))
        for metric in ("steps", "kcal_active", "kcal_bmr", "rhr", "hr_min", "hr_max", "bb_high", "bb_low", "bb_wake",
                       "im_moderate", "im_vigorous"):  # fmt: skip
            assert found[metric] == truth[metric], metric
        assert found["floors_up"] == pytest.approx(truth["floors_up"], rel=2e-3)
        slept = read(garmin_json.sleep(day, truth))
        (night,) = slept.nights
        assert (night.day, night.start, night.end) == (day.day, truth["sleep_start"], truth["sleep_end"])
        assert values(slept)["sleep_s"] == truth["sleep_s"]
        assert values(slept)["sleep_score"] == truth["sleep_score"]
        status = values(read(garmin_json.health_status(S, day, truth)))
        assert status["hrv_last_night"] == round(truth["hrv_last_night"])
        assert status["skin_temp_dev"] == truth["skin_temp_dev"]
        assert "spo2_avg" not in status  # the watch is still learning the wearer's baseline
        if day.weight_g:
            assert values(read(*garmin_json.bio_metrics(day)[::-1]))["weight_kg"] == truth["weight_kg"]


def test_zero_is_not_measured_but_no_minutes_are_a_fact():
    found = values(read({**DAY, "totalSteps": 0, "restingHeartRate": 0, "minHeartRate": None,
                         "moderateIntensityMinutes": 0}))  # fmt: skip
    assert found == {"steps": 0, "im_moderate": 0}


def test_negative_stress_is_a_code_and_no_problem():
    stress = {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": -1, "maxStressLevel": 80}]}
    data = read({**DAY, "totalSteps": 1, "allDayStress": stress})
    assert (values(data), data.problems) == ({"steps": 1, "stress_max": 80}, [])


def test_days_without_the_watch_are_missing():
    assert values(read({**DAY, "includesWellnessData": False, "totalSteps": 0})) == {}


def test_times_of_nights_as_text_or_number_and_without_rem():
    night = {**DAY, "sleepStartTimestampGMT": 1762383600000, "sleepEndTimestampGMT": "2025-11-06T05:00:00.0",
             "deepSleepSeconds": 3600, "lightSleepSeconds": 18_000, "awakeSleepSeconds": 0}  # fmt: skip
    (found,) = read(night).nights
    assert (found.end - found.start, found.asleep_s) == (6 * 3600, 21_600)
    assert "rem" not in found.seconds
    assert read({**DAY, "sleepStartTimestampGMT": None, "deepSleepSeconds": None}).nights == []


@pytest.mark.parametrize(
    ("end", "why"),
    [("2025-11-05T21:00:00", "ends before it begins"), ("2025-11-08T23:00:00", "lasts 72 hours")],
)
def test_a_night_or_a_nap_that_cannot_be_is_left_out_and_said(end: str, why: str):
    night = {**DAY, "sleepStartTimestampGMT": "2025-11-05T23:00:00", "deepSleepSeconds": 3600}
    nap = {"napStartTimestampGMT": "2025-11-05T23:00:00", "napEndTimestampGMT": end}
    found = read({**night, "sleepEndTimestampGMT": end})
    assert (found.nights, found.day_values) == ([], [])
    assert [p.text for p in found.problems] == [f"The night of 2025-11-06 {why}; it was left out."]
    found = read({**night, "sleepEndTimestampGMT": "2025-11-06T05:00:00", "napList": [nap]})
    assert [one.is_nap for one in found.nights] == [False]
    assert [p.text for p in found.problems] == [f"A nap of 2025-11-06 {why}; it was left out."]


def test_dates_as_milliseconds():
    assert read({"calendarDate": 1762387200000, "vo2MaxValue": 51.5, "sport": "RUNNING"}).day_values[
        0
    ].day == date(2025, 11, 6)


@pytest.mark.parametrize(("count", "said"), [(1, "1 entry"), (2, "2 entries")])
def test_entries_without_a_date_are_counted(count: int, said: str):
    (problem,) = read({**DAY, "totalSteps": 9}, *[{"totalSteps": 7}] * count).problems
    assert problem.text == f"Left out: {said} without a date."


def test_what_cannot_be_right_is_said():
    data = read({**DAY, "totalSteps": 9, "maxHeartRate": 900}, {**DAY, "metrics": ["broken"]})
    assert values(data) == {"steps": 9}
    assert [p.code for p in data.problems] == ["points_dropped", "part_unusable"]


@pytest.mark.parametrize("data", [b"", b"{", b"[1, 2]", b'[{"a": 1}]', b"[" * 100_000, b'"x"', b"\xff\xfe"])
def test_any_other_bytes_are_refused_with_a_sentence(data):
    with pytest.raises(BadFile):
        garmin_health.read(data)


CYCLE = {"startDate": "2025-03-20", "actualCycleLength": 28, "actualPeriodLength": 5, "predictedCycleLength": 29,
         "fertileWindowStart": 11, "fertileWindowLength": 6, "cycleType": "REGULAR"}  # fmt: skip


def cycle(**more) -> dict[date, tuple[float | None, str | None]]:
    """Day and phase by date."""
    data = json.dumps([{**CYCLE, **more}]).encode()
    assert garmin_export.health_kind(data) == "menstrual cycles"
    told: dict[date, dict[str, float]] = {}
    for value in garmin_health.read(data).day_values:
        told.setdefault(value.day, {})[value.metric] = value.value
    phases = {d: v.get("cycle_phase") for d, v in told.items()}
    return {
        d: (v["cycle_day"], None if phases[d] is None else CYCLE_PHASE[int(phases[d])])
        for d, v in told.items()
    }


def test_a_cycle_by_its_days_and_phases():
    found = cycle()
    assert len(found) == 28
    assert found[date(2025, 3, 20)] == (1, "menstruation")
    assert found[date(2025, 3, 24)] == (5, "menstruation")
    assert found[date(2025, 3, 25)] == (6, "follicular")
    assert found[date(2025, 3, 30)] == (11, "fertile window")
    assert found[date(2025, 4, 4)] == (16, "fertile window")
    assert found[date(2025, 4, 5)] == (17, "luteal")
    assert found[date(2025, 4, 16)] == (28, "luteal")


def test_of_a_cycle_under_way_only_what_has_been_is_told():
    assert list(cycle(actualCycleLength=None)) == [date(2025, 3, 20 + k) for k in range(5)]
    assert list(cycle(actualCycleLength=None, actualPeriodLength=None)) == [date(2025, 3, 20)]


def test_without_a_fertile_window_there_is_no_phase_after_the_bleeding():
    found = cycle(fertileWindowStart=None)
    assert found[date(2025, 3, 24)] == (5, "menstruation")
    assert found[date(2025, 4, 1)] == (13, None)


@pytest.mark.parametrize("more", [{"cycleType": "PREGNANT"}, {"startDate": "soon"}])
def test_a_pregnancy_is_no_cycle(more: dict):
    with contextlib.suppress(BadFile):
        assert garmin_health.read(json.dumps([{**CYCLE, **more}]).encode()).day_values == []


@pytest.mark.parametrize("length", [0, -3, 4000, True, "28", 1e400])
def test_lengths_that_nobody_has_are_not_believed(length):
    assert len(cycle(actualCycleLength=length)) == 5

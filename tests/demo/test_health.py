"""Days and nights: a day's FIT files and JSON contain its true values, as third-party readers find them by field
number.
"""

import io
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from itertools import pairwise

import fitparse
import pytest
from garmin_fit_sdk import Decoder, Stream

from milevault_core.demo import health, nights, samples
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.garmin_json import bio_metrics, sleep, uds
from milevault_core.demo.wellness_writer import write_day
from tests.demo.made import YEARS, S, some_days

EPOCH = 631_065_600
# Both clock changes at home, summer travels, and a winter in the other hemisphere.
TRAVELS = Athlete(YEARS.seed, date(2021, 1, 1), 365, 300, health_days=365)


def _decoded(data: bytes) -> dict:
    messages, errors = Decoder(
        Stream.from_byte_array(bytearray(data)),
    ).read(apply_scale_and_offset=True, convert_datetimes_to_dates=False, convert_types_to_strings=False)
    assert errors == []
    return messages


@pytest.fixture(scope="module")
def days():
    return some_days(n=7)


def test_garmins_own_reader_reads_every_file(days):
    kinds = set()
    for day in days:
        for name, data in write_day(S, day).items():
            messages = _decoded(data)
            kinds.add((name, messages["file_id_mesgs"][0]["type"]))
    assert kinds == {
        ("WELLNESS", 32), ("SLEEP_DATA", 49), ("HRV_STATUS", 68), ("METRICS", 44), ("SKIN_TEMP", 73), ("WEIGHT", 9)
    }  # fmt: skip


def test_steps_distance_and_energy_by_the_rules(days):
    """Counters start at midnight, one per activity type, and the sample at 00:00:00 belongs to the day that ends. Read
    with fitparse by field number, from the files of all days together."""
    most: dict = defaultdict(lambda: [0, 0, 0])
    vigorous: Counter = Counter()
    for day in days:
        offset = None
        last = 0
        for message in fitparse.FitFile(io.BytesIO(write_day(S, day)["WELLNESS"])).get_messages():
            raw = {
                f.def_num: f.raw_value
                for f in message.fields
                if f.field is None or f.def_num == f.field.def_num
            }
            if message.mesg_num == 103:
                offset, last = raw[0] - raw[253], raw[253]
            if message.mesg_num != 55:
                continue
            last = raw[253] if 253 in raw else last + ((raw[26] - (last & 0xFFFF)) & 0xFFFF)
            local = datetime.fromtimestamp(last + EPOCH + offset - 1, UTC).date()
            kind = next((f.raw_value for f in message.fields if f.name == "activity_type"), None)
            if raw.get(34) is not None:
                vigorous[local] += raw[34]
            if raw.get(3) is not None:
                row = most[local, kind]
                for k, number in enumerate((3, 2, 19)):
                    row[k] = max(row[k], raw.get(number) or 0)
    for day in days:
        truth = health.truth_of(S, day)
        sums = [sum(most[day.day, kind][k] for kind in (1, 6)) for k in range(3)]
        assert sums == [truth["steps"], round(truth["distance_m"] * 100), truth["kcal_active"]]
        assert vigorous[day.day] == truth["im_vigorous"]


def test_series_and_their_averages(days):
    for day in days[:4]:
        truth, rows = health.truth_of(S, day), samples.samples(day)
        wellness = _decoded(write_day(S, day)["WELLNESS"])
        stress = [
            m["stress_level_value"] for m in wellness["stress_level_mesgs"] if m["stress_level_value"] >= 0
        ]
        breath = [
            m["respiration_rate"] for m in wellness["respiration_rate_mesgs"] if m["respiration_rate"] > 0
        ]
        beats = [m["heart_rate"] for m in wellness["monitoring_mesgs"] if m.get("heart_rate")]
        for name, read, scale in (("stress", stress, 1), ("respiration", breath, 100), ("hr", beats, 1)):
            ours = rows.loc[rows["metric"] == name, "value"]
            assert [round(v * scale) for v in ours] == [round(v * scale) for v in read]
        assert sum(stress) / len(stress) == pytest.approx(truth["stress_avg"])
        assert sum(breath) / len(breath) == pytest.approx(truth["resp_avg"])
        assert (min(beats), max(beats)) == (truth["hr_min"], truth["hr_max"])
        last = max(wellness["monitoring_hr_data_mesgs"], key=lambda m: m["timestamp"])
        assert last["current_day_resting_heart_rate"] == truth["rhr"]
        assert {m["stress_level_value"] for m in wellness["stress_level_mesgs"]} & {-1, -2}


def test_nights(days):
    for day in days:
        truth, files = health.truth_of(S, day), write_day(S, day)
        asleep = _decoded(files["SLEEP_DATA"])
        levels = [(m["timestamp"] + EPOCH, m["sleep_level"]) for m in asleep["sleep_level_mesgs"]]
        assert levels[0][0] == truth["sleep_start"]
        assert levels[-1] == (truth["sleep_end"], nights.AWAKE)
        lasted: Counter = Counter()
        for (begin, stage), (end, _) in pairwise(levels):
            lasted[stage] += end - begin
        assert (lasted[3], lasted[2], lasted[4], lasted[1]) == (
            truth["deep_s"], truth["light_s"], truth["rem_s"], truth["awake_s"]
        )  # fmt: skip
        assert asleep["sleep_assessment_mesgs"][0]["overall_sleep_score"] == truth["sleep_score"]
        status = _decoded(files["HRV_STATUS"])["hrv_status_summary_mesgs"][0]
        assert status["last_night_average"] == truth["hrv_last_night"]
        assert status["weekly_average"] == truth["hrv_weekly"]
        assert sleep(day, truth)["deepSleepSeconds"] == truth["deep_s"]
        if truth["weight_kg"] is not None:
            assert _decoded(files["WEIGHT"])["weight_scale_mesgs"][0]["weight"] == truth["weight_kg"]
            assert bio_metrics(day)[-1]["weight"]["weight"] == truth["weight_kg"] * 1000
        if truth["vo2max"] is not None:
            assert _decoded(files["METRICS"])["max_met_data_mesgs"][-1]["vo2_max"] == truth["vo2max"]


def test_the_summary_json_is_the_truth(days):
    for day in days:
        truth = health.truth_of(S, day)
        entry = uds(day, truth)
        assert entry["totalSteps"] == truth["steps"]
        assert entry["currentDayRestingHeartRate"] == truth["rhr"]
        assert entry["calendarDate"] == day.day.isoformat()


def test_days_of_23_and_25_hours_and_days_of_travel():
    length = {
        day: health._span(TRAVELS, day)[2] for day in (date(2021, 3, 14), date(2021, 11, 7), date(2021, 5, 5))
    }
    assert length == {date(2021, 3, 14): 1380, date(2021, 11, 7): 1500, date(2021, 5, 5): 1440}
    spans = [health._span(TRAVELS, date.fromordinal(date(2021, 1, 1).toordinal() + k)) for k in range(364)]
    ends = [begin + minutes * 60 for begin, _, minutes in spans]
    assert all(end <= begin for end, (begin, _, _) in zip(ends, spans[1:], strict=False))
    assert any(minutes < 1200 for _, _, minutes in spans), "a journey east cuts a day short"


def test_every_day_of_a_year_is_believable():
    for day in health.days(TRAVELS):
        truth = health.truth_of(TRAVELS, day)
        assert None not in [value for name, value in truth.items() if name not in ("weight_kg", "vo2max")]
        assert 500 < truth["steps"] < 60_000
        assert 38 <= truth["hr_min"] <= truth["rhr"] + 1 < truth["hr_max"] <= TRAVELS.max_heart_rate
        assert 4 * 3600 < truth["sleep_s"] < 11 * 3600
        stages = truth["deep_s"] + truth["light_s"] + truth["rem_s"]
        assert stages == truth["sleep_s"]
        assert 5 <= truth["bb_low"] < truth["bb_high"] <= 100
        assert 8 < truth["stress_avg"] < 60
        assert truth["weight_kg"] is None or 60 < truth["weight_kg"] < 85
        assert 20 < truth["hrv_last_night"] < 90


def test_five_years_hold_nine_million_samples():
    count = [len(samples.samples(day)) for day in some_days(YEARS, 20)]
    assert sum(count) / len(count) * YEARS.health_days == pytest.approx(9_000_000, rel=0.1)

"""The daily values of generated files against their truth, and against sums made with Garmin's own reader."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from garmin_fit_sdk import Decoder, Stream

from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.health import truth_of
from milevault_core.demo.wellness_writer import write_day
from milevault_core.formats import wellness
from milevault_core.health.days import day_values, join, of_nights, status_name
from milevault_core.health.nights import nights
from tests.demo.made import YEARS, S, some_days

EPOCH = 631_065_600
TRAVELLER = Athlete(YEARS.seed, date(2021, 1, 1), 365, 300, health_days=365)


@pytest.fixture(scope="module")
def files() -> list:
    return [(day, write_day(S, day)) for day in some_days(n=4)]


@pytest.fixture(scope="module")
def found(files) -> dict:
    data = join(wellness.read(file) for _, made in files for file in made.values())
    slept = nights(data)
    values = day_values(data) + of_nights(slept, data)
    by_day: dict = defaultdict(dict)
    for value in values:
        by_day[value.day][value.metric] = value.value
    for night in slept:
        by_day[night.day]["night"] = night
    return by_day


def test_daily_values_are_the_truth_of_the_generator(files, found):
    for day, _ in files:
        truth, ours = truth_of(S, day), found[day.day]
        same = ("steps", "distance_m", "kcal_active", "kcal_bmr", "im_moderate", "im_vigorous", "rhr", "hr_min",
                "hr_max", "stress_avg", "bb_high", "bb_low", "resp_avg", "sleep_s", "sleep_score", "hrv_last_night",
                "hrv_high", "hrv_weekly", "weight_kg", "vo2max")  # fmt: skip
        for metric in same:
            assert ours.get(metric) == (None if truth[metric] is None else pytest.approx(truth[metric])), (
                metric
            )
        assert ours["skin_temp_dev"] == pytest.approx(truth["skin_temp_dev"], abs=1e-6)
        assert status_name(ours["hrv_status"]) == truth["hrv_status"]
        night = ours["night"]
        assert (night.start, night.end) == (truth["sleep_start"], truth["sleep_end"])
        for stage in ("deep", "light", "rem", "awake"):
            assert night.seconds.get(stage, 0) == truth[f"{stage}_s"]


def test_daily_totals_equal_those_of_garmins_own_reader(files, found):
    highest: dict = defaultdict(int)
    metres: dict = defaultdict(float)
    minutes: dict = defaultdict(int)
    for day, made in files:
        stream = Stream.from_byte_array(bytearray(made["WELLNESS"]))
        messages, errors = Decoder(stream).read(
            convert_datetimes_to_dates=False, convert_types_to_strings=False
        )
        assert errors == []
        for one in messages["monitoring_mesgs"]:
            if "timestamp" not in one:
                continue
            at = one["timestamp"] + EPOCH + day.utc_offset_s - 1
            key = (datetime.fromtimestamp(at, UTC).date(), one.get("activity_type"))
            if key[1] in (1, 6):
                steps = one["steps"] if "steps" in one else round(2 * one.get("cycles", 0))
                highest[key] = max(highest[key], int(steps))
                metres[key] = max(metres[key], one.get("distance", 0))
            for kind in ("moderate", "vigorous"):
                minutes[key[0], kind] += int(one.get(f"{kind}_activity_minutes", 0))
    for day, _ in files:
        sums = [sum(v for (d, _), v in table.items() if d == day.day) for table in (highest, metres)]
        assert found[day.day]["steps"] == sums[0] > 0
        assert found[day.day]["distance_m"] == pytest.approx(sums[1], abs=0.005)
        assert found[day.day]["im_moderate"] == minutes[day.day, "moderate"]
        assert found[day.day]["im_vigorous"] == minutes[day.day, "vigorous"]
    assert sum(minutes.values()) > 0


def test_days_of_23_and_25_hours_and_of_a_journey_east():
    for odd, minutes in ((date(2021, 3, 14), 1380), (date(2021, 7, 5), 1020), (date(2021, 11, 7), 1500)):
        day, after = (health.day_of(TRAVELLER, odd + timedelta(days=k)) for k in (0, 1))
        assert day.minutes == minutes
        data = join(wellness.read(write_day(TRAVELLER, one)["WELLNESS"]) for one in (day, after))
        found = {(v.day, v.metric): v.value for v in day_values(data)}
        for one in (day, after):
            truth = truth_of(TRAVELLER, one)
            for metric in ("steps", "im_moderate", "hr_max", "bb_low", "rhr"):
                assert found[one.day, metric] == truth[metric], (one.day, metric)

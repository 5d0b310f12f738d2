"""Apple Health's export.xml: one person with a watch and a phone, and the oddities of real exports."""

from datetime import date, datetime, timedelta, timezone
from itertools import permutations

import pytest

from milevault_core.formats import apple_health
from milevault_core.health.days import day_values
from milevault_core.problems import BadFile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n' \
       "<!ATTLIST Record type CDATA #REQUIRED>\n]>\n<HealthData locale=\"de_DE\">\n"  # fmt: skip
DAY = date(2025, 11, 6)


def record(
    kind: str, value, start: str, end: str = "", source: str = "Watch", unit: str = "count", zone="+0100"
):
    name = kind if kind.startswith("HK") else f"HKQuantityTypeIdentifier{kind}"
    day = "" if start[0:2] == "20" else "2025-11-06 "
    return f'<Record type="{name}" sourceName="{source}" unit="{unit}" startDate="{day}{start} {zone}" ' \
           f'endDate="{day}{end or start} {zone}" value="{value}"/>\n'  # fmt: skip


def slept(kind: str, start: str, end: str, source: str = "Watch") -> str:
    return record(
        "HKCategoryTypeIdentifierSleepAnalysis", f"HKCategoryValueSleepAnalysis{kind}", start, end, source
    )


def read(*records: str, head: str = HEAD, tail: str = "</HealthData>"):
    text = (head + "".join(records) + tail).encode()
    return apple_health.read(text[i : i + 64] for i in range(0, len(text), 64))


def values(data) -> dict:
    return {(v.day, v.metric): pytest.approx(v.value) for v in day_values(data)}


def test_steps_of_two_devices_are_never_added():
    data = read(
        record("StepCount", 900, "08:00:00", "08:30:00"), record("StepCount", 700, "08:05:00", "08:40:00", "Phone"),
        record("StepCount", 300, "10:00:00", "10:30:00", "Phone"),  # the watch was charging
        record("StepCount", 100, "08:30:00", "08:50:00"),
    )  # fmt: skip
    assert values(data) == {(DAY, "steps"): 1300}


def test_a_record_that_is_there_twice_counts_once():
    walk = record("StepCount", 1000, "10:00:00", "10:30:00")
    later = record("StepCount", 1000, "11:00:00", "11:30:00")
    assert values(read(walk, later, walk)) == {(DAY, "steps"): 2000}
    twice = [
        record("StepCount", 50, "2025-10-26 02:10:00", "2025-10-26 02:20:00", zone=z)
        for z in ("+0200", "+0100")
    ]
    assert values(read(*twice)) == {
        (date(2025, 10, 26), "steps"): 100
    }  # the hour that repeats when the clock is set back
    beats = [record("HeartRate", 60, f"08:{i:02}:00", unit="count/min") for i in range(3)]
    strap = [record("HeartRate", 150, f"08:{i:02}:30", source="Strap", unit="count/min") for i in range(2)]
    assert values(read(*beats, *strap, *strap)) == {(DAY, "hr_min"): 60, (DAY, "hr_max"): 60}


@pytest.mark.parametrize("walked", [range(6), range(6, 12), (0, 1, 5, 6, 11)])
@pytest.mark.parametrize(
    ("start", "end"), [("10:30:00", "11:30:00"), ("08:10:00", "13:40:00"), ("00:00:00", "23:59:59")]
)
def test_a_long_record_of_the_phone_counts_no_steps_twice(walked, start, end):
    watch = [
        record(
            "StepCount",
            100,
            f"{10 + (m := 30 + 5 * n) // 60}:{m % 60:02}:00",
            f"{10 + (m + 5) // 60}:{(m + 5) % 60:02}:00",
        )
        for n in walked
    ]
    data = read(*watch, record("StepCount", 100 * len(walked), start, end, "Phone"))
    assert values(data) == {(DAY, "steps"): 100 * len(walked)}


def test_the_phone_goes_on_where_the_watch_is_charged_beside_a_long_record():
    data = read(
        record("StepCount", 600, "07:10:00", "07:40:00"), record("StepCount", 900, "10:30:00", "12:00:00", "Phone"),
        record("StepCount", 300, "14:05:00", "14:30:00", "Phone"), record("StepCount", 800, "16:00:00", "16:20:00"),
    )  # fmt: skip
    assert values(data) == {(DAY, "steps"): 2600}


def test_a_record_over_midnight_is_shared_between_the_days():
    data = read(record("StepCount", 120, "2025-11-05 23:40:00", "2025-11-06 00:20:00"))
    assert values(data) == {(date(2025, 11, 5), "steps"): 60, (DAY, "steps"): 60}


def test_a_record_of_a_month_is_left_out_and_said():
    data = read(
        record("StepCount", 100_000, "2025-10-01 00:00:00", "2025-11-01 00:00:00"),
        record("StepCount", 24_000, "2025-11-06 00:00:00", "2025-11-07 00:00:00"),
    )
    assert values(data) == {(DAY, "steps"): 24_000}
    assert [(p.code, p.text.split(":")[0]) for p in data.problems] == [
        ("points_dropped", "1 record of steps, distance or energy lasts more than a day and was left out")
    ]


def test_units_are_told_and_converted():
    data = read(
        record("DistanceWalkingRunning", 5, "08:00:00", "08:50:00", unit="mi"),
        record("ActiveEnergyBurned", 418.4, "08:00:00", unit="kJ"), record("BodyMass", 160, "07:00:00", unit="lb"),
        record("BodyFatPercentage", 0.155, "07:00:00", unit="%"), record("VO2Max", 51, "09:00:00", unit="mL/min·kg"),
        record("RestingHeartRate", 48, "00:00:00", "23:00:00", unit="count/min"),
        record("OxygenSaturation", 0.97, "03:00:00", unit="%"),
        record("AppleSleepingWristTemperature", 93.2, "03:00:00", unit="degF"),
    )  # fmt: skip
    assert values(data) == {
        (DAY, "distance_m"): 8046.72, (DAY, "kcal_active"): 100, (DAY, "weight_kg"): 72.5748, (DAY, "fat_pct"): 15.5,
        (DAY, "vo2max"): 51, (DAY, "rhr"): 48, (DAY, "spo2_avg"): 97, (DAY, "spo2_low"): 97, (DAY, "skin_temp"): 34,
    }  # fmt: skip


def test_heart_rate_is_that_of_the_best_device_of_each_hour():
    data = read(
        *(record("HeartRate", 60 + i, f"08:{i:02}:00", unit="count/min") for i in range(5)),
        *(record("HeartRate", 150, f"08:{i:02}:30", source="Strap", unit="count/min") for i in range(2)),
        record("HeartRate", 90, "09:10:00", source="Strap", unit="count/min"),
    )
    assert data.samples["hr"].value.tolist() == [60, 61, 62, 63, 64, 90]
    assert values(data) == {(DAY, "hr_min"): 60, (DAY, "hr_max"): 90}


def test_the_night_of_the_device_with_stages():
    data = read(
        slept("InBed", "2025-11-05 22:00:00", "2025-11-06 07:00:00", "Phone"),
        slept("AsleepUnspecified", "2025-11-05 22:10:00", "2025-11-06 06:59:00", "Phone"),
        slept("AsleepCore", "2025-11-05 23:00:00", "2025-11-06 02:00:00"),
        slept("AsleepDeep", "02:00:00", "03:00:00"), slept("Awake", "03:00:00", "03:10:00"),
        slept("AsleepREM", "03:10:00", "06:00:00"), slept("Awake", "06:00:00", "06:20:00"),
    )  # fmt: skip
    (night,) = data.nights
    assert (night.day, night.end - night.start) == (DAY, 7 * 3600)
    assert night.seconds == {"light": 10_800, "deep": 3600, "awake": 600, "rem": 10_200}


def nights(data) -> list:
    clock = timezone(timedelta(hours=1))
    return [(f"{datetime.fromtimestamp(n.start, clock):%d %H:%M}", n.asleep_s // 60, *sorted(n.seconds))
            for n in data.nights]  # fmt: skip


def test_a_nap_with_stages_does_not_replace_the_night_of_another_app():
    records = [
        slept("AsleepUnspecified", "2025-11-05 23:00:00", "2025-11-06 07:00:00", "App"),
        slept("AsleepCore", "14:00:00", "14:25:00"), slept("AsleepREM", "14:25:00", "14:45:00"),
    ]  # fmt: skip
    for order in permutations(records):
        assert nights(read(*order)) == [("05 23:00", 480, "asleep"), ("06 14:00", 45, "light", "rem")]


def test_a_watch_that_was_empty_after_an_hour_does_not_replace_the_night_of_the_phone():
    records = [
        slept("AsleepUnspecified", "2025-11-05 23:00:00", "2025-11-06 07:00:00", "Phone"),
        slept("AsleepCore", "2025-11-05 23:10:00", "2025-11-05 23:50:00"),
        slept("AsleepDeep", "2025-11-05 23:50:00", "2025-11-06 00:10:00"),
    ]
    for order in permutations(records):
        assert nights(read(*order)) == [("05 23:00", 480, "asleep")]
    of_one = read(*(one.replace('"Phone"', '"Watch"') for one in records))
    assert nights(of_one) == [("05 23:00", 480, "asleep", "deep", "light")]


def test_of_each_night_one_device_also_where_they_are_worn_in_turns():
    data = read(
        slept(
            "AsleepUnspecified", "2025-10-25 23:30:00", "2025-10-26 06:30:00", "Phone"
        ),  # the clock is set back
        slept("AsleepDeep", "2025-10-26 00:00:00", "2025-10-26 06:00:00"),
        slept(
            "AsleepUnspecified", "2025-10-26 23:00:00", "2025-10-27 06:30:00", "Phone"
        ),  # the watch was charging
        slept("AsleepUnspecified", "2025-10-27 22:00:00", "2025-10-27 23:30:00", "Phone"),
        slept("AsleepDeep", "2025-10-28 00:30:00", "2025-10-28 06:00:00"),
    )
    assert nights(data) == [("26 00:00", 360, "deep"), ("26 23:00", 450, "asleep"), ("27 22:00", 90, "asleep"),
                            ("28 00:30", 330, "deep")]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "unit", "value", "metric", "expected"),
    [
        ("DietaryWater", "fl_oz_us", 12, "hydration_ml", 354.88),
        ("DietaryWater", "fl_oz_imp", 12, "hydration_ml", 340.96),
        ("DietaryWater", "cup_us", 2, "hydration_ml", 473.18),
        ("DietaryWater", "cup_imp", 2, "hydration_ml", 568.26),
        ("DietaryWater", "pt_us", 1, "hydration_ml", 473.18),
        ("DietaryWater", "pt_imp", 1, "hydration_ml", 568.26),
        ("DistanceWalkingRunning", "ft", 1000, "distance_m", 304.8),
        ("DistanceWalkingRunning", "yd", 1000, "distance_m", 914.4),
        ("DistanceWalkingRunning", "cm", 1000, "distance_m", 10.0),
        ("BodyMass", "oz", 2400, "weight_kg", 68.04),
        ("ActiveEnergyBurned", "J", 418_400, "kcal_active", 100.0),
    ],
)
def test_every_unit_that_a_phone_may_be_set_to_is_read(kind, unit, value, metric, expected):
    data = read(record(kind, value, "08:00:00", unit=unit))
    assert not data.problems
    (found,) = day_values(data)
    assert (found.metric, found.value) == (metric, pytest.approx(expected, rel=1e-4))


def test_blood_pressure_in_a_correlation_and_steps_not_twice():
    data = read(
        record("StepCount", 10, "08:00:00"), "<Correlation>", record("StepCount", 10, "08:00:00"),
        record("BloodPressureSystolic", 121, "07:00:00", unit="mmHg"), "</Correlation>",
    )  # fmt: skip
    assert values(data) == {(DAY, "steps"): 10, (DAY, "bp_systolic"): 121}


def test_what_is_not_read_is_said():
    data = read(record("StepCount", 10, "08:00:00"), record("StepCount", "x", "08:00:00"),
                record("HeartRate", 900, "08:00:00", unit="count/min"), record("Handwashing", 1, "08:00:00"),
                '<Record type="HKQuantityTypeIdentifierStepCount" value="5"/>')  # fmt: skip
    assert values(data) == {(DAY, "steps"): 10}
    assert [(p.code, p.text.split()[0]) for p in data.problems] == [
        ("points_dropped", "3"),
        ("not_used", "1"),
    ]


def test_a_cut_export_keeps_what_came_before():
    data = read(record("StepCount", 10, "08:00:00"), record("StepCount", 10, "09:00:00")[:60], tail="")
    assert values(data) == {(DAY, "steps"): 10}
    assert [p.code for p in data.problems] == ["truncated"]


@pytest.mark.parametrize("text", ["", "<a/>", "no XML", HEAD + "</HealthData>",
                                  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])  # fmt: skip
def test_other_bytes_are_refused_with_a_sentence(text):
    with pytest.raises(BadFile):
        apple_health.read([text.encode()])

"""Files with several tables: Fitbit's export, and other stacked tables; the nights and naps of a table."""

from datetime import date
from itertools import permutations

import pytest

from milevault_core.formats import health_csv
from milevault_core.health.rank import latest

DAY = date(2025, 11, 6)
BODY = 'Body\nDate,Weight,BMI,Fat\n"2025-11-06","80.5","24.1","18.2"\n"2025-11-07","80.4","24.2","18.1"\n\n'
FOODS = 'Foods\nDate,Calories In\n"2025-11-06","1,900"\n"2025-11-07","0"\n\n'
ACTIVITIES = (
    "Activities\nDate,Calories Burned,Steps,Distance,Floors,Minutes Sedentary,Activity Calories\n"
    '"2025-11-06","2,345","8,123","5.42","10","700","1,100"\n"2025-11-07","2,412","11,020","7.9","12","690","1,200"\n\n'
)
SLEEP = (
    "Sleep\nStart Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed,Minutes REM Sleep\n"
    '"2025-11-05 11:07PM","2025-11-06 6:58AM","421","50","31","471","90"\n'
    '"2025-11-06 1:00PM","2025-11-06 1:50PM","45","5","1","50","N/A"\n\n'
)
LOG = (
    'Food Log 20251106\nMeal,Food,Calories\nBreakfast\n"","Rolls","210"\n\nDaily Totals\n"","Fat","10 g"\n\n'
)
OF_BODY = {(DAY, "weight_kg"): 80.5, (DAY, "bmi"): 24.1, (DAY, "fat_pct"): 18.2}
OF_ACTIVITIES = {(DAY, "kcal_total"): 2345, (DAY, "steps"): 8123, (DAY, "distance_m"): 5420, (DAY, "floors_up"): 10,
                 (DAY, "kcal_active"): 1100}  # fmt: skip
OF_NIGHT = {(DAY, "sleep_s"): 421 * 60, (DAY, "awakenings"): 31}


def values(text: str, **answers: str) -> dict:
    return {
        (v.day, v.metric): pytest.approx(v.value)
        for v in latest(health_csv.read(text.encode(), answers).day_values)
    }


def of_day(text: str, encoding: str = "utf-8") -> dict:
    data = health_csv.read(text.encode(encoding), {"unit kg": "kg", "unit m": "km"})
    assert data.source == "fitbit"
    assert not [problem for problem in data.problems if problem.code == "points_dropped"]
    return {(v.day, v.metric): pytest.approx(v.value) for v in latest(data.day_values) if v.day == DAY}


@pytest.mark.parametrize("order", list(permutations((BODY, FOODS, ACTIVITIES, SLEEP))))
def test_each_section_of_fitbits_export_is_read_by_its_own_heading(order):
    text = "".join(order)
    assert health_csv.looks_like(text.encode())
    assert of_day(text) == OF_BODY | OF_ACTIVITIES | OF_NIGHT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_sections_with_lists_of_meals_between_them(encoding):
    text = BODY + LOG + ACTIVITIES + LOG.replace("06\n", "07\n", 1) + SLEEP + LOG
    assert of_day(text.replace("\n", "\r\n"), encoding) == OF_BODY | OF_ACTIVITIES | OF_NIGHT
    problems = health_csv.read(text.encode(), {"unit kg": "kg", "unit m": "km"}).problems
    assert "These sections are not read: Food Log 20251106" in [p.text for p in problems][1]


def test_sections_out_of_a_spreadsheet_have_as_many_cells_in_every_row():
    text = (
        "Body,,,\n"
        + BODY.partition("\n")[2].replace("\n\n", "\n,,,\n")
        + "Sleep,,,\n"
        + SLEEP.partition("\n")[2]
    )
    assert of_day(text) == OF_BODY | OF_NIGHT


def test_sections_with_semicolons_and_decimal_commas():
    text = (
        "Body\nDate;Weight;BMI;Fat\n06.11.2025;80,5;24,1;18,2\n13.11.2025;80,4;24,1;18,1\n\n"
        "Activities\nDate;Calories Burned;Steps;Distance;Floors;Activity Calories\n"
        "06.11.2025;2.345;8.123;5,42;10;1.100\n"
    )
    assert of_day(text) == OF_BODY | OF_ACTIVITIES


def test_tables_of_other_products_and_languages_below_each_other():
    weights = "Datum;Gewicht (kg)\n06.11.2025;71,4\nUrlaub\n13.11.2025;71,2\n"
    more = "\nDatum;Tag;Peso (kg)\n06.11.2025;Tag;71,4\n\nday;metric;value\n06.11.2025;rhr;48\n"
    assert values(weights + more) == {
        (DAY, "weight_kg"): 71.4,
        (DAY, "rhr"): 48,
        (date(2025, 11, 13), "weight_kg"): 71.2,
    }
    text = (
        'Date,"Weight (kg)","Fat mass (kg)",Comments\n2025-11-06 07:00:00,80,16,date\n\n'
        "Date,Systolic,Diastolic\n2025-11-06 07:01:00,121,79\n\n"
        "Date,Exercise,Weight (kg),Reps\n2025-11-06,Squat,100,8\n"
    )
    assert values(text) == {(DAY, "weight_kg"): 80, (DAY, "fat_pct"): 20, (DAY, "bp_systolic"): 121,
                            (DAY, "bp_diastolic"): 79}  # fmt: skip


def test_a_nap_does_not_replace_the_night():
    night, nap = SLEEP.splitlines()[2:4]
    heading = SLEEP.splitlines()[1]
    for rows in ((night, nap), (nap, night)):
        data = health_csv.read("\n".join((heading, *rows)).encode())
        assert {(v.day, v.metric): v.value for v in data.day_values} == OF_NIGHT
        assert "Left out: 1 sleep, because there is a longer one on the same day." in [
            p.text for p in data.problems
        ]
    text = "day,metric,value,unit\n2025-11-06 07:00,sleep_s,7,h\n2025-11-06 07:00,awakenings,2,\n" \
           "2025-11-06 15:00,sleep_s,40,min\n2025-11-06 15:00,awakenings,0,\n2025-11-06 15:00,steps,50,\n"  # fmt: skip
    assert values(text) == {(DAY, "sleep_s"): 25_200, (DAY, "awakenings"): 2, (DAY, "steps"): 50}


def test_a_sleep_that_was_corrected_below_is_no_nap():
    assert values("day,metric,value,unit\n2025-11-06,sleep_s,8,h\n2025-11-06,sleep_s,7,h\n") == {
        (DAY, "sleep_s"): 25_200
    }


def test_the_nights_over_a_change_of_the_clock_are_of_the_day_of_waking_up():
    rows = ("2025-10-25 11:00PM,2025-10-26 7:00AM,510,31", "2025-10-26 11:00PM,2025-10-27 12:30AM,80,2",
            "2025-10-27 9:00PM,2025-10-27 9:40PM,35,1")  # fmt: skip
    text = "Start Time,End Time,Minutes Asleep,Number of Awakenings\n" + "\n".join(rows)
    assert values(text) == {
        (date(2025, 10, 26), "sleep_s"): 30_600, (date(2025, 10, 26), "awakenings"): 31,
        (date(2025, 10, 27), "sleep_s"): 4_800, (date(2025, 10, 27), "awakenings"): 2,
    }  # fmt: skip

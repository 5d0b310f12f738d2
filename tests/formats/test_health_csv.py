"""Tables of days: what the table states is read; what is ambiguous is asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.formats import health_csv
from milevault_core.formats.questions import Question
from milevault_core.health.rank import latest
from milevault_core.problems import BadFile

DAY = date(2025, 11, 6)


def values(text: str, **answers: str) -> dict:
    data = health_csv.read(text.encode(), {k.replace("_kg", " kg"): v for k, v in answers.items()})
    return {(v.day, v.metric): pytest.approx(v.value) for v in latest(data.day_values)}


def test_the_plain_table_with_units():
    text = ("day,metric,value,unit\n2025-11-06,steps,8625,\n2025-11-06,weight_kg,160,lb\n2025-11-06,sleep_s,7.5,h\n"
            "2025-11-06,spo2_avg,0.96,fraction\n")  # fmt: skip
    assert values(text) == {(DAY, "steps"): 8625, (DAY, "weight_kg"): 72.5748, (DAY, "sleep_s"): 27_000,
                            (DAY, "spo2_avg"): 96}  # fmt: skip


@pytest.mark.parametrize("unit", ["°F", "ºF", "℉", "F", "degF", "Fahrenheit"])
def test_temperatures_in_fahrenheit(unit: str):
    text = f"day,metric,value,unit\n2025-11-06,skin_temp,93.2,{unit}\n2025-11-06,skin_temp_dev,-0.9,{unit}\n"
    assert values(text) == {(DAY, "skin_temp"): 34, (DAY, "skin_temp_dev"): -0.5}
    oura = f"date,Average HRV,Temperature Deviation ({unit})\n2025-11-06,50,1.8\n"
    assert values(oura) == {(DAY, "hrv_last_night"): 50, (DAY, "skin_temp_dev"): 1}


def test_dates_in_either_order_are_asked_for():
    text = "day;metric;value\n05/11/2025;rhr;48\n06/11/2025;rhr;49\n"
    with pytest.raises(Question) as asked:
        values(text)
    assert asked.value.code == "date_order"
    assert dict(asked.value.options) == {"day_first": "5 November 2025", "month_first": "11 May 2025"}
    assert (DAY, "rhr") in values(text, date_order="day_first")
    assert (date(2025, 6, 11), "rhr") in values(text, date_order="month_first")


def test_one_date_that_can_only_be_read_one_way_answers_for_all():
    assert (DAY, "rhr") in values("day,metric,value\n06/11/2025,rhr,49\n13/11/2025,rhr,48\n")
    assert (DAY, "rhr") in values("day,metric,value\n11/06/2025,rhr,49\n11/13/2025,rhr,48\n")
    with pytest.raises(Question, match="in others the month"):
        values("day,metric,value\n06/11/2025,rhr,49\n11/13/2025,rhr,48\n13/11/2025,rhr,48\n")


def test_a_comma_that_may_be_a_decimal_comma_is_asked_for():
    text = "day;metric;value\n2025-11-06;kcal_active;1,234\n"
    with pytest.raises(Question) as asked:
        values(text)
    assert (asked.value.code, [o[0] for o in asked.value.options]) == ("decimal", ["comma", "point"])
    assert values(text, decimal="comma") == {(DAY, "kcal_active"): 1.234}
    assert values(text, decimal="point") == {(DAY, "kcal_active"): 1234}


@pytest.mark.parametrize(("cell", "number"), [("72,5", 72.5), ("0,725", None), ("1.072,5", None)])
def test_a_comma_that_can_only_be_a_decimal_comma_is_read(cell, number):
    text = f"day;metric;value\n2025-11-06;weight_kg;{cell}\n2025-11-06;steps;8.625\n"
    found = values(text)
    assert found[DAY, "steps"] == 8625
    assert found.get((DAY, "weight_kg")) == number  # 0.7 or 1,072 kg cannot be right, and is reported


def test_a_point_that_may_divide_thousands_is_asked_for_where_whole_numbers_are_counted():
    text = "day;metric;value\n2025-11-06;steps;8.625\n"
    with pytest.raises(Question, match="Is the point in") as asked:
        values(text)
    assert asked.value.options == (("comma", "thousands: 8625"), ("point", "decimal point: 8.625"))
    assert values(text, decimal="comma") == {(DAY, "steps"): 8625}
    assert values("day;metric;value\n2025-11-06;weight_kg;71.425\n") == {(DAY, "weight_kg"): 71.425}
    other = "2025-11-06;rhr;48.5\n"  # elsewhere in the file it is a decimal point
    assert values(text + other) == {(DAY, "steps"): 8.625, (DAY, "rhr"): 48.5}


def test_a_plain_table_of_weights_is_read_once_its_unit_is_known():
    text = "date,weight\n2025-11-06,71.4\n"
    assert health_csv.looks_like(text.encode())
    with pytest.raises(Question) as asked:
        values(text)
    assert asked.value.code == "unit kg"
    assert values(text, unit_kg="kg") == {(DAY, "weight_kg"): 71.4}
    assert values("date,weight (lb)\n2025-11-06,160\n") == {(DAY, "weight_kg"): 72.5748}


@pytest.mark.parametrize(
    "text",
    ["Datum;Gewicht (kg)\n06.11.2025;71,4\n13.11.2025;\n", '"Date","Poids (kg)"\n"2025-11-06","71,4"\n',
     "Fecha,Peso (kg)\n2025-11-06,71.4\n", "Data;Peso (kg)\n2025-11-06;71,4\n",
     "Datum;Tag;Gewicht (kg)\n06.11.2025;Do;71,4\n"],
)  # fmt: skip
def test_a_table_of_weights_in_another_language(text: str):
    assert health_csv.looks_like(text.encode())
    assert values(text, date_order="day_first") == {(DAY, "weight_kg"): 71.4}


@pytest.mark.parametrize(
    "text",
    ["Date,Exercise,Category,Weight (kg),Reps\n2025-11-06,Bench Press,Chest,60,8\n",
     "Activity Type,Date,Distance,Steps\nRunning,2025-11-06 07:00:00,10.1,9000\n"],
)  # fmt: skip
def test_a_dumbbells_weight_and_a_runs_steps_are_no_days(text: str):
    assert not health_csv.looks_like(text.encode())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("day,weight (kg)\n2025-11-06,71\n2025-11-07,7200\n", "“7200 kg” cannot be right for “weight”."),
        ("day,steps\n2025-11-06,71\n2025-11-07,720000\n", "“720000” cannot be right for “steps”."),
        ("day,metric,value\n2025-11-06,rhr,50\n2025-11-07,RHR,900\n", "“900” cannot be right for “RHR”."),
        (
            "day,metric,value,unit\n2025-11-06,rhr,50,\n2025-11-07,rhr,9,kg\n",
            "The unit “kg” does not fit “rhr”.",
        ),
    ],
)
def test_what_cannot_be_right_is_said_in_the_words_of_the_table(line: str, said: str):
    assert [p.text for p in health_csv.read(line.encode()).problems] == [said]


def test_thousands_beside_a_decimal_point():
    text = 'day,metric,value\n2025-11-06,steps,"8,625"\n2025-11-06,weight_kg,72.5\n'
    assert values(text) == {(DAY, "steps"): 8625, (DAY, "weight_kg"): 72.5}


def test_withings_weights_with_their_parts_and_the_last_of_the_day():
    text = (
        'Date,"Weight (kg)","Fat mass (kg)","Bone mass (kg)","Muscle mass (kg)","Hydration (kg)",Comments\n'
        '"2025-11-06 21:30:00",72.00,10.80,3.10,58.0,,\n"2025-11-06 07:10:00",71.00,10.65,3.10,57.0,,x\n'
    )
    data = health_csv.read(text.encode())
    assert data.source == "withings"
    assert values(text) == {(DAY, "weight_kg"): 72, (DAY, "fat_pct"): 15, (DAY, "bone_kg"): 3.1,
                            (DAY, "muscle_kg"): 58}  # fmt: skip
    assert [p.code for p in data.problems] == ["not_used"]
    assert "Comments" in data.problems[0].text


def test_oura():
    text = ("date,Sleep Score,Total Sleep Duration,Average HRV,Lowest Resting Heart Rate,Temperature Deviation (°C)\n"
            "2025-11-06,82,27000,55,47,-0.2\n")  # fmt: skip
    assert values(text) == {(DAY, "sleep_score"): 82, (DAY, "sleep_s"): 27_000, (DAY, "hrv_last_night"): 55,
                            (DAY, "rhr"): 47, (DAY, "skin_temp_dev"): -0.2}  # fmt: skip


def test_fitbit_does_not_say_its_units_and_is_asked():
    text = "Body\nDate,Weight,BMI,Fat\n2025-11-06,160,22.4,15.5\n"
    with pytest.raises(Question) as asked:
        values(text)
    assert (asked.value.code, asked.value.options[1]) == ("unit kg", ("lb", "lb"))
    assert values(text, unit_kg="lb")[DAY, "weight_kg"] == 72.5748


def test_what_cannot_be_read_is_said_by_line():
    text = "day,metric,value,unit\n2025-11-06,rhr,49,\n2025-02-30,rhr,49,\n2025-11-06,rhr,many,\n" \
           "2025-11-06,mood,3,\n2025-11-06,rhr,900,\n2025-11-06,rhr,5,kg\n"  # fmt: skip
    data = health_csv.read(text.encode())
    assert [v.value for v in data.day_values] == [49]
    assert sorted(p.where for p in data.problems) == [f"line {n}" for n in range(3, 8)]


def test_negative_numbers_are_said_unless_they_are_meant():
    text = f"day,metric,value,unit\n{DAY},steps,-5,\n{DAY},rhr,-49,bpm\n{DAY},skin_temp_dev,-0.4,°C\n"
    data = health_csv.read(text.encode())
    assert [(v.metric, v.value) for v in data.day_values] == [("skin_temp_dev", -0.4)]
    assert sorted(p.where for p in data.problems) == ["line 2", "line 3"]


def test_other_encodings():
    assert (
        health_csv.read("day;metric;value\r\n2025-11-06;rhr;49\r\n".encode("utf-16")).day_values[0].value
        == 49
    )
    oura = "date,Average HRV,Temperature Deviation (°C)\n2025-11-06,50,0.1\n".encode("cp1252")
    assert len(health_csv.read(oura).day_values) == 2


@given(
    st.binary(max_size=200)
    | st.text(alphabet='day,metricvalue;"\n0123456789./-', max_size=120).map(str.encode)
)
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    for head in (b"", b"day,metric,value,unit\n", b"Date,Weight (kg),Fat mass (kg)\n"):
        try:
            health_csv.read(head + data)
        except BadFile as refusal:
            said = str(refusal)
        else:
            continue
        assert said

"""Health charts and sentences: gaps stay gaps, nights with and without stages, wording that does not claim too much."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from milevault_core.health.effects import Effect
from milevault_core.health.illness import Record
from milevault_core.health.resolution import Resolution
from milevault_core.view import format as fmt
from milevault_core.view.health import body, day, night, over_time, shapes, today
from milevault_core.view.health.quantities import QUANTITIES, in_units, text

METRIC, IMPERIAL = fmt.units("metric"), fmt.units("imperial")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def samples(minutes: list[int]) -> pd.DataFrame:
    value = np.arange(len(minutes), dtype=float) + 60
    times = pd.to_datetime([NOON + timedelta(minutes=m) for m in minutes], utc=True)
    return pd.DataFrame({"metric": "hr", "time": times, "value": value, "low": value, "high": value})


def test_a_gap_is_a_gap_and_times_are_local() -> None:
    rows = over_time.sample_rows(samples([0, 1, 2, 60, 61]), QUANTITIES["hr"], "Europe/Berlin", 60)
    assert [row["t"][11:16] for row in rows] == ["13:00", "13:01", "13:02", "13:59", "14:00", "14:01"]
    assert [row["value"] for row in rows] == [60, 61, 62, None, 63, 64]


def test_the_hour_that_a_clock_shows_twice_is_two_lines() -> None:
    """On the last Sunday of October, 03:00 in Berlin becomes 02:00 again."""
    told = samples([0, 10, 20]).assign(
        time=pd.to_datetime(["2025-10-26T00:55Z", "2025-10-26T01:00Z", "2025-10-26T01:05Z"])
    )
    rows = over_time.sample_rows(told, QUANTITIES["hr"], "Europe/Berlin", 60)
    assert [(row["t"][11:16], row["value"]) for row in rows] == [
        ("02:55", 60), ("01:59", None), ("02:00", 61), ("02:05", 62)]  # fmt: skip
    spec = over_time.chart(rows, "hr", METRIC, Resolution(60))
    lines = [part for part in spec["layer"] if part["mark"]["type"] == "line"]
    assert lines
    assert all(part["encoding"]["order"] == {"value": None} for part in lines)
    under = night.under(told, told["time"].iloc[0], told["time"].iloc[-1], "Europe/Berlin", ("hr",))
    assert under["vconcat"][0]["encoding"]["order"] == {"value": None}


def test_a_day_without_a_value_is_no_zero() -> None:
    days = pd.DataFrame({"day": [date(2026, 1, 1), date(2026, 1, 3)], "rhr": [50.0, 52.0]})
    rows = over_time.day_rows(days, "rhr", METRIC, 1)
    # With a time; otherwise a browser in America would show the day before.
    assert [(row["t"].removesuffix("T00:00:00"), row["value"]) for row in rows] == [
        ("2026-01-01", 50.0), ("2026-01-02", None), ("2026-01-03", 52.0)]  # fmt: skip
    assert rows[0]["alone"]
    assert over_time.chart(rows, "rhr", METRIC, Resolution(86_400, True))["data"]["values"] == rows
    assert over_time.chart([], "rhr", METRIC, Resolution(0)) == {}
    pair = days.assign(day=[date(2026, 1, 1), date(2026, 1, 2)])
    shown = over_time.day_rows(pair, "rhr", METRIC, 1, date(2026, 1, 2))
    assert [row.get("alone") for row in shown] == [True], (
        "the day before is not shown: a point, as there is no line"
    )


def test_intensity_counts_vigorous_twice_and_unknown_is_unknown() -> None:
    days = pd.DataFrame({"day": [date(2026, 1, 1), date(2026, 1, 2)], "im_moderate": [10.0, np.nan],
                         "im_vigorous": [5.0, np.nan]})  # fmt: skip
    assert [row["value"] for row in over_time.day_rows(days, "intensity", METRIC, 1)] == [20.0, None]


def test_a_normal_stays_within_what_is_possible() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
    table = pd.DataFrame({"day": days, "im_moderate": [0.0, 150.0] * 20, "im_vigorous": 0.0,
                          "bb_wake": [85.0, 99.0] * 20, "bb_low": 5.0, "bb_high": 99.0,
                          "skin_temp_dev": [-0.2, 0.1] * 20})  # fmt: skip
    made = {f.label: f.than for f in today.figures(over_time.by_date(table), days[-1], METRIC)}
    assert made["Intensity minutes"] == "normal: 75 min (0 to 242 min)"
    assert made["Body battery"] == "normal: 92 (76 to 100)"
    assert "(-" in made["Skin temperature"].replace("\u2212", "-")  # a difference may be below zero
    rows = over_time.day_rows(table, "body_battery", METRIC, 1)
    assert max(row["n_high"] for row in rows if "n_high" in row) == 100
    assert (
        min(row["n_low"] for row in over_time.day_rows(table, "intensity", METRIC, 1) if "n_low" in row) == 0
    )


def test_units_are_the_persons() -> None:
    assert text("weight", 70.0, METRIC) == "70.0 kg"
    assert text("weight", 70.0, IMPERIAL) == "154.3 lb"
    assert in_units("skin", IMPERIAL).unit == "°F"
    assert text("sleep", 27_000, METRIC) == "7 h 30"


def test_two_quantities_have_rows_of_their_own() -> None:
    rows = {"hr": [{"t": "2026-01-01", "value": 1.0}], "stress": [{"t": "2026-01-02", "value": None}]}
    spec = over_time.chart_of_two(rows, METRIC, False)
    assert [part["data"]["values"] for part in spec["layer"]] == [
        [{"t": "2026-01-01", "a": 1.0}], [{"t": "2026-01-02", "b": None}]]  # fmt: skip


def nights() -> pd.DataFrame:
    start, end = NOON - timedelta(hours=13), NOON - timedelta(hours=6)
    first, last = int(start.timestamp()), int(end.timestamp())
    return pd.DataFrame(
        {"day": [NOON.date()] * 2, "source": "fit", "start_time": [start, NOON],
         "end_time": [end, NOON + timedelta(hours=1)],
         "is_nap": [False, True], "utc_offset_s": 3600, "asleep_s": [25_200.0, 3600.0],
         "stages": [f'[[{first}, {last}, "deep"]]', np.nan]}
    )  # fmt: skip


def test_a_night_with_stages_beside_a_nap_without() -> None:
    found = night.stages_of(nights())
    assert night.stage_rows(found, 3600)[0] | {"kind": ""} == {
        "t": "2026-01-05T00:00:00", "end": "2026-01-05T07:00:00", "stage": "Deep", "name": "Deep", "tone": "Deep",
        "kind": ""}  # fmt: skip
    made = night.made_of(nights())
    assert [len(one.stages) for one in made] == [1, 0]
    assert night.usual_times(made) == ("00:00", "07:00")
    bars = night.bed_time_chart(nights(), "Europe/Berlin")["data"]["values"]
    assert [(bar["bed"], bar["up"], bar["kind"]) for bar in bars] == [
        (12.0, 19.0, "Night"),
        (25.0, 26.0, "Nap"),
    ]
    assert (
        bars[0]["day"] == "2026-01-05T00:00:00"
    )  # with a time; otherwise a browser in America would show the day before


def test_the_colours_of_a_day_are_told_of_what_is_in_it() -> None:
    found, none = nights(), pd.DataFrame(columns=["metric", "time", "value", "low", "high"])
    begin, end = NOON - timedelta(hours=13), NOON + timedelta(hours=11)
    spec = day.chart(none, found, pd.DataFrame(), begin, end, 3600)
    assert list(day.keys(spec)) == ["Deep", "Asleep"], "a nap without stages is not light sleep"
    done = pd.DataFrame({"start_time": [NOON], "elapsed_s": [60.0], "name": ["Run"], "sport": ["running"]})
    assert list(day.keys(day.chart(none, found, done, begin, end, 3600))) == ["Deep", "Asleep", "Activity"]


@pytest.mark.parametrize(
    ("zone", "woke", "offset", "is_home"),
    [("Europe/Berlin", datetime(2025, 10, 26, 5, tzinfo=UTC), 3600, True),  # summer time ended at 3
     ("Europe/Berlin", datetime(2025, 3, 30, 5, tzinfo=UTC), 7200, True),
     ("Europe/Berlin", datetime(2025, 10, 26, 11, tzinfo=UTC), -14_400, False)],
)  # fmt: skip
def test_at_home_a_day_is_one_of_its_zone_also_when_the_clock_changes(
    zone: str, woke: datetime, offset: int, is_home: bool
) -> None:
    slept = pd.DataFrame({"day": [woke.date()], "start_time": [woke - timedelta(hours=8)], "end_time": [woke],
                          "utc_offset_s": [offset]})  # fmt: skip
    assert day.zone_of(slept, woke.date(), zone) == (zone if is_home else offset)
    assert day.zone_of(slept.iloc[:0], woke.date(), zone) == zone


def slept(start: str, end: str, offset_s: int) -> pd.DataFrame:
    """A night between two UTC times, asleep all the time."""
    begin, up = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    asleep = (up - begin).total_seconds()
    stages = f'[[{int(begin.timestamp())}, {int(up.timestamp())}, "light"]]'
    return pd.DataFrame({"day": [(up + timedelta(seconds=offset_s)).date()], "start_time": [begin], "end_time": [up],
                         "utc_offset_s": [offset_s], "asleep_s": [asleep], "light_s": [asleep], "stages": [stages],
                         "deep_s": np.nan, "rem_s": np.nan, "awake_s": np.nan, "is_nap": False,
                         "source": "fit"})  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "start", "end", "offset_h", "lasted", "clock", "bar"),
    [
        ("Europe/Berlin", "2025-03-29T22:30", "2025-03-30T05:00", 2, "6 h 30", "23:30 to 07:00", (11.5, 19.0)),
        ("Europe/Berlin", "2025-10-25T21:30", "2025-10-26T06:00", 1, "8 h 30", "23:30 to 07:00", (11.5, 19.0)),
        ("America/Los_Angeles", "2025-03-09T07:30", "2025-03-09T14:00", -7, "6 h 30", "23:30 to 07:00", (11.5, 19.0)),
        ("Australia/Lord_Howe", "2025-10-04T13:00", "2025-10-04T20:00", 11, "7 h 00", "23:30 to 07:00", (11.5, 19.0)),
        ("Asia/Kolkata", "2025-10-25T18:00", "2025-10-26T01:30", 5.5, "7 h 30", "23:30 to 07:00", (11.5, 19.0)),
        # From a source that gives the UTC offset of the midnight before.
        ("Europe/Berlin", "2025-10-25T21:30", "2025-10-26T06:00", 2, "8 h 30", "23:30 to 07:00", (11.5, 19.0)),
        ("Europe/Berlin", "2025-10-26T12:00", "2025-10-26T12:30", 2, "30 min", "13:00 to 13:30", (25.0, 25.5)),
        # Away from home, in local time: Tokyo, New York.
        ("Europe/Berlin", "2025-03-29T14:00", "2025-03-29T22:00", 9, "8 h 00", "23:00 to 07:00", (11.0, 19.0)),
        ("Europe/Berlin", "2025-10-26T04:00", "2025-10-26T11:00", -4, "7 h 00", "00:00 to 07:00", (12.0, 19.0)),
    ],
)  # fmt: skip
def test_a_night_is_told_by_the_clock_on_the_wall_and_lasts_what_it_lasted(
    zone: str, start: str, end: str, offset_h: float, lasted: str, clock: str, bar: tuple[float, float]
) -> None:
    made = slept(start, end, int(offset_h * 3600))
    first = night.figures(made.iloc[0], None, zone)[0]
    assert (first.value, first.than) == (lasted, clock)
    (row,) = night.bed_time_chart(made, zone)["data"]["values"]
    assert (row["bed"], row["up"], row["text"]) == (*bar, lasted)
    (stage,) = night.stage_rows(night.stages_of(made), night.morning_offset(made.iloc[0], zone))
    drawn = pd.Timestamp(stage["end"]) - pd.Timestamp(stage["t"])
    assert drawn.total_seconds() == made["asleep_s"].iloc[0]  # no overlap when clocks go back
    assert stage["end"].endswith(f"T{clock[-5:]}:00")
    is_changed = clock == "23:30 to 07:00" and lasted != "7 h 30"
    assert bool(night.changed_sentence(made.iloc[0], zone)) == is_changed


def test_effects_say_when_they_say_nothing() -> None:
    few = Effect("rhr", 80.0, 3, 100)
    none = Effect("hrv_last_night", 80.0, 50, 100, -1.0, -3.0, 1.0)
    some = Effect("sleep_s", 80.0, 50, 100, -1200.0, -2000.0, -300.0)
    said = today.effect_sentences([few, none, some], METRIC)
    assert said[0].startswith("Nothing can be said about the resting heart rate")
    assert said[1].startswith("No effect on HRV can be shown (-3.0 to +1.0 ms;")
    assert said[2].startswith("After hard days sleep is 20 min shorter in the next night (-33 to -5 min;")


@pytest.mark.parametrize(("record", "says"), [
    (Record(0, 0, 3, 3, 300), "on 3 of 300 healthy nights"), (Record(4, 3, 5, 2, 300), "Of 4 illnesses"),
])  # fmt: skip
def test_the_word_before_an_illness_tells_its_own_record(record: Record, says: str) -> None:
    assert says in today.record_sentence(record)


def test_the_body_has_a_trend_and_a_goal() -> None:
    days = pd.DataFrame({"day": [date(2026, 1, 1) + timedelta(days=k) for k in (0, 3, 40, 100)]})
    for name in body.METRICS:
        days[name] = np.nan
    days["weight_kg"] = [70.0, 72.0, 71.0, 69.0]
    table = body.prepared(days)
    assert table["trend"].dropna().tolist() == [70.0, 71.0, 71.0, 69.0]
    rows = body.weight_chart(table, 68.0, METRIC)["data"]["values"]
    assert [row["trend"] for row in rows if "value" in row] == [70.0, 71.0, 71.0, 69.0]
    assert sum("goal" in row for row in rows) == 2
    assert any(row.get("trend", 0) is None and "goal" not in row for row in rows)  # sixty days without values
    assert body.figures(table.iloc[:41], None, METRIC)[0].than.startswith("7-day mean, ")
    pressures = table.iloc[:4].assign(
        bp_systolic=[120.0, 130.0, np.nan, 140.0], bp_diastolic=[80.0, 85.0, 70.0, np.nan]
    )
    said = next(f for f in body.figures(pressures, None, METRIC) if f.label == "Blood pressure")
    assert (said.value, said.than) == ("130/85 mmHg", "2 Jan 2026")  # never values of two different days
    assert "1 kg from your goal" in body.figures(table, 68.0, METRIC)[0].also.replace("1.0", "1")


def test_no_mark_has_a_role_without_a_name() -> None:
    for spec in (shapes.hypnogram(), shapes.bed_times(), shapes.pressures(), shapes.weights("kg")):
        assert spec["config"]["mark"] == {"aria": False}


def test_an_entry_has_the_decimals_of_its_fields() -> None:
    row = dict.fromkeys((name for name, *_ in body.fields(METRIC)), None) | {"measured_at": NOON, "note": ""}
    row |= {"weight_kg": 71.4, "bone_kg": 3.25, "fat_pct": 15.1, "bp_systolic": 118.0, "hydration_ml": 500.0}
    said = body.entry_sentence(row, "Europe/Berlin", METRIC)
    assert said.endswith("weight 71.4 kg, fat 15.1%, bone 3.25 kg, systolic 118 mmHg, fluids 500 mL")
    assert "weight 157.4 lb" in body.entry_sentence(row, "Europe/Berlin", IMPERIAL)


def test_today_tells_the_band_in_numbers() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(29)]
    table = over_time.by_date(
        pd.DataFrame({"day": days, "hrv_sdnn": [40.0 + n % 5 for n in range(28)] + [60.0]})
    )
    (found,) = today.figures(table, days[-1], METRIC)
    assert found.label == "HRV (SDNN)"
    assert found.than.startswith("above your normal of 42 ms (")
    assert found.than.endswith(" (40 to 44 ms)"), "the range has its unit once"

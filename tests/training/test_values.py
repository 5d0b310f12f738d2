"""Which value holds on which day, and what is refused with a sentence."""

import datetime as dt

import pytest

from milevault_core.training.values import Refused, Timeline, age_on, athlete_on, check
from milevault_core.view.format import IMPERIAL, METRIC
from milevault_core.view.training import athlete as view

D, TODAY = dt.date, dt.date(2026, 7, 1)
FTP = ("threshold_power", "cycling")


def test_a_value_holds_until_the_next_and_last_years_is_not_rewritten() -> None:
    times = Timeline([(*FTP, D(2025, 1, 1), 240.0, "person", 1), (*FTP, D(2026, 1, 1), 260.0, "person", 2)])
    assert FTP not in times.on(D(2024, 12, 31))
    assert times.on(D(2025, 12, 31))[FTP] == 240
    assert times.on(D(2026, 1, 1))[FTP] == 260


def test_a_persons_word_wins_over_devices_from_its_day_on() -> None:
    rows = [(*FTP, D(2025, 1, 1), 240.0, "device", 1), (*FTP, D(2025, 6, 1), 250.0, "person", 2),
            (*FTP, D(2026, 1, 1), 200.0, "device", 3)]  # fmt: skip
    times = Timeline(rows)
    assert [times.on(d)[FTP] for d in (D(2025, 2, 1), D(2025, 7, 1), D(2026, 2, 1))] == [240, 250, 250]
    assert Timeline(rows[::-1]).on(D(2025, 2, 1))[FTP] == 240


def test_of_a_days_devices_the_latest_counts() -> None:
    times = Timeline(
        [(*FTP, D(2025, 1, 1), 240.0, "device", "12:00"), (*FTP, D(2025, 1, 1), 250.0, "device", "08:00")]
    )
    assert times.on(D(2025, 1, 1))[FTP] == 240


def test_a_sport_without_its_own_threshold_heart_rate_borrows_runnings() -> None:
    found = {("threshold_heart_rate", "running"): 170.0, ("threshold_heart_rate", "cycling"): 160.0}
    assert athlete_on(TODAY, "hiking", found)["threshold_heart_rate"] == 170
    assert athlete_on(TODAY, "cycling", found)["threshold_heart_rate"] == 160
    assert "threshold_power" not in athlete_on(
        TODAY, "running", {FTP: 250.0}
    )  # a runner's power is not a rider's


def test_age() -> None:
    assert age_on(D(2026, 2, 28), D(2004, 2, 29)) == 21
    assert age_on(D(2026, 3, 1), D(2004, 2, 29)) == 22
    born = {("birth_date", ""): float(D(1984, 7, 2).toordinal())}
    assert athlete_on(TODAY, "running", born)["age"] == 41


@pytest.mark.parametrize(
    ("name", "value", "others", "sentence"),
    [
        ("threshold_power", 0.0, {}, "must be between 20 W and 700 W"),
        ("max_heart_rate", 150.0, {"resting_heart_rate": 160.0}, "above the resting"),
        ("resting_heart_rate", 110.0, {"max_heart_rate": 105.0}, "above the resting"),
        ("threshold_heart_rate", 195.0, {"max_heart_rate": 190.0}, "below the maximal"),
        ("threshold_heart_rate", 85.0, {"resting_heart_rate": 90.0}, "above the resting"),
        ("birth_date", float(D(2027, 1, 1).toordinal()), {}, "in the future"),
        ("weight_kg", float("nan"), {}, "between 20 kg and 350 kg"),
        ("is_female", 0.3, {}, "female, male"),
        ("nonsense", 1.0, {}, "no such value"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    name: str, value: float, others: dict, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        check(name, value, TODAY, TODAY, others)


def test_a_day_in_the_future_is_refused() -> None:
    with pytest.raises(Refused, match="future"):
        check("weight_kg", 70.0, TODAY + dt.timedelta(days=1), TODAY, {})


@pytest.mark.parametrize(
    ("name", "typed", "units", "value"),
    [
        ("threshold_speed", "4:10", METRIC, 4.0),
        ("threshold_speed", "6:42", IMPERIAL, 1609.344 / 402),
        ("critical_swim_speed", "1:40", METRIC, 1.0),
        ("weight_kg", "72,5", METRIC, 72.5),
        ("weight_kg", "160", IMPERIAL, 160 * 0.45359237),
        ("weight_kg", "70 kg", METRIC, 70.0),
        ("threshold_power", "250w", METRIC, 250.0),
        ("height_m", "1,800.5", METRIC, 18.005),
        ("height_m", "1.800,5", METRIC, 18.005),
        ("height_m", "1 800,5", METRIC, 18.005),
        ("height_m", "180", METRIC, 1.8),
        ("w_prime_j", "14.4", METRIC, 14_400),
        ("birth_date", "1984-02-29", METRIC, D(1984, 2, 29).toordinal()),
    ],
)
def test_what_people_type(name: str, typed: str, units, value: float) -> None:
    assert view.parse(name, typed, units) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("threshold_speed", "4.10"), ("threshold_speed", "0:00"), ("weight_kg", "heavy"), ("weight_kg", "1,25.5"),
     ("weight_kg", "7,0,0"), ("weight_kg", "inf"),
     ("birth_date", "29.2.1984"), ("birth_date", "2023-02-29")],
)  # fmt: skip
def test_what_people_mistype(name: str, typed: str) -> None:
    with pytest.raises(Refused):
        view.parse(name, typed, METRIC)


def test_boundaries_as_typed() -> None:
    assert view.parse_bounds("120, 140;160  175") == [120, 140, 160, 175]
    assert view.parse_bounds("120,140,160,") == [120, 140, 160]
    assert view.parse_bounds("120.5, 140.5") == [120.5, 140.5]
    for decimal_commas in ("120,5, 140,5", "120,5; 140,5", "120,5 140,5", "120,5;140,5"):
        assert view.parse_bounds(decimal_commas) == [120.5, 140.5], decimal_commas
    assert view.parse_bounds("") == []
    for mistyped in ("low, high", "120,140 160", "-5, 10", "nan, 120"):
        with pytest.raises(Refused, match="a comma and a space"):
            view.parse_bounds(mistyped)

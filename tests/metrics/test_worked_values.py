"""Worked values for each formula, calculated by hand or taken from a printed table."""

import math

import numpy as np
import pytest

from milevault_core.metrics import Context
from milevault_core.metrics.energy import WALK, minetti
from milevault_core.metrics.graded import published_factor
from milevault_core.metrics.heart import impulse_per_minute
from milevault_core.metrics.vdot import graded_share, vdot
from milevault_core.metrics.w_prime import balance
from tests.metrics.made import ATHLETE, computed, track

HALVES = np.repeat([150.0, 250.0], 1800)
MINUTES = np.tile(np.repeat([100.0, 300.0], 60), 30)


@pytest.mark.parametrize(("power", "normalized"), [(HALVES, 216.644), (MINUTES, 239.100)])
def test_normalized_power(power, normalized: float) -> None:
    assert computed(track(power=power))["normalized_power"] == pytest.approx(normalized, abs=0.001)


def test_from_zeros_as_goldencheetah_begins_it_is_another_number() -> None:
    """Ours begins with the first full window, theirs at 0 W: little difference in an hour, but not in three minutes."""

    def from_zeros(power: np.ndarray) -> float:
        sums = np.append(0.0, np.cumsum(np.append(np.zeros(29), power)))
        return float(np.mean(((sums[30:] - sums[:-30]) / 30) ** 4) ** 0.25)

    short = np.full(180, 250.0)
    assert computed(track(power=short))["normalized_power"] == pytest.approx(250)
    assert from_zeros(short) == pytest.approx(241.6, abs=0.5)
    assert from_zeros(HALVES) == pytest.approx(216.644, rel=0.002)


def test_intensity_variability_load() -> None:
    found = computed(track(power=HALVES))
    assert found["intensity_factor"] == pytest.approx(0.8666, abs=1e-4)
    assert found["variability_index"] == pytest.approx(1.0832, abs=1e-4)
    assert found["power_load"] == pytest.approx(75.095, abs=0.001)
    assert found["work_j"] == 720_000


@pytest.mark.parametrize(
    ("sport", "made", "rung"),
    [
        ("cycling", {"power": np.full(3600, 250.0)}, "power_load"),
        ("running", {"distance": 4.0 * np.arange(3601)}, "pace_load"),
        ("cycling", {"heart_rate": np.full(3600, 170.0)}, "heart_rate_load"),
    ],
)
def test_an_hour_at_threshold_is_100_whatever_it_was_made_of(sport: str, made: dict, rung: str) -> None:
    found = computed(track(**made), sport)
    assert found[rung] == pytest.approx(100, abs=0.05)
    assert found["load"] == found[rung]


def test_an_hour_at_critical_swim_speed_and_an_hour_that_felt_like_7_are_100_too() -> None:
    swum = track(distance=1.3 * np.arange(3601))
    found = computed(swum, "swimming", {"critical_swim_speed": 1.3})
    assert found["swim_load"] == pytest.approx(100, abs=0.2)
    felt = computed(track(temperature=np.full(3601, 20.0)), "strength", {}, device={"rpe": 7.0})
    assert felt["load"] == pytest.approx(100, abs=0.05)
    assert felt["load_basis"] == 5


@pytest.mark.parametrize(
    ("is_female", "trimp"), [(0.0, 100.440), (1.0, 113.517), (0.5, (100.440 + 113.517) / 2)]
)
def test_banister(is_female: float, trimp: float) -> None:
    athlete = ATHLETE | {"is_female": is_female}
    assert computed(track(heart_rate=np.full(3600, 150.0)), athlete=athlete)["trimp"] == pytest.approx(
        trimp, abs=0.001
    )


def test_load_by_heart_rate() -> None:
    assert computed(track(heart_rate=np.full(3600, 150.0)))["heart_rate_load"] == pytest.approx(
        60.893, abs=0.001
    )


def test_trimp_is_of_each_second_not_of_the_mean() -> None:
    spread = computed(track(heart_rate=np.repeat([120.0, 180.0], 1800)))["trimp"]
    assert spread > 1.05 * computed(track(heart_rate=np.full(3600, 150.0)))["trimp"]


def test_edwards() -> None:
    heart_rate = np.repeat(np.array([0.55, 0.65, 0.75, 0.85, 0.95]) * 190, np.array([10, 20, 15, 10, 5]) * 60)
    assert computed(track(heart_rate=heart_rate))["edwards_trimp"] == 160
    assert (
        computed(track(heart_rate=np.full(60, 95.0)))["edwards_trimp"] == 1
    )  # a value on the boundary belongs to the zone above


def test_minetti() -> None:
    grades = np.array([0.0, 0.1, -0.1, -0.2, 0.45, 0.9])
    assert minetti(grades) == pytest.approx([3.6, 5.9682, 2.1517, 1.80, 19.426, 19.426], abs=0.005)
    fine = np.linspace(-0.3, 0.3, 6001)
    assert fine[minetti(fine).argmin()] == pytest.approx(-0.181, abs=0.001)
    assert minetti(np.array([0.0, 0.1]), WALK) == pytest.approx([2.5, 4.8991], abs=1e-4)


def test_energy_of_a_flat_run() -> None:
    found = computed(track(distance=4.0 * np.arange(1001)), "running")
    assert found["energy_j"] == pytest.approx(3.6 * 70 * 4000)


def test_the_published_grade_curve() -> None:
    at = dict(
        zip((-30, -18, -10, -9, 0, 10), published_factor(np.array([-30, -18, -10, -9, 0, 10.0])), strict=True)
    )
    assert at[0] == 1
    assert at[-10] == pytest.approx(0.88, abs=0.01)  # where Minetti has .60
    assert at[-18] == pytest.approx(1.0, abs=0.06)
    assert 1.3 < at[10] < 1.6
    assert published_factor(np.array([60.0])) == published_factor(np.array([30.0]))  # bounded


@pytest.mark.parametrize(
    ("value", "row"),
    [
        (30, ("30:40", "63:46", "2:21:04", "4:49:17")),
        (40, ("24:08", "50:03", "1:50:59", "3:49:45")),
        (50, ("19:57", "41:21", "1:31:35", "3:10:49")),
        (60, ("17:03", "35:22", "1:18:09", "2:43:25")),
        (70, ("14:55", "31:00", "1:08:21", "2:23:10")),
        (80, ("13:17.8", "27:41", "1:00:54", "2:07:38")),
    ],
)
def test_the_printed_vdot_table(value: int, row: tuple[str, ...]) -> None:
    for distance, said in zip((5_000, 10_000, 21_097.5, 42_195), row, strict=True):
        seconds = 0.0
        for part in said.split(":"):
            seconds = seconds * 60 + float(part)
        assert vdot(distance, seconds) == pytest.approx(value, abs=0.1)


def test_vdot_of_a_run_is_that_of_its_fastest_stretch() -> None:
    way = np.cumsum(np.concatenate([np.full(600, 2.5), np.full(1200, 5000 / 1200), np.full(600, 2.5)]))
    found = computed(track(distance=way), "running")["vdot"]
    assert found == pytest.approx(vdot(5000, 1200), abs=0.3)


def test_w_prime_against_the_oracle() -> None:
    power = np.repeat([350.0, 100.0, 350.0], [180, 300, 120])
    left = balance(power, 270.0, 14_400.0)
    assert [round(left[i]) for i in (179, 479, 599)] == [0, 13_992, 4_392]


def test_w_prime_never_holds_more_than_there_is() -> None:
    assert balance(np.zeros(5000), 270.0, 14_400.0).max() <= 14_400


def test_age_grade_is_that_of_athlib() -> None:
    assert graded_share(5_000.0, 1_200.0, 50, False) == pytest.approx(0.7304, abs=0.002)
    found = computed(track(distance=np.arange(1201) * 5000 / 1200), "running", ATHLETE | {"age": 50.0})
    assert found["age_grade"] == pytest.approx(73.04, abs=0.2)


def test_decoupling() -> None:
    heart_rate, power = np.repeat([140.0, 150.0], 1800), np.repeat([200.0, 195.0], 1800)
    found = computed(track(heart_rate=heart_rate, power=power))["decoupling"]
    assert found == pytest.approx((200 / 140 - 195 / 150) / (200 / 140) * 100, abs=0.01)


def test_the_impulse_of_a_minute_is_an_array_or_a_number() -> None:
    context = Context(athlete=ATHLETE)
    assert float(impulse_per_minute(60.0, context)) == 0
    assert impulse_per_minute(np.array([50.0, 190.0]), context) == pytest.approx([0, 0.64 * math.exp(1.92)])

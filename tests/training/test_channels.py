"""What is computed at each point: W′ and graded speed, one value per point of the track."""

import numpy as np
import pytest

from milevault_core.metrics.w_prime import balance
from milevault_core.training import channels
from tests.metrics.made import ATHLETE, computed, track

CRITICAL = ATHLETE | {"critical_power": 270.0, "w_prime_j": 14_400.0}


def test_w_prime_at_each_point_is_the_balance() -> None:
    power = np.repeat([350.0, 100.0, 350.0], [180, 300, 120])
    found = channels.values(channels.W_PRIME, track(power=power), "cycling", CRITICAL)
    assert found == pytest.approx(balance(power, 270.0, 14_400.0) / 1000)
    assert computed(track(power=power), athlete=CRITICAL)["w_prime_left_j"] == pytest.approx(0, abs=1e-6)


def test_thinned_points_get_the_value_of_their_second() -> None:
    power = np.full(600, 350.0)
    whole = channels.values(channels.W_PRIME, track(power=power), "cycling", CRITICAL)
    at = np.arange(0, 600, 7)
    thin = channels.values(channels.W_PRIME, track(at, power=power[at]), "cycling", CRITICAL)
    assert thin == pytest.approx(whole[at], abs=0.2)


def test_graded_speed_of_a_flat_run_is_its_speed() -> None:
    made = track(distance=3.5 * np.arange(300))
    found = channels.values(channels.GRADED, made, "running", {})
    assert found[20:-20] == pytest.approx(3.5)
    assert len(found) == 300


def test_only_what_there_is_is_offered() -> None:
    assert channels.available({"work_j": 1.0}, {}) == []
    assert channels.available({"work_j": 1.0, "graded_speed": 3.0}, CRITICAL) == [
        channels.W_PRIME,
        channels.GRADED,
    ]
    assert len(channels.values(channels.W_PRIME, track(heart_rate=[100.0, 101.0]), "cycling", CRITICAL)) == 0

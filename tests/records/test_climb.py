import numpy as np

from milevault_core.records.climb import highest_climb


def oracle(altitude):
    """Try every foot with every top."""
    best = 0.0
    for i in range(len(altitude)):
        top, dip = altitude[i], 0.0
        for j in range(i + 1, len(altitude)):
            if altitude[j] < altitude[i]:
                break
            top = max(top, altitude[j])
            dip = max(dip, top - altitude[j])
            gain = altitude[j] - altitude[i]
            if altitude[j] == top and dip < max(10.0, 0.1 * gain):
                best = max(best, gain)
    return best if best >= 10 else 0.0


def test_equals_every_foot_with_every_top():
    rng = np.random.default_rng(11)
    found = merged = 0
    for _ in range(600):
        n = int(rng.integers(1, 120))
        altitude = np.cumsum(rng.normal(rng.uniform(-1, 4), rng.choice([1.0, 6.0, 15.0]), n)).round(1)
        gain, foot, top = highest_climb(altitude)
        assert (gain if gain >= 10 else 0.0) == oracle(altitude)
        found += gain >= 10
        inside = altitude[foot : top + 1]
        merged += (np.maximum.accumulate(inside) - inside).max() >= 10
    assert found > 300
    assert merged > 30  # climbs that continue after a dip of 10 m or more


def test_known_climbs():
    assert highest_climb(np.array([0.0, 100, 85, 300])) == (300, 0, 3)  # a dip of 15 in 300 is included
    assert highest_climb(np.array([0.0, 100, 60, 200])) == (140, 2, 3)  # one of 40 in 200 is not
    assert highest_climb(np.array([500.0, 400, 300])) == (0, 0, 0)
    assert highest_climb(np.array([7.0])) == (0, 0, 0)


def test_a_long_noisy_ride_is_quick():
    saw = np.tile([0.0, 12.0], 5_000) + np.linspace(0, 300, 10_000)
    gain, _, _ = highest_climb(saw)
    assert gain > 100

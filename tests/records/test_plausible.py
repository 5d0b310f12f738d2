import numpy as np
import pytest

from milevault_core.records.best_time import DISTANCES
from milevault_core.records.mean_max import RECORD_DURATIONS
from milevault_core.records.plausible import (
    SAME_AS,
    TABLE,
    ceiling,
    record_distances,
    step_cap,
    world_record_s,
)
from milevault_core.sports import SPORTS

SPORTS_WITH_TABLE = sorted(set(TABLE) - {"step_cap", "power", "heart_rate"})


@pytest.mark.parametrize("sport", SPORTS_WITH_TABLE)
def test_the_table_is_sound(sport):
    rows = TABLE[sport]["records"]
    distance, seconds = (np.array([r[name] for r in rows], float) for name in ("distance", "seconds"))
    assert (np.diff(distance) > 0).all()
    assert (np.diff(seconds) > 0).all()
    assert (distance / seconds < TABLE[sport]["step_cap"]).all()  # else the cap would cut a record to pieces
    assert all(("by" in r and "on" in r) or "note" in r for r in rows)
    assert sport in SPORTS
    for d, s in zip(distance, seconds, strict=True):
        assert world_record_s(sport, d) == pytest.approx(s)


@pytest.mark.parametrize("sport", sorted(DISTANCES))
def test_every_best_time_has_a_world_record_to_be_held_against(sport):
    times = [world_record_s(sport, d) for d in DISTANCES[sport]]
    assert min(times) > 0
    assert (np.diff(times) > 0).all()


def test_between_and_beyond_the_records():
    assert world_record_s("running", 50) == pytest.approx(9.58 / 2)
    assert world_record_s("running", 321_868.8) == pytest.approx(2 * 39_099)
    assert 223.13 < world_record_s("running", 2_000) < 437.55
    assert world_record_s("alpine_skiing", 1_000) == 0
    assert record_distances("alpine_skiing") == ()
    assert set(SAME_AS) | set(SAME_AS.values()) <= set(SPORTS)
    assert (step_cap("running"), step_cap("hiking"), step_cap("alpine_skiing")) == (12.5, 12.5, 60)


def test_ceilings_fall_with_duration():
    watts = [ceiling("power", d) for d in RECORD_DURATIONS]
    assert (np.diff(watts) <= 0).all()
    assert ceiling("power", 5) == pytest.approx(2404)
    assert {round(ceiling("heart_rate", d)) for d in RECORD_DURATIONS} == {228}

"""The columns of `activities` that are metrics: each follows the winning value of its name, and is computed once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from milevault_core import metrics, store
from milevault_core.activities import summary
from milevault_core.derive import clean
from milevault_core.derive import step as steps
from milevault_core.store import marks
from milevault_core.store.activities import save
from milevault_core.store.queries import activities
from tests.training.test_stored import metric, recording, saved, settle

COLUMNS = ("moving_s", "ascent_m", "descent_m")


def test_the_columns_follow_the_winner(user: int) -> None:
    """Also when a new version computes another moving time."""
    (activity,) = saved(user, recording(0, ascent_m=77.0))
    row = activities.one(user, activity)
    assert row["ascent_m"] == 77.0 == metric(user, activity, "ascent_m")  # the device has a barometer
    with store.session() as session:
        session.connection().exec_driver_sql("UPDATE activities SET moving_s = 1, ascent_m = 2")
        marks.raise_version(session, "metrics", "2", "activity")
    settle(user)
    row = activities.one(user, activity)
    assert row["moving_s"] == metric(user, activity, "moving_s") > 100
    assert row["ascent_m"] == 77.0


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The formulas of columns that are called, with their stage."""
    made: list[str] = []

    def counted(name: str, function):
        def call(*given):
            made.append(name)
            return function(*given)

        return call

    monkeypatch.setattr(summary, "climbed", counted("1 climbed", summary.climbed))
    monkeypatch.setattr(summary, "moving_s", counted("1 moving_s", summary.moving_s))
    for name in COLUMNS:
        one = metrics.METRICS[name]
        monkeypatch.setitem(metrics.METRICS, name, replace(one, compute=counted(f"2 {name}", one.compute)))
    metrics._ordered.clear()
    yield made
    metrics._ordered.clear()


def test_a_column_is_computed_once_and_not_in_both_stages(user: int, calls: list[str]) -> None:
    (activity,) = saved(user, recording(0))
    assert sorted(calls) == ["1 climbed", "1 moving_s"]
    row = activities.one(user, activity)
    assert row is not None
    assert {name: row[name] for name in COLUMNS} == {name: metric(user, activity, name) for name in COLUMNS}
    calls.clear()
    with store.session() as session:
        marks.mark_activity(session, user, activity)
    settle(user)  # from the stored points, and the same to the last bit
    assert sorted(calls) == sorted(f"2 {name}" for name in COLUMNS)
    assert activities.one(user, activity)["moving_s"] == row["moving_s"]
    computed = "SELECT name, value FROM activity_metrics WHERE origin = 'computed' AND name = ANY ($1)"
    stored = dict(store.read(computed, (list(COLUMNS),)).itertuples(index=False))
    assert stored == {name: row[name] for name in COLUMNS}


@pytest.mark.parametrize("name", COLUMNS)
def test_another_formula_reaches_the_column(user: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raising its version is all it takes: page, list and totals show the new number."""
    (activity,) = saved(user, recording(0))
    clean.mark_raised_versions()
    one = metrics.METRICS[name]
    other = replace(one, version=one.version + 1, compute=lambda *_: 42.0)
    monkeypatch.setitem(metrics.METRICS, name, other)
    metrics._ordered.clear()
    try:
        step = steps.STEPS["metrics"]
        versions = {m.name: m.version for m in metrics.METRICS.values() if m.compute}
        monkeypatch.setitem(
            steps.STEPS, "metrics", replace(step, version=steps.version_of(1, {**versions, "zones": 2}))
        )
        assert clean.mark_raised_versions() == ["metrics"]
        settle(user)
    finally:
        metrics._ordered.clear()
    assert activities.one(user, activity)[name] == 42.0 == metric(user, activity, name)
    if name != "descent_m":
        assert store.read(f"SELECT sum({name}) AS total FROM day_totals")["total"][0] == 42.0


def test_moving_time_is_that_of_the_sport_its_owner_gave_it_before_it_was_derived(user: int) -> None:
    """0.35 m/s counts as standing in a run, and as walking on a hike."""
    slow = recording(0, None, "running", n=600)
    slow.track["distance"] = [0.35 * n for n in range(600)]
    slow.track[["lat", "lon", "speed"]] = float("nan")
    with store.session() as session:
        activity = save.save_activity(session, user, slow)
        save.edit_activity(session, user, activity, "sport", "hiking")
    settle(user)
    assert metric(user, activity, "moving_s") == pytest.approx(599, abs=5)
    stored = store.read("SELECT value FROM activity_metrics WHERE name = 'moving_s' AND origin = 'computed'")
    assert stored["value"].tolist() == pytest.approx([599], abs=5)

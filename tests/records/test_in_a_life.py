"""Records of a person's stored activities: what is doubted waits with everything that touches it and is asked about
once, a glitch costs only its own metres, and each kind belongs to its sports. (Cases from runners' archives.)"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from milevault_core import store, track
from milevault_core.actions import records as judge
from milevault_core.derive import clean
from milevault_core.formats import Recording
from milevault_core.records import KINDS, fits
from milevault_core.store.activities import save
from milevault_core.store.queries import training

FIRST = datetime(2024, 1, 1, 7, tzinfo=UTC)


def straight(speed: np.ndarray, **columns: np.ndarray) -> dict[str, np.ndarray]:
    """Positions every second along a straight line; `speed`: the metres covered in each second."""
    way = np.append(0.0, np.cumsum(speed))[:-1]
    return {
        "lat": np.full(len(way), 50.0),
        "lon": 10.0 + way / (111_195 * np.cos(np.radians(50.0))),
        **columns,
    }


def done(user: int, day: int, columns: dict[str, np.ndarray], sport: str = "running") -> int:
    start = FIRST + timedelta(days=day)
    n = len(next(iter(columns.values())))
    time = np.datetime64(start.replace(tzinfo=None), "us") + (np.arange(n) * 1_000_000).astype(
        "timedelta64[us]"
    )
    recording = Recording(sport, start, track.from_columns({"time": time, **columns}))
    with store.session() as session:
        return save.save_activity(session, user, recording)


def rows(table: str, activity: int, kind: str) -> dict[float, float]:
    found = store.read(
        f"SELECT key, value FROM {table} WHERE activity_id = $1 AND kind = $2", (activity, kind)
    )
    return dict(zip(found["key"], found["value"], strict=True))


def asked(activity: int) -> list[tuple[str, float]]:
    found = store.read(
        "SELECT kind, key FROM record_waiting WHERE activity_id = $1 AND is_asked", (activity,)
    )
    return list(found.itertuples(index=False, name=None))


def test_a_doubted_stretch_makes_no_record_of_any_distance_and_is_asked_about_once(user: int) -> None:
    for day in range(12):
        done(user, day, straight(np.full(1300, 2.8 + 0.005 * day)))
    fast = np.full(1300, 2.8)
    fast[300:600] = 3.55  # five minutes of GPS drift
    drifted = done(user, 40, straight(fast))
    clean.clean(user)
    held = store.read("SELECT activity_id FROM personal_records WHERE kind = 'best_time'")["activity_id"]
    assert len(held) > 0
    assert drifted not in set(held)
    waiting = rows("record_waiting", drifted, "best_time")
    assert (
        set(waiting)
        == set(rows("activity_efforts", drifted, "best_time"))
        >= {400.0, 804.672, 1000.0, 1609.344}
    )
    assert asked(drifted) == [("best_time", 1000.0)]  # the effort that covers most of the stretch


def test_one_impossible_second_costs_its_metres_and_no_distance(user: int) -> None:
    even, step = np.full(3600, 3.0), np.full(3600, 3.0)
    step[1800] = 23.0
    clear, hiccup = done(user, 0, straight(even)), done(user, 1, straight(step))
    clean.clean(user)
    mine, theirs = (rows("activity_efforts", one, "best_time") for one in (clear, hiccup))
    assert 10_000.0 in mine
    assert set(mine) == set(theirs)
    for metres, seconds in theirs.items():
        assert mine[metres] - 0.01 <= seconds <= mine[metres] + 1.1, metres


def test_the_last_seconds_in_a_car_cost_themselves_only(user: int) -> None:
    speed = np.full(4000, 3.0)
    speed[-12:] = 11.8
    one = done(user, 0, straight(speed))
    clean.clean(user)
    times = rows("activity_efforts", one, "best_time")
    assert times[10_000.0] == pytest.approx(10_000 / 3.0, abs=0.1)
    assert times[400.0] == pytest.approx(400 / 3.0, abs=0.1)
    left_out = rows("record_left_out", one, "impossible_stretch")
    assert list(left_out.values()) == [pytest.approx(12 * 11.8, rel=0.1)]


@pytest.mark.parametrize(
    ("sport", "kind", "usual", "odd"),
    [
        ("running", "heart_rate", {"heart_rate": 170.0}, {"heart_rate": 205.0}),
        ("cycling", "power", {"power": 250.0}, {"power": 480.0}),
        ("hiking", "most_climb", {"altitude": 0.05}, {"altitude": 0.4}),
    ],
)
def test_what_is_unusual_for_its_owner_waits(
    user: int, sport: str, kind: str, usual: dict, odd: dict
) -> None:
    """Heart rate, power and climb too, not only times."""
    seconds = np.arange(900.0)

    def columns(values: dict, more: float) -> dict[str, np.ndarray]:
        ((name, value),) = values.items()
        series = 300.0 + value * more * seconds if name == "altitude" else np.full(900, value * more)
        return straight(np.full(900, 1.2 if sport == "hiking" else 3.0), **{name: series})

    for day in range(12):
        done(user, day, columns(usual, 1 + day / 500), sport)
    clean.clean(user)
    assert len(store.read("SELECT 1 FROM record_waiting")) == 0
    strange = done(user, 40, columns(odd, 1.0), sport)
    clean.clean(user)
    assert rows("record_waiting", strange, kind), f"a {kind} far beyond the usual is not doubted"
    held = store.read("SELECT DISTINCT activity_id AS a FROM personal_records WHERE kind = $1", (kind,))["a"]
    assert strange not in set(held)
    assert [one for one, _ in asked(strange)].count(kind) == 1


@pytest.mark.parametrize(
    ("sport", "kinds"),
    [("diving", {"best_time", "most_climb", "highest_altitude", "longest_distance"}), ("yoga", set(KINDS)),
     ("kayaking", {"most_climb", "biggest_climb"}), ("fishing", {"heart_rate"})],
)  # fmt: skip
def test_a_sport_holds_what_makes_sense_in_it(user: int, sport: str, kinds: set[str]) -> None:
    assert kinds <= set(KINDS)
    seconds = np.arange(900.0)
    moved = straight(np.full(900, 2.0), altitude=300 + 0.05 * seconds, heart_rate=np.full(900, 150.0),
                     power=np.full(900, 200.0))  # fmt: skip
    one = done(user, 0, moved, sport)
    clean.clean(user)
    found = set(store.read("SELECT kind FROM personal_records WHERE activity_id = $1", (one,))["kind"])
    assert not found & kinds, found & kinds


def test_sports_of_kinds_are_sports_there_are() -> None:
    from milevault_core.sports import SPORTS

    for sports in (fits.DISTANCE, fits.CLIMB, fits.HEIGHT, fits.HEART, fits.POWER):
        assert sports <= set(SPORTS)


def test_no_forecast_is_made_of_what_is_doubted_or_was_rejected(user: int) -> None:
    usual = [done(user, day, straight(np.full(1300, 2.8 + 0.005 * day))) for day in range(12)]
    fast = np.full(1300, 2.8)
    fast[300:600] = 3.55
    drifted = done(user, 40, straight(fast))
    clean.clean(user)
    assert days(user) == len(usual)
    assert rows("record_waiting", drifted, "best_time")
    judge.decide_record(user, drifted, "best_time", 1000.0, "keep")
    clean.clean(user)
    assert days(user) == len(usual) + 1
    judge.decide_record(user, drifted, "*", 0.0, "not a record")
    assert days(user) == len(usual), "at once, before it is computed again"


def days(user: int) -> int:
    return int(training.race_efforts(user)["local_day"].nunique())

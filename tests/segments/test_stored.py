"""Segments in the database: efforts of every activity, past and future, and the changes that they follow."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from bench.segment_tracks import degrees
from milevault_core import store, track
from milevault_core.derive import clean
from milevault_core.formats import Recording
from milevault_core.segments.draw import draw
from milevault_core.store.activities import save
from milevault_core.store.queries import records
from milevault_core.store.segments import rows
from tests.builders import runs
from tests.segments.test_passes import STREET, walked

NOON = np.datetime64("2026-06-01T12:00:00", "us")


def recording(
    days: int, *laps: tuple[float, float], sport: str = "running", power: float = np.nan
) -> Recording:
    """Walk back and forth along STREET through these (seconds, metres along), with one point per second."""
    seconds, lat, lon = walked([(t, x, 0) for t, x in laps])
    n = len(seconds)
    made = track.empty(n)
    made["time"] = NOON + np.timedelta64(days, "D") + (seconds * 1e6).astype("timedelta64[us]")
    made["lat"], made["lon"], made["seq"] = lat, lon, 0
    made["heart_rate"], made["power"] = 150.0, power
    made["altitude"] = 100.0 + 0.05 * np.interp(seconds, [t for t, _ in laps], [x for _, x in laps])
    return Recording(sport, track.aware(made["time"].to_numpy()[0]), made[list(track.COLUMNS)])


def add(user: int, *args, **options) -> int:
    with store.session() as session:
        return save.save_activity(session, user, recording(*args, **options))


def block(user: int, start: float = 200, stop: float = 800, group: str = "run") -> int:
    x = np.linspace(start, stop, 121)
    drawn = draw(*degrees(np.column_stack([x, np.zeros(121)])), 100 + 0.05 * x)
    with store.session() as session:
        return rows.add(session, user, "Block", group, drawn, "drawn")


def efforts(user: int) -> pd.DataFrame:
    return store.read(
        "SELECT segment_id, activity_id, number, t0_s, time_s, heart_rate, power, gain_m FROM segment_efforts "
        "WHERE user_id = $1 ORDER BY segment_id, activity_id, number", (user,)
    )  # fmt: skip


THROUGH = ((0, 100), (400, 900))  # 2 m/s: 300 s for the block
TO_AND_FRO = ((0, 100), (400, 900), (800, 100), (1_200, 900))


def test_past_and_future_activities(user: int) -> None:
    past = add(user, 0, *THROUGH)
    segment = block(user)
    clean.clean(user)
    future = add(user, 1, *TO_AND_FRO, power=200.0)
    clean.clean(user)
    found = efforts(user)
    assert found["activity_id"].tolist() == [past, future, future]
    assert found["segment_id"].unique().tolist() == [segment]
    assert found["time_s"].to_numpy() == pytest.approx(300, abs=0.2)
    assert found["t0_s"].to_numpy() == pytest.approx([50, 50, 850], abs=0.2)
    assert found["heart_rate"].tolist() == [150, 150, 150]
    assert found["gain_m"].to_numpy() == pytest.approx(30, abs=1)
    assert found["power"].tolist()[1:] == [200, 200]
    assert np.isnan(found["power"].iloc[0])


def test_the_other_way_round_another_sport_and_what_is_left_out(user: int) -> None:
    back = add(user, 0, (0, 900), (400, 100))
    add(user, 1, *THROUGH, sport="cycling")
    add(user, 2, *THROUGH, sport="e_biking")
    segment = block(user)
    clean.clean(user)
    assert efforts(user).empty
    with store.session() as session:
        other = rows.add_reverse(session, user, segment, "Block back")
    clean.clean(user)
    assert efforts(user)[["segment_id", "activity_id"]].values.tolist() == [[other, back]]
    with store.session() as session:
        rows.set_sport(session, user, segment, "ride")
    clean.clean(user)
    assert len(efforts(user)) == 2  # the bicycle, not the e-bike


def test_efforts_follow_what_happens_to_an_activity_and_to_the_segment(user: int) -> None:
    one, two = add(user, 0, *THROUGH), add(user, 1, *THROUGH)
    segment = block(user)
    clean.clean(user)
    with store.session() as session:
        save.delete_activity(session, user, one)
    clean.clean(user)
    assert efforts(user)["activity_id"].tolist() == [two]
    with store.session() as session:
        drawn = rows.drawn_of(session, user, segment)
        assert drawn.gain_m == pytest.approx(30, abs=1)
        x = np.linspace(300, 700, 81)
        rows.redraw(session, user, segment, draw(*degrees(np.column_stack([x, np.zeros(81)]))))
    clean.clean(user)
    assert efforts(user)["time_s"].to_numpy() == pytest.approx([200], abs=0.2)
    with store.session() as session:
        assert rows.delete(session, user, [segment]) == 1
    clean.clean(user)
    assert efforts(user).empty
    assert len(store.read("SELECT 1 FROM segment_lines")) == 0


def test_the_line_is_refined_by_those_who_passed(user: int) -> None:
    """Drawn 6 m beside the street; five walks along its middle bring it back, and the gates stay where they were."""
    for day in range(5):
        add(user, day, *THROUGH)
    x = np.linspace(200, 800, 121)
    with store.session() as session:
        drawn = draw(*degrees(np.column_stack([x, np.full(121, 6.0)])))
        segment = rows.add(session, user, "Beside", "run", drawn, "drawn")
    clean.clean(user)
    line = np.frombuffer(
        store.read("SELECT line FROM segment_lines WHERE segment_id = $1", (segment,))["line"].iloc[0], "<i4"
    ).reshape(-1, 2)
    lat = np.interp(line[:, 1] * 1e-7, *(v[np.argsort(degrees(STREET)[1])] for v in degrees(STREET)[::-1]))
    assert np.abs(line[:, 0] * 1e-7 - lat).max() * 111_195 < 0.3
    assert efforts(user)["time_s"].to_numpy() == pytest.approx(300, abs=0.2)


def test_activities_that_come_while_a_segment_is_made(user: int) -> None:
    """The marks of the segment and of the activity are taken together or one after the other; none is missed."""
    segment = block(user)
    one = add(user, 0, *THROUGH)
    clean.clean_activities(user)
    clean.clean(user)
    assert efforts(user)[["segment_id", "activity_id"]].values.tolist() == [[segment, one]]
    start = dt.datetime(2026, 6, 1, 12, 0, 50, tzinfo=dt.UTC)
    at = store.read("SELECT start_time FROM segment_efforts")["start_time"].iloc[0]
    assert abs((at - start).total_seconds()) < 0.2


def test_the_best_of_a_route_is_a_record_and_goes_with_it(user: int) -> None:
    ids = [runs.add(user, "loop", day) for day in range(3)]
    runs.clean(user)
    clean.clean(user)

    def held() -> dict[int, float]:
        found = records.of_sport(user, "running")
        found = found[(found["kind"] == "route") & found["is_current"]]
        return dict(zip(found["activity_id"].tolist(), found["value"].tolist(), strict=True))

    times = store.read("SELECT activity_id AS id, route_s FROM route_members").set_index("id")["route_s"]
    assert set(times.index) == set(ids)
    best = int(times.idxmin())
    assert held() == {best: pytest.approx(times[best])}
    with store.session() as session:
        save.delete_activity(session, user, best)
    runs.clean(user)
    clean.clean(user)
    left = times.drop(best)
    assert set(held()) == {int(left.idxmin())}


def test_the_best_of_a_segment_is_a_record_and_goes_with_it(user: int) -> None:
    slow, fast = add(user, 0, (0, 100), (500, 900)), add(user, 1, *TO_AND_FRO)
    segment = block(user)
    clean.clean(user)

    def held() -> list[tuple]:
        found = records.of_sport(user, "running")
        return [(r.activity_id, r.key, r.about, round(r.value), r.is_current)
                for r in found[found["kind"] == "segment"].itertuples()]  # fmt: skip

    assert held() == [(slow, segment, "Block", 375, False), (fast, segment, "Block", 300, True)]
    with store.session() as session:
        save.delete_activity(session, user, fast)
    clean.clean(user)
    assert held() == [(slow, segment, "Block", 375, True)]
    with store.session() as session:
        rows.delete(session, user, [segment])
    clean.clean(user)
    assert held() == []

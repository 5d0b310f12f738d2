"""Impossible positions, built by our own builders after reports about real files."""

import numpy as np
import pytest

from milevault_core import track
from milevault_core.track import TrackFacts

METRES = 111_195.08
START = np.datetime64("2024-05-01T07:00:00", "us")


def north(n: int, speed: float = 3.0, every: float = 1.0, **columns):
    """`n` points due north, without distance and speed, which are derived from the positions."""
    since = np.arange(n) * every
    made = {
        "time": START + (since * 1e6).astype("timedelta64[us]"),
        "lat": 47 + since * speed / METRES,
        "lon": np.full(n, 8.0),
    }
    return track.from_columns(made | columns)


def metres(frame, **given) -> float:
    cleaned, _ = track.clean(frame, given=TrackFacts(**given))
    return float(cleaned["distance"].iloc[-1])


@pytest.mark.parametrize("length", [1, 4, 6, 60, 700])
@pytest.mark.parametrize("sport", ["running", "cycling", "other"])
def test_a_glitch_of_any_length_is_left_out(length: int, sport: str) -> None:
    frame = north(1800, 7.0 if sport != "running" else 3.0)
    clean = metres(frame, sport=sport)
    frame.loc[900 : 900 + length - 1, ["lat", "lon"]] = [10.0, -60.0]
    cleaned, problems = track.clean(frame, given=TrackFacts(sport))
    assert cleaned["lat"].isna().sum() == length
    assert [p.code for p in problems] == ["positions_dropped"]
    assert cleaned["distance"].iloc[-1] == pytest.approx(clean, abs=0.1)
    assert cleaned["speed"].max() < 8


def test_two_tracks_mixed_are_one() -> None:
    frame = north(1800, 8.0)
    lagging = np.maximum(frame["lat"].to_numpy() - 52 / METRES, 47.0)
    frame["lat"] = np.where(np.arange(1800) % 2, lagging, frame["lat"])
    cleaned, _ = track.clean(frame, given=TrackFacts("cycling"))
    assert cleaned["distance"].iloc[-1] == pytest.approx(1798 * 8.0, rel=0.01)
    assert cleaned["speed"].iloc[20:].max() < 10


def test_longitudes_that_count_on_are_wrapped() -> None:
    frame = north(
        1500, lat=np.full(1500, 10.0), lon=179.95 + np.arange(1500) * 7 / METRES / np.cos(np.radians(10))
    )
    cleaned, problems = track.clean(frame, given=TrackFacts("cycling"))
    assert not problems
    assert cleaned["lon"].notna().all()
    assert cleaned["lon"].between(-180, 180).all()
    assert cleaned["distance"].iloc[-1] == pytest.approx(1499 * 7.0, rel=1e-3)


def test_a_flight_keeps_its_way() -> None:
    assert metres(north(3600, 250.0), sport="flying") == pytest.approx(3599 * 250, rel=1e-3)


def train(ride_s: int = 1800, speed: float = 6.0, km: float = 56.0, gap_s: int = 3600):
    """A ride, then a train, then a ride."""
    first, second = north(ride_s, speed), north(ride_s, speed)
    second["time"] += np.timedelta64(ride_s + gap_s, "s")
    second["lat"] += (km * 1000 + ride_s * speed) / METRES
    columns = {name: np.concatenate([first[name], second[name]]) for name in ("time", "lat", "lon")}
    return track.from_columns(columns)


@pytest.mark.parametrize("segments", [(), (0, 1800)])
def test_a_train_is_not_ridden(segments) -> None:
    cleaned, problems = track.clean(train(), given=TrackFacts("cycling", segments))
    assert cleaned["distance"].iloc[-1] == pytest.approx(2 * 1799 * 6.0, rel=1e-3)
    (said,) = problems
    assert said.code == "untravelled"
    assert "56.0 km" in said.text
    assert np.nanmax(cleaned["speed"]) < 6.5
    assert cleaned["lat"].notna().all()


def test_it_is_counted_where_the_owner_says_so() -> None:
    assert metres(train(), sport="cycling", as_recorded=True) == pytest.approx(
        2 * 1799 * 6.0 + 56_006, rel=1e-3
    )


def test_a_walk_on_without_signal_counts() -> None:
    assert metres(train(km=0.9, gap_s=200), sport="cycling") == pytest.approx(2 * 1799 * 6.0 + 906, rel=1e-3)


def test_a_car_at_the_end_is_not_run() -> None:
    frame = north(3600, 3.0)
    car = north(3720, 3.0)
    car.loc[3600:, "lat"] = frame["lat"].iloc[-1] + np.arange(1, 121) * 25 / METRES
    cleaned, problems = track.clean(car, given=TrackFacts("running"))
    assert cleaned["distance"].iloc[-1] == pytest.approx(3599 * 3.0, abs=120)
    assert [p.code for p in problems][:1] == ["untravelled"]
    assert cleaned["lat"].iloc[-60:].isna().all()


def test_whole_metres_and_one_long_step_lose_nothing() -> None:
    distance = np.floor(np.arange(3600) * 3.3)
    distance[1800:] += 10  # 13 m in one second
    frame = north(3600, 3.3, distance=distance)
    assert metres(frame, sport="running") == pytest.approx(distance[-1])


def test_jittering_times_keep_the_order_of_the_points() -> None:
    rng = np.random.default_rng(4)
    frame = north(3000, 4.0)
    frame["time"] += (rng.normal(0, 4e6, 3000)).astype("timedelta64[us]")
    cleaned, problems = track.clean(frame, given=TrackFacts("running"))
    assert [p.code for p in problems] == ["times_jittered"]
    assert cleaned["time"].is_monotonic_increasing
    assert cleaned["distance"].iloc[-1] == pytest.approx(2999 * 4.0, rel=1e-3)


def test_segments_out_of_order_are_put_in_order() -> None:
    frame = north(2000, 3.0)
    turned = track.from_columns(
        {n: np.concatenate([frame[n][1000:], frame[n][:1000]]) for n in ("time", "lat", "lon")}
    )
    assert metres(turned, sport="running", segments=(0, 1000)) == pytest.approx(1999 * 3.0, rel=1e-3)


def test_of_two_devices_in_one_file_one_counts() -> None:
    a, b = north(1000, 3.0), north(800, 3.0)
    b["lat"] += 40 / METRES  # a companion a little way ahead
    both = track.from_columns({n: np.concatenate([a[n], b[n]]) for n in ("time", "lat", "lon")})
    cleaned, problems = track.clean(both, given=TrackFacts("running", (0, 1000)))
    assert cleaned["distance"].iloc[-1] == pytest.approx(999 * 3.0, rel=1e-3)
    assert "positions_dropped" in {p.code for p in problems}

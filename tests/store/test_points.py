"""Points are read as they were written, in the precision of their columns."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from milevault_core import store, track
from milevault_core.formats import Recording
from milevault_core.store.activities import points, save
from milevault_core.store.queries import activities as queries
from tests.builders.tracks import ride


def recording(n: int = 300, **columns) -> Recording:
    made = ride(n)
    for name, values in columns.items():
        made[name] = values
    return Recording("cycling", track.aware(made["time"].to_numpy()[0]), made[list(track.COLUMNS)])


def test_round_trip_with_missing_values(user: int) -> None:
    holes = np.where(np.arange(300) % 7 == 0, np.nan, 150.0)
    given = recording(heart_rate=holes, power=np.nan, temperature=-5.0)
    with store.session() as session:
        activity = save.save_activity(session, user, given)
    found = points.load(user, activity)
    expected, _ = track.clean(given.track)
    assert len(found) == 300
    assert (found["time"].to_numpy() == expected["time"].to_numpy()).all()
    for column, precision in (("lat", 1e-7), ("lon", 1e-7), ("altitude", 1e-3), ("distance", 1e-2), ("speed", 1e-5),
                              ("heart_rate", 0.5), ("cadence", 0.5), ("temperature", 0)):  # fmt: skip
        np.testing.assert_allclose(found[column], expected[column], rtol=0, atol=precision, err_msg=column)
    assert found["power"].isna().all()


def test_a_track_just_written_is_what_would_be_read(user: int) -> None:
    """Derive may only use the track just written instead of the stored one because they are equal."""
    given = recording(heart_rate=np.where(np.arange(300) % 5 == 0, np.nan, 151.5), power=200.4)
    with store.session() as session:
        activity = save.save_activity(session, user, given)
    pd.testing.assert_frame_equal(points.take_or_load(user, activity), points.load(user, activity))
    assert points.take_or_load(user, activity) is not None  # the first call takes it, later calls load it


def test_points_of_one_second_have_each_a_moment_or_a_number_of_their_own(user: int) -> None:
    given = recording(10)
    given.track["time"] = given.track["time"].to_numpy()[[0, 0, 0, 3, 4, 5, 6, 7, 8, 9]]
    with store.session() as session:
        activity = save.save_activity(session, user, given)
    found = points.load(user, activity)
    assert len(found) == 10
    assert not found.duplicated(["time", "seq"]).any()


def test_deleting_leaves_no_orphans(user: int) -> None:
    with store.session() as session:
        first = save.save_activity(session, user, recording())
        second = save.save_activity(session, user, recording(50))
    with store.session() as session:
        save.delete_activity(session, user, first)
    left = store.read("SELECT activity_id, count(*) AS n FROM activity_data_points GROUP BY 1")
    assert left.to_dict("records") == [{"activity_id": second, "n": 50}]
    with store.session() as session:
        for table in ("activity_laps", "activity_metrics", "activity_tracks", "activity_channels"):
            assert (
                session.execute(text(f"SELECT count(*) FROM {table} WHERE activity_id = {first}")).scalar()
                == 0
            )


def test_a_failed_import_leaves_no_points(user: int) -> None:
    def fail() -> None:
        with store.session() as session:
            save.save_activity(session, user, recording())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.read("SELECT count(*) AS n FROM activity_data_points")["n"].iloc[0] == 0
    assert store.read("SELECT count(*) AS n FROM procrastinate_jobs")["n"].iloc[0] == 0


def test_channels_follow_their_points(user: int) -> None:
    from milevault_core.formats import Channel

    given = recording(100)
    given.track = given.track.iloc[::-1].reset_index(drop=True)  # cleaning sorts the points again
    given.channels = [Channel("core_temperature", "°C", np.arange(100, dtype="f4"), "CORE")]
    with store.session() as session:
        activity = save.save_activity(session, user, given)
    listed = queries.channels(user, activity)
    assert listed.to_dict("records") == [{"name": "core_temperature", "developer": "CORE", "unit": "°C"}]
    values = queries.channel(user, activity, "core_temperature", "CORE")
    np.testing.assert_array_equal(values, np.arange(100, dtype="f4")[::-1])


def test_the_hypertable_is_one_where_it_can_be(user: int) -> None:
    offered = store.read("SELECT count(*) AS n FROM pg_available_extensions WHERE name = 'timescaledb'")[
        "n"
    ].iloc[0]
    if not offered:
        pytest.skip("this server has no TimescaleDB (the same test runs on one in CI)")
    found = store.read(
        "SELECT hypertable_name::text AS name, time_interval::text AS i FROM timescaledb_information.dimensions"
    )
    assert dict(zip(found["name"], found["i"], strict=True)) == {
        "activity_data_points": "365 days",
        "wellness_samples": "365 days",
    }


def test_empty_track_can_be_saved(user: int) -> None:
    given = Recording("strength", track.aware(np.datetime64("2024-05-01T10:00")), track.empty())
    given.totals = {"elapsed_s": 1800.0}
    with store.session() as session:
        activity = save.save_activity(session, user, given)
    assert points.load(user, activity).empty
    assert isinstance(points.load(user, activity), pd.DataFrame)

"""`manage.py bench make S`: the database afterwards agrees with the truth about the athlete."""

import json
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess

import pandas as pd
import pytest

from milevault_core import store
from milevault_core.demo import truth
from milevault_core.records.best_time import DISTANCES
from milevault_core.store import queue
from tests.commands import command
from tests.databases import fresh
from tests.demo.made import S, all_of_s


@pytest.fixture(scope="module")
def made_url(server_url: str, template: str) -> Iterator[str]:
    with fresh(server_url, template) as url:
        done = command("bench", "make", "S", "--json", env={"DATABASE_URL": url})
        assert done.stdout, done.stderr
        figures = {f["name"]: f for f in json.loads(done.stdout)["figures"]}
        assert figures["activities"]["value"] == S.activities
        assert all(
            f["ok"] is not False for f in figures.values() if f["unit"] != "s"
        )  # not times, because the machine may be busy
        yield url


@pytest.fixture
def made(made_url: str) -> Iterator[None]:
    store.close()
    queue.app.cache_clear()
    store.open(made_url)
    yield
    store.close()
    queue.app.cache_clear()


@pytest.fixture(scope="module")
def truths() -> pd.DataFrame:
    return pd.DataFrame([truth.of(one) for one in all_of_s()])


@pytest.fixture
def stored(made) -> pd.DataFrame:
    rows = store.read("SELECT * FROM activities ORDER BY start_time")
    computed = store.read("SELECT activity_id, name, value FROM activity_metrics WHERE origin = 'computed'")
    wide = computed.pivot(index="activity_id", columns="name", values="value").add_prefix("computed_")
    return rows.merge(wide, left_on="id", right_index=True, how="left")


def test_each_activity_is_there_with_its_figures(stored: pd.DataFrame, truths: pd.DataFrame) -> None:
    assert list(stored["sport"]) == list(truths["sport"])
    assert list(stored["start_time"].astype("int64") // 10**6) == list(truths["start"])
    assert list(stored["utc_offset_s"]) == list(truths["utc_offset_s"])
    assert list(stored["local_day"]) == list(truths["day"])
    assert list(stored["elapsed_s"]) == list(truths["elapsed_s"])
    assert list(stored["calories"]) == list(truths["calories"])
    assert (stored["distance_m"].fillna(0) - truths["distance_m"]).abs().max() < 0.01
    # Ascent is computed by us from altitudes with a watch's resolution, not summed from the true path.
    assert (stored["ascent_m"].fillna(0) - truths["ascent_m"]).abs().max() <= 10
    # Moving time depends on the speed over 5 s (metrics/moving.py): at each end of a stop up to 2.5 s still count as
    # moving. Nothing else differs from the truth.
    late = stored["moving_s"] - truths["moving_s"]
    assert late.between(-0.5, 5.0 * truths["pauses"].str.len() + 0.5).all()
    assert ((stored["moving_s"] / truths["moving_s"]) - 1).abs().max() < 0.005
    in_the_pool = truths["kind"] == "pool"
    assert (stored["moving_s"] == truths["moving_s"])[in_the_pool].all()
    spikes = truths["spikes"].str.len()
    assert (stored["point_count"] <= truths["points"]).all()
    assert (stored["point_count"] >= truths["points"] - spikes - 20).all()


def test_the_days_are_those_of_the_truth(made, truths: pd.DataFrame) -> None:
    days = store.read(
        "SELECT day, sum(activity_count)::int8 AS activities, sum(distance_m) AS distance_m, "
        "sum(elapsed_s) AS elapsed_s, sum(moving_s) AS moving_s, sum(ascent_m) AS ascent_m "
        "FROM day_totals GROUP BY day ORDER BY day"
    ).set_index("day")
    wanted = truth.daily_totals(truths.to_dict("records"))
    assert list(days.index) == list(wanted.index)
    assert (days["activities"] == wanted["activities"]).all()
    for name, tolerance in (
        ("distance_m", 0.05),
        ("elapsed_s", 0.01),
        ("ascent_m", 15.0),
    ):
        assert (days[name] - wanted[name]).abs().max() < tolerance, name
    assert (days["moving_s"] / wanted["moving_s"] - 1).abs().max() < 0.005  # same tolerance as for activities


def test_best_times_are_those_of_the_truth(stored: pd.DataFrame, truths: pd.DataFrame) -> None:
    """Faster than the truth by rounding at most (a ten-thousandth), and slower by a thousandth at most. There is a time
    for each of the sport's usual distances that the activity is long enough for, and for no other."""
    found = store.read("SELECT activity_id, key, value FROM activity_efforts WHERE kind = 'best_time'")
    best = {(row.activity_id, round(row.key, 3)): row.value for row in found.itertuples()}
    compared = 0
    for activity_id, sport, efforts in zip(stored["id"], truths["sport"], truths["efforts"], strict=True):
        if not efforts:  # indoors and in the pool, where there is no path
            continue
        usual = {round(metres, 3) for metres in DISTANCES[sport]}
        wanted = {round(metres, 3): seconds for metres, seconds in efforts.items()}
        assert usual <= {round(metres, 3) for metres in truth.DISTANCES_M}
        assert {metres for one, metres in best if one == activity_id} == usual & set(wanted), sport
        for metres in usual & set(wanted):
            value, seconds = best[activity_id, metres], wanted[metres]
            assert -0.0001 * seconds <= value - seconds <= 0.001 * seconds, (sport, metres)
            compared += 1
    assert compared > 300


def test_records_are_those_of_the_truth(made, truths: pd.DataFrame) -> None:
    """Each record is the best of the true best times, for each distance of each sport; none is pending or left out."""
    found = store.read(
        "SELECT sport, key, value FROM personal_records WHERE kind = 'best_time' AND is_current AND NOT is_indoor"
    )
    records = {(row.sport, round(row.key, 3)): row.value for row in found.itertuples()}
    assert not len(store.read("SELECT 1 FROM record_waiting")) + len(
        store.read("SELECT 1 FROM record_left_out")
    )
    compared = 0
    for sport, of_sport in truths[truths["efforts"].str.len() > 0].groupby("sport"):
        for metres in DISTANCES[sport]:
            times = [efforts[metres] for efforts in of_sport["efforts"] if metres in efforts]
            assert ((sport, round(metres, 3)) in records) == bool(times), (sport, metres)
            if times:
                assert records[sport, round(metres, 3)] == pytest.approx(min(times), rel=0.001)
                compared += 1
    assert compared > 25


def test_routes_are_those_of_the_truth(stored: pd.DataFrame, truths: pd.DataFrame) -> None:
    """Each path and direction is one route, wherever it was started and however many laps it had; different ones are
    different routes."""
    members = store.read("SELECT activity_id, route FROM route_members").set_index("activity_id")["route"]
    route = stored["id"].map(members)
    way = truths["route_id"] + " " + truths["direction"]
    often = way.map(way.value_counts()) > 1
    known = often & (truths["route_id"] != "")
    assert known.sum() > 30
    assert route[known].notna().all()
    pairs = set(zip(way[route.notna()], route.dropna(), strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({one for _, one in pairs})


def test_everything_is_derived(made) -> None:
    for table in ("dirty_activities", "dirty_days", "dirty_steps"):
        assert store.read(f"SELECT count(*) AS n FROM {table}")["n"].iloc[0] == 0, table
    assert not len(store.read("SELECT 1 FROM activities WHERE problems::text LIKE '%not_computed%'"))


def test_a_second_time_and_unknown_sizes_are_refused(
    made, command_here: Callable[..., CompletedProcess[str]]
) -> None:
    again = command_here("bench", "make", "S")
    assert (again.returncode, again.stderr) == (1, "There is already a user called athlete.\n")
    done = command_here("bench", "make", "XL")
    assert (done.returncode, done.stderr) == (1, "There is no size 'XL': S, D, L1 or L2.\n")
    done = command_here("bench", "ingest", "XL")
    assert done.returncode == 2

"""Training in the database: device values, stale metrics, back-filling, zones, samples."""

import datetime as dt
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from milevault_core import store, track
from milevault_core.actions import athlete as actions
from milevault_core.derive import check, clean
from milevault_core.derive import step as steps
from milevault_core.formats import Recording
from milevault_core.imports import files
from milevault_core.store import marks
from milevault_core.store.activities import save
from milevault_core.store.queries import activities
from milevault_core.store.queries import training as queries
from milevault_core.store.training import rows
from milevault_core.training import eddington, streaks, volume
from milevault_core.training.values import Refused, Timeline
from milevault_core.view import format as fmt
from milevault_core.view.training import form as form_view
from milevault_core.view.training import trends
from tests import digest
from tests.builders.routes import some_route
from tests.builders.tracks import ride
from tests.training.lives import hilly_run, own_factor

D, TODAY = dt.date, dt.date(2026, 7, 1)


def recording(
    day: int, told: dict | None = None, sport: str = "cycling", n: int = 120, **totals
) -> Recording:
    made = ride(n)
    made["time"] = made["time"] + dt.timedelta(days=day)
    start = track.aware(made["time"].to_numpy()[0])
    details = {"athlete": told} if told else {}
    return Recording(sport, start, made[list(track.COLUMNS)], details=details, totals=dict(totals))


def saved(user: int, *recordings: Recording) -> list[int]:
    with store.session() as session:
        ids = [save.save_activity(session, user, one) for one in recordings]
    settle(user)
    return ids


def settle(user: int) -> None:
    """Compute until nothing is dirty any more, as the jobs do."""
    for _ in range(4):
        clean.clean(user)
        if not queries.waiting(user):
            return
    raise AssertionError("the marks never end")


def metric(user: int, activity: int, name: str) -> float | None:
    return queries.of_activity(user, activity)["metrics"].get(name)


FTP = {"threshold_power": 200.0}


def test_what_a_device_says_holds_from_its_day_until_the_next(user: int) -> None:
    one, two, three = saved(user, recording(0), recording(1, FTP), recording(5, {"threshold_power": 250.0}))
    four = saved(user, recording(3))[0]
    assert metric(user, one, "intensity_factor") is None
    normalized = metric(user, two, "normalized_power")
    assert metric(user, two, "intensity_factor") == pytest.approx(normalized / 200)
    assert metric(user, four, "intensity_factor") == pytest.approx(normalized / 200)
    assert metric(user, three, "intensity_factor") == pytest.approx(normalized / 250)
    assert "threshold power" in queries.of_activity(user, one)["reasons"]["power_load"]


def test_a_rating_makes_a_load_where_nothing_else_does(user: int, other_user: int) -> None:
    (activity,) = saved(user, recording(0, None, "strength", rpe=3.0))
    felt = metric(user, activity, "load")
    assert metric(user, activity, "rpe") == 3.0  # entered on the device
    actions.rate(user, activity, 6)
    assert metric(user, activity, "rpe") == 6.0
    assert metric(user, activity, "load") == pytest.approx(2 * felt)
    with pytest.raises(Refused):
        actions.rate(user, activity, 11)
    with pytest.raises(LookupError):
        actions.rate(other_user, activity, 5)
    actions.rate(user, activity, None)
    assert metric(user, activity, "rpe") == 3.0


def test_the_order_of_files_changes_nothing(user: int, other_user: int) -> None:
    made = [recording(0), recording(1, FTP), recording(3), recording(5, {"threshold_power": 250.0})]
    here = saved(user, *made)
    there = [saved(other_user, one)[0] for one in reversed(made)][::-1]
    for a, b in zip(here, there, strict=True):
        assert queries.of_activity(user, a) == queries.of_activity(other_user, b)


def test_a_file_that_goes_takes_its_values_with_it(user: int) -> None:
    teller, later = saved(user, recording(0, FTP), recording(2))
    assert metric(user, later, "power_load") is not None
    with store.session() as session:
        save.delete_activity(session, user, teller)
    settle(user)
    assert metric(user, later, "power_load") is None
    assert queries.athlete_values(user).empty


def test_a_change_between_two_legs_has_no_threshold(user: int) -> None:
    told = {"threshold_heart_rate": 170.0}
    saved(user, recording(0, told, "transition"), recording(1, told, "running"))
    assert queries.athlete_values(user)["sport"].tolist() == ["running"]


def test_a_new_value_does_not_rewrite_last_year(user: int) -> None:
    old, new = saved(user, recording(-400), recording(0))
    actions.set_value(user, "threshold_power", "cycling", D(2025, 1, 1), 200.0, TODAY)
    settle(user)
    before = metric(user, old, "power_load")
    actions.set_value(user, "threshold_power", "cycling", D(2026, 1, 1), 250.0, TODAY)
    assert queries.waiting(user) == [new]  # only what changes is computed again
    settle(user)
    assert metric(user, old, "power_load") == before
    assert metric(user, new, "power_load") == pytest.approx(before * (200 / 250) ** 2)
    mine = queries.athlete_values(user)
    actions.remove_value(user, int(mine["value_id"].iloc[0]))
    settle(user)
    assert metric(user, new, "power_load") == pytest.approx(before)


def test_what_is_refused_is_not_stored(user: int) -> None:
    for name, sport, value in (("threshold_power", "cycling", 0.0), ("threshold_power", "swimming", 250.0),
                               ("weight_kg", "", -1.0)):  # fmt: skip
        with pytest.raises(Refused):
            actions.set_value(user, name, sport, TODAY, value, TODAY)
    with pytest.raises(Refused):
        actions.set_zones(user, "power", "cycling", TODAY, "own", [200.0, 100.0])
    assert queries.athlete_values(user).empty
    assert queries.zone_settings(user).empty
    actions.set_value(user, "threshold_heart_rate", "running", D(2026, 3, 1), 170.0, TODAY)
    with pytest.raises(Refused, match="From 2026-03-01 on: The threshold heart rate must be below"):
        actions.set_value(user, "max_heart_rate", "", D(2025, 1, 1), 165.0, TODAY)
    actions.set_value(user, "max_heart_rate", "", D(2026, 2, 1), 190.0, TODAY)
    actions.set_value(user, "max_heart_rate", "", D(2025, 1, 1), 165.0, TODAY)  # holds only until then


def test_own_zones_hold_from_their_day(user: int) -> None:
    old, new = saved(user, recording(-30), recording(0))
    actions.set_zones(user, "heart_rate", "cycling", D(2026, 5, 20), "own", [120.0, 140.0])
    settle(user)
    zones = queries.of_activity(user, new)["zones"]["heart_rate"]
    assert (zones["bounds"], zones["first"], zones["method"]) == ([120.0, 140.0], 1, "own")
    assert sum(zones["seconds"]) == 120
    assert "heart_rate" not in queries.of_activity(user, old)["zones"]


def test_a_metric_that_is_raised_or_new_is_computed_for_all_by_itself(user: int) -> None:
    (activity,) = saved(user, recording(0))
    before = steps.version_of(1, {"a": 1, "b": 2})
    assert steps.version_of(1, {"a": 2, "b": 1}) != before
    assert steps.version_of(1, {"a": 1, "c": 2}) != before
    with store.session() as session:
        session.connection().exec_driver_sql("DELETE FROM activity_training")
        marks.raise_version(session, "metrics", "another", "activity")
    assert queries.waiting(user) == [activity]  # what the page's progress counts
    settle(user)
    assert metric(user, activity, "normalized_power") is not None


def test_stale_is_the_same_as_what_the_step_itself_would_use(user: int) -> None:
    """The check of all activities at once and the check of one activity agree on every kind of value."""
    ids = saved(user, recording(0, FTP | {"weight_kg": 70.0, "max_heart_rate": 190.0, "resting_heart_rate": 50.0}),
                recording(1, {"threshold_heart_rate": 165.0, "is_female": 1.0}, "running"),
                recording(2, None, "hiking"),
                recording(3, {"threshold_power": 210.0, "weight_kg": 71.0}))  # fmt: skip
    actions.set_value(user, "birth_date", "", D(2000, 1, 1), float(D(1984, 6, 2).toordinal()), TODAY)
    actions.set_value(user, "weight_kg", "", D(2026, 6, 3), 69.0, TODAY)
    actions.set_zones(user, "power", "cycling", D(2026, 1, 1), "threshold")
    settle(user)
    with store.session() as session:
        assert rows.stale(session, user) == []
    inputs = [queries.of_activity(user, i)["inputs"]["athlete"] for i in ids]
    assert [i["weight_kg"] for i in inputs] == [70.0, 70.0, 69.0, 69.0]
    assert [i["age"] for i in inputs] == [41, 42, 42, 42]
    assert inputs[2]["threshold_heart_rate"] == 165.0  # a hike borrows the value for running


def hilly(day: int, minutes: int = 60) -> Recording:
    made = hilly_run(day, minutes=minutes)
    made["time"] = made["time"] + np.timedelta64(day, "D")
    start = track.aware(made["time"][0])
    return Recording("running", start, pd.DataFrame(made)[list(track.COLUMNS)])


def test_graded_pace_is_by_the_own_curve_once_it_is_trusted_and_can_be_switched_off(
    user: int, other_user: int
) -> None:
    """It also applies to earlier runs; files in another order give the same; without those runs it goes away again."""
    runs = [hilly(day) for day in range(4)]
    flat, *hills = saved(user, recording(9, None, "running"), *runs[:2])
    assert "grade_10" not in queries.of_activity(user, hills[0])["inputs"]["athlete"], "too little on slopes"
    published = metric(user, hills[0], "graded_speed")
    (item,) = files.add(user, files.begin(user, "command"), "later.gpx", b"<gpx/>")
    hills += saved(user, *runs[2:])
    assert metric(user, hills[0], "graded_speed") == published, "not before all files are read"
    files.process(item)
    settle(user)
    own = queries.of_activity(user, hills[0])["inputs"]["athlete"]
    truth = own_factor(np.array([-10.0, 10.0]))
    assert [own["grade_-10"], own["grade_10"]] == pytest.approx(truth, rel=0.06)
    by_own = metric(user, hills[0], "graded_speed")
    assert by_own != published
    assert queries.of_activity(user, flat)["inputs"]["athlete"].items() >= own.items()
    there = saved(other_user, *runs[::-1])
    assert queries.of_activity(other_user, there[-1])["inputs"]["athlete"] == own
    assert check.check(9).differences == []

    actions.use_grade_curve(user, False)
    settle(user)
    assert metric(user, hills[0], "graded_speed") == published
    actions.use_grade_curve(user, True)
    settle(user)
    assert metric(user, hills[0], "graded_speed") == by_own
    with store.session() as session:
        for one in hills[1:]:
            save.delete_activity(session, user, one)
    settle(user)
    assert metric(user, hills[0], "graded_speed") == published
    assert queries.athlete_values(user).empty


def test_same_day_the_later_word_counts(user: int) -> None:
    first, second = recording(0, FTP), recording(0, {"threshold_power": 240.0})
    second.track["time"] = second.track["time"] + dt.timedelta(hours=3)
    second.start_time += dt.timedelta(hours=3)
    ids = saved(user, second, first)
    assert {queries.of_activity(user, i)["inputs"]["athlete"]["threshold_power"] for i in ids} == {240.0}
    times = Timeline(queries.athlete_rows(user).itertuples(index=False))
    assert times.on(D(2026, 6, 1))["threshold_power", "cycling"] == 240.0


_DIGEST = """
import json, sys
sys.path.insert(0, {root!r})
import datetime as dt, hashlib
import numpy as np, pandas as pd
from milevault_core.training import eddington, load, streaks, volume
from milevault_core.view.training import form as form_view
from milevault_core.view.training import trends
days = [dt.date(2023, 12, 28) + dt.timedelta(days=3 * n) for n in range(300)]
frame = pd.DataFrame({{"local_day": days, "sport": "running", "elapsed_s": 3600.0, "moving_s": 3500.0,
    "distance_m": np.linspace(5000, 30000, 300), "ascent_m": 100.0, "load": np.linspace(30, 90, 300)}})
form = form_view.daily_form(frame, days[-1])
said = [trends.volume_chart(frame, frame, p, "moving_s", trends.fmt.METRIC) for p in volume.PERIODS]
said += [form_view.form_chart(form, days[0], days[-1]),
    trends.cumulative_chart(frame, "distance_m", trends.fmt.METRIC, days[-1]),
    str(eddington.history(frame["local_day"], frame["distance_m"]).values.tolist()),
    str(streaks.longest_and_current(days, days[-1], 7))]
print(hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest())
"""


def test_the_machines_time_zone_changes_nothing() -> None:
    from milevault_core import config

    told = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST.format(root=str(config.ROOT))], env=os.environ | {"TZ": zone},
            capture_output=True, text=True, check=True,
        ).stdout
        for zone in ("Pacific/Kiritimati", "America/Los_Angeles")
    }  # fmt: skip
    assert len(told) == 1


def test_the_stamp_of_trends_changes_with_what_is_derived(user: int) -> None:
    """Renaming or regrouping a route changes no activity, but it changes the filter by route."""
    (activity,) = saved(user, recording(0))
    before = queries.stamp(user)
    assert queries.stamp(user) == before
    route = some_route(user, activity)
    with store.session() as session:
        marks.raise_revision(session, user)  # as every step that has changed something does
    assert queries.history(user)["route"].tolist() == [route]
    assert queries.stamp(user) != before


def moved_to(one: Recording, lat: float, lon: float) -> Recording:
    for name, to in (("lat", lat), ("lon", lon)):
        one.track[name] += to - one.track[name].iloc[0]
    return one


def test_loads_are_of_the_local_day_on_either_side_of_the_date_line(user: int) -> None:
    """Honolulu and Kiritimati have almost the same longitude, but dates a day apart. A night when the clocks change
    has one date as well."""
    honolulu, kiritimati = saved(
        user,
        moved_to(recording(0, FTP), 21.31, -157.86),
        moved_to(recording(20, FTP), 1.87, -157.43),
    )
    started = {one["activity_id"]: one for one in queries.history(user).to_dict("records")}
    for activity, hours in ((honolulu, -10), (kiritimati, 14)):
        local = started[activity]["start_time"] + dt.timedelta(hours=hours)
        assert started[activity]["local_day"] == local.date()
    loads = queries.daily_loads(user, D(2026, 1, 1))
    assert loads["local_day"].tolist() == [started[i]["local_day"] for i in (honolulu, kiritimati)]
    assert (loads["load"] > 0).all()


# (start in UTC, place, local day). Where no place is given, the clocks change at 01:00 UTC.
DIRTY = (
    ("2024-02-28T23:58", None, D(2024, 2, 29)),  # 00:58 in Austria
    ("2024-02-29T22:50", None, D(2024, 2, 29)),
    ("2026-03-29T00:58", None, D(2026, 3, 29)),  # 01:58 to 03:03
    ("2026-10-25T00:58", None, D(2026, 10, 25)),  # 02:58 to 02:03
    ("2026-10-25T01:58", None, D(2026, 10, 25)),  # the same hour again
    ("2020-12-31T23:30", None, D(2021, 1, 1)),  # in week 53
    ("2021-01-03T22:58", None, D(2021, 1, 3)),  # the last minutes of week 53
    ("2021-01-03T23:02", None, D(2021, 1, 4)),
    ("2026-06-01T09:58", (21.31, -157.86), D(2026, 5, 31)),  # Honolulu, and over midnight
    ("2026-06-01T09:58", (1.87, -157.43), D(2026, 6, 1)),  # Kiritimati, where it is 23:58 at the same moment
    ("2025-07-01T10:30", (-13.83, -171.76), D(2025, 7, 1)),  # Apia, on the other side of the date line since 2011
)  # fmt: skip


def dirty_set() -> list[Recording]:
    """Rides and runs by turns, of five minutes each, with a gap, points out of order, a duplicated point and missing
    values."""
    made = []
    for n, (begin, place, _) in enumerate(DIRTY):
        one = recording(0, FTP | {"threshold_heart_rate": 150.0 + n}, ("cycling", "running")[n % 2], n=300)
        points = one.track
        points["time"] += pd.Timestamp(begin) - points["time"].iloc[0]
        points.loc[points.index[n : n + 5], "power"] = float("nan")
        points = points.drop(points.index[120:150])
        points = points.iloc[[*range(40), 41, 40, 41, *range(42, len(points))]].reset_index(drop=True)
        one.track, one.start_time = points, track.aware(points["time"].to_numpy()[0])
        made.append(moved_to(one, *place) if place else one)
    return made


def shown_of(owner: int, today: D) -> list:
    """What Trends draws for `owner`."""
    found = queries.history(owner)
    form = form_view.daily_form(found, today)
    days = [pd.Timestamp(day).date() for day in found["local_day"]]
    return [
        form_view.form_chart(form, days[0], today),
        form_view.context_chart(form, days[0], today),
        trends.cumulative_chart(found, "load", fmt.METRIC, today),
        *(trends.volume_chart(found, found, period, "moving_s", fmt.METRIC) for period in volume.PERIODS),
        *(trends.intensity_chart(found, period) for period in volume.PERIODS),
        [streaks.longest_and_current(days, today, step) for step in (1, 7)],
        eddington.history(found["local_day"], found["distance_m"], 100.0).values.tolist(),
    ]


def test_the_same_digest_whatever_time_zone_the_machine_has(user: int, other_user: int) -> None:
    """With nights when the clocks change, both sides of the date line, 29 February and week 53. Compares every table of
    the database, and what is drawn."""
    stored, shown, days = [], [], []
    for owner, zone in ((user, "Pacific/Kiritimati"), (other_user, "America/Los_Angeles")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            ids = saved(owner, *dirty_set())
            stored.append(digest.digest(owner))
            born = float(D(1984, 2, 29).toordinal())
            actions.set_value(owner, "birth_date", "", D(2000, 1, 1), born, TODAY)
            settle(owner)
            shown.append([*shown_of(owner, D(2026, 11, 1)), [queries.of_activity(owner, one) for one in ids]])
            rows_of = [activities.one(owner, one) for one in ids]
            days.append([one["local_day"] for one in rows_of if one])
        time.tzset()
    assert digest.differing(*stored) == []
    assert repr(shown[0]) == repr(shown[1])
    assert days[0] == days[1] == [day for *_, day in DIRTY]
    assert sum(len(rows) for rows in stored[0].values()) > 5 * len(DIRTY), (
        "a digest of nothing is always the same"
    )

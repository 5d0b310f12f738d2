"""A user's edits of an activity: stored separately from the unchanged file, and revocable one by one."""

import pytest
from sqlalchemy import text

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.actions import edits
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.derive import clean
from milevault_core.imports import files, reread
from milevault_core.problems import BadFile
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import edits as edit_queries
from tests.builders.fit import START, Writer, file_id, lap, records, session
from tests.imports.test_files import brought_in
from tests.walls import digest

COLUMNS = ("distance_m", "elapsed_s", "moving_s", "ascent_m", "avg_speed", "avg_heart_rate", "max_heart_rate",
           "start_time", "point_count")  # fmt: skip


def bring(user: int, day: int = 1, seconds: int = 600) -> int:
    batch = files.begin(user, "page")
    (item,) = files.add(user, batch, f"{day}.fit", hour_fit(day, seconds))
    return files.process(item)[0]


def row(user: int, activity: int) -> dict:
    return {name: queries.one(user, activity)[name] for name in COLUMNS}


def start_of(user: int, activity: int) -> float:
    return queries.one(user, activity)["start_time"].timestamp()


def points_digest(activity: int):
    with store.session() as session:
        query = "SELECT count(*), sum(hashtextextended(p::text, 0)) FROM activity_data_points p WHERE activity_id = :a"
        return tuple(session.execute(text(query), {"a": activity}).one())


def test_a_trim_is_taken_back_to_the_last_bit(user: int) -> None:
    activity = bring(user)
    before, points, start = row(user, activity), points_digest(activity), start_of(user, activity)
    name = edits.edit_track(user, activity, TrackEdit("trim", start=start + 60, stop=start + 300))
    after = row(user, activity)
    track = queries.track(user, activity)
    assert after["elapsed_s"] == 240
    assert after["point_count"] == len(track) == 241
    assert after["start_time"].timestamp() == start + 60
    assert track["distance"].iloc[0] == 0
    assert after["distance_m"] == pytest.approx(track["distance"].iloc[-1], abs=0.01)
    assert len(queries.originals_of(user, activity)) == 1
    edits.revoke(user, activity, name)
    assert row(user, activity) == before
    assert points_digest(activity) == points


def test_a_cut_becomes_a_pause_and_the_distance_closes_up(user: int) -> None:
    activity = bring(user)
    start, whole = start_of(user, activity), queries.track(user, activity)["distance"].to_numpy()
    edits.edit_track(user, activity, TrackEdit("cut", start + 100, start + 199))
    track = queries.track(user, activity)
    assert len(track) == 500
    steps = track["distance"].diff().dropna()
    assert (steps >= -0.01).all()
    assert steps.max() < 15, "no jump where it was cut"
    assert track["distance"].iloc[-1] == pytest.approx(whole[-1] - (whole[200] - whole[99]), abs=12)
    assert row(user, activity)["elapsed_s"] == 599


def test_a_spike_and_an_elevation_are_corrected(user: int) -> None:
    activity = bring(user)
    start, before = start_of(user, activity), row(user, activity)
    altitude = queries.track(user, activity)["altitude"].to_numpy()
    edits.edit_track(user, activity, TrackEdit("spike", start + 10, start + 20, "heart_rate"))
    assert queries.track(user, activity)["heart_rate"].isna().sum() == 11
    edits.edit_track(user, activity, TrackEdit("altitude", factor=2.0, offset=-100.0))
    assert queries.track(user, activity)["altitude"].to_numpy() == pytest.approx(2 * altitude - 100, abs=0.1)
    assert row(user, activity)["ascent_m"] > 1.5 * before["ascent_m"]
    listed = edit_queries.of_activity(user, activity)
    assert len(listed) == 2
    for name in listed["field"]:
        edits.revoke(user, activity, name)
    assert row(user, activity) == before


def test_nothing_is_left_is_refused_and_changes_nothing(user: int) -> None:
    activity = bring(user)
    start, before = start_of(user, activity), digest()
    with pytest.raises(BadFile, match="leave nothing"):
        edits.edit_track(user, activity, TrackEdit("trim", start=start + 10_000))
    assert digest() == before


@pytest.mark.parametrize(
    "bad",
    [("trim",), ("cut", 1.0), ("spike", 1.0, 2.0, "shoes"), ("altitude", None, None, "", 0.0), ("turn", 1.0, 2.0),
     ("cut", 3.0, 2.0), ("trim", float("nan"))],
)  # fmt: skip
def test_edits_that_mean_nothing_cannot_be_made(bad: tuple) -> None:
    with pytest.raises(ValueError, match=r"."):
        TrackEdit(*bad)


def test_edits_outlive_reading_again(user: int) -> None:
    activity = bring(user)
    start = start_of(user, activity)
    edits.edit_track(user, activity, TrackEdit("trim", stop=start + 300))
    edits.choose_figure(user, activity, "distance_m", "2000")
    after, points = row(user, activity), points_digest(activity)
    assert after["distance_m"] == 2000
    assert after["avg_speed"] == pytest.approx(2000 / after["moving_s"])
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    with store.session() as session:
        assert session.execute(text("SELECT state FROM activities_before")).scalars().all() == ["same"]
        session.execute(text("UPDATE activities_before SET state = 'changed'"))
    reread.do(user, batch)
    reread.work(user, batch)
    assert row(user, activity) == after
    assert points_digest(activity) == points


def test_one_becomes_two_and_one_again(user: int) -> None:
    activity = bring(user)
    before, points, start = row(user, activity), points_digest(activity), start_of(user, activity)
    second = edits.split(user, activity, start + 200.5)
    assert (row(user, activity)["point_count"], row(user, second)["point_count"]) == (201, 399)
    assert row(user, second)["start_time"].timestamp() == start + 201
    total = row(user, activity)["distance_m"] + row(user, second)["distance_m"]
    assert total == pytest.approx(before["distance_m"], abs=15)
    clean.clean(user)
    assert len(store.read("SELECT 1 FROM activities")) == 2
    (name,) = edit_queries.of_activity(user, activity)["field"]
    edits.revoke(user, activity, name)
    assert row(user, activity) == before
    assert points_digest(activity) == points
    assert len(store.read("SELECT 1 FROM activities")) == 1
    assert len(store.read("SELECT 1 FROM activity_recordings")) == 1
    assert len(store.read("SELECT 1 FROM activity_edits")) == 0
    with pytest.raises(ValueError, match="not within"):
        edits.split(user, activity, start - 5)


def test_a_file_cannot_be_split_without_end(user: int) -> None:
    activity = bring(user)
    start = start_of(user, activity)
    with store.session() as session:  # as if all 32 numbers for second halves were taken
        columns = store.read("SELECT column_name AS name FROM information_schema.columns "
                             "WHERE table_name = 'activity_recordings' AND is_generated = 'NEVER'")["name"]  # fmt: skip
        others = ", ".join(name for name in columns if name not in ("id", "part", "is_primary"))
        session.execute(
            text(
                f"INSERT INTO activity_recordings (part, is_primary, {others}) "
                f"SELECT n * 1000, FALSE, {others} FROM activity_recordings, generate_series(1, 32) n"
            )
        )
    with pytest.raises(ValueError, match="too many times"):
        edits.split(user, activity, start + 200.5)


def test_two_become_one_and_two_again(user: int) -> None:
    first, second = bring(user, 1), bring(user, 2)
    rows, points = [row(user, a) for a in (first, second)], [points_digest(a) for a in (first, second)]
    assert edits.join(user, second, first) == min(first, second)
    whole = row(user, first)
    assert whole["point_count"] == 1200
    assert whole["distance_m"] == pytest.approx(sum(r["distance_m"] for r in rows), abs=1)
    assert whole["elapsed_s"] == pytest.approx(86_400 + 599)
    track = queries.track(user, first)
    assert track["distance"].iloc[-1] == pytest.approx(whole["distance_m"], abs=1)
    assert (track["distance"].diff().dropna() >= -0.01).all()
    assert queries.one(user, second) is None
    assert len(queries.laps(user, first)) == 2
    assert sorted(edits.unjoin(user, first)) == sorted((first, second))
    assert [row(user, a) for a in (first, second)] == rows
    assert [points_digest(a) for a in (first, second)] == points


def test_many_at_once_or_none(user: int, other_user: int) -> None:
    mine, more, foreign = bring(user, 1), bring(user, 2), bring(other_user, 3)
    words = {"tags": "Zoo, alps, zoo,  ", "is_race": "true", "gear": "Blue bike", "rpe": "7"}
    was = edits.edit_words(user, [mine, more], words)
    assert was == {one: dict.fromkeys(words, "") for one in (mine, more)}
    for activity in (mine, more):
        one = queries.one(user, activity)
        assert (one["tags"], one["is_race"], one["gear"], one["rpe"]) == (
            "alps, Zoo, zoo",
            True,
            "Blue bike",
            7,
        )
    then = edits.edit_words(user, [mine], {"gear": "Red bike"})
    assert then == {mine: {"gear": "Blue bike"}}
    edits.restore_words(user, then)
    assert queries.one(user, mine)["gear"] == "Blue bike"
    name = queries.one(user, mine)["name"]
    then = edits.edit_words(user, [mine], {"name": "Another"})
    assert then == {mine: {"name": ""}}
    edits.restore_words(user, then)
    assert queries.one(user, mine)["name"] == name, "as the file has it"
    before = digest()
    for wrong, error in ((foreign, LookupError), (10**6, LookupError)):
        with pytest.raises(error):
            edits.edit_words(user, [mine, wrong], {"name": "Taken"})
    for field, value in (("rpe", "11"), ("sport", "chess"), ("is_race", "maybe"), ("user_id", "2")):
        with pytest.raises(ValueError, match=r"."):
            edits.edit_words(user, [mine], {field: value})
    assert digest() == before


def test_left_out_of_totals_and_records(user: int) -> None:
    activity = bring(user)
    clean.clean(user)
    counts = (
        "SELECT (SELECT count(*) FROM day_totals) AS days, (SELECT count(*) FROM activity_efforts) AS efforts"
    )
    assert (store.read(counts).iloc[0] > 0).all()
    edits.edit_words(user, [activity], {"is_left_out": "true"})
    clean.clean(user)
    assert (store.read(counts).iloc[0] == 0).all()
    edits.edit_words(user, [activity], {"is_left_out": ""})
    clean.clean(user)
    assert (store.read(counts).iloc[0] > 0).all()


def test_a_default_holds_for_what_comes_after(user: int) -> None:
    rates = []
    for day, origin in enumerate(("device", "computed")):
        edits.set_figure_default(user, "avg_heart_rate", origin)
        start = START + day * 86_400
        w = lap(records(file_id(Writer()), 60, start=start), start, 59, 177)
        told = session(w, start, 59, 177, extra=((16, "uint8", 111),)).file()  # 136 from the points
        (item,) = brought_in(user, (f"{day}.fit", told))
        rates.append(round(row(user, item["activities"][0])["avg_heart_rate"]))
    assert rates[0] == 111
    assert rates[1] == 136
    for name, origin in (("ascent_m", "moon"), ("shoes", "device")):
        with pytest.raises(ValueError, match="no such choice"):
            edits.set_figure_default(user, name, origin)


def test_figures_that_no_activity_can_have_are_refused(user: int) -> None:
    activity = bring(user)
    before = digest()
    for name, value in (
        ("distance_m", "-1"),
        ("distance_m", "inf"),
        ("avg_heart_rate", "900"),
        ("id", "1"),
        ("calories", "x"),
    ):
        with pytest.raises(ValueError, match=r"."):
            edits.choose_figure(user, activity, name, value)
    assert digest() == before


def test_nobody_edits_what_is_anothers(user: int, other_user: int) -> None:
    activity, more, foreign = bring(user, 1), bring(user, 2), bring(other_user, 3)
    start = start_of(user, activity)
    made = edits.edit_track(user, activity, TrackEdit("trim", stop=start + 300))
    edits.join(user, activity, more)
    before = digest()
    attempts = [
        lambda who: edits.edit_words(who, [activity], {"name": "Taken"}),
        lambda who: edits.edit_track(who, activity, TrackEdit("altitude", offset=5.0)),
        lambda who: edits.choose_figure(who, activity, "distance_m", "5"),
        lambda who: edits.revoke(who, activity, made),
        lambda who: edits.revoke(who, foreign, made),
        lambda who: edits.split(who, activity, start + 100),
        lambda who: edits.join(who, activity, foreign),
        lambda who: edits.join(who, foreign, activity),
        lambda who: edits.unjoin(who, activity),
    ]
    for attempt in attempts:
        for who in (other_user, 0, 10**6):
            with pytest.raises(LookupError):
                attempt(who)
    assert digest() == before
    edits.unjoin(user, activity)
    assert digest() != before, "its owner may"


@pytest.mark.parametrize(
    "chosen",
    [{"distance_m": "2000"}, {"moving_s": "200"}, {"distance_m": "computed", "moving_s": "device"},
     {"elapsed_s": "100"}, {"distance_m": "5000", "moving_s": "900", "elapsed_s": "60"}],
)  # fmt: skip
def test_chosen_figures_never_contradict_each_other(user: int, chosen: dict[str, str]) -> None:
    activity = bring(user)
    for name, value in chosen.items():
        edits.choose_figure(user, activity, name, value)
    now = row(user, activity)
    assert now["avg_speed"] == pytest.approx(now["distance_m"] / now["moving_s"])
    assert now["moving_s"] <= now["elapsed_s"]


def test_a_speed_is_refused_with_a_sentence_and_an_old_choice_of_one_is_no_more(user: int) -> None:
    activity = bring(user)
    for choice in ("7.5", "device", "computed"):
        with pytest.raises(ValueError, match="the distance divided by the moving time"):
            edits.choose_figure(user, activity, "avg_speed", choice)
    with pytest.raises(ValueError, match="no such choice"):
        edits.set_figure_default(user, "avg_speed", "device")
    with store.session() as session:  # as stored by earlier versions
        session.execute(text("INSERT INTO figure_defaults (user_id, name, origin) VALUES (:u, 'avg_speed', 'device')"),
                        {"u": user})  # fmt: skip
    edits.choose_figure(user, activity, "distance_m", "3000")
    now = row(user, activity)
    assert now["avg_speed"] == pytest.approx(3000 / now["moving_s"])
    edits.set_figure_default(user, "avg_speed", "")
    assert edit_queries.figure_defaults(user) == {}

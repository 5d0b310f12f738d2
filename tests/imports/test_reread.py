"""Reading the originals again: previewed, then done, then undone to the last bit."""

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import set_aside as actions
from milevault_core.activities import prepare
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.derive import clean
from milevault_core.imports import reread, undo
from milevault_core.store import marks, set_aside, unfinished
from milevault_core.store.activities import save, snapshots
from milevault_core.store.imports import reprocess
from milevault_core.store.queries import rereads as queries
from milevault_core.store.queries import set_aside as set_aside_queries
from milevault_core.view import set_aside as view
from tests.activities.test_off_timer import PAUSED
from tests.digest import differing, digest
from tests.imports.test_files import brought_in, count, run
from tests.imports.test_undo import made


@pytest.fixture
def read_by_an_older_reader(user: int) -> dict[str, list[str]]:
    """A merged ride and a run, the ride as a faulty reader would have read it; gives the digest of the right state."""
    ride, _, _ = brought_in(user, ("a.fit", fit(made()[0])), ("a.gpx", gpx(made()[0])), ("b.gpx", run()))
    clean.clean(user)
    right = digest(user)
    own = {"a": ride["activities"][0]}
    with store.session() as session:
        session.execute(text("UPDATE activities SET distance_m = 1, moving_s = 2 WHERE id = :a"), own)
        session.execute(
            text("DELETE FROM activity_data_points WHERE activity_id = :a AND heart_rate % 2 = 0"), own
        )
        session.execute(
            text("UPDATE activity_recordings SET distance_m = 1 WHERE activity_id = :a AND is_primary"), own
        )
        marks.mark_activity(session, user, ride["activities"][0])
    clean.clean(user)
    return right


def test_it_is_shown_then_done_then_undone(user: int, read_by_an_older_reader) -> None:
    wrong = digest(user)
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    assert differing(wrong, digest(user)) == []  # the preview changes nothing
    looked = queries.summary(user, batch)
    assert (looked["activities"], looked["waiting"], looked["changed"]) == (2, 0, 1)
    assert looked["before"]["distance_m"] < looked["after"]["distance_m"]
    assert looked["before"]["elapsed_s"] == looked["after"]["elapsed_s"]
    reread.do(user, batch)
    reread.work(user, batch)
    clean.clean(user)
    assert differing(read_by_an_older_reader, digest(user)) == []
    undo.ask(user, batch)
    undo.run(user, batch)
    clean.clean(user)
    assert differing(wrong, digest(user)) == []


def test_what_is_edited_meanwhile_stays(user: int, read_by_an_older_reader) -> None:
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    reread.do(user, batch)
    reread.work(user, batch)
    activity = int(store.read("SELECT min(id) AS id FROM activities")["id"].iloc[0])
    with store.session() as session:
        save.rename_activity(session, user, activity, "Mine")
    undo.ask(user, batch)
    undo.run(user, batch)
    row = store.read("SELECT name, distance_m FROM activities WHERE id = $1", (activity,)).iloc[0]
    assert tuple(row) == ("Mine", 1.0)


def test_an_activity_that_cannot_be_put_back_is_set_aside_alone(
    user: int, read_by_an_older_reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.session() as session:
        session.execute(text("UPDATE activities SET distance_m = 1"))
    ride, other = store.read("SELECT id FROM activities ORDER BY id")["id"].tolist()
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    reread.do(user, batch)
    reread.work(user, batch)
    whole = snapshots.put_back

    def breaks(session, user_id: int, activity_id: int, packed: bytes) -> bool:
        if activity_id == ride:
            raise ValueError("Its rows are damaged.")
        return whole(session, user_id, activity_id, packed)

    def is_old(activity_id: int) -> bool:
        return bool(
            store.read("SELECT distance_m = 1 AS it FROM activities WHERE id = $1", (activity_id,))[
                "it"
            ].all()
        )

    undo.ask(user, batch)
    with monkeypatch.context() as broken:
        broken.setattr(snapshots, "put_back", breaks)
        undo.run(user, batch)
    assert (is_old(ride), is_old(other)) == (False, True)
    (row,) = set_aside_queries.waiting(user).to_dict("records")
    name = store.read("SELECT name FROM activities WHERE id = $1", (ride,))["name"].iloc[0]
    told = f"“{name}” could not be put back as it was before it was read again. Its rows are damaged. Since"
    assert told in view.sentence(row, "UTC")
    undo.run(user, batch)  # too early: it still rests
    assert not is_old(ride)
    with store.session() as session:
        assert set_aside.resting(session, "undo") == {(user, batch)}
        assert unfinished.undos(session) == [(user, batch)]
    actions.try_again(user, row["scope"], row["step"], row["key"])
    undo.run(user, batch)
    assert is_old(ride)
    assert set_aside_queries.waiting(user).empty
    with store.session() as session:
        assert unfinished.undos(session) == []


def test_nothing_changes_where_nothing_is_new(user: int) -> None:
    brought_in(user, ("a.fit", fit(made()[1])), ("b.gpx", run()))
    batch = reread.begin(user, "Running", sport="running")
    reread.work(user, batch)
    looked = queries.summary(user, batch)
    assert looked["activities"] >= 1
    assert looked["changed"] == 0
    assert looked["before"] == looked["after"]


def test_one_activity_only(user: int, read_by_an_older_reader) -> None:
    activity = int(store.read("SELECT max(id) AS id FROM activities")["id"].iloc[0])
    batch = reread.begin(user, "One", activity_id=activity)
    reread.work(user, batch)
    assert queries.summary(user, batch)["activities"] == 1


def test_nobody_reads_anothers_again(user: int, other_user: int, read_by_an_older_reader) -> None:
    activity = int(store.read("SELECT min(id) AS id FROM activities")["id"].iloc[0])
    mine = reread.begin(other_user, "One", activity_id=activity)
    reread.work(other_user, mine)
    assert queries.summary(other_user, mine)["activities"] == 0
    batch = reread.begin(user, "Everything")
    reread.work(other_user, batch)
    assert queries.summary(user, batch)["waiting"] == 2
    with pytest.raises(LookupError):
        reread.do(other_user, batch)
    assert queries.summary(other_user, batch) == {}
    assert count("activities_before") == 2


def test_a_killed_one_goes_on(user: int, read_by_an_older_reader) -> None:
    batch = reread.begin(user, "Everything")
    with store.session() as session:
        assert reprocess.look_at_one(session, user, batch)
    with store.session() as session:
        assert unfinished.rereads(session) == [(user, batch)]
    reread.work(user, batch)
    assert queries.summary(user, batch)["waiting"] == 0


def test_what_was_recorded_in_a_pause_leaves_an_activity_stored_before(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def figures() -> tuple[float, float]:
        clean.clean(user)
        row = store.read(
            "SELECT avg_power, value FROM activities a JOIN activity_metrics m ON m.activity_id = a.id "
            "AND m.name = 'normalized_power' AND m.origin = 'computed' WHERE a.user_id = $1", (user,)
        ).iloc[0]  # fmt: skip
        return float(row["avg_power"]), float(row["value"])

    with monkeypatch.context() as before:
        before.setattr(prepare, "without_off_timer", lambda recording: recording)
        brought_in(user, ("a.fit", PAUSED))
        assert max(figures()) < 220
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    assert queries.summary(user, batch)["changed"] == 1
    reread.do(user, batch)
    reread.work(user, batch)
    assert figures() == pytest.approx((250, 250))

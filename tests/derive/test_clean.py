"""After any sequence of changes, the stored derived rows equal a full recomputation. This covers every step."""

import contextlib
import datetime as dt
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from milevault_core import store, track
from milevault_core.derive import clean
from milevault_core.formats import Recording
from milevault_core.imports import files as imports
from milevault_core.segments.draw import draw
from milevault_core.store import marks
from milevault_core.store.activities import points, save
from milevault_core.store.records import decisions
from milevault_core.store.segments import rows as segments
from tests.builders.tracks import ride
from tests.conftest import make_user
from tests.lives import Files

files = Files()
# Every table that a step writes, with the columns to compare. A step that writes another table adds it here.
DERIVED = {
    "activity_metrics": "SELECT activity_id, name, value, version FROM activity_metrics WHERE origin = 'computed' "
    "ORDER BY 1, 2",
    "activity_training": "SELECT activity_id, metrics::text, reasons::text, inputs::text, zones::text, grades "
    "FROM activity_training ORDER BY 1",
    "athlete_values": "SELECT user_id, name, sport, valid_from, value, activity_id FROM athlete_values "
    "WHERE origin IN ('device', 'computed') ORDER BY activity_id, user_id, name, sport",
    "day_totals": "SELECT * FROM day_totals ORDER BY user_id, day, sport",
    "health_values": "SELECT * FROM health_values ORDER BY user_id, day, metric, source",
    "health_metrics": "SELECT * FROM health_metrics ORDER BY user_id, day",
    "sleep_sessions": "SELECT * FROM sleep_sessions ORDER BY user_id, day, source, start_time",
    "sleep_stages": "SELECT * FROM sleep_stages ORDER BY user_id, day, source, start_time",
    "wellness_samples": "SELECT * FROM wellness_samples ORDER BY user_id, metric, time",
    "activity_lines": "SELECT * FROM activity_lines ORDER BY activity_id",
    "route_members": "SELECT * FROM route_members ORDER BY user_id, activity_id",
    "route_states": "SELECT user_id, sport_group, decided FROM route_states ORDER BY user_id, sport_group",
    "named_routes": "SELECT * FROM named_routes ORDER BY user_id, id",
    "route_links": "SELECT * FROM route_links ORDER BY user_id, route, other",
    "activity_efforts": "SELECT * FROM activity_efforts ORDER BY activity_id, kind, key",
    "activity_curves": "SELECT * FROM activity_curves ORDER BY activity_id, name",
    "personal_records": "SELECT * FROM personal_records ORDER BY user_id, kind, sport, is_indoor, key, number",
    "record_waiting": "SELECT * FROM record_waiting ORDER BY user_id, activity_id, kind, key",
    "record_left_out": "SELECT * FROM record_left_out ORDER BY user_id, activity_id, kind",
    "segment_tracks": "SELECT * FROM segment_tracks ORDER BY activity_id",
    "segment_efforts": "SELECT * FROM segment_efforts ORDER BY segment_id, activity_id, number",
    "segment_lines": "SELECT * FROM segment_lines ORDER BY segment_id",
    "record_seen": "SELECT user_id, activity_id, counted FROM record_seen ORDER BY user_id, activity_id",
}


def snapshot() -> dict[str, list[tuple]]:
    with store.session() as session:
        return {name: [tuple(row) for row in session.execute(text(sql))] for name, sql in DERIVED.items()}


def recompute_everything(user: int) -> None:
    with store.session() as session:
        session.execute(text("DELETE FROM activity_metrics WHERE origin = 'computed'"))
        session.execute(text("DELETE FROM athlete_values WHERE origin IN ('device', 'computed')"))
        for table in DERIVED.keys() - {"activity_metrics", "athlete_values"}:
            session.execute(text(f"DELETE FROM {table}"))
        for one in [*clean.steps_of("activity"), *clean.steps_of("day"), *clean.steps_of("athlete"),
                    *clean.steps_of("athlete", "routes")]:  # fmt: skip
            marks.raise_version(session, one.name, one.version, one.scope)
    clean.clean(user)
    clean.clean(user, "routes")
    clean.clean(user)


def recording(day: int, sport: str, n: int, pace: float = 1.0) -> Recording:
    """A ride of tests.builders; `pace` scales its speed, so that some are records and some are impossible."""
    made = ride(n)
    made["time"] = made["time"] + dt.timedelta(days=day)
    made["distance"], made["speed"] = made["distance"] * pace, made["speed"] * pace
    for place in ("lat", "lon"):
        made[place] = made[place].iloc[0] + (made[place] - made[place].iloc[0]) * pace
    return Recording(sport, track.aware(made["time"].to_numpy()[0]), made[list(track.COLUMNS)])


RAISED = ("health_days", "athlete_values", "grade_curve", "athlete_changes", "metrics", "day_totals", "efforts",
          "personal_records", "route_line", "routes", "segment_track", "segment_efforts")  # fmt: skip
SEGMENT_CHANGES = ("new", "new", "delete", "redraw", "sport", "look again")
CHANGES = st.lists(
    st.one_of(
        st.tuples(
            st.just("import"),
            st.integers(0, 3),
            st.sampled_from(["running", "cycling"]),
            st.integers(40, 130),
            st.sampled_from([0.8, 0.85, 0.9, 1.0, 1.1, 2.1]),
        ),
        # Enough runs for the plausibility guard of the records to judge those that come after.
        st.tuples(st.just("crowd"), st.integers(-20, 0)),
        st.tuples(
            st.just("decide"),
            st.integers(0, 9),
            st.sampled_from(["keep", "not a record", ""]),
            st.sampled_from([("*", 0.0), ("best_time", 400.0), ("longest_distance", 0.0)]),
        ),
        st.tuples(
            st.just("edit"), st.integers(0, 9), st.sampled_from(["running", "cycling", "motor_sports"])
        ),
        # Files: several of one workout, kept apart, moved to the trash, imported twice, undone, read again.
        st.tuples(st.just("bring"), st.lists(st.integers(0, 13), min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["undo", "apart", "together", "restore", "reread"]), st.integers(0, 9)),
        st.tuples(
            st.sampled_from(["edit track", "split", "join", "revoke", "choose", "leave out"]),
            st.integers(0, 9),
        ),
        st.tuples(st.just("trash"), st.integers(0, 9)),
        st.tuples(st.just("wellness"), st.lists(st.integers(0, 7), min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["weigh", "unweigh", "rank"]), st.integers(0, 3)),
        st.tuples(st.just("delete"), st.integers(0, 9)),
        st.tuples(st.just("rename"), st.integers(0, 9)),
        st.tuples(st.just("segment"), st.integers(0, 9), st.sampled_from(list(SEGMENT_CHANGES))),
        st.tuples(st.just("mark"), st.integers(0, 9)),
        st.tuples(st.just("raise"), st.sampled_from(list(RAISED))),
        st.tuples(st.just("clean")),
    ),
    min_size=1,
    max_size=12,
)


def change_segment(session, user: int, activity: int, what: str, i: int) -> None:
    """Draw a segment along a part of an activity, or change an existing one."""
    there = session.scalars(
        text("SELECT id FROM route_segments WHERE user_id = :u ORDER BY id"), {"u": user}
    ).all()
    with contextlib.suppress(ValueError):  # too short for a segment
        if what in ("new", "redraw"):
            track = points.load(user, activity)
            part = track.iloc[i : len(track) - i] if i % 2 else track.iloc[len(track) - i : i : -1]
            drawn = draw(*(part[name].to_numpy(float) for name in ("lat", "lon", "altitude")))
            if what == "new":
                segments.add(session, user, f"Segment {i}", ("run", "ride")[i % 2], drawn, "drawn")
            elif there:
                segments.redraw(session, user, there[i % len(there)], drawn)
        elif there:
            one = there[i % len(there)]
            match what:
                case "delete":
                    segments.delete(session, user, [one])
                case "sport":
                    segments.set_sport(session, user, one, ("run", "ride")[i % 2])
                case "look again":
                    segments.look_again(session, user, [one])


def apply(user: int, alive: list[int], change: tuple) -> None:
    """Make a change; `alive` are the activities that came without a file."""
    files.change(user, change)
    with store.session() as session:
        match change:
            case ("import", day, sport, n, pace):
                alive.append(save.save_activity(session, user, recording(day, sport, n, pace)))
            case ("crowd", first):
                for day in range(first, first + 11):
                    alive.append(save.save_activity(session, user, recording(day, "running", 130, 0.8)))
            case ("decide", i, decision, (kind, key)) if alive:
                decisions.decide(session, user, alive[i % len(alive)], kind, key, decision)
            case ("edit", i, sport) if alive:  # like an edit by the user, a merge, or reading it again
                session.execute(
                    text("UPDATE activities SET sport = :s WHERE id = :a"),
                    {"s": sport, "a": alive[i % len(alive)]},
                )
                marks.mark_activity(session, user, alive[i % len(alive)])
            case ("delete", i) if alive:
                save.delete_activity(session, user, alive.pop(i % len(alive)))
            case ("rename", i) if alive:
                save.rename_activity(session, user, alive[i % len(alive)], "Another name")
            case ("mark", i) if alive:
                marks.mark_activity(session, user, alive[i % len(alive)])
            case ("segment", i, what):
                # With or without a file: some are trimmed, split, joined and undone afterwards.
                every = session.scalars(
                    text("SELECT id FROM activities WHERE user_id = :u ORDER BY id"), {"u": user}
                ).all()
                change_segment(session, user, every[i % len(every)] if every else 0, what, i)
            case ("raise", name):
                one = clean.STEPS[name] if clean.STEPS else None
                if one:
                    marks.raise_version(session, one.name, one.version, one.scope)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_stored_equals_recomputed_after_any_changes(database, changes) -> None:
    with store.session() as session:  # what the previous example left, even if it failed
        session.execute(text("DELETE FROM activity_data_points"))
        session.execute(text("DELETE FROM wellness_samples"))
        session.execute(text("DELETE FROM users"))
    user = make_user(f"u{dt.datetime.now(dt.UTC).timestamp()}")
    alive: list[int] = []
    for change in changes:
        apply(user, alive, change)
        if change == ("clean",):
            clean.clean(user)
            clean.clean(user, "routes")
    clean.clean(user)
    clean.clean(user, "routes")
    clean.clean(user)  # times on routes count as records
    stored = snapshot()
    recompute_everything(user)
    assert stored == snapshot()
    assert len(store.read("SELECT 1 FROM dirty_activities UNION ALL SELECT 1 FROM dirty_days")) == 0


def test_derived_tables_are_all_listed(database) -> None:
    """A new table that is not listed here would not be covered."""
    own = {"exports", "export_chunks", "backup_runs", "athlete_zones",
           "activities", "activity_recordings", "activity_data_points", "activity_laps", "activity_sets",
           "activity_channels", "activity_tracks", "users", "sessions", "one_time_tokens", "login_attempts",
           "original_files", "imports", "import_items", "dirty_activities", "dirty_days", "dirty_steps",
           "derive_versions", "derive_revisions", "set_aside", "rules", "rule_effects", "goals", "gear_items",
           "gear_services", "server_settings", "worker_answers", "route_segments", "health_files", "health_pieces",
           "weight_logs",
           "day_notes", "health_ranks", "health_settings", "garmin_connect_configs", "garmin_sign_ins",
           "garmin_activities", "garmin_days", "two_factor", "recovery_codes", "identities", "deleted_accounts",
           "activity_edits", "recordings_apart", "trashed_activities", "tombstones",
           "recordings_joined", "figure_defaults",
           "activities_before", "route_courses", "route_overrides", "record_decisions", "uploads",
           "upload_chunks", "upload_notes", "upload_tokens", "watched_files", "gear", "activity_photos"}  # fmt: skip
    from milevault_core.store.models import Base

    assert set(Base.metadata.tables) == own | set(DERIVED)


def test_a_change_during_computation_is_not_lost(user: int) -> None:
    """The mark is taken before the rows are read, so a change that is committed in the meantime marks again."""
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    with store.session() as cleaning:
        assert marks.take_activities(cleaning, user, 10) == {activity: {""}}
    with store.session() as session:
        marks.mark_activity(session, user, activity)
    with store.session() as session:
        assert marks.take_activities(session, user, 10) == {activity: {""}}


def test_raised_version_recomputes_that_step(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    assert clean.mark_raised_versions() == [], "on a new server nothing was computed by another method"
    clean.clean(user)
    assert clean.mark_raised_versions() == []
    with store.session() as session:
        session.execute(text("UPDATE activity_metrics SET value = -1 WHERE origin = 'computed'"))
    old = clean.STEPS["metrics"]
    monkeypatch.setitem(clean.STEPS, "metrics", replace(old, version=old.version + "+"))
    assert clean.mark_raised_versions() == ["metrics"]
    clean.clean(user)
    values = store.read("SELECT value FROM activity_metrics WHERE activity_id = $1", (activity,))["value"]
    assert (values >= 0).all()


def test_what_needs_a_step_follows_only_if_it_changed_what_others_read(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.session() as session:
        activity = save.save_activity(session, user, recording(0, "running", 50))
    clean.clean(user)
    before, old, seen = snapshot(), clean.STEPS["efforts"], []

    def compute(session, user_id, work) -> None:
        seen.append(work.row.moving_s)
        old.compute(session, user_id, work)

    counted = replace(old, compute=compute)
    monkeypatch.setitem(clean.STEPS, "efforts", counted)
    # First unchanged, then with a column that differs from its metric.
    for times, moving_s in ((0, None), (1, 7.0)):
        with store.session() as session:
            if moving_s:
                session.execute(text("UPDATE activities SET moving_s = :m"), {"m": moving_s})
            marks.mark_activity(session, user, activity, "metrics")
        clean.clean(user)
        assert len(seen) == times
    assert seen != [7.0]
    assert snapshot() == before


def test_an_activity_that_a_step_fails_on_is_set_aside_with_a_note(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.session() as session:
        first, poison, last = (
            save.save_activity(session, user, recording(day, "running", 50)) for day in range(3)
        )
    clean.mark_raised_versions()
    good = clean.STEPS["metrics"]

    def fail_on_one(session, user_id, work) -> None:
        if work.row.id == poison:
            raise ZeroDivisionError
        good.compute(session, user_id, work)

    bad = replace(good, compute=fail_on_one)
    monkeypatch.setitem(clean.STEPS, "metrics", bad)
    clean.clean(user)
    computed = store.read("SELECT activity_id AS id FROM activity_training")["id"]
    assert set(computed) == {first, last}
    noted = store.read("SELECT id FROM activities WHERE problems::text LIKE '%not_computed%'")["id"]
    assert list(noted) == [poison]
    assert len(store.read("SELECT 1 FROM dirty_activities")) == 0
    # Fixed by a new version: the steps that failed because of it are computed too, though nothing they read changes.
    aside = store.read("SELECT step FROM set_aside ORDER BY step")["step"]
    assert {"efforts", "metrics"} <= set(aside)
    monkeypatch.setitem(clean.STEPS, "metrics", replace(good, version=good.version + "+"))
    assert clean.mark_raised_versions() == ["metrics"]
    clean.clean(user)
    assert poison in set(store.read("SELECT activity_id AS id FROM activity_efforts")["id"])
    assert len(store.read("SELECT 1 FROM set_aside")) == 0


@pytest.mark.parametrize("marked", ["each", "all"])
def test_an_activity_that_a_step_over_all_fails_on_is_set_aside_with_a_note(
    user: int, marked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.session() as session:
        ids = [save.save_activity(session, user, recording(day, "running", 50)) for day in range(5)]
    if marked == "all":
        clean.clean(user)
    clean.steps_of("athlete")
    good, poison, seen = clean.STEPS["personal_records"], ids[2], []

    def fail_on_one(session, user_id, changed) -> None:
        if changed is None or poison in changed:
            raise ZeroDivisionError
        seen.extend(changed)
        good.compute(session, user_id, changed)

    def replaced(compute):
        bad = replace(good, compute=compute)
        monkeypatch.setitem(clean.STEPS, "personal_records", bad)

    replaced(fail_on_one)
    if marked == "all":
        with store.session() as session:
            session.execute(text("DELETE FROM record_seen"))
            marks.mark_steps(session, user, 0, ("personal_records",))
    clean.clean(user)
    assert sorted(seen) == sorted(set(ids) - {poison})
    assert set(store.read("SELECT activity_id FROM record_seen")["activity_id"]) == set(ids) - {poison}
    noted = store.read("SELECT id FROM activities WHERE problems::text LIKE '%not_computed%'")["id"]
    assert list(noted) == [poison]
    assert len(store.read("SELECT 1 FROM dirty_steps WHERE step = 'personal_records'")) == 0
    # When the database is unavailable, nothing is set aside and the marks stay.
    with store.session() as session:
        marks.mark_steps(session, user, ids[0], ("personal_records",))

    def fail_for_want_of_a_database(session, user_id, changed) -> None:
        raise psycopg.OperationalError("away")

    replaced(fail_for_want_of_a_database)
    with pytest.raises(store.UNAVAILABLE):
        clean.clean(user)
    assert len(store.read("SELECT 1 FROM dirty_steps WHERE step = 'personal_records'")) == 1


def test_a_step_over_all_activities_rests_while_few_of_many_files_are_read(user: int) -> None:
    """Its marks stay, and it is computed when no file is waiting any more."""
    with store.session() as session:
        for day in range(30):
            save.save_activity(session, user, recording(day, "running", 50))
    clean.clean(user)
    batch = imports.begin(user, "page")
    waits = imports.add(user, batch, "a.fit", b"nothing")[0]
    with store.session() as session:
        save.save_activity(session, user, recording(31, "running", 90))
    marked = "SELECT 1 FROM dirty_steps WHERE step = 'personal_records'"
    clean.clean(user)
    assert len(store.read(marked)) == 1
    with store.session() as session:
        save.save_activity(session, user, recording(32, "running", 90))
    clean.clean(user)  # a twentieth of all activities is marked
    assert len(store.read(marked)) == 0
    with store.session() as session:
        save.save_activity(session, user, recording(33, "running", 90))
    clean.clean(user)
    assert len(store.read(marked)) == 1
    imports.process(waits)
    clean.clean(user)
    assert len(store.read(marked)) == 0


def test_the_changes_above_do_make_records(user: int) -> None:
    """Else the property would say nothing about records, ones that wait and ones that are left out."""
    with store.session() as session:
        for day in range(11):
            save.save_activity(session, user, recording(day, "running", 130, 0.8))
        save.save_activity(session, user, recording(12, "running", 130))
        save.save_activity(session, user, recording(13, "running", 130, 2.1))
    clean.clean(user)
    for table in ("personal_records", "record_waiting", "record_left_out", "activity_curves"):
        assert snapshot()[table], table

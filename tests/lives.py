"""Everything that can happen to files, for the property test of derive: imported, merged, taken apart, moved to the
trash, restored, undone, read again.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import edits, recordings, trash
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.imports import files, reread, undo
from milevault_core.problems import BadFile
from milevault_core.store.health import entries
from milevault_core.store.health import files as health_files

_ALIVE = "FROM activity_recordings WHERE activity_id IS NOT NULL AND user_id = :u"
_MADE_OF_FILES = f"SELECT DISTINCT activity_id {_ALIVE}"
_SECOND = f"SELECT id {_ALIVE} AND NOT is_primary"


DIRTY = ("clock_of_1970", "clock_of_1970", "clock_1024_weeks_slow", "a_car_at_the_end", "several_records_a_second",
         "a_train_between_segments", "copy_of_another_service")  # fmt: skip


class Files:
    """Three short workouts, each as the watch's FIT file and as a GPX copy whose clock is wrong; and some flawed files
    as devices really write them (demo/dirty.py), two of them by a clock that was never set."""

    @cached_property
    def pool(self) -> list[tuple[str, bytes]]:
        from bench.duplicate_changes import cut, moved
        from bench.duplicate_pairs import Workouts
        from milevault_core.demo.dirty import dirty
        from milevault_core.demo.fit_writer import write_activity
        from milevault_core.demo.gpx_writer import write_gpx

        workouts = Workouts(21)
        made = [cut(workouts.take("easy", "commute"), 0, 400) for _ in range(3)]
        clean = [
            (f"{n}.{kind}", data)
            for n, one in enumerate(made)
            for kind, data in (("fit", write_activity(one)), ("gpx", write_gpx(moved(one, 20))))
        ]
        for kind in DIRTY:
            clean += dirty(cut(workouts.take("easy"), 0, 620), kind).files
        return clean

    @cached_property
    def wellness(self) -> list[tuple[str, bytes]]:
        """Three days of a watch's files, and an account export's entry for one of them."""
        from milevault_core.demo import health
        from milevault_core.demo.athlete import Athlete
        from milevault_core.demo.wellness_writer import write_day

        athlete = Athlete(3, date(2026, 3, 20), 20, 5, health_days=3)
        found = [
            (f"{day.day} {kind}.fit", data)
            for day in health.days(athlete)
            for kind, data in write_day(athlete, day).items()
        ]
        day = athlete.last_day.isoformat()
        json = f'[{{"calendarDate": "{day}", "totalSteps": 77, "wellnessEndTimeGmt": "{day}T20:00:00.0"}}]'
        return [("UDSFile_1.json", json.encode()), *found]

    def change(self, user: int, change: tuple) -> None:
        """Apply the change if it is of one of these kinds and there is something to apply it to."""
        match change:
            case ("bring", numbers):
                batch = files.begin(user, "command")
                for number in numbers:
                    files.add_and_process(user, batch, *self.pool[number])
            case ("undo", i):
                if batch := _pick(
                    "SELECT id FROM imports WHERE undo_asked_at IS NULL AND user_id = :u", user, i
                ):
                    undo.ask(user, batch)
                    undo.run(user, batch)
            case ("apart", i):
                if one := _pick(_SECOND, user, i):
                    recordings.take_apart(user, one)
            case ("together", i):
                if one := _pick(_MADE_OF_FILES, user, i):
                    recordings.put_together(user, one)
            case ("trash", i):
                if one := _pick(_MADE_OF_FILES, user, i):
                    trash.delete(user, one)
            case ("restore", i):
                if one := _pick("SELECT activity_id FROM trashed_activities WHERE user_id = :u", user, i):
                    trash.restore(user, one) if i % 2 else trash.purge(user, one)
            case ("wellness", numbers):
                batch = files.begin(user, "command")
                for number in numbers:
                    files.add_and_process(user, batch, *self.wellness[number % len(self.wellness)])
            case ("weigh", i):
                day = date(2026, 4, 7) + timedelta(days=i)
                with store.session() as session:
                    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
                    entries.add(session, user, day, at, {"weight_kg": 70.0 + i, "hydration_ml": 500.0})
                    health_files.mark(session, user, {day})
            case ("unweigh", i):
                if one := _pick("SELECT id FROM weight_logs WHERE user_id = :u", user, i):
                    with store.session() as session:
                        health_files.mark(session, user, {entries.remove(session, user, one)["day"]})
            case ("rank", i):
                with store.session() as session:
                    entries.set_ranking(
                        session, user, "*", [["fit"], ["garmin_export"], [], ["manual"]][i % 4]
                    )
            case ("reread", _):
                _read_again(user)
            case ("edit track" | "split" | "join" | "revoke" | "choose" | "leave out", i):
                if one := _pick(_MADE_OF_FILES, user, i):
                    _edit(user, one, change[0], i)


def _edit(user: int, activity: int, what: str, i: int) -> None:
    own = {"u": user, "a": activity}
    with store.session() as session:
        start, elapsed = session.execute(
            text("SELECT extract(epoch FROM start_time)::float8, elapsed_s FROM activities WHERE id = :a"),
            own,
        ).one()
        field = session.scalar(
            text(
                "SELECT max(field) FROM activity_edits WHERE user_id = :u AND activity_id = :a AND field ~ ':'"
            ),
            own,
        )
    middle = start + elapsed / 2
    try:
        match what:
            case "edit track":
                made = (TrackEdit("trim", stop=middle + 30), TrackEdit("cut", start=middle, stop=middle + 20),
                        TrackEdit("altitude", offset=7.0), TrackEdit("spike", middle, middle + 5, "power"))  # fmt: skip
                edits.edit_track(user, activity, made[i % 4])
            case "split":
                edits.split(user, activity, middle)
            case "join":
                if other := _pick(_MADE_OF_FILES, user, i + 1):
                    edits.join(user, activity, other)
            case "revoke" if field:
                edits.revoke(user, activity, field)
            case "choose":
                edits.choose_figure(user, activity, "distance_m", ("computed", "1234.5", "")[i % 3])
            case "leave out":
                edits.edit_words(user, [activity], {"is_left_out": ("true", "")[i % 2]})
    except (BadFile, ValueError, LookupError):
        pass  # there is nothing to apply it to; a user would be told so


def _read_again(user: int) -> None:
    """Make the stored values those of an older reader, then read the files again."""
    with store.session() as session:
        session.execute(
            text(
                "UPDATE activities SET distance_m = 1 WHERE user_id = :u AND id IN "
                "(SELECT activity_id FROM activity_recordings)"
            ),
            {"u": user},
        )
        session.execute(
            text(
                "INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, '', user_id FROM activities "
                "WHERE user_id = :u ON CONFLICT DO NOTHING"
            ),
            {"u": user},
        )
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    reread.do(user, batch)
    reread.work(user, batch)


def _pick(query: str, user: int, number: int) -> int | None:
    with store.session() as session:
        found = sorted(session.scalars(text(query), {"u": user}).all())
    return int(found[number % len(found)]) if found else None

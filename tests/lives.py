"""What happens to files in the course of a life, for the property test of derive: brought in, merged, taken apart, in
the trash, restored, undone, read again."""

from functools import cached_property

from sqlalchemy import text

from milevault_core import imports, recordings, reread, store, trash, undo

_ALIVE = "FROM activity_recordings WHERE activity_id IS NOT NULL AND user_id = :u"
_MADE_OF_FILES = f"SELECT DISTINCT activity_id {_ALIVE}"
_SECOND = f"SELECT id {_ALIVE} AND NOT is_primary"


class Files:
    """Three short workouts, each as its watch's file and as another's copy with a clock that is wrong."""

    @cached_property
    def pool(self) -> list[tuple[str, bytes]]:
        from milevault_core.bench.duplicate_changes import cut, moved
        from milevault_core.bench.duplicate_pairs import Workouts
        from milevault_core.demo.fit_writer import write_activity
        from milevault_core.demo.gpx_writer import write_gpx

        workouts = Workouts(21)
        made = [cut(workouts.take("easy", "commute"), 0, 400) for _ in range(3)]
        return [
            (f"{n}.{kind}", data)
            for n, one in enumerate(made)
            for kind, data in (("fit", write_activity(one)), ("gpx", write_gpx(moved(one, 20))))
        ]

    def change(self, user: int, change: tuple) -> None:
        """Do a change of these kinds; any other is left alone, and so is one for which there is nothing."""
        match change:
            case ("bring", numbers):
                batch = imports.begin(user, "command")
                for number in numbers:
                    imports.add_and_process(user, batch, *self.pool[number])
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
            case ("reread", _):
                _read_again(user)


def _read_again(user: int) -> None:
    """As an older reader had it, then read again."""
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

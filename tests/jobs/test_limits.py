"""No job runs forever, and none imports anything while the disk is nearly full."""

import threading
import time

import pytest

from jobs import limits
from jobs import tasks as module
from jobs.limits import TimeUp, within
from jobs.sweep import sweep
from jobs.tasks import tasks
from milevault_core import store
from milevault_core.imports import archives, files
from milevault_core.store import queue, room
from tests.builders import gpx
from tests.builders.archive import zipped

RUN = gpx.gpx(gpx.track(gpx.points())).encode()


def work_for_ever(*_: object) -> None:
    while True:
        time.sleep(0.001)


def test_every_task_has_a_limit() -> None:
    names = {name.rpartition(":")[2] for name in tasks.tasks}
    assert names <= set(limits.LIMITS_S)
    unlimited = [name for name, task in tasks.tasks.items() if not _is_limited(task.func)]
    assert unlimited == []


def _is_limited(function) -> bool:
    while function is not None:
        if function.__code__.co_filename == limits.__file__:
            return True
        function = getattr(function, "__wrapped__", None)
    return False


def test_a_job_that_goes_on_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS_S, "process_activity_file", 0.1)
    monkeypatch.setattr(files, "process", work_for_ever)
    monkeypatch.setattr(room, "is_short", lambda: False)
    with pytest.raises(TimeUp):
        module.process_activity_file(1)


def test_what_catches_it_goes_on_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an activity is set aside, the next one, which has its own time limit, must not end the worker."""
    set_aside = 0
    with within("derive", 0.05):
        for _ in range(2):
            try:
                work_for_ever()
            except TimeUp:
                set_aside += 1
    assert set_aside == 2


def test_a_job_that_waits_inside_a_library_takes_its_worker_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(limits, "end_worker", ended.set)
    with within("derive", 0.02):
        while not ended.is_set():
            try:
                ended.wait(0.005)
            except TimeUp:
                continue  # as if the exception could not reach it


def test_a_job_in_time_meets_nothing_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "end_worker", lambda: None)  # on a busy machine the test itself may be late
    monkeypatch.setitem(limits.LIMITS_S, "derive", 0.01)
    job = limits.limited("derive")(lambda: time.sleep(0.0098))
    for _ in range(20):
        try:
            job()
        except TimeUp:
            continue
    time.sleep(0.03)


@pytest.mark.parametrize("way", ["_start", "__exit__"])
def test_a_time_that_is_up_on_the_way_in_or_out_leaves_no_clock_running(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A running timer would later abort other jobs, and then end their worker."""
    clocks: list[within] = []
    moves = getattr(within, way)

    def interrupted(self: within, *more: object) -> None:
        clocks.append(self)
        if way == "_start":
            moves(self, *more)
        raise TimeUp  # as if raised in this thread at this moment

    monkeypatch.setattr(within, way, interrupted)
    job = limits.limited("derive")(lambda: None)
    with pytest.raises(TimeUp):
        job()
    (clock,) = clocks
    assert clock.over
    assert clock.timer is not None
    assert clock.timer.finished.is_set()


def states() -> list[tuple[str, int]]:
    from sqlalchemy import text

    with store.session() as session:
        rows = session.execute(text("SELECT state, count(*) FROM import_items GROUP BY 1 ORDER BY 1"))
        return [(state, count) for state, count in rows]


def test_imports_rest_while_the_disk_is_short_and_go_on(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (item,) = files.add(user, files.begin(user, "page"), "a.gpx", RUN)
    upload = archives.begin(user, "a.zip", len(data := zipped({"b.gpx": RUN})))
    archives.append(user, upload.id, 0, data)
    free = [room.RESERVE_BYTES - 1]
    monkeypatch.setattr(room, "free_bytes", lambda: free[0])
    module.process_activity_file(item)
    module.look_through(upload.id)
    assert states() == [("waiting", 1)]
    with store.session() as session:
        assert queue.waiting(session) == 2
        session.execute(_no_jobs())
    sweep()
    with store.session() as session:
        assert queue.waiting(session) == 0
    free[0] = room.RESERVE_BYTES
    sweep()
    with store.session() as session:
        assert queue.waiting(session) == 2
    module.process_activity_file(item)
    module.look_through(upload.id)
    assert states() == [("done", 1)]
    with store.session() as session:
        found = archives.uploads.one(session, user, upload.id)
    assert found is not None
    assert found.state == "planned"


def _no_jobs():
    from sqlalchemy import text

    return text("DELETE FROM procrastinate_jobs")


def test_what_the_pages_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, said in (
        (None, ""),
        (room.LOW_BYTES, ""),
        (room.LOW_BYTES - 1, "The disk is filling up: 2.0 GB are free. Below 1.0 GB imports pause."),
        (room.RESERVE_BYTES - 1, room.PAUSED),
    ):
        monkeypatch.setattr(room, "free_bytes", lambda free=free: free)
        assert room.warning() == said


def test_free_bytes_are_those_of_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    from milevault_core import config

    monkeypatch.setenv("MILEVAULT_DATA", str(tmp_path / "not" / "yet"))
    config.settings.cache_clear()
    assert (room.free_bytes() or 0) > 0
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/x")
    config.settings.cache_clear()
    assert room.free_bytes() is None


def test_free_bytes_of_the_database_beside_our_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its volume is on the disk where Docker keeps everything, and so is a container's own root: imports pause."""
    from milevault_core import config

    asked = []
    usage = type("Usage", (), {"free": room.RESERVE_BYTES - 1})
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: asked.append(str(folder)) or usage)
    monkeypatch.setenv("DATABASE_URL", "postgresql://milevault:p@db:5432/milevault")
    for container, short in (("", False), ("1", True)):
        monkeypatch.setenv("MILEVAULT_CONTAINER", container)
        config.settings.cache_clear()
        assert room.is_short() is short
    assert asked == ["/"]

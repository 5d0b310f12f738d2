"""During the import of an archive everything is killed and restarted: each file is imported exactly once."""

import psutil

from milevault_core.imports import archives
from tests.builders.archive import zipped
from tests.jobs import processes
from tests.jobs.processes import gpx_file, running_jobs, value
from tests.waiting import wait_for

COUNT = 60


def done() -> int:
    return value("SELECT count(*) FROM import_items WHERE state = 'done'")


def kill_all(jobs) -> None:
    family = [jobs_process := psutil.Process(jobs.pid), *jobs_process.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)


def test_it_goes_on_where_it_was(user: int) -> None:
    data = zipped({f"{day}.gpx": gpx_file(day) for day in range(COUNT)})
    upload = archives.begin(user, "export.zip", len(data))
    archives.append(user, upload.id, 0, data)
    with running_jobs(workers=2) as start:
        jobs = start()
        wait_for(lambda: value("SELECT state FROM uploads") == "planned", "the plan", 40)
        archives.start(user, upload.id)
        wait_for(lambda: done() >= 5, "some files", 40)
        kill_all(jobs)
        assert 5 <= done() < COUNT
        start()
        processes.wait_until_done(60)
    processes.assert_each_once(COUNT)
    assert value("SELECT count(*) FROM uploads") == value("SELECT count(*) FROM upload_chunks") == 0

"""A job finishes but its end cannot be written, for example because the database goes away at that moment."""

from sqlalchemy import text

from milevault_core import store
from milevault_core.imports import files
from tests.jobs import processes
from tests.jobs.processes import gpx_file, running_jobs, value


def fail_once_at_the_end_of_a_job() -> None:
    """Make the end of a job fail the first time (a sequence remembers it in spite of rollbacks)."""
    with store.session() as session:
        for statement in (
            "CREATE SEQUENCE ends",
            "CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('ends') = 1 THEN RAISE EXCEPTION 'the database went away'; END IF; RETURN OLD; END $$",
            "CREATE TRIGGER fail_once BEFORE DELETE ON procrastinate_jobs FOR EACH ROW "
            "WHEN (OLD.status = 'doing') EXECUTE FUNCTION fail_once()",
        ):
            session.execute(text(statement))


def test_it_is_not_doing_for_ever(user: int) -> None:
    fail_once_at_the_end_of_a_job()
    batch = files.begin(user, "page")
    for day in range(3):
        files.add(user, batch, f"{day}.gpx", gpx_file(day))
    with running_jobs(workers=1) as start:
        start()
        processes.wait_until_done(40)
    processes.assert_each_once(3)
    assert value("SELECT last_value FROM ends") > 3  # it failed once, and the others ended

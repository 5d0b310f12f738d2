"""Deleting one's own account leaves no row anywhere, and no backup brings it back."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from jobs import tasks
from jobs.sweep import sweep
from milevault_core import config, store
from milevault_core.accounts import deletion, sessions, sign_in, users
from milevault_core.accounts.rules import Refused
from milevault_core.backup import make, restore
from milevault_core.store import engine, erase
from tests import databases, walls_person

GOOD = "correct horse 7"


@pytest.fixture(autouse=True)
def _backups(_clean_environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "backups"))
    config.settings.cache_clear()


@pytest.fixture
def ann(database) -> int:
    return users.create("ann", GOOD).id


def rows_of(user: int) -> set[str]:
    with store.session() as session:
        return set(erase.left_of(engine.raw(session), user))


def test_nothing_is_left_of_it_and_everything_of_others(database) -> None:
    ann, other_user = (walls_person.person(name).user_id for name in ("ann", "bob"))
    users.set_password(ann, GOOD)
    before, others = rows_of(ann), rows_of(other_user)
    assert len(before) > 20
    points = "SELECT count(*) FROM activity_data_points"
    with store.session() as session:
        count = session.scalar(text(points))
    deletion.ask(ann, GOOD)
    tasks.delete_account(ann)
    assert rows_of(ann) == set()
    assert rows_of(other_user) == others
    with store.session() as session:
        stray = (
            "SELECT count(*) FROM activity_data_points WHERE activity_id NOT IN (SELECT id FROM activities)"
        )
        assert session.scalar(text(stray)) == 0
        assert 0 < session.scalar(text(points)) < count


CANARY = "qx7canary"


def holding_canary() -> dict[str, int]:
    """Tables that contain the canary anywhere, and in how many rows."""
    count = 'SELECT count(*) FROM "{}" t WHERE strpos(t::text, :c) > 0'
    with store.session() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        found = {name: session.scalar(text(count.format(name)), {"c": CANARY}) for name in tables}
    return {name: number for name, number in found.items() if number}


def test_no_word_of_it_is_left_in_any_table(database) -> None:
    """Whatever the table, and whichever user its rows belong to."""
    ann, bob = walls_person.person(CANARY).user_id, walls_person.person("bob").user_id
    with store.session() as session:
        worded = session.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns c WHERE table_schema = 'public' "
                "AND data_type = 'text' AND column_name IN ('name', 'note', 'label', 'description', 'reason') "
                "AND EXISTS (SELECT 1 FROM information_schema.columns u WHERE u.table_schema = 'public' "
                "AND u.table_name = c.table_name AND u.column_name = 'user_id')"
            )
        ).all()
        for table, column in worded:
            number = "'qx7canary ' || row_number() OVER ()"  # some columns are unique
            session.execute(
                text(
                    f'UPDATE "{table}" t SET "{column}" = n.word FROM (SELECT ctid AS at, {number} AS word '
                    f'FROM "{table}" WHERE user_id = :u) n WHERE t.ctid = n.at'
                ),
                {"u": ann},
            )
    for one in (ann, bob):
        users.set_password(one, GOOD)
    for name in (CANARY, "bob"):
        sign_in.check(name, "wrong horse 77", "2001:db8::1")
        sign_in.check(name, "wrong horse 77")
    with pytest.raises(Refused):
        users.change_password(ann, "wrong horse 77", GOOD + "7")
    assert holding_canary().keys() >= {"users", "activities", "gear_items", "login_attempts", "import_items"}
    deletion.ask(ann, GOOD)
    tasks.delete_account(ann)
    assert holding_canary() == {}
    with store.session() as session:
        keys = set(session.scalars(text("SELECT key FROM login_attempts")))
    assert {"user:bob", "name:bob"} <= keys, "the control: those of others are kept"
    assert not [key for key in keys if key.startswith(f"change:{ann}")]
    assert rows_of(bob)


def test_from_the_moment_it_is_asked_for_nobody_comes_in(ann: int) -> None:
    token = sessions.create(ann)
    with pytest.raises(Refused, match="wrong"):
        deletion.ask(ann, "wrong horse 77")
    assert sessions.user_of(token) is not None
    deletion.ask(ann, GOOD)
    assert sessions.user_of(token) is None
    assert sign_in.check("ann", GOOD) is None


def test_an_account_that_is_being_deleted_is_not_opened_again(ann: int) -> None:
    boss = users.create("boss", GOOD, is_admin=True).id
    deletion.ask(ann, GOOD)
    assert [state for _, state in users.everyone(boss)] == ["being deleted", "open"]
    for admin in (boss, None):
        with pytest.raises(Refused, match="being deleted"):
            users.enable(ann, admin)
    assert sign_in.check("ann", GOOD) is None
    with pytest.raises(Refused, match="administrators"):
        users.enable(boss, ann)


def test_the_worker_deletes_only_what_was_asked_for(ann: int) -> None:
    tasks.delete_account(ann)
    assert users.by_username("ann") is not None


def test_a_lost_job_is_enqueued_again(ann: int) -> None:
    deletion.ask(ann, GOOD)
    with store.session() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    sweep()
    with store.session() as session:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'delete_account'"
        assert session.scalar(text(query)) == 1


def test_the_last_administrator_of_others_stays(ann: int) -> None:
    boss = users.create("boss", GOOD, is_admin=True).id
    with pytest.raises(Refused, match="administrator first"):
        deletion.ask(boss, GOOD)
    users.set_role(boss, ann, True)
    deletion.ask(boss, GOOD)


def test_an_older_backup_does_not_bring_it_back(
    ann: int, other_user: int, tmp_path: Path, server_url: str, template: str
) -> None:
    kept = make.write(store.database().dsn, tmp_path / "elsewhere" / "old.tar")
    deletion.ask(ann, GOOD)
    tasks.delete_account(ann)
    with databases.fresh(server_url, template) as url:  # a new machine, with the backup folder
        assert restore.restore(url, kept.path, replace=True).deleted_again == 1
        with psycopg.connect(url) as connection:
            names = [name for (name,) in connection.execute("SELECT username FROM users")]
            assert names == ["bob"]
            assert erase.left_of(connection, ann) == []
            assert len(erase.deleted(connection)) == 1


def test_another_person_with_the_same_number_stays(
    ann: int, tmp_path: Path, server_url: str, template: str
) -> None:
    """The id alone is not enough: another server's first account has the same one."""
    kept = make.write(store.database().dsn, tmp_path / "old.tar")
    folder = tmp_path / "backups"
    folder.mkdir(exist_ok=True)
    (folder / "deleted-accounts.json").write_text(
        f'[{{"number": {ann}, "made_at": "2020-01-01T00:00:00+00:00"}}]'
    )
    with databases.fresh(server_url, template) as url:
        assert restore.restore(url, kept.path, replace=True).deleted_again == 0
        with psycopg.connect(url) as connection:
            assert [name for (name,) in connection.execute("SELECT username FROM users")] == ["ann"]

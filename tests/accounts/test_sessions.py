"""The cookie's token and its row in the database."""

import hashlib

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import sessions, tokens

GONE = {
    "idle for 31 days": "last_seen_at = now() - interval '31 days'",
    "older than 90 days": "expires_at = now() - interval '1 s'",
}


def change(values: str) -> None:
    with store.session() as session:
        session.execute(text(f"UPDATE sessions SET {values}"))


def test_the_table_holds_only_the_hash(user: int) -> None:
    token = sessions.create(user, "Browser 1.0")
    with store.session() as session:
        row = session.execute(text("SELECT * FROM sessions")).one()
        days = session.execute(
            text("SELECT extract(day FROM expires_at - created_at) FROM sessions")
        ).scalar_one()
    assert row.token_hash == hashlib.sha256(token.encode()).digest()
    assert token not in str(row)
    assert days == 90
    found = sessions.user_of(token)
    assert found is not None
    assert (found.id, found.username) == (user, "ann")


@pytest.mark.parametrize("values", GONE.values(), ids=GONE)
def test_sessions_run_out(user: int, values: str) -> None:
    token = sessions.create(user)
    assert sessions.user_of(token) is not None
    change(values)
    assert sessions.user_of(token) is None
    sessions.create(user)
    with store.session() as session:
        assert session.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 1, (
            "the old one is cleared"
        )


def test_use_keeps_a_session_alive_but_not_for_ever(user: int) -> None:
    token = sessions.create(user)
    change("last_seen_at = now() - interval '29 days'")
    assert sessions.user_of(token) is not None
    with store.session() as session:
        idle_s = session.execute(
            text("SELECT extract(epoch FROM now() - last_seen_at) FROM sessions")
        ).scalar_one()
        assert float(idle_s) < 60
    change("expires_at = now()")
    assert sessions.user_of(token) is None


def test_end_one_and_end_all(user: int, other_user: int) -> None:
    one, two, bobs = sessions.create(user), sessions.create(user), sessions.create(other_user)
    sessions.end_one(user, tokens.token_hash(bobs).hex())
    assert sessions.user_of(bobs) is not None
    sessions.end(one)
    assert sessions.user_of(one) is None
    assert sessions.user_of(two) is not None
    sessions.end_all(user)
    assert sessions.user_of(two) is None
    assert sessions.user_of(bobs) is not None


def test_anything_else_is_nobody(user: int) -> None:
    real = sessions.create(user)
    of_other_types = (None, "", 1, True, object(), b"x" * 43)
    of_other_texts = (
        "A" * 43,
        "é" * 43,
        "\0" * 43,
        "A" * 100_000,
        "' OR 1=1 --" + "A" * 32,
        real[:-1],
        real + "A",
    )
    for token in (*of_other_types, *of_other_texts):
        assert sessions.user_of(token) is None
        sessions.end(token)
    assert sessions.user_of(real) is not None


def test_what_is_over_is_forgotten(user):
    from sqlalchemy import text

    from milevault_core import store
    from milevault_core.accounts import sessions

    living, over = sessions.create(user), sessions.create(user)
    with store.session() as opened:
        opened.execute(
            text("UPDATE sessions SET expires_at = now() - interval '1 s' WHERE token_hash = :h"),
            {"h": sessions.token_hash(over)},
        )
    sessions.forget_expired()
    assert len(store.read("SELECT 1 FROM sessions")) == 1
    assert sessions.user_of(living) is not None

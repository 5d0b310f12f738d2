"""Links by which an administrator invites others, or lets them choose a new password."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import (
    deletion,
    invitations,
    password_reset,
    sessions,
    sign_in,
    tokens,
    usage,
    users,
)
from milevault_core.accounts.rules import Refused
from milevault_core.store.activities import save
from tests.pages.runs import run
from tests.waiting import wait_for

GOOD = "correct horse 7"
VIEW = {"time_zone": "Europe/Vienna", "units": "metric"}


@pytest.fixture
def admin(database) -> int:
    return users.create("root", GOOD, is_admin=True).id


@pytest.fixture
def member(admin: int) -> int:
    return users.create("ann", GOOD).id


def test_an_invitation_makes_one_account(admin: int) -> None:
    token = invitations.invite(admin, "Grandma")
    assert [(each.note, each.is_admin) for each in invitations.pending(admin)] == [("Grandma", False)]
    assert invitations.is_valid(token)
    assert invitations.is_valid(token)  # checking does not use it up
    made = invitations.accept(token, "Oma", GOOD, **VIEW)
    assert (made.username, made.is_admin) == ("oma", False)
    assert not invitations.is_valid(token)
    assert invitations.pending(admin) == []
    with pytest.raises(Refused, match="no longer works"):
        invitations.accept(token, "eve", GOOD, **VIEW)


def test_the_role_comes_from_the_link(admin: int) -> None:
    assert invitations.accept(invitations.invite(admin, is_admin=True), "two", GOOD, **VIEW).is_admin


def test_a_form_that_is_refused_leaves_the_link_as_it_was(admin: int) -> None:
    token = invitations.invite(admin)
    for name, password in (("root", GOOD), ("new", "short")):
        with pytest.raises(Refused):
            invitations.accept(token, name, password, **VIEW)
        assert invitations.is_valid(token)


@pytest.mark.parametrize("how", ["disabled", "a member now", "deleted"])
def test_a_link_ends_with_the_administrator_who_made_it(admin: int, member: int, how: str) -> None:
    other = users.create("other", GOOD, is_admin=True).id
    invited, reset = invitations.invite(other, "Eve", is_admin=True), password_reset.link(other, member)
    kept = invitations.invite(admin, "Grandma")
    assert invitations.is_valid(invited)
    assert password_reset.username_of(reset) == "ann"
    if how == "disabled":
        users.disable(other, admin)
    elif how == "deleted":
        deletion.ask(other, GOOD)
        deletion.run(other)
    else:
        users.set_role(admin, other, False)
    assert not invitations.is_valid(invited)
    assert password_reset.username_of(reset) is None
    with pytest.raises(Refused, match="no longer works"):
        invitations.accept(invited, "eve", GOOD, **VIEW)
    with pytest.raises(Refused, match="no longer works"):
        password_reset.use(reset, GOOD)
    assert [each.note for each in invitations.pending(admin)] == ["Grandma"]
    assert invitations.is_valid(kept)


def test_withdrawn_and_expired_links_do_nothing(admin: int) -> None:
    first, second = invitations.invite(admin), invitations.invite(admin)
    invitations.withdraw(admin, invitations.pending(admin)[0].key)
    assert [invitations.is_valid(each) for each in (first, second)] == [True, False]
    with store.session() as session:
        session.execute(text("UPDATE one_time_tokens SET expires_at = now() - interval '1 s'"))
    assert not invitations.is_valid(first)
    with pytest.raises(Refused):
        invitations.accept(first, "eve", GOOD, **VIEW)


def test_a_token_for_something_else_invites_nobody(member: int) -> None:
    for token in (sign_in.ticket(member, "B" * 43), sessions.create(member), None, "", "A" * 43):
        assert not invitations.is_valid(token)
        assert password_reset.username_of(token) is None


def test_only_administrators_make_links(member: int, admin: int) -> None:
    key = invitations.invite(admin) and invitations.pending(admin)[0].key
    for attempt in (
        lambda: invitations.invite(member),
        lambda: invitations.withdraw(member, key),
        lambda: password_reset.link(member, admin),
        lambda: users.set_role(member, member, True),
    ):
        with pytest.raises(Refused, match="administrators"):
            attempt()
    assert invitations.pending(member) == []
    assert usage.of_everyone(member) == {}
    assert usage.of_everyone(admin).keys() == {admin, member}
    with store.session() as session:
        save.save_activity(session, member, run(0))
        change = save.save_activity(session, member, run(1))
        session.execute(text("UPDATE activities SET is_transition = true WHERE id = :id"), {"id": change})
    assert usage.of_everyone(admin)[member].activity_count == 1  # without transitions, as in the list
    users.disable(admin)
    with pytest.raises(Refused):
        invitations.invite(admin)


def test_no_copy_of_the_database_opens_a_link(admin: int) -> None:
    token = invitations.invite(admin)
    with store.session() as session:
        (row,) = session.execute(text("SELECT t::text FROM one_time_tokens t")).one()
    assert token not in row
    assert tokens.token_hash(token).hex() in row


def test_a_forgotten_password(member: int, admin: int) -> None:
    signed_in = sessions.create(member)
    earlier, token = password_reset.link(admin, member), password_reset.link(admin, member)
    assert password_reset.username_of(earlier) is None
    assert password_reset.username_of(token) == "ann"
    with pytest.raises(Refused, match="too short"):
        password_reset.use(token, "short")
    assert password_reset.use(token, "another horse 8") == member
    assert sessions.user_of(signed_in) is None
    assert sign_in.check("ann", "another horse 8") == member
    assert sign_in.check("ann", GOOD) is None
    with pytest.raises(Refused, match="no longer works"):
        password_reset.use(token, "a third horse 9")


def test_no_link_resets_a_disabled_account(member: int, admin: int) -> None:
    token = password_reset.link(admin, member)
    users.disable(member)
    assert password_reset.username_of(token) is None
    with pytest.raises(Refused):
        password_reset.link(admin, member)


def test_roles(member: int, admin: int) -> None:
    users.set_role(admin, member, True)
    assert invitations.invite(member)
    with pytest.raises(Refused, match="Another administrator"):
        users.set_role(admin, admin, False)
    users.set_role(member, admin, False)
    with pytest.raises(Refused):
        invitations.invite(admin)


@pytest.mark.parametrize(
    "act", [lambda by, whom: users.set_role(by, whom, False), lambda by, whom: users.disable(whom, by)]
)
def test_of_two_administrators_who_remove_each_other_one_remains(admin: int, member: int, act) -> None:
    users.set_role(admin, member, True)
    with ThreadPoolExecutor(1) as second:
        with store.session() as first:
            assert users.lock_administrators(first) == {admin, member}
            other = second.submit(act, member, admin)
            waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            wait_for(lambda: len(store.read(waits)), "the second to wait for the first")
            first.execute(text("UPDATE users SET is_admin = false WHERE id = :u"), {"u": member})
        with pytest.raises(Refused, match="administrators"):
            other.result()
    assert [(each.id, each.is_admin, state) for each, state in users.everyone(admin)] == [
        (member, False, "open"),
        (admin, True, "open"),
    ]


def test_nobody_disables_their_own_account_on_a_page(admin: int, member: int) -> None:
    with pytest.raises(Refused, match="Another administrator"):
        users.disable(admin, admin)
    with pytest.raises(Refused, match="administrators"):
        users.disable(admin, member)

"""The Administration page and the Profile page's sections about signing in."""

import math

import pyotp
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from milevault_core import config, store
from milevault_core.accounts import (
    deletion,
    identities,
    invitations,
    oidc_settings,
    password_reset,
    sessions,
    sign_in,
    two_factor,
    upload_keys,
    users,
)
from milevault_core.accounts.oidc import Person
from milevault_core.store import queue
from milevault_core.store.imports import upload_tokens
from milevault_core.web.cookies import SESSION, SETUP
from pages import _page
from pages._login import SECOND
from tests.accounts import provider as stand_in
from tests.pages.conftest import ROOT

GOOD = "correct horse 7"


@pytest.fixture
def admin(user: int) -> int:
    with store.session() as session:
        session.execute(text("UPDATE users SET is_admin = true WHERE id = :id"), {"id": user})
    return user


@pytest.fixture
def open_site(database):
    """The site as a visitor who is not signed in sees it."""

    def run() -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "_site.py"), default_timeout=60)
        app.context = {"url": "http://localhost/", "timezone": "Europe/Berlin"}  # type: ignore[attr-defined]
        return app.run()

    return run


def labels(app) -> list[str]:
    assert not app.exception, app.exception
    return [each.label for each in app.button]


def sent_to(app) -> str:
    """Where the page sends the browser."""
    assert not app.exception, app.exception
    return "".join(each.proto.body for each in app.get("html") if "door.js" in each.proto.body)


def said(app) -> str:
    assert not app.exception, app.exception
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.success, *app.error))


def test_an_invitation_is_made_shown_once_and_withdrawn(admin: int, open_page) -> None:
    app = open_page(admin, "admin")
    app.text_input[0].set_value("Grandma")
    app = next(each for each in app.button if each.label == "Make an invitation").click().run()
    link = next(each.value for each in app.code if "/invite?t=" in each.value)
    assert link.startswith("http://localhost/invite?t=")
    assert invitations.is_valid(link.partition("t=")[2])
    app = app.run()
    assert "/invite" not in "".join(each.value for each in app.code)
    assert "**Grandma**" in said(app)
    app = next(each for each in app.button if each.label == "Withdraw").click().run()
    assert not invitations.is_valid(link.partition("t=")[2])
    assert "Grandma" not in said(app)


def test_helping_somebody_back_in(admin: int, other_user: int, open_page) -> None:
    app = open_page(admin, "admin")
    app = app.button(key=f"reset-{other_user}").click().run()
    link = next(each.value for each in app.code if "/reset?t=" in each.value)
    assert password_reset.username_of(link.partition("t=")[2]) == "bob"
    app = app.button(key=f"role-{other_user}").click().run()
    assert [account.is_admin for account, _ in users.everyone(admin)] == [True, True]
    assert "last seen" not in said(app)


def test_a_members_own_row_has_no_menu(admin: int, open_page) -> None:
    keys = {each.key for each in open_page(admin, "admin").button}
    assert not {key for key in keys if key and key.endswith(f"-{admin}")}


@pytest.mark.parametrize("kind", ["invited", "new password"])
def test_a_link_in_the_browser_leaves_a_way_to_the_sign_in_form(
    admin: int, other_user: int, open_site, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    token = invitations.invite(admin) if kind == "invited" else password_reset.link(admin, other_user)
    monkeypatch.setattr(_page, "context_cookie", {SETUP: token}.get)
    app = open_site()
    assert "Sign in" not in labels(app)
    app = app.button(key="instead").click().run()
    assert 'data-go="/" data-post="/signin/end"' in sent_to(app)
    assert invitations.is_valid(token) or password_reset.username_of(token)
    monkeypatch.setattr(_page, "context_cookie", {}.get)  # /signin/end deletes the cookie
    assert "Sign in" in labels(open_site())


def test_the_page_says_how_the_server_is_and_what_an_administrator_can_do(
    admin: int, other_user: int, open_page
) -> None:
    with store.session() as session:
        session.execute(
            text(
                "INSERT INTO original_files (user_id, sha256, name, encoding, size_bytes, content) "
                "VALUES (:u, '\\x00', 'a.fit', 'zlib', 9, decode(repeat('00', 2500000), 'hex'))"
            ),
            {"u": other_user},
        )
        queue.defer_deletion(session, other_user)
    shown = said(open_page(admin, "admin"))
    for sentence in (
        "**MileVault** · ", "**Database** · PostgreSQL", "**Workers** · 0 running", "**Jobs** · 1 import",
        "**Last backup** · none yet", "2.5 MB of files", "0 B of files", "You do not see their activities",
        "can read its database and backups",
    ):  # fmt: skip
        assert sentence in shown.replace("\\", ""), sentence


def test_an_account_is_disabled_and_enabled(admin: int, other_user: int, open_page) -> None:
    token = sessions.create(other_user)
    app = open_page(admin, "admin").button(key=f"disable-{other_user}").click().run()
    assert "Member · disabled" in said(app)
    assert sessions.user_of(token) is None
    assert f"disable-{other_user}" not in {each.key for each in app.button}
    app = app.button(key=f"enable-{other_user}").click().run()
    assert "disabled" not in said(app)
    users.set_password(other_user, GOOD)
    assert sign_in.check("bob", GOOD) == other_user
    deletion.ask(other_user, GOOD)
    app = app.run()
    assert "Member · being deleted" in said(app)
    assert f"enable-{other_user}" not in {each.key for each in app.button}


def test_a_new_password_and_no_more_keys(user: int, open_page) -> None:
    users.set_password(user, GOOD)
    token = sessions.create(user)
    for revokes in (False, True):
        upload_keys.make(user, "Phone")
        for old, new, again, what in (
            ("wrong horse 8", "another horse 9", "another horse 9", "wrong"),
            (GOOD, "another horse 9", "another horse 8", "do not match"),
            (GOOD, "short", "short", "too short"),
            (GOOD, GOOD, GOOD, ""),
        ):
            app = open_page(user, "profile")
            for name, value in (
                ("Current password", old), ("New password", new), ("Repeat the new password", again),
            ):  # fmt: skip
                next(each for each in app.text_input if each.label == name).set_value(value)
            next(each for each in app.checkbox if "Revoke all" in each.label).set_value(revokes)
            app = next(each for each in app.button if each.label == "Change password").click().run()
            assert what in said(app)
            assert ("/signin/end" in sent_to(app)) is (what == "")
            assert (sessions.user_of(token) is None) is (what == "")
            token = sessions.create(user)
        with store.session() as session:
            assert upload_tokens.count(session, user) == (0 if revokes else 1)


def test_sign_out_everywhere(user: int, other_user: int, open_page) -> None:
    here, phone, others = sessions.create(user), sessions.create(user), sessions.create(other_user)
    app = open_page(user, "profile").button(key="sign_out_all").click().run()
    assert 'data-go="/" data-post="/signin/end"' in sent_to(app)
    assert [sessions.user_of(each) is None for each in (here, phone, others)] == [True, True, False]


def test_a_provider_that_says_something_else_is_not_saved(
    admin: int, open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", two_factor.new_secret())
    config.settings.cache_clear()
    with stand_in.running() as provider:
        for lie, sentence in (
            (lambda found: found | {"issuer": "https://evil.example"}, "is another issuer's"),
            (lambda found: found | {"token_endpoint": "http://10.0.0.1/token"}, "does not begin with https"),
            (lambda found: found, ""),
        ):
            provider.change_discovery = lie
            app = open_page(admin, "settings")
            for name, value in (
                ("Issuer", provider.issuer), ("Client ID", stand_in.CLIENT), ("Client secret", stand_in.SECRET),
            ):  # fmt: skip
                next(each for each in app.text_input if each.label == name).set_value(value)
            app = [each for each in app.button if each.label == "Save"][-1].click().run()
            shown = said(app).replace("\\", "")
            assert sentence in shown
            assert ("Nothing was saved" in shown) is (sentence != "")
            assert oidc_settings.current().is_set_here is (sentence == "")


def test_codes_are_turned_on_and_off(user: int, open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", two_factor.new_secret())
    config.settings.cache_clear()
    app = open_page(user, "profile")
    app = app.button(key="two_factor_on").click().run()
    secret = app.session_state["two_factor_offered"]
    app = _typed(app, "000000", "Turn on")
    assert "wrong" in said(app)
    assert not two_factor.is_on(user)
    app = _typed(app, pyotp.TOTP(secret).now(), "Turn on")
    codes = next(each.value for each in app.code if each.value.count("\n") == 9).split("\n")
    assert "10 recovery codes left" in said(app)
    app = _typed(app, codes[0], "Turn off")
    assert not two_factor.is_on(user)
    assert "Someone who learns your password" in said(app)


def test_a_new_password_ends_a_second_step_that_waits(user: int, open_site) -> None:
    """Someone who knew the old password may be past the first step, guessing the code."""
    users.set_password(user, GOOD)
    app = open_site()
    for change, is_asked in ((lambda: None, True), (lambda: users.set_password(user, GOOD + "7"), False)):
        app.session_state[SECOND] = (user, sign_in.stamp(user), math.inf)
        change()
        app.run()
        assert ("Start again" in labels(app)) is is_asked


def _typed(app, code: str, button: str):
    next(each for each in app.text_input if each.label == "Code").set_value(code)
    return next(each for each in app.button if each.label == button).click().run()


def test_other_browsers_are_signed_out_one_by_one(user: int, open_page) -> None:
    phone = sessions.create(
        user, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile/15E148 Safari/604.1"
    )
    laptop = sessions.create(user, "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/150.0")
    app = open_page(user, "profile")
    assert "**Safari on iPhone**" in said(app)
    assert "**Firefox on Windows**" in said(app)
    key = next(each.key for each in sessions.browsers(user, None) if "iPhone" in each.user_agent)
    app = app.button(key=f"end-{key[:16]}").click().run()
    assert sessions.user_of(phone) is None
    assert sessions.user_of(laptop) is not None


def test_who_came_by_the_provider_needs_no_password(
    user: int, open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    identities.connect(user, Person("https://id.example", "1", "Ann", frozenset()))
    app = open_page(user, "profile")
    assert "You never chose a password here?" in said(app)
    with store.session() as session:
        session.execute(text("UPDATE identities SET last_used_at = now()"))
    cookie = {SESSION: sessions.create(user)}
    monkeypatch.setattr(_page, "context_cookie", cookie.get)
    app = open_page(user, "profile")
    assert "Current password" not in [each.label for each in app.text_input]
    for name in ("New password", "Repeat the new password"):
        next(each for each in app.text_input if each.label == name).set_value(GOOD)
    app = next(each for each in app.button if each.label == "Change password").click().run()
    assert 'data-post="/signin/end"' in sent_to(app)
    assert sign_in.check("ann", GOOD) == user
    cookie[SESSION] = sessions.create(user)
    app = open_page(user, "profile")
    for typed, is_asked in (("bob", False), ("ann", True)):
        next(each for each in app.text_input if each.label == "Your user name").set_value(typed)
        app = next(each for each in app.button if each.label == "Delete everything").click().run()
        assert (users.by_username("ann") is not None, sign_in.check("ann", GOOD) is None) == (True, is_asked)


def test_deleting_the_account_asks_for_the_password(user: int, open_page) -> None:
    users.set_password(user, GOOD)
    for typed, is_gone in (("wrong horse 77", False), (GOOD, True)):
        app = open_page(user, "profile")
        next(each for each in app.text_input if each.label == "Your password").set_value(typed)
        app = next(each for each in app.button if each.label == "Delete everything").click().run()
        assert ("wrong" in said(app)) is not is_gone
        with store.session() as session:
            asked = session.scalar(
                text("SELECT deletion_asked_at IS NOT NULL FROM users WHERE id = :id"), {"id": user}
            )
        assert asked is is_gone

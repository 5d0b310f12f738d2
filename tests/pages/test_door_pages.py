"""Every page in Streamlit's own test framework, which has no cookies: by itself, for a stranger, for a new user.
test_door_strangers.py tests the real websocket.
"""

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.accounts import first, users
from milevault_core.accounts.account import Account
from milevault_core.store.engine import Database
from milevault_core.store.models import LoginAttempt, User
from pages import _page
from pages._first_account import NO_LINK
from tests.pages.server import ROOT
from tests.pages.test_door_strangers import site

FILES = [(title, file) for _, title, file, *_ in site()]
GOOD = "correct horse 7"


def run(file: str) -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / file), default_timeout=60).run()


def texts(at: AppTest) -> list[str]:
    return [element.value for element in at.main if hasattr(element, "value")]


@pytest.fixture
def ann(user: int, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Ann, an administrator, is signed in."""
    with store.session() as session:
        session.execute(update(User).where(User.id == user).values(is_admin=True))
    found = users.by_username("ann")
    assert found is not None
    monkeypatch.setattr(_page, "current_user", lambda: found)
    return found


def test_a_page_refuses_without_the_door(user: int) -> None:
    for _, file in FILES:
        at = run(file)
        assert not at.exception, file
        assert texts(at) == [_page.SIGN_IN_FIRST], file


TITLED_BY_CONTENT = {"day.py"}


def test_a_new_user_sees_every_page(ann: Account) -> None:
    for title, file in FILES:
        at = run("_site.py")
        if file != "dashboard.py":
            at = at.switch_page(file).run()
        assert not at.exception, (file, at.exception)
        if file not in TITLED_BY_CONTENT:
            assert at.title[0].value == title
        assert len(at.main.markdown) + len(at.main.caption) + len(at.main) > 1, f"{file} says nothing"
        assert "Signed in as ann" in [line.value for line in at.sidebar.markdown]


def test_administration_is_for_administrators(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = users.by_username("ann")
    monkeypatch.setattr(_page, "current_user", lambda: plain)
    at = run("admin.py")
    assert texts(at) == ["This page is for administrators."]


def test_a_stranger_gets_the_form_and_one_sentence_for_every_failure(database: Database) -> None:
    users.create("ann", GOOD)
    users.disable(users.create("bob", GOOD).id)
    users.create("cat", GOOD)
    with store.session() as session:  # cat's wait is not over yet
        session.add(LoginAttempt(key="user:cat", failures=20))
    said = set()
    for name, password in (
        ("ann", "wrong horse 8"),
        ("nobody", GOOD),
        ("bob", GOOD),
        ("cat", GOOD),
        ("", ""),
    ):
        at = run("_site.py")
        assert [field.label for field in at.text_input] == ["User name", "Password"]
        assert at.text_input[1].proto.type == at.text_input[1].proto.PASSWORD
        at.text_input[0].set_value(name)
        at.text_input[1].set_value(password)
        at = at.button[0].click().run()
        assert not at.exception
        said.add(at.error[0].value)
    assert len(said) == 1


def test_no_account_yet_means_a_sentence_and_no_form(database: Database) -> None:
    first.link("http://127.0.0.1")
    at = run("_site.py")
    assert not at.exception
    assert [i.value for i in at.info] == [NO_LINK]
    assert len(at.text_input) == 0
    assert len(at.button) == 0


def test_the_form_of_the_first_account(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    link = first.link("http://127.0.0.1")
    assert link is not None
    sent = {"mv_setup": link.partition("t=")[2], "mv_browser": "B" * 43}
    monkeypatch.setattr(_page, "context_cookie", sent.get)

    def fill(at: AppTest, name: str, password: str, again: str) -> AppTest:
        for field, value in zip(at.text_input, (name, password, again), strict=True):
            field.set_value(value)
        at.selectbox[0].set_value("Europe/Vienna")
        return at.button[0].click().run()

    at = fill(run("_site.py"), "ann", GOOD, GOOD + "x")
    assert at.error[0].value == "The two passwords do not match."
    at = fill(at, "ann", "short", "short")
    assert "too short" in at.error[0].value
    at = fill(at, "ann", GOOD, GOOD)
    assert not at.exception
    assert not at.error
    made = users.by_username("ann")
    assert made is not None
    assert (made.is_admin, made.time_zone, made.units) == (True, "Europe/Vienna", "metric")
    at = run("_site.py")
    assert [field.label for field in at.text_input] == ["User name", "Password"]

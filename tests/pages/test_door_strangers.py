"""A stranger gets only the login at every address, even as the first visitor to a server that has just started (before
its first run, Streamlit serves a classic pages/ folder to strangers).
"""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.store.models import User
from tests.pages import server
from tests.pages.forks import Forks

PAGES = server.ROOT / "pages"
LOGIN = ('label: "User name"', 'label: "Password"')


def site() -> list[tuple]:
    """SITE from pages/_addresses.py, read without running the file."""
    for node in ast.parse((PAGES / "_addresses.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SITE":
            return ast.literal_eval(node.value)
    raise AssertionError("pages/_addresses.py has no SITE")


def is_only_login(sent: str) -> bool:
    """Whether a visitor was sent the login only, without any page content or user name."""
    pages = [title for _, title, *_ in site()]
    foreign = [
        "Signed in as",
        "SECRET",
        "uncaught_exception",
        "exception {",
        *(f'"{title}"' for title in pages),
    ]
    return all(label in sent for label in LOGIN) and not any(text in sent for text in foreign)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    made = Forks()
    yield made
    made.end()


@pytest.fixture
def cookie(user: int) -> str:
    """The cookie of ann, an administrator."""
    with store.session() as session:
        session.execute(update(User).where(User.id == user).values(is_admin=True))
    return f"mv_session={sessions.create(user)}"


def test_every_page_is_in_the_site_map() -> None:
    files = {p.name for p in PAGES.glob("*.py") if not p.name.startswith("_")}
    assert files == {file for _, _, file, *_ in site()}


@pytest.mark.parametrize(("title", "page"), [(line[1], line[3]) for line in site()])
def test_first_visitor_without_a_session(
    title: str, page: str, database_url: str, cookie: str, forks: Forks
) -> None:
    with server.serving(database_url, begin=forks.begin) as address:
        assert is_only_login(server.visit(address, page))
        forged = f"mv_session={'A' * 43}"
        assert is_only_login(server.visit(address, page, forged))
        with_session = server.visit(address, page, cookie)  # control: the page is shown
        assert "Signed in as ann" in with_session
        assert not is_only_login(with_session)
        assert is_only_login(server.visit(address, page)), "the next stranger, after somebody was signed in"


def test_the_check_fails_on_a_broken_build(tmp_path: Path, forks: Forks) -> None:
    """Streamlit serves a pages/ folder to the first visitor, even beside a script with its own login."""
    (tmp_path / "app.py").write_text(
        textwrap.dedent("""
        import streamlit as st
        st.text_input("User name"); st.text_input("Password", type="password"); st.stop()
        """)
    )
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "activities.py").write_text("import streamlit as st\nst.write('SECRET')\n")
    with server.serving(script=tmp_path / "app.py", begin=forks.begin) as address:
        sent = server.visit(address, "activities")
        assert "SECRET" in sent
        assert not is_only_login(sent)


def test_an_open_tab_shows_nothing_more_after_its_session_ended(database_url: str, cookie: str) -> None:
    """The cookie was read when the tab connected, so only a check of the sessions table makes the end take effect at
    once."""

    async def open_tab(address: str) -> tuple[str, str]:
        async with server.connected(address, cookie) as tab:
            before = await server.run_script(tab, address, "activities")
            sessions.end(cookie.removeprefix("mv_session="))
            return before, await server.run_script(tab, address, "activities")

    with server.serving(database_url) as address:
        before, after = server.run(open_tab(address))
    # (Streamlit repeats the menu titles that this tab had; they reveal nothing.)
    for text in ("Signed in as ann", "No activities yet"):
        assert text in before
        assert text not in after
    assert all(label in after for label in LOGIN)

"""Run pages under Streamlit's AppTest, with `current_user` replaced."""

import functools
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.accounts.account import Account
from milevault_core.actions import by_worker
from milevault_core.formats import dispatch
from pages import _activity_data, _page

ROOT = Path(__file__).parents[2]
# Every AppTest run scans all installed packages for Streamlit components, which takes two thirds of its time (a server
# does so once, at its start). Nothing is installed during tests, so one scan is enough.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def worker_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what a page asks of a worker, and fail if the page itself parses a file."""
    inside = {"page": 0, "worker": 0}

    def counted(where: str, function):
        def run(*arguments, **named):
            inside[where] += 1
            try:
                return function(*arguments, **named)
            finally:
                inside[where] -= 1

        return run

    def work(asked: by_worker.Request) -> str:
        counted("worker", by_worker.work)(asked.user_id, asked.verb, asked.number, asked.more)
        with store.session() as session:
            session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'act'"))
        return state(asked)

    read, state = dispatch._read, by_worker.state

    def read_outside_pages(*arguments, **named):
        assert not inside["page"] or inside["worker"], "a page reads a file: that belongs in a worker"
        return read(*arguments, **named)

    monkeypatch.setattr(by_worker, "state", work)
    monkeypatch.setattr(dispatch, "_read", read_outside_pages)
    monkeypatch.setattr(AppTest, "_run", counted("page", AppTest._run))


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch):
    """`open_page(user_id, "activities")` runs a page as that user; None is a visitor who is not signed in."""

    # In each test's database the same ids mean other things, so caches are cleared before a test, but not within one.
    def forget() -> None:
        """Clear all caches, so that the next run is like the first visit to a page."""
        st.cache_data.clear()
        st.cache_resource.clear()
        _activity_data.forget()

    forget()

    def run(
        user_id: int | None,
        page: str,
        units: str = "metric",
        reads: tuple = ("day", "monday"),
        **parameters: str,
    ) -> AppTest:
        account = Account(user_id, "ann", True, "Europe/Berlin", units, *reads) if user_id else None
        monkeypatch.setattr(_page, "current_user", lambda: account)
        # A stranger runs the bare page file, as if the check in app.py were missing; a user comes through the site.
        script = "_site.py" if account else f"{page}.py"
        app = AppTest.from_file(str(ROOT / "pages" / script), default_timeout=60)
        app.context = {"url": "http://localhost/", "timezone": "Europe/Berlin"}  # type: ignore[attr-defined]
        for name, value in parameters.items():
            app.query_params[name] = value
        if account and page != "dashboard":
            app.run()
            app.switch_page(f"{page}.py")
            for name, value in parameters.items():
                app.query_params[name] = value
        return app.run()

    run.forget = forget  # type: ignore[attr-defined]
    return run

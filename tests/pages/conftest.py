"""Pages under Streamlit's AppTest, with a user put into the one seam."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from milevault_core.accounts.account import Account
from pages import _page

ROOT = Path(__file__).parents[2]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch):
    """`open_page(user_id, "activities")` runs a page as that user; None is a stranger."""

    # Every test has a database of its own, in which the same ids mean other things. Within a test nothing is cleared.
    st.cache_data.clear()

    def run(user_id: int | None, page: str, units: str = "metric", **parameters: str) -> AppTest:
        account = Account(user_id, "ann", True, "Europe/Berlin", units) if user_id else None
        monkeypatch.setattr(_page, "current_user", lambda: account)
        # A stranger meets the bare page file, as if the door had not been there; a user comes through the site.
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

    return run

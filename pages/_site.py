"""The Streamlit script, run at every visit and every click. Shows the sign-in page, or the page that was asked for.

The pages are listed in _addresses.py.
"""

import sys
from pathlib import Path
from typing import Any

PAGES = Path(__file__).resolve().parent
if str(PAGES.parent) not in sys.path:
    sys.path.insert(0, str(PAGES.parent))

import streamlit as st  # noqa: E402

from milevault_core.store import room  # noqa: E402
from milevault_core.view.parts import sign  # noqa: E402
from pages._addresses import SITE  # noqa: E402
from pages._page import account_foot, current_user, is_dark, one_run, tab_title  # noqa: E402
from pages.parts import choices, frame, undo  # noqa: E402
from pages.parts.pieces import place_for_filters  # noqa: E402
from pages.parts.search_box import search_box  # noqa: E402


def site_map(is_admin: bool) -> dict[str, list]:
    """The pages by section, for a signed-in user."""
    sections: dict[str, list] = {}
    for section, title, file, address, icon, seen_by in SITE:
        if seen_by == "admin" and not is_admin:
            continue
        page = st.Page(
            PAGES / file,
            title=title,
            icon=icon,
            url_path=address or None,
            default=not address,
            visibility="hidden" if seen_by == "nobody" else "visible",
        )
        sections.setdefault(section, []).append(page)
    return sections


def login_map() -> list[Any]:
    """The same addresses, each showing the sign-in page, so that the requested address survives signing in."""
    from pages._login import login_page

    return [
        st.Page(login_page, title="Sign in", url_path=address or None, default=not address)
        for _, _, _, address, _, _ in SITE
    ]


with one_run():
    user = current_user()
    st.set_page_config(page_title="Sign in · MileVault", page_icon=sign.favicon(), layout="wide")
    if user is None:
        st.navigation(login_map(), position="hidden").run()
    else:
        chosen = st.navigation(site_map(user.is_admin), expanded=True)
        choices.begin(chosen.url_path)
        tab_title(chosen.title)
        st.logo(sign.wordmark("#ebe8e4" if is_dark() else "#1f1d1b"), icon_image=sign.favicon(), size="large")
        with st.sidebar:
            search_box()
        place_for_filters()
        with st.sidebar:
            account_foot(user)
            frame.frame()
        if sentence := room.warning():
            st.warning(sentence, icon=":material/hard_drive:")
        undo.notice(user.id)
        chosen.run()

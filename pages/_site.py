"""The Streamlit script, run at every visit and every click: who is it? The login, or the site map.

A new page is a file beside this one and its line in SITE.
"""

import sys
from pathlib import Path

PAGES = Path(__file__).resolve().parent
if str(PAGES.parent) not in sys.path:
    sys.path.insert(0, str(PAGES.parent))

import streamlit as st  # noqa: E402

from pages._page import ICON, current_user, sign_out_button  # noqa: E402

# section, title, file, address, icon, who sees it in the menu: all | admin | nobody (reached by links)
SITE = [
    ("", "Dashboard", "dashboard.py", "", ":material/space_dashboard:", "all"),
    ("Training", "Activities", "activities.py", "activities", ":material/directions_bike:", "all"),
    ("Training", "Activity", "activity.py", "activity", ":material/map:", "nobody"),
    ("Training", "Records", "records.py", "records", ":material/trophy:", "all"),
    ("Training", "Routes", "routes.py", "routes", ":material/route:", "all"),
    ("Training", "Route", "route.py", "route", ":material/route:", "nobody"),
    ("Data", "Import", "imports.py", "imports", ":material/upload_file:", "all"),
    ("Data", "Read again", "reread.py", "read-again", ":material/replay:", "all"),
    ("Data", "Trash", "trash.py", "trash", ":material/delete:", "all"),
    ("Account", "Profile", "profile.py", "profile", ":material/person:", "all"),
    ("Account", "Settings", "settings.py", "settings", ":material/settings:", "admin"),
    ("Account", "Administration", "admin.py", "admin", ":material/shield_person:", "admin"),
]


def site_map(is_admin: bool) -> dict[str, list]:
    """The pages by section, for a person who is signed in."""
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


def login_map() -> list:
    """The same addresses, all of them the login: an address that somebody came for survives it."""
    from pages._login import login_page

    return [
        st.Page(login_page, title="Sign in", url_path=address or None, default=not address)
        for _, _, _, address, _, _ in SITE
    ]


st.set_page_config(page_title="MileVault", page_icon=ICON, layout="wide")
user = current_user()
if user is None:
    st.navigation(login_map(), position="hidden").run()
else:
    chosen = st.navigation(site_map(user.is_admin))
    with st.sidebar:
        sign_out_button(user)
    chosen.run()

"""What every page shares. A page begins with

    user = require_user()
    page_title("Activities")

and never sees a cookie, a token or SQL.
"""

import html
import re

import streamlit as st

from milevault_core import config
from milevault_core.accounts import sessions
from milevault_core.accounts.account import Account
from milevault_core.view import map as map_view
from milevault_core.view import words
from milevault_core.web.cookies import SESSION

ICON = "🧭"
SIGN_IN_FIRST = "Sign in to see this page."


def current_user() -> Account | None:
    """Who is signed in; looked up at every run, so that a session that ended shows nothing more.

    The one place where a page's user comes from: tests put theirs here.
    """
    return sessions.user_of(_token())


def require_user() -> Account:
    """The user; for anybody else the page ends here. Also inside fragments that change something."""
    user = current_user()
    if user is None:
        st.info(SIGN_IN_FIRST)
        st.stop()
    return user


def require_admin() -> Account:
    """The user, who must be an administrator."""
    user = require_user()
    if not user.is_admin:
        st.info("This page is for administrators.")
        st.stop()
    return user


def way_here(label: str, key: str, icon: str | None = None, **parameters: str) -> None:
    """A way to this same page with other parameters. With `st.page_link` the address does not follow, and the next
    click leads back to where one was."""
    if st.button(label, key=key, icon=icon, type="tertiary"):
        st.query_params.from_dict(parameters)
        st.rerun()


def page_title(text: str) -> None:
    """The head of a page. `text` may be a user's own: it is shown as it is."""
    st.title(words.plain(text), anchor=False)


def empty_state(sentence: str, link: str = "", label: str = "", icon: str = ":material/inbox:") -> None:
    """What a page says while there is nothing on it, and where to go from here. link: a file of pages/."""
    with st.container(border=True):
        st.markdown(f"{icon} &nbsp;{sentence}")
        if link:
            st.page_link(link, label=label, icon=":material/arrow_forward:")


def show_map(deck: str, key: str, height: int = 420) -> None:
    """A map, and below it the choice of its background where there is one (MAPBOX_TOKEN). The choice holds for every
    map until the person signs out. deck: deck.gl JSON of view/map.py."""
    chosen = st.session_state.get("map_background", "Map")
    has_choice = bool(config.settings().satellite_token)
    is_satellite = has_choice and chosen == "Satellite"
    st.pydeck_chart(
        map_view.ReadyDeck(map_view.on_satellite(deck) if is_satellite else _by_theme(deck)),
        height=height,
        key=key,
    )
    if not has_choice:
        return

    def remember() -> None:
        st.session_state["map_background"] = st.session_state[f"{key}-background"] or chosen

    st.segmented_control(
        "Background", ["Map", "Satellite"], default=chosen, key=f"{key}-background", on_change=remember,
        label_visibility="collapsed",
    )  # fmt: skip


def id_parameter(name: str = "id") -> int | None:
    """The number in the page's address (`?id=42`); None for anything that cannot be the id of a row."""
    value = st.query_params.get(name, "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,8}", value) else None


def send_to(address: str, post: str = "") -> None:
    """Send the browser to an address on this server; `post` is posted to first."""
    data = f'data-go="{html.escape(address)}"' + (f' data-post="{html.escape(post)}"' if post else "")
    st.html(f'<script src="/door.js" {data}></script>', unsafe_allow_javascript=True)


def sign_out_button(user: Account) -> None:
    """The foot of the menu. The session ends here and now; the route then takes the cookie away."""
    st.caption(f"Signed in as {user.username}")
    if st.button("Sign out", icon=":material/logout:", width="stretch", key="sign_out"):
        sessions.end(_token())
        send_to("/", post="/signin/end")
        st.stop()


def context_text(name: str) -> str:
    """A text of st.context (url, timezone, ip_address); "" where there is none."""
    value = getattr(st.context, name, None)
    return value if isinstance(value, str) else ""


def context_cookie(name: str) -> str | None:
    """A cookie of the request; None without one (and in Streamlit's AppTest, where cookies are mocks)."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else None


def _by_theme(deck: str) -> str:
    theme = getattr(st.context, "theme", None)
    return map_view.on_dark(deck) if getattr(theme, "type", None) == "dark" else deck


def _token() -> str | None:
    return context_cookie(SESSION)

"""Shared by all pages. Every page begins with

    user = require_user()
    page_title("Activities")

and never sees a cookie, a token or SQL.
"""

import functools
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

import streamlit as st

from milevault_core import config
from milevault_core.accounts import sessions
from milevault_core.accounts.account import Account
from milevault_core.operate import log_lines
from milevault_core.store import ahead
from milevault_core.view import dates, texts
from milevault_core.view import map as map_view
from milevault_core.web import door_script, tiles
from milevault_core.web.cookies import SESSION
from pages._addresses import SITE
from pages.parts.pieces import empty
from pages.parts.rooted import at, within
from pages.parts.tile_check import tile_check

SIGN_IN_FIRST = "Sign in to see this page."
_user_of_run: ContextVar[list[Account | None] | None] = ContextVar("user_of_run", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """One run of the site or of a fragment: the signed-in user is looked up only once."""
    before = _user_of_run.set([])
    try:
        with ahead.one_run(), log_lines.about(run=log_lines.new_id()):
            yield
    finally:
        _user_of_run.reset(before)


def current_user() -> Account | None:
    """The signed-in user; looked up at every run, so that an ended session shows nothing more.

    Pages get their user only from here, so tests patch this function.
    """
    known = _user_of_run.get()
    if known is None:
        return sessions.user_of(_token())
    if not known:
        known.append(sessions.user_of(_token()))
    return known[0]


def require_user() -> Account:
    """The signed-in user; stops the page if there is none. Fragments also call it before they change something."""
    user = current_user()
    if user is None:
        st.info(SIGN_IN_FIRST)
        st.stop()
    dates.read_as(user.date_format, user.week_start, user.clock)
    return user


def require_admin() -> Account:
    """The signed-in user; stops the page unless they are an administrator."""
    user = require_user()
    if not user.is_admin:
        st.info("This page is for administrators.")
        st.stop()
    return user


def fragment[**P, R](
    run_every: str | float | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`st.fragment` that checks at each run who is signed in, because a fragment's timer and widgets keep running in an
    open tab after the session has ended. All fragments must use this (tests/test_architecture.py)."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def asked_first(*arguments: P.args, **named: P.kwargs) -> R:
            # A fragment runs either as part of the whole page, or on its own.
            with one_run() if _user_of_run.get() is None else nullcontext():
                require_user()
                return function(*arguments, **named)

        return st.fragment(asked_first, run_every=run_every)

    return wrap


def tab_title(text: str) -> None:
    """Set the title of the browser tab."""
    st.set_page_config(page_title=f"{text} · MileVault")


def page_title(text: str) -> None:
    """Show the title of a page, and set that of its tab. `text` may come from a user; it is shown literally."""
    tab_title(" ".join(text.split())[:120])
    st.title(texts.plain(text), anchor=False)


def empty_state(sentence: str, link: str = "", label: str = "", icon: str = "arrow_forward") -> None:
    """The message of an empty page, with one link onward; `parts.empty` allows several. link: a file name in pages/."""
    address = next((f"/{to}" for _, _, file, to, _, _ in SITE if file == link), "")
    empty(sentence, ((icon, label, "", address),) if address else ())


def show_map(deck: str, key: str, height: int = 420) -> None:
    """A map, and below it the choice of background if there is one (MAPBOX_TOKEN). The choice holds for every map until
    the user signs out. deck: deck.gl JSON of view/map.py; nothing is shown for "" (no line to draw)."""
    if not deck:
        return
    chosen = st.session_state.get("map_background", "Map")
    has_choice = bool(config.settings().satellite_token)
    is_satellite = has_choice and chosen == "Satellite"
    st.pydeck_chart(
        map_view.ReadyDeck(
            map_view.below(map_view.on_satellite(deck) if is_satellite else _by_theme(deck), at("/"))
        ),
        height=height,
        key=key,
    )
    background = tiles.current().url
    if background and not is_satellite:
        tile_check(background, key)
    if not has_choice:
        return

    def remember() -> None:
        st.session_state["map_background"] = st.session_state[f"{key}-background"] or chosen

    st.segmented_control(
        "Background", ["Map", "Satellite"], default=chosen, key=f"{key}-background", on_change=remember,
        label_visibility="collapsed",
    )  # fmt: skip


def id_parameter(name: str = "id") -> int | None:
    """The number in the page's address (`?id=42`); None for anything that cannot be a row id."""
    value = st.query_params.get(name, "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,8}", value) else None


def send_to(address: str, post: str = "", ticket: str = "", refused: str = "") -> None:
    """Send the browser to an address on this server. If `post` is given, the browser first posts `ticket` to it, and
    goes to `refused` instead if that is refused."""
    told = {"go": address, "post": post, "ticket": ticket, "refused": refused}
    data = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in told.items() if value)
    script = f'<script src="/door.js?v={door_script.VERSION}" {data}></script>'
    st.html(within(script), unsafe_allow_javascript=True)


def is_dark() -> bool:
    """Whether the browser shows the dark theme; False if it has not said."""
    return getattr(getattr(st.context, "theme", None), "type", None) == "dark"


def account_foot(user: Account) -> None:
    """The foot of the menu. Signing out ends the session right here; the route then removes the cookie."""
    st.markdown(f"Signed in as {texts.plain(user.username)}")
    if st.button("Sign out", icon=":material/logout:", width="stretch", key="sign_out"):
        sessions.end(_token())
        send_to("/", post="/signin/end")
        st.stop()


def context_text(name: str) -> str:
    """A text value of st.context (url, timezone, ip_address); "" if there is none."""
    value = getattr(st.context, name, None)
    return value if isinstance(value, str) else ""


def server_address() -> str:
    """The address at which people open this server: BASE_URL, else as in the browser; without a trailing slash."""
    return config.settings().base_url or "/".join(context_text("url").split("/")[:3])


def context_cookie(name: str) -> str | None:
    """A cookie of the request; None if it is missing (and in Streamlit's AppTest, where cookies are mocks)."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else None


def _by_theme(deck: str) -> str:
    return map_view.on_dark(deck) if is_dark() else deck


def _token() -> str | None:
    return context_cookie(SESSION)

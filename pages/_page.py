"""Shared by all pages. A page begins with

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
    """One run of the site or of a fragment: who is signed in is looked up once, at its beginning."""
    before = _user_of_run.set([])
    try:
        with ahead.one_run(), log_lines.about(run=log_lines.new_id()):
            yield
    finally:
        _user_of_run.reset(before)


def current_user() -> Account | None:
    """Who is signed in; looked up at every run, so that a session that ended shows nothing more.

    The one place where a page's user comes from: tests put theirs here.
    """
    known = _user_of_run.get()
    if known is None:
        return sessions.user_of(_token())
    if not known:
        known.append(sessions.user_of(_token()))
    return known[0]


def require_user() -> Account:
    """The user; for anybody else the page ends here. Also inside fragments that change something."""
    user = current_user()
    if user is None:
        st.info(SIGN_IN_FIRST)
        st.stop()
    dates.read_as(user.date_format, user.week_start, user.clock)
    return user


def require_admin() -> Account:
    """The user, who must be an administrator."""
    user = require_user()
    if not user.is_admin:
        st.info("This page is for administrators.")
        st.stop()
    return user


def fragment[**P, R](
    run_every: str | float | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`st.fragment`, checking at each run who is signed in: its timer and widgets keep running in an open tab after
    the session has ended. Every fragment is made by this (tests/test_architecture.py)."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def asked_first(*arguments: P.args, **named: P.kwargs) -> R:
            # Either as a part of the whole page's run, or in a run of its own.
            with one_run() if _user_of_run.get() is None else nullcontext():
                require_user()
                return function(*arguments, **named)

        return st.fragment(asked_first, run_every=run_every)

    return wrap


def tab_title(text: str) -> None:
    """What the browser's tab says."""
    st.set_page_config(page_title=f"{text} · MileVault")


def page_title(text: str) -> None:
    """The head of a page, and of its tab. `text` may be a user's own: it is shown as it is."""
    tab_title(" ".join(text.split())[:120])
    st.title(texts.plain(text), anchor=False)


def empty_state(sentence: str, link: str = "", label: str = "", icon: str = "arrow_forward") -> None:
    """What a page shows while it is empty, with one link to go on; `parts.empty` has several. link: a file of
    pages/."""
    address = next((f"/{to}" for _, _, file, to, _, _ in SITE if file == link), "")
    empty(sentence, ((icon, label, "", address),) if address else ())


def show_map(deck: str, key: str, height: int = 420) -> None:
    """A map, and below it the choice of its background where there is one (MAPBOX_TOKEN). The choice holds for every
    map until the person signs out. deck: deck.gl JSON of view/map.py; nothing is shown for "", which has no line."""
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
    """The number in the page's address (`?id=42`); None for anything that cannot be the id of a row."""
    value = st.query_params.get(name, "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,8}", value) else None


def send_to(address: str, post: str = "", ticket: str = "", refused: str = "") -> None:
    """Send the browser to an address on this server; `post` is posted to first, with a ticket; where that is refused
    the browser goes to `refused` instead."""
    told = {"go": address, "post": post, "ticket": ticket, "refused": refused}
    data = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in told.items() if value)
    script = f'<script src="/door.js?v={door_script.VERSION}" {data}></script>'
    st.html(within(script), unsafe_allow_javascript=True)


def is_dark() -> bool:
    """Whether the browser shows the dark theme, as far as it has told."""
    return getattr(getattr(st.context, "theme", None), "type", None) == "dark"


def account_foot(user: Account) -> None:
    """The foot of the menu. The session ends here and now; the route then takes the cookie away."""
    st.markdown(f"Signed in as {texts.plain(user.username)}")
    if st.button("Sign out", icon=":material/logout:", width="stretch", key="sign_out"):
        sessions.end(_token())
        send_to("/", post="/signin/end")
        st.stop()


def context_text(name: str) -> str:
    """A text of st.context (url, timezone, ip_address); "" where there is none."""
    value = getattr(st.context, name, None)
    return value if isinstance(value, str) else ""


def server_address() -> str:
    """Where this server is, as people open it: BASE_URL, or what the browser shows; without a slash at its end."""
    return config.settings().base_url or "/".join(context_text("url").split("/")[:3])


def context_cookie(name: str) -> str | None:
    """A cookie of the request; None without one (and in Streamlit's AppTest, where cookies are mocks)."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else None


def _by_theme(deck: str) -> str:
    return map_view.on_dark(deck) if is_dark() else deck


def _token() -> str | None:
    return context_cookie(SESSION)

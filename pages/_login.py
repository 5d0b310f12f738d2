"""Sign in. The form is streamlit-authenticator's; everything behind it is ours (milevault_core/accounts), because its
cookie cannot be revoked, its lock-out is not remembered, and the timing of its check reveals which user names exist."""

import re
import time
from urllib.parse import urlencode, urlsplit

import streamlit as st

from milevault_core import config
from milevault_core.accounts import (
    first,
    identities,
    invitations,
    oidc_settings,
    password_reset,
    sign_in,
    tokens,
    two_factor,
)
from milevault_core.accounts.rules import Refused
from milevault_core.view import texts
from milevault_core.web.cookies import BROWSER, KNOWN, SETUP
from milevault_core.web.signin import safe_next
from pages import _page
from pages.parts.rooted import at, root

FORM = {"Form name": "Sign in", "Username": "User name", "Password": "Password", "Login": "Sign in"}
OIDC_SENTENCES = {
    "failed": "That did not work: the sign-in service's answer was not accepted. Try again, or use your password.",
    "busy": two_factor.TOO_MANY,
    "unknown": identities.UNKNOWN,
    "taken": identities.TAKEN,
}
AGAIN = "signin"  # address parameter after a refused ticket
NO_COOKIE = (
    "Your browser sent no cookie, and without it you cannot stay signed in. Allow cookies for this address, "
    "then reload the page."
)
CHANGED = (
    "That did not work: your browser's cookie for this page changed in the meantime. Please sign in again."
)
SECOND = "second_step"  # (user_id, password stamp, deadline for the code), once the password is right
SECOND_STEP_S = 300.0


def login_page() -> None:
    """All that visitors who are not signed in see, at every address."""
    _, middle, _ = st.columns([1, 1.3, 1])
    with middle:
        st.title("MileVault", anchor=False)
        _no_cookie_here()
        if AGAIN in st.query_params:
            st.error(CHANGED)
        user_id = _second_step() if SECOND in st.session_state else _first_step()
    if user_id is not None:
        enter(user_id)


def _no_cookie_here() -> None:
    """Warn if the browser will not keep the session cookie: signing in would then lead back here without a message. It
    happens if the address begins with http but BASE_URL with https (except on the machine itself, where browsers
    keep the cookie), and in a browser that keeps no cookies at all."""
    settings = config.settings()
    opened = urlsplit(_page.context_text("url"))
    if not settings.is_https or opened.scheme != "http" or is_this_machine(opened.hostname):
        if _word() is None:
            st.warning(NO_COOKIE)
        return
    st.warning(
        "You cannot stay signed in at this address: it begins with http, and MileVault is set up for https "
        f"(BASE_URL), so your browser does not keep the cookie. Open {texts.plain(settings.base_url)} instead. "
        "If https does not work, ask whoever runs this server to change BASE_URL."
    )
    st.link_button(
        f"Open {settings.base_url}", at(settings.base_url + wanted_address()), icon=":material/lock:"
    )


def is_this_machine(host: str | None) -> bool:
    """Whether browsers treat this host as their own machine, and so as secure as https."""
    name = (host or "").lower()
    is_name = name == "localhost" or name.endswith(".localhost")
    return is_name or name == "::1" or re.fullmatch(r"127(\.\d{1,3}){3}", name) is not None


def _first_step() -> int | None:
    """The form for this visitor; returns the user's id once it has been completed. If two-factor codes are on, the code
    is asked for first."""
    user_id = _form()
    if user_id is None or not two_factor.is_on(user_id):
        return user_id
    st.session_state[SECOND] = (user_id, sign_in.stamp(user_id), time.monotonic() + SECOND_STEP_S)
    st.rerun()


def _form() -> int | None:
    from pages import _first_account

    if first.is_missing():
        return _first_account.first_account()
    if token := _page.context_cookie(SETUP):
        if invitations.is_valid(token):
            return _first_account.invited(token)
        if name := password_reset.username_of(token):
            return _first_account.new_password(token, name)
    user_id = _sign_in_form()
    _by_provider()
    return user_id


def _by_provider() -> None:
    """The identity provider's button, and the error of the last attempt."""
    provider = oidc_settings.current()
    if provider.is_ready and st.button(
        f"Sign in with {texts.plain(provider.label)}", key="oidc", width="stretch"
    ):
        _page.send_to("/oidc/start?" + urlencode({"next": wanted_address()}))
        st.stop()
    if sentence := OIDC_SENTENCES.get(st.query_params.get("oidc", "")):
        st.error(sentence)


def _second_step() -> int | None:
    """Ask for the authenticator app's code; returns the user's id once it is right."""
    user_id, stamp, until = st.session_state[SECOND]
    if time.monotonic() > until or stamp != sign_in.stamp(user_id):
        del st.session_state[SECOND]
        st.rerun()
    with st.form("code"):
        st.subheader("Two-factor code", anchor=False)
        code = st.text_input(
            "Code",
            autocomplete="one-time-code",
            help="From your authenticator app, or one of your recovery codes.",
        )
        is_sent = st.form_submit_button("Sign in", type="primary")
    if st.button("Start again", type="tertiary"):
        del st.session_state[SECOND]
        st.rerun()
    if not is_sent:
        return None
    try:
        two_factor.check(user_id, code, *_from_where())
    except Refused as refused:
        st.error(str(refused))
        return None
    del st.session_state[SECOND]
    return user_id


def enter(user_id: int) -> None:
    """Send the visitor on to the page they wanted, through the route that sets the cookie."""
    word = _word()
    if word is None:
        st.error(NO_COOKIE)
        st.stop()
    to = wanted_address()
    again = to + ("&" if "?" in to else "?") + f"{AGAIN}=again"
    _page.send_to(to, "/signin/finish", sign_in.ticket(user_id, word), again)
    st.stop()


def _word() -> str | None:
    """This browser's word (web/browser_word.py); None if it sent no valid one."""
    word = _page.context_cookie(BROWSER)
    return word if tokens.token_hash(word) else None


def wanted_address() -> str:
    """The address that the visitor asked for: path and query."""
    query = urlencode({name: value for name, value in st.query_params.to_dict().items() if name != AGAIN})
    path = urlsplit(_page.context_text("url")).path
    if root() and f"{path}/".startswith(f"{root()}/"):
        path = path[len(root()) :]
    return safe_next((path or "/") + (f"?{query}" if query else ""))


def _sign_in_form() -> int | None:
    """The sign-in form; returns the user's id once the credentials are right."""
    import streamlit_authenticator  # slow to import (a second), and only needed here

    class Form(streamlit_authenticator.Authenticate):
        """Only its form: the cookie component, credentials and key are never created."""

        def __init__(self, check: "_Check") -> None:
            self.attrs = {"login_sleep_time": 0}
            self.path = None
            self.authentication_controller = check
            self.cookie_controller = _NoCookie()

    check = _Check()
    Form(check).login(fields=FORM, clear_on_submit=False, key="sign_in")
    if check.was_asked and check.user_id is None:
        st.error(sign_in.FAILED)
    return check.user_id


def _from_where() -> tuple[str | None, str | None]:
    """The visitor's IP address, and the token of a known browser."""
    return _page.context_text("ip_address") or None, _page.context_cookie(KNOWN)


class _Check:
    """Called by the form with what was typed."""

    def __init__(self) -> None:
        self.was_asked = False
        self.user_id: int | None = None

    def login(self, username: str, password: str, *_: object, **__: object) -> bool:
        self.was_asked = True
        self.user_id = sign_in.check(username or "", password or "", *_from_where())
        return self.user_id is not None


class _NoCookie:
    """Replaces streamlit-authenticator's cookie, which is set by JavaScript and cannot be revoked."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None

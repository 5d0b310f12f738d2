"""Sign in. The form is streamlit-authenticator's; everything behind it is ours (milevault_core/accounts): its
cookie cannot be revoked, its lock-out forgets, and its check tells by its speed which user names exist."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from milevault_core.accounts import first, sign_in
from milevault_core.web.signin import safe_next
from pages import _page

FORM = {"Form name": "Sign in", "Username": "User name", "Password": "Password", "Login": "Sign in"}


def login_page() -> None:
    """The only thing that a stranger sees, at every address."""
    _, middle, _ = st.columns([1, 1.3, 1])
    with middle:
        st.title("MileVault", anchor=False)
        if first.is_missing():
            from pages._first_account import first_account

            user_id = first_account()
        else:
            user_id = _sign_in_form()
    if user_id is not None:
        enter(user_id)


def enter(user_id: int) -> None:
    """On to where the visitor wanted to go, by way of the route that sets the cookie."""
    _page.send_to("/signin/finish?" + urlencode({"t": sign_in.ticket(user_id, wanted_address())}))
    st.stop()


def wanted_address() -> str:
    """The address that this visitor came for: path and query."""
    query = urlencode(st.query_params.to_dict())
    return safe_next((urlsplit(_page.context_text("url")).path or "/") + (f"?{query}" if query else ""))


def _sign_in_form() -> int | None:
    """The form; the user's id once it was filled in right."""
    import streamlit_authenticator  # a second of work, which only strangers cost us

    class Form(streamlit_authenticator.Authenticate):
        """Its form, without the rest: the cookie's component, the credentials, the key are never made."""

        def __init__(self, check):
            self.attrs = {"login_sleep_time": 0}
            self.path = None
            self.authentication_controller = check
            self.cookie_controller = _NoCookie()

    check = _Check()
    Form(check).login(fields=FORM, clear_on_submit=False, key="sign_in")
    if check.was_asked and check.user_id is None:
        st.error(sign_in.FAILED)
    return check.user_id


class _Check:
    """What the form calls with what was typed."""

    def __init__(self) -> None:
        self.was_asked = False
        self.user_id: int | None = None

    def login(self, username: str, password: str, *_, **__) -> bool:
        self.was_asked = True
        self.user_id = sign_in.check(username or "", password or "", _page.context_text("ip_address") or None)
        return self.user_id is not None


class _NoCookie:
    """streamlit-authenticator's cookie is set by JavaScript and cannot be revoked: there is none."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None

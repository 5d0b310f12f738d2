"""Signing in and out in a browser: first link, form, page, sign out, sign in to the page that was wanted."""

import pytest

from milevault_core.accounts import first, sessions, users
from milevault_core.store.engine import Database
from tests.pages import server
from tests.pages.test_door_http import ask

PASSWORD = "correct horse 7"


@pytest.mark.browser
def test_in_and_out(database: Database, database_url: str, browser) -> None:
    with server.serving(database_url) as address:
        context = browser.new_context(timezone_id="Europe/Vienna")
        context.set_default_timeout(60_000)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)

        page.goto(address + "/activities")
        page.get_by_text("has no account yet").wait_for()
        assert page.get_by_label("Password").count() == 0
        page.goto(first.link(address))
        page.get_by_label("User name").fill("ann")
        assert page.url == f"{address}/", "the link's token is gone from the address"
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Repeat the password").fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        page.get_by_text("Signed in as ann").wait_for()
        made = users.by_username("ann")
        assert made is not None
        assert made.time_zone == "Europe/Vienna"
        cookies = {c["name"]: c for c in context.cookies()}
        assert "mv_setup" not in cookies
        session = cookies["mv_session"]
        assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")
        assert page.evaluate("document.cookie").count("mv_session") == 0

        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("User name").wait_for()
        assert "mv_session" not in {c["name"] for c in context.cookies()}
        assert sessions.user_of(session["value"]) is None

        # No address contains anything that grants access, and a ticket grants none in another browser.
        addresses: list[str] = []
        elsewhere: list[int] = []
        page.on("request", lambda request: addresses.append(request.url))

        def overheard(route) -> None:
            ticket = route.request.headers["x-milevault-ticket"]
            addresses.append(f"ticket {ticket}")
            for cookie in ("", f"mv_browser={'C' * 43}"):
                headers = {"X_MileVault_Ticket": ticket, "Cookie": cookie}
                elsewhere.append(ask(f"{address}/signin/finish", "POST", b"", **headers)[0])
            route.continue_()

        page.route("**/signin/finish", overheard)
        page.goto(f"{address}/?token={sessions.create(made.id)}")
        page.get_by_label("User name").wait_for()
        page.goto(address + "/activities?q=x")
        page.get_by_label("User name").fill("ann")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Signed in as ann").wait_for()
        assert page.url == f"{address}/activities?q=x"
        assert elsewhere == [403, 403]
        (ticket,) = (each.removeprefix("ticket ") for each in addresses if each.startswith("ticket "))
        assert not [each for each in addresses if ticket in each and each.startswith("http")]
        assert page.evaluate("document.cookie").count("mv_") == 0
        assert complaints == []
        context.close()

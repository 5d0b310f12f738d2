"""Two people on one server, in a real browser: an invitation, two-factor codes, an identity provider, signing out."""

import pyotp
import pytest

from tests.accounts import provider as stand_in
from tests.browser.test_journey import PATIENCE_MS, make_account
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
GOOD = "correct horse 7"


def test_an_invitation_codes_and_a_provider(browser, new_site) -> None:
    def new_page():
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    admin = new_page()
    make_account(admin, new_site.first_account)
    admin.goto(new_site.url + "/admin")
    admin.get_by_label("Who is it for?").fill("Bob")
    admin.get_by_role("button", name="Make an invitation").click()
    link = admin.locator("code", has_text="/invite?t=").inner_text()

    bob = new_page()
    bob.goto(link)
    expect(bob.get_by_text("You have been invited")).to_be_visible()
    assert "t=" not in bob.url
    bob.get_by_label("User name").fill("bob")
    bob.get_by_label("Password", exact=True).fill(GOOD)
    bob.get_by_label("Repeat the password").fill(GOOD)
    bob.get_by_role("button", name="Create account").click()
    expect(bob.get_by_text("Signed in as bob")).to_be_visible()
    expect(bob.get_by_role("link", name="Administration")).to_have_count(0)

    # Two-factor codes: turned on, and requested at the next sign-in.
    bob.goto(new_site.url + "/profile")
    bob.get_by_role("button", name="Turn on").click()
    secret = bob.locator("code").first.inner_text().replace(" ", "")
    bob.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    bob.get_by_role("button", name="Turn on").click()
    expect(bob.get_by_text("These are your recovery codes", exact=False)).to_be_visible()
    codes = bob.locator("code").first.inner_text().split("\n")
    bob.get_by_role("button", name="Sign out", exact=True).last.click()
    bob.get_by_label("User name").fill("bob")
    bob.get_by_label("Password", exact=True).fill(GOOD)
    bob.get_by_role("button", name="Sign in").click()
    expect(bob.get_by_text("Two-factor code")).to_be_visible()
    bob.goto(new_site.url + "/activities")  # a newly loaded page does not remember the first step
    expect(bob.get_by_label("User name")).to_be_visible()
    bob.get_by_label("User name").fill("bob")
    bob.get_by_label("Password", exact=True).fill(GOOD)
    bob.get_by_role("button", name="Sign in").click()
    bob.get_by_label("Code", exact=True).fill(codes[0])
    bob.get_by_role("button", name="Sign in").click()
    expect(bob.get_by_text("Signed in as bob")).to_be_visible()
    expect(bob).to_have_url(new_site.url + "/activities")

    # An identity provider: set up by the administrator, connected by Bob, then used to sign in.
    with stand_in.running() as provider:
        admin.goto(new_site.url + "/settings")
        admin.get_by_label("Issuer", exact=True).fill(provider.issuer)
        admin.get_by_label("Client ID", exact=True).fill(stand_in.CLIENT)
        admin.get_by_label("Client secret", exact=True).fill(stand_in.SECRET)
        admin.locator("[data-testid=stForm]", has_text="Client secret").get_by_role(
            "button", name="Save"
        ).click()
        expect(admin.get_by_text("Set here.").last).to_be_visible()
        bob.goto(new_site.url + "/profile")
        bob.get_by_role("button", name="Connect", exact=True).click()
        expect(bob.get_by_text("Connected with", exact=False)).to_be_visible()
        bob.get_by_role("button", name="Sign out", exact=True).last.click()
        bob.get_by_role("button", name="Sign in with PocketID").click()
        expect(bob.get_by_text("Signed in as bob")).to_be_visible()
        assert "code=" not in bob.url

    # A cookie kept from before grants no access after signing out.
    kept = bob.context.cookies()
    assert "mv_session" in {each["name"] for each in kept}
    bob.goto(new_site.url + "/profile")
    bob.get_by_role("button", name="Sign out", exact=True).last.click()
    expect(bob.get_by_label("User name")).to_be_visible()
    bob.context.clear_cookies()
    bob.context.add_cookies(kept)
    bob.goto(new_site.url + "/activities")
    expect(bob.get_by_label("User name")).to_be_visible()
    expect(bob.get_by_text("Signed in as bob")).to_have_count(0)
    for page in (admin, bob):
        page.context.close()

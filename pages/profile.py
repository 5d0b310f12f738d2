"""Password, time zone, units, browsers that are signed in."""

from pages import _page

user = _page.require_user()
_page.title("Profile")
_page.empty("Nothing to set yet.")

"""Password, time zone, units, browsers that are signed in."""

from pages._page import empty_state, page_title, require_user

user = require_user()
page_title("Profile")
empty_state("Nothing to set yet.")

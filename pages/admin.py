"""Users of this server. Administrators only."""

from pages._page import empty_state, page_title, require_admin

user = require_admin()
page_title("Administration")
empty_state("Nothing to administer yet.")

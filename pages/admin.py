"""Users of this server. Administrators only."""

from pages import _page

user = _page.require_admin()
_page.title("Administration")
_page.empty("Nothing to administer yet.")

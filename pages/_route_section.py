"""The line on an activity's page about the route it followed, and its rank among the other times there."""

from milevault_core.accounts.account import Account
from milevault_core.store import ahead
from milevault_core.store.queries import routes as queries
from milevault_core.view import format as fmt
from milevault_core.view.parts.text import icon, link
from milevault_core.view.routes import routes as view


def route_line(user: Account, activity_id: int) -> str:
    """One line with a link, as HTML; "" for an activity without a route."""
    ahead.fetch((queries.one, user.id, activity_id), (queries.names, user.id))
    route = queries.of_activity(user.id, activity_id)
    called = view.names(queries.names(user.id), fmt.units(user.units))
    # Derive may have rebuilt the routes between the two queries.
    if route is None or int(route["id"]) not in called:
        return ""
    label = view.standing(route, called[int(route["id"])])
    return f"<p>{icon('route')} {link('/route', label, {'id': route['id']})}</p>"

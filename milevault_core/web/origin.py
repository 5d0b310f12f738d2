"""Where a request comes from: another site's page can make a browser send one, with its cookies."""

from starlette.requests import Request

from milevault_core import config
from milevault_core.web import hosts


def is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page made the browser send this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    # Over http browsers do not send it. A proxy may have changed the Host, so pages of BASE_URL are ours too.
    origin, host = request.headers.get("origin"), request.headers.get("host")
    return not hosts.is_from_us(origin, host, config.settings().base_url)

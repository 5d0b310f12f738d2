"""Where a request comes from: another site's page can make a browser send one, cookie and all."""

from urllib.parse import urlsplit

from starlette.requests import Request


def is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page made the browser send this."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")

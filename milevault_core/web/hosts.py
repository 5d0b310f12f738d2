"""Which host names belong to this server, and which pages are ours.

A malicious site can point its own name at this server's address (DNS rebinding), and have its visitors' browsers talk
to us under that name. So only names that nobody else can own are accepted: IP addresses, names that no public name
server resolves, the name in BASE_URL, and those in ALLOWED_HOSTS.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

# https://www.iana.org/assignments/special-use-domain-names: never delegated on the internet, or the machine's own.
_PRIVATE = (".local", ".localhost", ".lan", ".internal", ".home.arpa", ".test")
_PLAIN = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # or an IPv6 address, without its brackets
_ROUTER = "fritz.box"  # .box itself is delegated: anybody can own a name there


def is_ours(host: str | None, base_url: str = "", allowed: str = "") -> bool:
    """Whether a request's Host header names this server.

    base_url: the address that people open, or "". allowed: more names, separated by commas; `*.example.org` stands for
    every name below example.org, `*` for any name.
    """
    name = _name(host)
    if not _PLAIN.fullmatch(name):
        return False
    named = {_name(part) for part in allowed.split(",")}
    if "*" in named or name in named | {_name(urlsplit(base_url).netloc)}:
        return True
    if any(each.startswith("*.") and name.endswith(each[1:]) for each in named):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return "." not in name or name.endswith(_PRIVATE) or f".{name}".endswith(f".{_ROUTER}")
    return True


def is_from_us(origin: str | None, host: str | None, base_url: str = "") -> bool:
    """Whether the page that made a browser send this request is from this server. The port counts too, because other
    ports of the machine get the same cookies. Without an Origin, no page sent the request, or it is a plain visit."""
    if origin is None:
        return True
    try:
        theirs, ours = urlsplit(origin), urlsplit(base_url)
        _ = theirs.port
    except ValueError:
        return False
    if theirs.scheme not in ("http", "https") or not theirs.netloc:
        return False
    if ours.netloc and (theirs.scheme, _address(theirs)) == (ours.scheme, _address(ours)):
        return True
    if theirs.netloc.lower() == ours.netloc.lower() and theirs.scheme == "http":
        return False  # BASE_URL is https: an http page with the same name may be anybody's
    return theirs.netloc.lower() == (host or "").lower()  # the page's host is the one it sends to


def _address(parts: SplitResult) -> tuple[str | None, int | None]:
    return parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _name(host: str | None) -> str:
    """The name in `name:port`, in lower case; "" if it is not valid."""
    try:
        parts = urlsplit(f"//{(host or '').strip()}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    return (parts.hostname or "").lower().rstrip(".")

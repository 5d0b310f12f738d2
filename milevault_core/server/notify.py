"""Send a message when something stops and another when all is well again, through apprise (mail, ntfy, webhooks and a
hundred others), to the addresses in NOTIFY_URL. Only the operator can set them: users could reach into the internal
network with them. Also requests HEARTBEAT_URL while all is well and the app reports, so that a missing heartbeat
reveals a dead server. The only module that imports apprise.

A worker runs `look` every few minutes. The database keeps what each address was told, so that a restart repeats
nothing, and an address that fails now is told later without repeating the message to the others.
"""

import hashlib
import hmac
import json
import logging
import urllib.request
from typing import Any

from milevault_core import config
from milevault_core.server import troubles
from milevault_core.store import reports, server_settings

_log = logging.getLogger(__name__)
WELL = "All is well again."
_TOLD, _TIMEOUT_S = "notified", 20.0
# By hashed address: what it was told (name -> sentence); None for an invalid address, once that has been logged.
_Told = dict[str, dict[str, str] | None]


class NotAnAddress(Exception):
    """apprise does not accept the address."""


def look() -> None:
    """Send what is new, and send a heartbeat while all is well. What could not be sent is sent the next time. If
    several workers (also on several machines) run this at once, only one of them sends, because a lock protects the
    record of what was sent."""
    with server_settings.alone("notify") as is_mine:
        if is_mine:
            _look()


def _look() -> None:
    settings = config.settings()
    now = troubles.found()
    if settings.notify_url:
        _tell(list(dict.fromkeys(settings.notify_url.split())), now)
    if settings.heartbeat_url and not now and reports.lately("app"):
        _ping(settings.heartbeat_url)


def _tell(addresses: list[str], now: dict[str, str]) -> None:
    """Tell each address what it has not been told yet. Addresses that were removed are forgotten."""
    before = _told(server_settings.read().get(_TOLD, "{}"), addresses)
    after: _Told = {}
    for number, address in enumerate(addresses, 1):
        name = _name(address)
        told = before.get(name, {})
        message = text_of(told or {}, now)
        if not message:
            after[name] = None if told is None else now
            continue
        try:
            after[name] = now if _send(address, message) else told
        except NotAnAddress:
            after[name] = None
            if told is not None:
                _log.warning("NOTIFY_URL: apprise does not understand address %d; it is left out.", number)
            continue
        if after[name] is not now:
            _log.warning("NOTIFY_URL: address %d could not be notified and is told the next time.", number)
    if after != before:
        kept = any(told is None or told for told in after.values())
        server_settings.save({_TOLD: json.dumps(after) if kept else None})


def _told(saved: str, addresses: list[str]) -> _Told:
    told: dict[str, Any] = json.loads(saved)
    if any(isinstance(each, str) for each in told.values()):  # an older format: the same for all addresses
        return {_name(address): told for address in addresses}
    return told


def _name(address: str) -> str:
    """A name for an address in the database that does not reveal it, because addresses contain passwords and tokens."""
    key = config.settings().secret_key.encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:16]


def text_of(told: dict[str, str], now: dict[str, str]) -> str:
    """The message to send after `told` was sent; "" for none. A problem is reported once, even if its text changes."""
    new = [sentence for name, sentence in now.items() if name not in told]
    over = [sentence for name, sentence in told.items() if name not in now]
    if told and not now:
        return WELL
    lines = new + [f"No longer: {sentence}" for sentence in over]
    return "\n".join(lines)


def _send(address: str, message: str) -> bool:
    """Send a message; returns whether it was sent. Raises NotAnAddress."""
    import apprise

    sender = apprise.Apprise()
    # apprise logs addresses, which contain passwords and tokens.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    if not sender.add(address):
        raise NotAnAddress
    return bool(sender.notify(body=message, title="MileVault", body_format=apprise.NotifyFormat.TEXT))


def _ping(url: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S):
            pass
    except (OSError, ValueError) as error:
        _log.warning("The heartbeat could not be sent (%s).", type(error).__name__)

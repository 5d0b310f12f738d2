"""One message when something stops, one when all is well again: through apprise (mail, ntfy, webhooks and a hundred
others), to the addresses in NOTIFY_URL. They are the operator's alone: from a user they would be a way into the
network. And a ping of HEARTBEAT_URL while all is well and the app reports, so that silence tells of a server that is
gone. The only importer of apprise.

A worker runs `look` every few minutes. What was told is kept in the database for each address, so that a restart
repeats nothing, and an address that fails today is told later without the others hearing it again.
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
# By address: what it was told (name -> sentence); None for one that cannot be understood, once that is in the log.
_Told = dict[str, dict[str, str] | None]


class NotAnAddress(Exception):
    """apprise does not understand it."""


def look() -> None:
    """Send what is new, and ping while all is well. What could not be sent is sent the next time. Of several workers
    (on several machines) that look at once, one sends: what was sent is read and written under one lock."""
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
    """Tell each address what it has not been told. Addresses that are gone are forgotten."""
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
    if any(isinstance(each, str) for each in told.values()):  # as it was written before: the same for all
        return {_name(address): told for address in addresses}
    return told


def _name(address: str) -> str:
    """A name for an address in the database that reveals nothing of it: addresses hold passwords and tokens."""
    key = config.settings().secret_key.encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:16]


def text_of(told: dict[str, str], now: dict[str, str]) -> str:
    """What to say, when `told` was said before; "" for nothing. A state is said once, however its sentence changes."""
    new = [sentence for name, sentence in now.items() if name not in told]
    over = [sentence for name, sentence in told.items() if name not in now]
    if told and not now:
        return WELL
    lines = new + [f"No longer: {sentence}" for sentence in over]
    return "\n".join(lines)


def _send(address: str, message: str) -> bool:
    """Whether it was sent. Raises NotAnAddress."""
    import apprise

    sender = apprise.Apprise()
    # Its own log says addresses, which hold passwords and tokens.
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

"""One message when something stops, one when all is well again: through apprise (mail, ntfy, webhooks and a hundred
others), to the address in NOTIFY_URL. It is the operator's alone: from a user it would be a way into the network. And a
ping of HEARTBEAT_URL while all is well, so that silence tells of a server that is gone. The only importer of apprise.

A worker runs `look` every few minutes; what was told is kept in the database, so that a restart repeats nothing.
"""

import json
import logging
import urllib.request

from milevault_core import config
from milevault_core.server import troubles
from milevault_core.store import server_settings

_log = logging.getLogger(__name__)
WELL = "All is well again."
_TOLD, _TIMEOUT_S = "notified", 20.0


def look() -> None:
    """Tell what is new, and ping while all is well. What could not be told is told the next time. Of several workers
    (on several machines) that look at once, one does: what was told is read and written under one lock."""
    with server_settings.alone("notify") as is_mine:
        if is_mine:
            _look()


def _look() -> None:
    settings = config.settings()
    now = troubles.found()
    if settings.notify_url:
        told = json.loads(server_settings.read().get(_TOLD, "{}"))
        message = text_of(told, now)
        if not message or _send(settings.notify_url, message):
            server_settings.save({_TOLD: json.dumps(now) if now else None})
    if settings.heartbeat_url and not now:
        _ping(settings.heartbeat_url)


def text_of(told: dict[str, str], now: dict[str, str]) -> str:
    """What to say, when `told` was said before; "" for nothing. A state is said once, however its sentence changes."""
    new = [sentence for name, sentence in now.items() if name not in told]
    over = [sentence for name, sentence in told.items() if name not in now]
    if told and not now:
        return WELL
    lines = new + [f"No longer: {sentence}" for sentence in over]
    return "\n".join(lines)


def _send(url: str, message: str) -> bool:
    import apprise

    sender = apprise.Apprise()
    # Its own log says addresses, which hold passwords and tokens.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    for one in url.split():
        if not sender.add(one):
            _log.warning("NOTIFY_URL has an address that apprise does not understand.")
            return False
    sent = bool(sender.notify(body=message, title="MileVault", body_format=apprise.NotifyFormat.TEXT))
    if not sent:
        _log.warning("The operator could not be notified and is told the next time.")
    return sent


def _ping(url: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S):
            pass
    except (OSError, ValueError) as error:
        _log.warning("The heartbeat could not be sent (%s).", type(error).__name__)

"""Limits on connections that an ASGI middleware cannot see: only uvicorn knows about unfinished messages and about
connections without a request.

Streamlit starts uvicorn, and has chosen its protocol classes by the time app.py is imported, so `bound` patches these
classes themselves. tests/web/test_connections.py checks that they are still the classes that are used.
"""

import asyncio
import functools
import logging
import socket
import time
from collections import OrderedDict
from typing import Any

import uvicorn.config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

STRANGERS_FRAME = 64 << 10  # bytes of a message, for visitors who are not signed in
USERS_FRAME = 16 << 20
EXTENSION = "milevault.connection"  # in the scope of a websocket: its protocol, for the guard
SILENT_S = 10.0  # how long a connection may be open without a request
MOST_SILENT = 200
MOST_OPEN = 1_000  # connections that are not websockets; each uses a file descriptor


def bound(trusted_proxies: str) -> None:
    """Limit the connections of this process's uvicorn; a second call changes nothing.

    trusted_proxies: comma-separated addresses and networks whose X-Forwarded-For is trusted. uvicorn by itself would
    trust every process on this machine.
    """
    if getattr(WebSocketsSansIOProtocol, "_is_bounded", False):
        return
    WebSocketsSansIOProtocol._is_bounded = True  # type: ignore[attr-defined]
    trusted = [each.strip() for each in trusted_proxies.split(",") if each.strip()]
    uvicorn.config.ProxyHeadersMiddleware = lambda app, trusted_hosts: ProxyHeadersMiddleware(app, trusted)  # type: ignore[misc,assignment,attr-defined]
    _bound_websockets(WebSocketsSansIOProtocol)
    _bound_requests(AutoHTTPProtocol)
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(RateLimit())


def _bound_websockets(protocol: Any) -> None:
    made, handshake, lost = protocol.__init__, protocol.handle_connect, protocol.connection_lost

    @functools.wraps(made)
    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        set_frame_limit(self, STRANGERS_FRAME)

    @functools.wraps(handshake)
    def connect(self: Any, event: Any) -> None:
        handshake(self, event)
        if hasattr(self, "scope"):  # its task exists but has not started
            self.scope["extensions"][EXTENSION] = self

    @functools.wraps(lost)
    def end(self: Any, exc: Any) -> None:
        lost(self, exc)
        del self.conn.reader.buffer[:]  # the received part of an unfinished message
        self.frames = []

    protocol.__init__, protocol.handle_connect, protocol.connection_lost = begin, connect, end


def set_frame_limit(protocol: Any, size: int) -> None:
    """Limit the bytes of one message, including all its fragments. Checked before the bytes of a frame are awaited."""
    protocol.conn.max_message_size = size


def _bound_requests(protocol: Any) -> None:
    connections = Connections()
    made, lost, upgrade = (
        protocol.connection_made,
        protocol.connection_lost,
        protocol.handle_websocket_upgrade,
    )

    @functools.wraps(made)
    def begin(self: Any, transport: Any) -> None:
        made(self, transport)
        _send_at_once(transport)
        connections.enter(self)

    @functools.wraps(lost)
    def end(self: Any, exc: Any) -> None:
        connections.leave(self)
        lost(self, exc)
        # Free what was received but not read right now: a connection is part of a reference cycle, and cycles are only
        # collected once many have piled up.
        if self.cycle is not None:
            self.cycle.body = bytearray()
        forget = getattr(getattr(self.conn, "_receive_buffer", None), "_data", None)
        if forget:
            del forget[:]

    @functools.wraps(upgrade)
    def change(self: Any, event: Any) -> None:
        connections.leave(self)
        upgrade(self, event)

    protocol.connection_made, protocol.connection_lost, protocol.handle_websocket_upgrade = begin, end, change


def _send_at_once(transport: Any) -> None:
    """Set TCP_NODELAY. asyncio does so only for sockets created explicitly for TCP, and Streamlit's listening socket is
    not. Without it the second small part of a response waits until the other side acknowledges the first: 40 ms for
    every file, for the websocket, and for the beginning of a page."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Connections:
    """The open connections, oldest first. A connection without a request is closed after SILENT_S, or earlier if there
    are too many. Used only on the event loop."""

    def __init__(self) -> None:
        self._open: OrderedDict[Any, float] = OrderedDict()

    def enter(self, protocol: Any) -> None:
        """Add a new connection. If there are too many, the one that has been silent for longest is closed."""
        self._open[protocol] = time.monotonic()
        asyncio.get_running_loop().call_later(SILENT_S, self._close_if_silent, protocol)
        if len(self._open) > MOST_SILENT:
            silent = [each for each in self._open if _is_silent(each)]
            if len(silent) > MOST_SILENT:
                self._close(silent[0])
            elif len(self._open) > MOST_OPEN:
                self._close(silent[0] if silent else protocol)

    def leave(self, protocol: Any) -> None:
        self._open.pop(protocol, None)

    def _close_if_silent(self, protocol: Any) -> None:
        if protocol in self._open and _is_silent(protocol):
            self._close(protocol)

    def _close(self, protocol: Any) -> None:
        self._open.pop(protocol, None)
        protocol.transport.abort()


def _is_silent(protocol: Any) -> bool:
    return protocol.cycle is None


class RateLimit(logging.Filter):
    """A log filter that passes the same line only a few times a minute, and says how many were left out: a server that
    has run out of connections would write thousands per second."""

    MOST, SPAN_S = 5, 60.0

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, list[float]] = {}  # by the line's beginning: [since, lines, lines left out]

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write a line, for logging.Filter."""
        now = time.monotonic()
        if len(self._seen) > 1_000:
            self._seen.clear()
        seen = self._seen.setdefault(str(record.msg)[:40], [now, 0, 0])
        if now - seen[0] > self.SPAN_S:
            if seen[2]:
                record.msg = f"{record.getMessage()} ({int(seen[2])} more like it were left out)"
                record.args = ()
            seen[:] = [now, 0, 0]
        seen[1] += 1
        if seen[1] > self.MOST:
            seen[2] += 1
            return False
        return True

"""Bounds on connections below what an ASGI middleware sees: only uvicorn knows of unfinished messages and of
connections without a request.

Streamlit starts uvicorn, and has chosen its protocol classes by the time app.py is imported; `bound` therefore
changes these classes themselves. tests/web/test_connections.py checks that they are still the classes changed here.
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

STRANGERS_FRAME = 64 << 10  # bytes of a message, for those who are not signed in
USERS_FRAME = 16 << 20
EXTENSION = "milevault.connection"  # in the scope of a websocket: its protocol, for the guard
SILENT_S = 10.0  # s; how long a connection may be open without a request
MOST_SILENT = 200
MOST_OPEN = 1_000  # connections that are not websockets; each holds a file of the process


def bound(trusted_proxies: str) -> None:
    """Bound the connections of this process's uvicorn; a second call changes nothing.

    trusted_proxies: addresses and networks, separated by commas, whose X-Forwarded-For is believed. uvicorn itself
    would believe every process of this machine.
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
        if hasattr(self, "scope"):  # its task exists and has not begun
            self.scope["extensions"][EXTENSION] = self

    @functools.wraps(lost)
    def end(self: Any, exc: Any) -> None:
        lost(self, exc)
        del self.conn.reader.buffer[:]  # the part received of a message that never ended
        self.frames = []

    protocol.__init__, protocol.handle_connect, protocol.connection_lost = begin, connect, end


def set_frame_limit(protocol: Any, size: int) -> None:
    """The most bytes of one message, its fragments together. Looked at before the bytes of a frame are waited for."""
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
        # Free what was received and not read now: a connection is part of a reference cycle, and cycles are only
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
    """asyncio does this where a socket says that it is TCP's, and the one that Streamlit listens on does not. Without
    it the second small part of an answer waits for the other side to acknowledge the first: 40 ms, for every file, for
    the websocket and for what a page begins with."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Connections:
    """Open connections in the order they came. One without a request is closed after a while, or earlier when there
    are too many; used only on the event loop."""

    def __init__(self) -> None:
        self._open: OrderedDict[Any, float] = OrderedDict()

    def enter(self, protocol: Any) -> None:
        """Count a new connection; the longest silent one is closed when there are too many."""
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
    """A log filter that lets the same line through a few times a minute and says how many were left out: a server out
    of connections would write thousands a second."""

    MOST, SPAN_S = 5, 60.0

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, list[float]] = {}  # by the line's beginning: since when, lines, lines left out

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written, as logging.Filter asks."""
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

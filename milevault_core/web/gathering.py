"""Sends what a websocket writes within a short time in one go, because Streamlit sends each element of a page
separately, with one system call each. uvicorn has no setting for this.
"""

import asyncio
import functools
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WAIT_S = 0.001  # how long to wait for more to send; the shortest time the event loop can wait
ENOUGH = 64 << 10  # bytes that are sent without waiting


def gather() -> None:
    """Patch the websockets of this process's uvicorn; a second call changes nothing."""
    made = WebSocketsSansIOProtocol.connection_made
    if hasattr(made, "__wrapped__"):
        return

    @functools.wraps(made)
    def begin(self: Any, transport: Any) -> None:
        made(self, cast(Any, GatheringTransport(transport)))

    WebSocketsSansIOProtocol.connection_made = begin  # type: ignore[method-assign]


class GatheringTransport:
    """A transport that sends everything written within WAIT_S in one go. Used only on the event loop."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0
        self._waiting: asyncio.TimerHandle | None = None

    def write(self, data: bytes) -> None:
        """Send data, together with what else is written within WAIT_S."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= ENOUGH:
            self.flush()
        elif self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(WAIT_S, self.flush)

    def flush(self) -> None:
        """Send what has been collected."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        if self._parts:
            data, self._parts, self._size = b"".join(self._parts), [], 0
            self._transport.write(data)

    def close(self) -> None:
        """Send what has been collected, then close the connection."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

"""Messages to a browser, sent together.

Streamlit wakes its event loop for each element of a page, and sends each by itself: a hundred wake-ups by another
thread and as many system calls for a page of a hundred elements, a fifth of what the page costs. There is no setting
for it. tests/web/test_gathering.py tells when what is changed here is not there any more.
"""

import asyncio
import functools
from typing import Any, cast

from streamlit.runtime import runtime
from streamlit.runtime.runtime import Runtime
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ROUND_S = 0.02  # between two looks into the queues of messages; the first message of a run is not waited with
WAIT_S = 0.001  # for more to send; the shortest time that the event loop knows
ENOUGH = 64 << 10  # bytes, which are sent at once


def gather() -> None:
    """Change Streamlit's runtime and uvicorn's websockets in this process; a second call changes nothing."""
    if Runtime._enqueued_some_message is _wake_once:
        return
    Runtime._enqueued_some_message = _wake_once  # type: ignore[method-assign]
    runtime.MESSAGE_FLUSH_INTERVAL_SECS = ROUND_S  # type: ignore[attr-defined]
    made = WebSocketsSansIOProtocol.connection_made

    @functools.wraps(made)
    def begin(self: Any, transport: Any) -> None:
        made(self, cast(Any, GatheringTransport(transport)))

    WebSocketsSansIOProtocol.connection_made = begin  # type: ignore[method-assign]


def _wake_once(self: Any) -> None:
    """Have the event loop look into the queues of messages, unless it is about to. Called on any thread, once the
    message is in its queue; so the look that is about to come finds it."""
    objects = self._get_async_objs()
    if asyncio._get_running_loop() is objects.eventloop:
        objects.need_send_data.set()
        return
    if getattr(self, "_is_woken", False) or objects.need_send_data.is_set():
        return
    self._is_woken = True

    def wake() -> None:
        self._is_woken = False
        objects.need_send_data.set()

    objects.eventloop.call_soon_threadsafe(wake)


class GatheringTransport:
    """A transport that sends what is written to it within WAIT_S in one go. Used only on the event loop."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0
        self._waiting: asyncio.TimerHandle | None = None

    def write(self, data: bytes) -> None:
        """Send it, together with what else is written within WAIT_S."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= ENOUGH:
            self.flush()
        elif self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(WAIT_S, self.flush)

    def flush(self) -> None:
        """Send what has gathered."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        if self._parts:
            data, self._parts, self._size = b"".join(self._parts), [], 0
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection after all that was written."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

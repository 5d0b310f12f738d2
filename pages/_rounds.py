"""Wake Streamlit's event loop once per round. Streamlit itself wakes it from another thread for each element of a page,
a hundred times per page. There is no setting for this; tests/pages/test_rounds.py fails when Streamlit no longer has
what is patched here.
"""

import asyncio
from typing import Any

from streamlit.commands import execution_control
from streamlit.runtime import runtime
from streamlit.runtime.runtime import Runtime

ROUND_S = 0.02  # between two checks of the message queues; messages are sent in batches


def wake_once_a_round() -> None:
    """Patch Streamlit's runtime in this process; a second call changes nothing."""
    Runtime._enqueued_some_message = _wake_once  # type: ignore[method-assign]
    for waits in (runtime, execution_control):
        waits.MESSAGE_FLUSH_INTERVAL_SECS = ROUND_S  # type: ignore[attr-defined]


def _wake_once(self: Any) -> None:
    """Have the event loop check the message queues, unless it is about to. Called on any thread, after the message was
    queued, so a check that is already pending will find it."""
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

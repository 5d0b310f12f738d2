"""Streamlit's event loop, woken once a round. Streamlit itself wakes it for each element of a page, a hundred wake-ups
by another thread. There is no setting for it: tests/pages/test_rounds.py tells when what is changed here is not there
any more.
"""

import asyncio
from typing import Any

from streamlit.commands import execution_control
from streamlit.runtime import runtime
from streamlit.runtime.runtime import Runtime

ROUND_S = 0.02  # between two looks into the queues of messages; what is there by then is sent together


def wake_once_a_round() -> None:
    """Change Streamlit's runtime in this process; a second call changes nothing."""
    Runtime._enqueued_some_message = _wake_once  # type: ignore[method-assign]
    for waits in (runtime, execution_control):
        waits.MESSAGE_FLUSH_INTERVAL_SECS = ROUND_S  # type: ignore[attr-defined]


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

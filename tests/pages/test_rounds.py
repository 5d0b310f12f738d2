"""Streamlit's event loop is woken once per round, no message waits forever, and the code we patch still exists."""

import asyncio
import subprocess
import sys
import threading
from types import SimpleNamespace

from pages import _rounds
from tests.pages.server import ROOT
from tests.waiting import run_apart


def test_of_two_threads_messages_none_waits_for_ever_and_the_loop_is_not_woken_for_each() -> None:
    """A miniature of Streamlit's own loop: clear the event, then take what is queued."""
    many = 5_000

    async def look() -> tuple[list[int], int]:
        loop, queue, woken = asyncio.get_running_loop(), [], 0  # type: ignore[var-annotated]
        objects = SimpleNamespace(eventloop=loop, need_send_data=asyncio.Event())
        streamlits = SimpleNamespace(_get_async_objs=lambda: objects)

        def write(first: int) -> None:
            for number in range(first, first + many):
                queue.append(number)
                _rounds._wake_once(streamlits)

        threads = [threading.Thread(target=write, args=(first,)) for first in (0, many)]
        for each in threads:
            each.start()
        got: list[int] = []
        while len(got) < 2 * many:
            await asyncio.wait_for(objects.need_send_data.wait(), 20)
            woken += 1
            objects.need_send_data.clear()
            got += [queue.pop(0) for _ in range(len(queue))]
        for each in threads:
            each.join()
        return got, woken

    got, woken = run_apart(look)
    assert sorted(got) == list(range(2 * many))
    assert woken < many


def test_streamlit_still_has_what_is_changed() -> None:
    """In a new process, where nothing has been patched yet."""
    code = """
import inspect
from streamlit.runtime import runtime
before = inspect.getsource(runtime.Runtime._enqueued_some_message)
assert "call_soon_threadsafe(async_objs.need_send_data.set)" in before, before
loop = inspect.getsource(runtime.Runtime._loop_coroutine)
forgets, takes = loop.index("need_send_data.clear()"), loop.index("flush_browser_queue()")
assert forgets < takes < loop.index("asyncio.sleep(MESSAGE_FLUSH_INTERVAL_SECS)"), loop
from streamlit.commands import execution_control
assert runtime.MESSAGE_FLUSH_INTERVAL_SECS == execution_control.MESSAGE_FLUSH_INTERVAL_SECS == 0.005
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr

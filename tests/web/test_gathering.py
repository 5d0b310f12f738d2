"""Messages are sent together, none is lost, and Streamlit still has what is changed for it."""

import asyncio
import inspect
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

from streamlit.runtime import runtime
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from milevault_core.web import gathering
from tests.pages.server import ROOT
from tests.waiting import run_apart


class Wire:
    """A transport that notes what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_open = True

    def write(self, data: bytes) -> None:
        assert self.is_open
        self.sent.append(data)

    def close(self) -> None:
        self.is_open = False

    def is_closing(self) -> bool:
        return not self.is_open


def test_what_is_written_together_is_sent_together_and_in_order() -> None:
    async def write() -> list[bytes]:
        wire, waited = Wire(), asyncio.get_running_loop().create_future()
        gathers = gathering.GatheringTransport(wire)
        for part in (b"one ", b"two ", b"three"):
            gathers.write(part)
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(2 * gathering.WAIT_S, waited.set_result, None)
        await waited
        return wire.sent

    assert run_apart(write) == [b"one two three"]


def test_much_is_sent_at_once() -> None:
    async def write() -> list[bytes]:
        wire = Wire()
        gathers = gathering.GatheringTransport(wire)
        gathers.write(b"a")
        gathers.write(b"b" * gathering.ENOUGH)
        gathers.write(b"c")
        return list(wire.sent)

    assert run_apart(write) == [b"a" + b"b" * gathering.ENOUGH]


def test_what_was_written_is_sent_before_the_end() -> None:
    async def write() -> tuple[Wire, bool, bool]:
        wire = Wire()
        gathers = gathering.GatheringTransport(wire)
        gathers.write(b"the last word")
        before = gathers.is_closing()
        gathers.close()
        return wire, before, gathers.is_closing()

    wire, before, after = run_apart(write)
    assert (wire.sent, before, after) == ([b"the last word"], False, True)


def test_of_two_threads_messages_none_waits_for_ever_and_the_loop_is_not_woken_for_each() -> None:
    """Streamlit's own loop in miniature: forget that there is something, then take what is there."""
    many = 5_000

    async def look() -> tuple[list[int], int]:
        loop, queue, woken = asyncio.get_running_loop(), [], 0  # type: ignore[var-annotated]
        objects = SimpleNamespace(eventloop=loop, need_send_data=asyncio.Event())
        streamlits = SimpleNamespace(_get_async_objs=lambda: objects)

        def write(first: int) -> None:
            for number in range(first, first + many):
                queue.append(number)
                gathering._wake_once(streamlits)

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
    """In a process of its own, where nothing has been changed yet."""
    code = """
import inspect
from streamlit.runtime import runtime
before = inspect.getsource(runtime.Runtime._enqueued_some_message)
assert "call_soon_threadsafe(async_objs.need_send_data.set)" in before, before
loop = inspect.getsource(runtime.Runtime._loop_coroutine)
forgets, takes = loop.index("need_send_data.clear()"), loop.index("flush_browser_queue()")
assert forgets < takes < loop.index("asyncio.sleep(MESSAGE_FLUSH_INTERVAL_SECS)"), loop
assert runtime.MESSAGE_FLUSH_INTERVAL_SECS == 0.005
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_gathering_twice_is_gathering_once(monkeypatch: Any) -> None:
    for holder, name in (
        (runtime.Runtime, "_enqueued_some_message"),
        (runtime, "MESSAGE_FLUSH_INTERVAL_SECS"),
        (WebSocketsSansIOProtocol, "connection_made"),
    ):
        monkeypatch.setattr(holder, name, inspect.getattr_static(holder, name))
    gathering.gather()
    once = WebSocketsSansIOProtocol.connection_made
    gathering.gather()
    assert WebSocketsSansIOProtocol.connection_made is once
    assert runtime.MESSAGE_FLUSH_INTERVAL_SECS == gathering.ROUND_S

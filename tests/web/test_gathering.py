"""What is written together is sent together, and nothing is lost."""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from milevault_core.web import gathering
from tests.waiting import run_apart


class Wire:
    """A transport that records what is sent."""

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


def test_gathering_twice_is_gathering_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(WebSocketsSansIOProtocol, "connection_made", WebSocketsSansIOProtocol.connection_made)
    gathering.gather()
    once = WebSocketsSansIOProtocol.connection_made
    gathering.gather()
    assert WebSocketsSansIOProtocol.connection_made is once

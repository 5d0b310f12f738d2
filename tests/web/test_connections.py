"""Limits on connections, on a real server: what a stranger may send, how much of it is held in memory, how many there
may be, and how they are refused. Each refusal is tested along with something that is allowed.
"""

import asyncio
import base64
import contextlib
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.sync.client import connect

from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.operate import open_files
from milevault_core.web import connections
from milevault_core.web.strangers import MOST_OF_ONE
from tests.conftest import make_user
from tests.databases import fresh
from tests.pages.server import ROOT, connected, run, run_script, serving
from tests.waiting import run_apart


@pytest.fixture(scope="module")
def served(server_url: str, template: str) -> Iterator[tuple[str, str]]:
    """A running app, and a signed-in user's cookie."""
    with fresh(server_url, template) as url:
        store.close()
        store.open(url)
        cookie = f"mv_session={sessions.create(make_user('ann'))}"
        store.close()
        with serving(url) as address:
            yield address, cookie


def handshake(address: str, origin: str | None = None, cookie: str = "") -> tuple[socket.socket, int]:
    """Open a websocket by hand; the socket, and the response's status."""
    host = address.removeprefix("http://")
    opened = socket.create_connection(host.split(":"), timeout=20)  # type: ignore[arg-type]
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(b'a' * 16).decode()}", "Sec-WebSocket-Version: 13",
        *([f"Origin: {origin}"] if origin else []), *([f"Cookie: {cookie}"] if cookie else []),
    ]  # fmt: skip
    opened.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return opened, int(opened.recv(4096).split(b" ")[1])


def test_a_page_of_another_server_gets_no_websocket(served) -> None:
    address, cookie = served
    for origin in ("http://evil.example", "http://127.0.0.1:1", address.replace("127.0.0.1", "localhost")):
        assert handshake(address, origin, cookie)[1] == 403
    assert handshake(address, address, cookie)[1] == 101


def answer(address: str, cookie: str, size: int, declared: int = 0) -> int:
    """The server's close code after a binary message of `size` bytes, announced as `declared` bytes if given. 1002
    means that the message was read but is not one of Streamlit's."""
    opened, status = handshake(address, address, cookie)
    assert status == 101
    length = declared or size
    opened.sendall(b"\x82\xff" + length.to_bytes(8) + b"\0\0\0\0")
    with contextlib.suppress(OSError):
        opened.sendall(b"\xff" * size)
    got = b""
    with contextlib.suppress(OSError):
        while b"\x88" not in got and (part := opened.recv(65536)):
            got += part
    opened.close()
    return int.from_bytes(got[got.rindex(b"\x88") + 2 :][:2])


def test_a_strangers_message_is_small(served) -> None:
    address, cookie = served
    assert answer(address, "", 60_000) == 1002
    assert answer(address, "", 70_000) == 1009
    assert answer(address, cookie, 70_000) == 1002  # what a stranger would get without the limit
    assert answer(address, cookie, 1_000_000) == 1002
    assert answer(address, cookie, 0, declared=17 << 20) == 1009


def test_an_unfinished_message_is_not_waited_for(served) -> None:
    assert answer(served[0], "", 10, declared=19_000_000) == 1009


def test_a_crowd_makes_way_for_the_newest(served) -> None:
    address, _ = served
    crowd = [handshake(address, address)[0] for _ in range(MOST_OF_ONE + 1)]
    with contextlib.suppress(ConnectionResetError):
        while crowd[0].recv(65536):
            pass  # what was sent before it was closed
    assert "User name" in run(_login(address))
    for each in crowd:
        each.close()


async def _login(address: str) -> str:
    async with connected(address) as connection:
        return await run_script(connection, address, "")


def first_message(address: str, cookie: str) -> ForwardMsg:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    ask = BackMsg()
    ask.rerun_script.page_name = ""
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(url, origin=address, additional_headers={"Cookie": cookie}, max_size=None) as socket_:  # type: ignore[arg-type]
        socket_.send(ask.SerializeToString())
        while True:
            message = ForwardMsg.FromString(socket_.recv(timeout=60))  # type: ignore[arg-type]
            if message.WhichOneof("type") == "new_session":
                return message


def test_strangers_do_not_learn_what_runs_where(served) -> None:
    address, cookie = served
    told, known = first_message(address, ""), first_message(address, cookie)
    for said in (str(ROOT), "installation_id", "python_version"):
        assert said in str(known)
        assert said not in str(told)


def test_a_connection_that_asks_nothing_makes_way(served) -> None:
    address, _ = served
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as stack:
        silent = []
        for _ in range(connections.MOST_SILENT + 5):
            silent.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=30)))
        with contextlib.suppress(ConnectionResetError):
            assert silent[0].recv(10) == b""  # closed by the server
        silent[-1].sendall(f"GET /_stcore/health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert b"200 OK" in silent[-1].recv(100)


class Silent:
    """A connection without a request, as Connections sees one."""

    def __init__(self) -> None:
        self.cycle, self.transport, self.is_closed = None, self, False

    def abort(self) -> None:
        self.is_closed = True


def test_the_longest_silent_one_makes_way_at_once() -> None:
    """Not only after the timeout."""

    async def crowd(of: int) -> list[bool]:
        counted, all_of_them = connections.Connections(), [Silent() for _ in range(of)]
        for each in all_of_them:
            counted.enter(each)
        return [each.is_closed for each in all_of_them]

    most = connections.MOST_SILENT
    assert run_apart(lambda: crowd(most)) == [False] * most
    assert run_apart(lambda: crowd(most + 5)) == [True] * 5 + [False] * most


def test_uvicorn_still_has_what_is_bounded() -> None:
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
    from websockets.server import ServerProtocol

    assert hasattr(ServerProtocol(max_size=5), "max_message_size")
    for kind, names in (
        (H11Protocol, ("connection_made", "connection_lost", "handle_websocket_upgrade")),
        (WebSocketsSansIOProtocol, ("handle_connect",)),
    ):
        assert all(callable(getattr(kind, name)) for name in names)


def test_one_line_does_not_fill_the_log() -> None:
    seldom, clock = (
        connections.RateLimit(),
        logging.makeLogRecord({"msg": "socket.accept() out of system resource"}),
    )
    assert sum(seldom.filter(clock) for _ in range(10_000)) == connections.RateLimit.MOST
    other = logging.makeLogRecord({"msg": "another line"})
    assert seldom.filter(other)
    seldom._seen["socket.accept() out of system resource"[:40]][0] -= 61
    assert seldom.filter(clock)
    assert "9995 more like it" in clock.getMessage()


def test_open_files_are_raised_as_far_as_the_system_allows() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, before[1]), before[1]))
        assert open_files.raise_limit() == min(open_files.WANTED, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_small_answers_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit listens on a socket that does not say it is TCP, so asyncio does not set TCP_NODELAY on its
    connections."""
    entered: list[Any] = []
    monkeypatch.setattr(connections.Connections, "enter", lambda _, protocol: entered.append(protocol))

    async def ask() -> bool:
        with socket.socket(socket.AF_INET) as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            server = uvicorn.Server(uvicorn.Config(nothing, lifespan="off", http=Bounded, log_level="error"))
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            await _until(lambda: entered)
            option = (
                entered[0]
                .transport.get_extra_info("socket")
                .getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            )
            writer.close()
            server.should_exit = True
            await serving
            return bool(option)

    assert run_apart(ask)


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def _until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


class Bounded(H11Protocol):
    """A separate class, because the limits stay on a class for the whole process."""


connections._bound_requests(Bounded)

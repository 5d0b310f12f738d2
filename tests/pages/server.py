"""The app as a visitor sees it: a real server process, and a browser's websocket without the browser."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench import app_server

ROOT = Path(__file__).parents[2]
START_S = 60


@contextmanager
def serving(
    database_url: str = "", script: Path = ROOT / "app.py", begin: Any = app_server.begin, **env: str
) -> Iterator[str]:
    """Start a server and yield its address. No page has been requested yet."""
    with app_server.serving(database_url, script, begin, **env) as (address, _):
        yield address


def visit(address: str, page: str = "", cookie: str = "", origin: str = "") -> str:
    """Everything that the server sends to a browser that opens `/page`, as text, until the script has finished."""
    return run(_visit(address, page, cookie, origin))


def run[T](coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine and return its result. It runs in another thread because Playwright's loop may run in this one,
    left by earlier tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def _visit(address: str, page: str, cookie: str, origin: str) -> str:
    async with connected(address, cookie, origin) as connection:
        return await run_script(connection, address, page)


def connected(address: str, cookie: str = "", origin: str = "", goes_on: str = ""):
    """A browser's websocket, as an async context manager. goes_on: Streamlit's session id of a tab that reconnects."""
    named = ["streamlit", *(["no-token", goes_on] if goes_on else [])]
    return websockets.connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol(name) for name in named],
        additional_headers={"Cookie": cookie} if cookie else {},
        origin=websockets.Origin(origin or address),
        max_size=None,
    )


async def run_script(connection, address: str, page: str) -> str:
    """Run the script once, as opening `/page` or a click on it does; what was sent, as text."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.context_info.url = f"{address}/{page}"
    await connection.send(ask.SerializeToString())
    seen = []
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(connection.recv(), START_S))
        seen.append(str(message))
        if message.WhichOneof("type") == "script_finished":
            return "\n".join(seen)

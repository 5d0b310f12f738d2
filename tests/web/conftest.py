"""The routes and middleware of app.py as an ASGI app, and a client that acts like a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from milevault_core.store.engine import Database
from milevault_core.web.guard import Guard, Rules
from milevault_core.web.headers import SecurityHeaders, content_security_policy
from milevault_core.web.routes import ROUTES


async def _streamlit(request: Request) -> PlainTextResponse:
    """A stand-in for Streamlit's responses at its own addresses."""
    return PlainTextResponse(f"streamlit {len(await request.body())}")


async def _stream(websocket: WebSocket) -> None:
    """A stand-in for Streamlit's websocket: sends the Host and Origin that it sees."""
    await websocket.accept()
    await websocket.send_bytes(f"{websocket.headers['host']} {websocket.headers.get('origin')}".encode())
    await websocket.receive()


async def _whose(websocket: WebSocket) -> None:
    """Send the user that Streamlit would see for this websocket."""
    await websocket.accept()
    await websocket.send_bytes(websocket.headers.get("x-milevault-user", "nobody").encode())
    await websocket.receive()


async def _echo(websocket: WebSocket) -> None:
    """Echo every message that gets through."""
    await websocket.accept()
    async for message in websocket.iter_bytes():
        await websocket.send_bytes(message)


def make_client(is_https: bool = False, **rules: Any) -> TestClient:
    policy = content_security_policy(None, "https://tiles.example")
    scheme = "https" if is_https else "http"
    guard = Middleware(Guard, rules=Rules(base_url=f"{scheme}://vault.example", **rules))
    app = Starlette(
        routes=[
            *ROUTES,
            WebSocketRoute("/_stcore/stream", _stream),
            WebSocketRoute("/_stcore/echo", _echo),
            WebSocketRoute("/_stcore/whose", _whose),
            Route("/{path:path}", _streamlit, methods=["GET", "PUT", "POST", "DELETE"]),
        ],
        middleware=[Middleware(SecurityHeaders, policy=policy, is_https=is_https), guard],
    )
    return TestClient(app, base_url=f"{scheme}://vault.example", follow_redirects=False)


@pytest.fixture
def client(database: Database) -> TestClient:
    return make_client()


@pytest.fixture
def new_client() -> Callable[..., TestClient]:
    return make_client


@pytest.fixture
def plain_client() -> TestClient:
    """Without a database, for tests that do not need one."""
    return make_client()

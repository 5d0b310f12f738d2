"""The routes and the middleware of app.py as one ASGI app, and a browser's client for them."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from milevault_core.store.engine import Database
from milevault_core.web.guard import Guard
from milevault_core.web.headers import SecurityHeaders, content_security_policy
from milevault_core.web.routes import ROUTES


async def _streamlit(request: Request) -> PlainTextResponse:
    """Stands for whatever Streamlit answers at its own addresses."""
    return PlainTextResponse(f"streamlit {len(await request.body())}")


def make_client(is_https: bool = False) -> TestClient:
    policy = content_security_policy(None, "https://tiles.example")
    app = Starlette(
        routes=[*ROUTES, Route("/{path:path}", _streamlit, methods=["GET", "PUT", "POST", "DELETE"])],
        middleware=[Middleware(SecurityHeaders, policy=policy, is_https=is_https), Middleware(Guard)],
    )
    scheme = "https" if is_https else "http"
    return TestClient(app, base_url=f"{scheme}://vault.example", follow_redirects=False)


@pytest.fixture
def client(database: Database) -> TestClient:
    return make_client()


@pytest.fixture
def new_client() -> Callable[..., TestClient]:
    return make_client


@pytest.fixture
def plain_client() -> TestClient:
    """Without a database: for what needs to ask nobody."""
    return make_client()

"""A fragment keeps running in an open tab, but after the session has ended it must show nothing more."""

import asyncio
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from milevault_core.accounts import sessions
from milevault_core.derive import clean
from milevault_core.imports import files as imports
from pages import _page
from tests.builders import gpx
from tests.conftest import make_user
from tests.pages.server import START_S, connected, run, serving


@pytest.fixture
def served(database, database_url: str, user: int) -> Iterator[tuple[str, str, int]]:
    """A running app, a session's token, and an activity."""
    batch = imports.begin(user, "page", "CANARY")
    ride = gpx.gpx(gpx.track(gpx.points(n=300))).encode()
    (activity,) = [a for item in imports.add(user, batch, "CANARY.gpx", ride) for a in imports.process(item)]
    clean.clean(user)
    token = sessions.create(user)
    with serving(database_url) as address:
        yield address, token, activity


async def _run(connection, address: str, page: str, query: str = "", fragment: str = "") -> list[ForwardMsg]:
    ask = BackMsg()
    ask.rerun_script.page_name = page
    ask.rerun_script.query_string = query
    ask.rerun_script.fragment_id = fragment
    ask.rerun_script.context_info.url = f"{address}/{page}?{query}"
    await connection.send(ask.SerializeToString())
    seen = []
    while not seen or seen[-1].WhichOneof("type") != "script_finished":
        seen.append(ForwardMsg.FromString(await asyncio.wait_for(connection.recv(), START_S)))
    return seen


def _fragments(messages: list[ForwardMsg]) -> set[str]:
    return {m.delta.fragment_id for m in messages if m.WhichOneof("type") == "delta" and m.delta.fragment_id}


async def _before_and_after(address: str, token: str, page: str, query: str) -> tuple[list, list]:
    """What the page's fragments send before and after the session ends."""
    async with connected(address, f"mv_session={token}") as connection:
        found = sorted(_fragments(await _run(connection, address, page, query)))
        assert found
        before = [m for f in found for m in await _run(connection, address, page, query, f)]
        await asyncio.to_thread(sessions.end, token)
        after = [m for f in found for m in await _run(connection, address, page, query, f)]
    return before, after


def _elements(messages: list[ForwardMsg]) -> set[str]:
    found = (m.delta.new_element.WhichOneof("type") for m in messages if m.delta.HasField("new_element"))
    return {kind for kind in found if kind}


@pytest.mark.parametrize("page", ["activity", "imports"])
def test_after_the_end_of_a_session_a_fragment_shows_nothing(served, page: str) -> None:
    address, token, activity = served
    query = f"id={activity}" if page == "activity" else ""
    before, after = run(_before_and_after(address, token, page, query))
    shown = {"activity": "deck_gl_json_chart", "imports": "markdown"}[page]
    assert shown in _elements(before)
    assert _elements(after) <= {"alert"}
    assert _page.SIGN_IN_FIRST in str(after)
    assert "CANARY" not in str(after)


def _number(messages: list[ForwardMsg]) -> str:
    """Streamlit's session id of a tab."""
    return next(
        m.new_session.initialize.session_id for m in messages if m.WhichOneof("type") == "new_session"
    )


async def _goes_on(address: str, first: str, then: str, query: str) -> bool:
    """Whether Streamlit treats a tab that reconnects with another cookie as the same tab, which keeps its fragments and
    state."""
    async with connected(address, f"mv_session={first}") as connection:
        number = _number(await _run(connection, address, "activity", query))
    async with connected(address, f"mv_session={then}", goes_on=number) as connection:
        return _number(await _run(connection, address, "activity", query)) == number


def test_a_tab_goes_on_for_its_own_person_alone(served) -> None:
    """When somebody else signs in in the same browser and an open tab reconnects, it has the new cookie, but the old
    page's fragments still hold the first user's data and would show it."""
    address, token, activity = served
    bob = sessions.create(make_user("bob"))
    assert not run(_goes_on(address, token, bob, f"id={activity}"))
    assert not run(_goes_on(address, token, "A" * 43, f"id={activity}"))
    assert run(_goes_on(address, token, token, f"id={activity}"))  # control

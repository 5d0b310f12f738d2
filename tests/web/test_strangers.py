"""Which strangers' connections are closed when there are too many, and which websockets reach Streamlit at all."""

import asyncio
from contextlib import suppress

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from milevault_core.accounts import sessions
from milevault_core.web import guard, hosts
from milevault_core.web.guard import MOST_HELD, NOT_OURS, Guard, Rules
from milevault_core.web.strangers import Strangers
from pages._redacted import is_of_login
from tests.waiting import run_apart
from tests.web.conftest import make_client

STREAM, ECHO = "/_stcore/stream", "/_stcore/echo"


def _crowd(strangers: Strangers, gone: list[str], address: str, n: int) -> list[int]:
    return [strangers.enter(address, lambda i=i: gone.append(f"{address}-{i}")) for i in range(n)]


def test_whoever_opens_hundreds_loses_their_own() -> None:
    strangers, gone = Strangers(most=10, most_of_one=4), []
    _crowd(strangers, gone, "owner", 1)
    _crowd(strangers, gone, "crowd", 500)
    assert len(strangers) == 5
    assert [g for g in gone if g.startswith("owner")] == []
    assert gone[:2] == ["crowd-0", "crowd-1"]


def test_of_many_addresses_the_fullest_makes_way() -> None:
    strangers, gone = Strangers(most=10, most_of_one=4), []
    _crowd(strangers, gone, "owner", 1)
    for n in range(5):
        _crowd(strangers, gone, f"crowd{n}", 3)
    assert len(strangers) == 10
    assert not [g for g in gone if g.startswith("owner")]


def test_leaving_makes_room() -> None:
    strangers, gone = Strangers(most=2, most_of_one=2), []
    for number in _crowd(strangers, gone, "a", 2):
        strangers.leave(number)
    _crowd(strangers, gone, "a", 2)
    assert gone == []
    strangers.leave(12345)


def seen_through(client: TestClient, path: str = STREAM, **headers: str) -> str:
    """What the app behind the guard saw of a websocket; "" if it was refused."""
    with suppress(WebSocketDisconnect), client.websocket_connect(path, headers=headers) as socket:
        socket.send_bytes(b"hello")
        return socket.receive_bytes().decode()
    return ""


FOREIGN = ["http://evil.example", "http://vault.example:8616", "https://vault.example", "null"]


def test_only_our_own_pages_get_a_websocket(client: TestClient) -> None:
    assert seen_through(client, origin="http://vault.example") == "vault.example http://vault.example"
    assert seen_through(client) == "testserver None"  # not from a browser's page
    assert seen_through(client, host="app:8501", origin="http://vault.example").startswith("vault.example ")
    assert [seen_through(client, origin=each) for each in FOREIGN[:2] + FOREIGN[3:]] == [""] * 3
    assert seen_through(client, host="evil.example", origin="http://evil.example") == ""


def test_a_build_without_the_check_is_seen(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "is_from_us", lambda *_: True)
    assert seen_through(client, origin=FOREIGN[0])


def test_streamlit_sees_no_websocket_before_its_first_message(client: TestClient, user: int) -> None:
    """Nor one whose first message is not what a browser starts with."""
    opened = []
    guarded = make_client(is_beginning=lambda message: opened.append(message) or message == b"hello")
    with guarded.websocket_connect(STREAM, headers={"sec-websocket-protocol": "streamlit, x"}) as socket:
        assert socket.accepted_subprotocol == "streamlit"
        socket.send_bytes(b"nonsense")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_bytes()
        assert ended.value.code == 1002
    with guarded.websocket_connect(STREAM) as socket:
        socket.send_text("hello")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_bytes()
    assert opened == [b"nonsense"]
    assert seen_through(guarded) == "testserver None"
    guarded.cookies.set("mv_session", sessions.create(user))
    opened.clear()
    assert seen_through(guarded) == "testserver None"
    assert opened == []  # a signed-in user's websocket goes straight through


def test_a_silent_websocket_is_closed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FIRST_S", 0.01)
    with client.websocket_connect(STREAM) as socket, pytest.raises(WebSocketDisconnect):
        socket.receive_bytes()


def test_a_websocket_that_its_stranger_closed_is_not_closed_again() -> None:
    """The server would log that as an error."""

    async def left_at_once() -> list[str]:
        coming, sent = ["websocket.connect", "websocket.disconnect"], []

        async def receive() -> dict:
            return {"type": coming.pop(0)}

        async def send(message) -> None:
            sent.append(message["type"])

        scope = {"type": "websocket", "path": STREAM, "headers": [(b"host", b"localhost")]}
        await Guard(PlainTextResponse("never asked"), Rules())(scope, receive, send)
        return sent

    assert run_apart(left_at_once) == ["websocket.accept"]


def test_another_hosts_name_is_answered_with_what_to_set(plain_client: TestClient) -> None:
    asked = plain_client.get("/", headers={"host": "evil.example"})
    assert (asked.status_code, asked.text) == (421, NOT_OURS)
    assert plain_client.get("/", headers={"host": "127.0.0.1:8501"}).status_code == 200


def test_the_policy_names_this_host_alone(plain_client: TestClient) -> None:
    policy = plain_client.get("/").headers["content-security-policy"]
    connect = next(part for part in policy.split("; ") if part.startswith("connect-src"))
    assert "ws://vault.example wss://vault.example" in connect
    assert not {"ws:", "wss:"} & set(connect.split())


def test_full_widgets_take_no_more(client: TestClient, user: int) -> None:
    held = [0]
    guarded = make_client(held_bytes=lambda: held[0])
    guarded.cookies.set("mv_session", sessions.create(user))
    path = "/_stcore/upload_file/a/b"
    assert guarded.put(path, content=b"x").status_code == 200
    held[0] = MOST_HELD - 10
    assert guarded.put(path, content=b"x" * 10).status_code == 200
    assert guarded.put(path, content=b"x" * 11).status_code == 413
    assert guarded.put(path, content=iter([b"x"])).status_code == 411  # unknown length
    assert guarded.delete(path).status_code == 200


def test_files_that_come_at_once_are_counted_before_they_are_here() -> None:
    """A browser sends all dropped files at the same time, while none is held yet."""

    async def three_at_once() -> list[int]:
        all_begun, statuses = asyncio.Event(), []

        async def streamlit(scope, receive, send) -> None:
            await all_begun.wait()
            await PlainTextResponse("taken")(scope, receive, send)

        guarded = Guard(streamlit, Rules())

        async def put(size: int) -> None:
            headers = [(b"host", b"localhost"), (b"content-length", str(size).encode())]
            scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/a/b", "headers": headers}

            async def send(message) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            await guarded._upload(scope, _nothing, send)

        two = [asyncio.create_task(put(MOST_HELD // 2)) for _ in range(2)]
        await asyncio.sleep(0)  # both have started
        await put(1)
        all_begun.set()
        await asyncio.gather(*two)
        assert guarded.coming == 0
        return sorted(statuses)

    assert run_apart(three_at_once) == [200, 200, 413]


async def _nothing() -> dict:
    return {"type": "http.request", "body": b"", "more_body": False}


def test_what_strangers_are_sent_is_redacted(client: TestClient, user: int) -> None:
    guarded = make_client(redact=lambda message: b"*" * len(message))
    assert set(seen_through(guarded)) == {"*"}
    guarded.cookies.set("mv_session", sessions.create(user))
    assert seen_through(guarded).startswith("testserver")


def test_a_stranger_sends_nothing_that_counts_for_everybody(client: TestClient, user: int) -> None:
    """For example the message that clears the caches for everyone: it is dropped, and the next one is accepted."""
    taken = BackMsg(rerun_script={}).SerializeToString()
    everybodys = BackMsg(clear_cache=True).SerializeToString()
    guarded = make_client(is_of_login=is_of_login)

    def answered(first: bytes, *then: bytes) -> list[bytes]:
        with guarded.websocket_connect(ECHO) as socket:
            for each in (first, *then, b"\xff"):
                socket.send_bytes(each)
            return list(iter(socket.receive_bytes, b"\xff"))

    assert answered(taken, everybodys, taken) == [taken, taken]
    guarded.cookies.set("mv_session", sessions.create(user))
    assert answered(taken, everybodys, taken) == [taken, everybodys, taken]


def test_only_the_guard_says_whose_a_websocket_is(client: TestClient, user: int) -> None:
    forged = {"x-milevault-user": "1"}
    assert seen_through(client, "/_stcore/whose", **forged) == "nobody"
    client.cookies.set("mv_session", sessions.create(user))
    assert seen_through(client, "/_stcore/whose") == str(user)
    assert seen_through(client, "/_stcore/whose", **{"X-Milevault-User": "99"}) == str(user)

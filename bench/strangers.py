"""`manage.py bench strangers [REQUESTS] [HALF OPEN]`: what people who are not signed in can do to those who are.

`manage.py run` without changes gets 10,000 hostile requests of every kind, eight at a time, while 500 websockets stay
open, each with a message that never ends. Meanwhile a signed-in user keeps opening the dashboard.
"""

import base64
import contextlib
import itertools
import random
import socket
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench import figure, scratch
from bench.upload import Browser, _app_and_jobs, _growth, running, watching

APP_MB, ANSWER_S = 50, 2.0
SETTLE_S = 2.0


def run(requests: str = "10000", half_open: str = "500") -> list[dict]:
    with scratch.database() as user_id, running() as (port, process):
        browser = Browser(port, user_id)
        app, _ = _app_and_jobs(process)
        for _ in range(5):
            open_dashboard(port, browser.cookie)  # warm
        _attack(Hostile(port), 200, 8)  # the first strangers make the app load the login's packages, once
        quiet = [open_dashboard(port, browser.cookie) for _ in range(5)]
        stop = threading.Event()
        answers: list[float] = []
        watcher = threading.Thread(target=_ask_again_and_again, args=(port, browser.cookie, stop, answers))
        with watching(lambda: app) as seen:
            watcher.start()
            held = [_half_open(port) for _ in range(int(half_open))]
            begun = time.monotonic()
            outcomes = _attack(Hostile(port), int(requests), 8)
            seconds = time.monotonic() - begun
            stop.set()
            watcher.join()
            open_still = sum(_is_open(each) for each in held)
        for each in held:
            each.close()
        time.sleep(SETTLE_S)
        after = [open_dashboard(port, browser.cookie) for _ in range(5)]
        asking = [_asked(port, browser.cookie) for _ in range(20)]
    said = ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))
    return [
        figure("hostile requests a second", int(requests) / seconds, "1/s", "", said),
        figure(
            "half-open websockets the server still keeps", open_still, "", "at most 100", f"of {half_open}"
        ),
        figure("growth of the app", _growth(seen), "MB", f"at most {APP_MB}"),
        figure("dashboard of a signed-in user before", statistics.median(quiet), "s"),
        figure(
            "dashboard meanwhile, at worst", max(answers), "s", f"at most {ANSWER_S}", f"{len(answers)} times"
        ),
        figure("dashboard meanwhile, mostly", statistics.median(answers), "s"),
        figure("dashboard afterwards, at worst", max(after), "s", f"at most {ANSWER_S}"),
        figure("a route afterwards, at worst", max(asking), "s", f"at most {ANSWER_S}"),
    ]


def open_dashboard(port: int, cookie: str) -> float:
    """Seconds until the whole dashboard has been sent to a new tab."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets import Origin
    from websockets.sync.client import connect

    begun = time.monotonic()
    ask = BackMsg()
    ask.rerun_script.page_name = ""
    ask.rerun_script.context_info.url = f"http://127.0.0.1:{port}/"
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", origin=Origin(f"http://127.0.0.1:{port}"),
        additional_headers={"Cookie": cookie}, max_size=None, open_timeout=60,
    ) as opened:  # fmt: skip
        opened.send(ask.SerializeToString())
        sent = b""
        while True:
            data = opened.recv(timeout=60)
            sent += data if isinstance(data, bytes) else b""
            if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                break
    if b"Signed in as bench" not in sent:
        raise RuntimeError("This is not the dashboard of somebody who is signed in.")
    return time.monotonic() - begun


def _ask_again_and_again(port: int, cookie: str, stop: threading.Event, answers: list[float]) -> None:
    while not stop.is_set():
        answers.append(open_dashboard(port, cookie))


def _asked(port: int, cookie: str) -> float:
    begun = time.monotonic()
    head = f"GET /map/style.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    if b" 200 " not in _sent(port, head.encode())[:20]:
        raise RuntimeError("The map's style was not given.")
    return time.monotonic() - begun


def _attack(hostile: "Hostile", count: int, at_once: int) -> dict[str, int]:
    """Send every kind in turn; returns how often each answer came."""
    kinds = itertools.islice(itertools.cycle(hostile.kinds()), count)
    outcomes: dict[str, int] = {}
    with ThreadPoolExecutor(at_once) as pool:
        for answer in pool.map(lambda kind: kind(), kinds):
            outcomes[answer] = outcomes.get(answer, 0) + 1
    return outcomes


class Hostile:
    """One request of each kind; each returns the status code of the answer, or "closed"."""

    def __init__(self, port: int) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        self.port, self.host = port, f"127.0.0.1:{port}"
        ask = BackMsg()
        ask.rerun_script.context_info.url = f"http://{self.host}/"
        message = ask.SerializeToString()
        self.visit = frame(len(message)) + message  # opens the login page and leaves

    def kinds(self) -> list[Callable[[], str]]:
        return [
            lambda: self.websocket("http://evil.example"),
            lambda: self.websocket("http://127.0.0.1:1"),
            lambda: self.websocket(f"http://{self.host}", frame(19_000_000) + bytes(100_000)),
            lambda: self.websocket(f"http://{self.host}", frame(60_000) + bytes(60_000)),
            lambda: self.websocket(f"http://{self.host}", b"\x01\x85\0\0\0\0" + bytes(5)),
            lambda: self.websocket(f"http://{self.host}", self.visit),
            lambda: self.ask("GET / HTTP/1.1", host="evil.example"),
            lambda: self.ask("GET /_stcore/health HTTP/1.1", "Origin: http://evil.example\r\n"),
            lambda: self.ask("PUT /_stcore/upload_file/a/b HTTP/1.1", "Content-Length: 100000\r\n", bytes(100_000)),
            lambda: self.ask("POST /api/upload HTTP/1.1",
                             f"Authorization: Bearer {'A' * 43}\r\nTransfer-Encoding: chunked\r\n",
                             b"186a0\r\n" + bytes(100_000) + b"\r\n"),
            lambda: self.ask("POST /upload/begin HTTP/1.1", "Content-Length: 100000000\r\n", bytes(100_000)),
            lambda: self.ask("GET / HTTP/1.1", "X: " + "a" * 30_000 + "\r\n"),
            lambda: self.ask("GET / HTTP/1.1"),
            lambda: _short(_sent(self.port, random.randbytes(2_000), patience_s=0.2)),
        ]  # fmt: skip

    def ask(self, line: str, headers: str = "", body: bytes = b"", host: str = "") -> str:
        head = f"{line}\r\nHost: {host or self.host}\r\nConnection: close\r\n{headers}\r\n"
        return _short(_sent(self.port, head.encode() + body))

    def websocket(self, origin: str, then: bytes = b"") -> str:
        return _short(_sent(self.port, handshake(self.host, origin), then))


def handshake(host: str, origin: str) -> bytes:
    key = base64.b64encode(b"a" * 16).decode()
    return (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n"
    ).encode()


def frame(size: int) -> bytes:
    """The header of a binary message of `size` bytes, masked with zeros."""
    return b"\x82\xff" + size.to_bytes(8) + b"\0\0\0\0"


def _sent(port: int, data: bytes, then: bytes = b"", patience_s: float = 30) -> bytes:
    """Send, read the beginning of the answer, perhaps send more, and disconnect."""
    answer = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as opened:
        with contextlib.suppress(OSError):
            opened.sendall(data)
        opened.settimeout(patience_s)
        answer = opened.recv(4096)
        if then:
            opened.settimeout(0.2)  # the server waits for the rest of some messages, which is the point
            opened.sendall(then)
            opened.recv(4096)
    return answer


def _short(answer: bytes) -> str:
    return answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/") else "closed"


def _half_open(port: int) -> socket.socket:
    """A websocket of the login page with a message that never ends."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    with contextlib.suppress(OSError):
        opened.sendall(handshake(f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"))
        opened.recv(4096)
        opened.sendall(frame(60_000) + bytes(50_000))
    return opened


def _is_open(opened: socket.socket) -> bool:
    opened.settimeout(0.2)
    try:
        while opened.recv(65_536):
            pass
        return False
    except TimeoutError:
        return True
    except OSError:
        return False

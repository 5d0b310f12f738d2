"""The real server over plain HTTP: which requests reach Streamlit."""

import asyncio
import re
import urllib.error
import urllib.request

import pytest

from milevault_core.accounts import sessions
from tests.pages import server
from tests.pages.test_door_strangers import is_only_login


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


async def upload(address: str, cookie: str) -> int:
    """Upload a file as a browser does, in a real Streamlit session with this cookie; the status of the PUT."""
    _, headers, _ = ask(f"{address}/_stcore/health")
    xsrf = re.search(r"_streamlit_xsrf=([^;]+)", headers["set-cookie"])
    assert xsrf is not None
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nhello\r\n--b--\r\n'
    cookies = "; ".join(filter(None, (f"_streamlit_xsrf={xsrf[1]}", cookie)))
    async with server.connected(address, cookies) as tab:
        sent = await server.run_script(tab, address, "imports")
        session_id = re.search(r'session_id: "([^"]+)"', sent)
        assert session_id is not None
        status, _, _ = await asyncio.to_thread(
            ask,
            f"{address}/_stcore/upload_file/{session_id[1]}/one",
            "PUT",
            form,
            Content_Type="multipart/form-data; boundary=b",
            X_Xsrftoken=xsrf[1],
            Cookie=cookies,
        )
        return status


@pytest.mark.timeout(200)
def test_the_server(database_url: str, user: int) -> None:
    token = sessions.create(user)
    with server.serving(database_url) as address:
        assert server.run(upload(address, "")) == 403
        assert server.run(upload(address, f"mv_session={'A' * 43}")) == 403
        assert server.run(upload(address, f"mv_session={token}")) == 204  # control
        assert ask(f"{address}/_stcore/metrics")[0] == 404
        assert ask(f"{address}/_stcore/health")[0] == 200
        assert ask(f"{address}/healthz")[0] == 503  # no jobs process is running
        status, headers, body = ask(f"{address}/activities")
        assert status == 200
        for part in ("'self'", "'sha256-", "frame-ancestors"):
            assert part in headers["content-security-policy"]
        assert b"<script>" in body
        for path in ("/pages/activities.py", "/app/static/../_site.py", "/..%2f..%2fetc/passwd", "/app.py"):
            assert b"import " not in ask(address + path)[2][:200]
            assert b"root:" not in ask(address + path)[2]
        status, _, body = ask(f"{address}/", Cookie=f"mv_session={'x' * 100_000}")
        assert status in (200, 400, 431)
        # The web server itself closes a websocket whose cookie is longer than 8 kB; browsers stop at 4 kB.
        for size in (4_000, 7_000):
            assert is_only_login(server.visit(address, "", f"mv_session={'x' * size}"))
        with pytest.raises(Exception, match="403"):
            server.visit(address, "", f"mv_session={token}", origin="https://evil.example")

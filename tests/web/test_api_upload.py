"""POST /api/upload: a key allows uploading files for its owner, and nothing else."""

import random
from typing import Any, cast

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import upload_keys
from milevault_core.imports import archives
from milevault_core.imports import files as imports
from milevault_core.store import room
from milevault_core.store.imports import upload_tokens
from milevault_core.web import api_upload
from tests.builders import gpx
from tests.builders.archive import zipped
from tests.pages.server import run

RUN = gpx.gpx(gpx.track(gpx.points())).encode()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_upload, "WAIT_S", 0.0)  # no worker is running


def rows(sql: str) -> list[tuple]:
    with store.session() as session:
        return [tuple(row) for row in session.execute(text(sql))]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_raw_file_needs_no_session(client: TestClient, user: int, other_user: int) -> None:
    key = upload_keys.make(user, "phone")
    upload_keys.make(other_user, "another")
    answer = client.post("/api/upload?name=run.gpx", content=RUN, headers=bearer(key))
    assert answer.status_code == 202
    assert answer.json()["files"] == [
        {"file": "run.gpx", "outcome": "waiting", "says": "It is being imported.", "activities": []}
    ]
    assert answer.json()["see"].endswith(f"/imports?import={answer.json()['import']}")
    assert rows("SELECT user_id, name FROM original_files") == [(user, "run.gpx")]
    assert rows("SELECT user_id, source FROM imports") == [(user, "upload")]
    assert rows("SELECT label FROM upload_tokens WHERE last_used_at IS NOT NULL") == [("phone",)]


@pytest.mark.parametrize("has_header", [False, True])
def test_a_key_in_the_address_is_refused(client: TestClient, user: int, has_header: bool) -> None:
    """Addresses end up in logs."""
    key = upload_keys.make(user, "phone")
    headers = bearer(key) if has_header else {}
    answer = client.post(f"/api/upload?name=run.gpx&token={key}", content=RUN, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, api_upload.IN_ADDRESS)
    assert rows("SELECT id FROM imports") == rows("SELECT id FROM original_files") == []
    assert client.post("/api/upload?name=run.gpx", content=RUN, headers=bearer(key)).status_code == 202


def test_a_form_a_zip_and_a_disposition(client: TestClient, user: int) -> None:
    key = upload_keys.make(user, "phone")
    sent = {"file": ("a.gpx", RUN), "more": ("b.gpx", RUN)}
    answer = client.post("/api/upload", files=sent, headers=bearer(key))
    assert [f["file"] for f in answer.json()["files"]] == ["a.gpx", "b.gpx"]
    assert (
        client.post("/api/upload?name=x.zip", content=zipped({"a.gpx": RUN}), headers=bearer(key)).status_code
        == 202
    )
    assert rows("SELECT state, source FROM uploads") == [("listing", "upload")]
    named = {"Content-Disposition": 'attachment; filename="c.gpx"'}
    assert (
        client.post("/api/upload", content=RUN, headers=bearer(key) | named).json()["files"][0]["file"]
        == "c.gpx"
    )


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=UTF-8''%E6%9D%B1.gpx", "東.gpx"),
        ("attachment; filename=\"east.gpx\"; filename*=utf-8'ja'%E6%9D%B1.gpx", "東.gpx"),
        ("attachment; filename*=iso-8859-1''f%FCnf.gpx; filename=five.gpx", "fünf.gpx"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%5Ca%00b.gpx", "ab.gpx"),
        ("attachment; filename*=UTF-8''" + "x" * 300, "x" * 255),
        ("attachment; filename*=klingon''a.gpx", "upload"),
    ],
)
def test_a_name_that_says_its_encoding(client: TestClient, user: int, disposition: str, name: str) -> None:
    headers = bearer(upload_keys.make(user, "phone")) | {"Content-Disposition": disposition}
    answer = client.post("/api/upload", content=RUN, headers=headers)
    assert answer.json()["files"][0]["file"] == name
    assert rows("SELECT name FROM original_files") == [(name,)]


def test_what_has_become_of_it(client: TestClient, user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from milevault_core.imports import files

    added = files.add

    def add_and_work(*arguments):
        found = added(*arguments)
        for item in found:
            files.process(item)
        return found

    monkeypatch.setattr(imports, "add", add_and_work)
    monkeypatch.setattr(api_upload, "WAIT_S", 5.0)
    answer = client.post("/api/upload?name=run.gpx", content=RUN, headers=bearer(upload_keys.make(user, "x")))
    assert answer.status_code == 200
    (file,) = answer.json()["files"]
    assert (file["outcome"], file["says"]) == ("imported", "Imported.")
    assert "/activity?id=" in file["activities"][0]


@pytest.mark.parametrize("headers", [{}, bearer(""), bearer("x"), bearer("A" * 43), bearer("ä" * 43),
                                     {"Authorization": "Basic abc"}, bearer("x" * 5000)])  # fmt: skip
def test_without_a_good_key_nothing_gets_in(client: TestClient, user: int, headers: dict) -> None:
    upload_keys.make(user, "phone")
    encoded = {name: value.encode("utf-8") for name, value in headers.items()}
    answer = client.post("/api/upload", content=RUN, headers=encoded)
    assert answer.status_code == 401
    assert rows("SELECT id FROM imports") == rows("SELECT id FROM original_files") == []


def test_a_revoked_key_and_a_locked_account(client: TestClient, user: int, other_user: int) -> None:
    key = upload_keys.make(user, "phone")
    with pytest.raises(LookupError):
        upload_keys.revoke(other_user, 1)
    with store.session() as session:
        session.execute(text("UPDATE users SET disabled_at = now() WHERE id = :u"), {"u": user})
    assert client.post("/api/upload", content=RUN, headers=bearer(key)).status_code == 401
    with store.session() as session:
        session.execute(text("UPDATE users SET disabled_at = NULL"))
    assert client.post("/api/upload", content=RUN, headers=bearer(key)).status_code == 202
    upload_keys.revoke(user, rows("SELECT id FROM upload_tokens")[0][0])
    assert client.post("/api/upload", content=RUN, headers=bearer(key)).status_code == 401


def test_a_key_opens_nothing_else(client: TestClient, user: int) -> None:
    key = upload_keys.make(user, "phone")
    client.post("/api/upload", content=RUN, headers=bearer(key))
    original = rows("SELECT id FROM original_files")[0][0]
    for method, path in (("GET", f"/files/original/{original}"), ("GET", "/map/style.json"), ("POST", "/upload/begin"),
                         ("PUT", "/upload/1/0"), ("PUT", "/_stcore/upload_file/a/b")):  # fmt: skip
        answer = client.request(method, f"{path}?token={key}", headers=bearer(key))
        assert answer.status_code in (401, 403), path
    client.cookies.set("mv_session", key)
    assert client.get(f"/files/original/{original}").status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_do_nothing(client: TestClient, user: int, method: str) -> None:
    answer = client.request(method, "/api/upload", content=RUN, headers=bearer(upload_keys.make(user, "x")))
    assert answer.status_code == 405
    assert rows("SELECT id FROM imports") == []


def test_limits(client: TestClient, user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    key = upload_keys.make(user, "x")
    assert client.post("/api/upload", content=b"", headers=bearer(key)).status_code == 400
    assert (
        client.post(
            "/api/upload", content=RUN, headers=bearer(key) | {"Content-Length": str(2**40)}
        ).status_code
        == 413
    )
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/api/upload", content=b"nonsense", headers=bearer(key) | broken).status_code == 400
    monkeypatch.setattr(api_upload, "RATE", 2)
    codes = [client.post("/api/upload", content=RUN, headers=bearer(key)).status_code for _ in range(3)]
    assert codes == [202, 202, 429]


def form_of(*files: tuple[str, bytes]) -> tuple[dict[str, str], bytes]:
    """A form as `curl -F file=@a -F file=@b` sends it: all files under one field name."""
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    return {"Content-Type": "multipart/form-data; boundary=B"}, b"".join(parts) + b"--B--\r\n"


def test_files_of_one_field_all_get_in(client: TestClient, user: int) -> None:
    key = bearer(upload_keys.make(user, "x"))
    headers, body = form_of(("a.gpx", RUN), ("b.gpx", RUN + b" "), ("c.gpx", RUN + b"  "))
    answer = client.post("/api/upload", content=body, headers=key | headers)
    assert [f["file"] for f in answer.json()["files"]] == ["a.gpx", "b.gpx", "c.gpx"]
    assert rows("SELECT count(*) FROM original_files") == [(3,)]


def test_every_batch_is_in_the_answer(client: TestClient, user: int) -> None:
    key = bearer(upload_keys.make(user, "x"))
    large = RUN + b" " * archives.SMALL  # so large that a worker reads it, not the app
    headers, body = form_of(
        ("a.zip", zipped({"1.gpx": RUN})), ("b.zip", zipped({"2.gpx": RUN})), ("c.gpx", RUN), ("d.gpx", large)
    )
    said = client.post("/api/upload", content=body, headers=key | headers).json()
    assert [each["import"] for each in said["imports"]] == [
        row[0] for row in rows("SELECT id FROM imports ORDER BY id")
    ]
    assert [len(each["files"]) for each in said["imports"]] == [0, 0, 0, 1]  # workers list the rest later
    assert rows("SELECT label FROM imports ORDER BY id") == [("a.zip",), ("b.zip",), ("d.gpx",), ("c.gpx",)]
    for (upload,) in rows("SELECT id FROM uploads ORDER BY id"):
        archives.take_in(upload)
    assert rows("SELECT name FROM import_items ORDER BY name") == [
        ("a.zip/1.gpx",), ("b.zip/2.gpx",), ("c.gpx",), ("d.gpx",)]  # fmt: skip


def in_pieces(size: int, head: bytes = b""):
    """A body without a Content-Length."""
    yield head
    for _ in range(size >> 20):
        yield b"x" * (1 << 20)


@pytest.mark.parametrize("is_form", [True, False])
def test_a_body_of_unknown_length_is_counted(
    client: TestClient, user: int, is_form: bool, monkeypatch
) -> None:
    monkeypatch.setattr(api_upload, "MAX_BYTES", 3 << 20)
    monkeypatch.setattr(api_upload, "MOST_BYTES", (3 << 20) + 1000)
    headers, form = form_of(("a.fit", b""))
    key = bearer(upload_keys.make(user, "x")) | (headers if is_form else {})
    head = form[: form.index(b"\r\n\r\n") + 4] if is_form else b""
    read = 0

    def counted(size: int):
        nonlocal read
        for piece in in_pieces(size, head):
            read += len(piece)
            yield piece
        if is_form:
            yield b"\r\n--B--\r\n"

    assert client.post("/api/upload", content=counted(2 << 20), headers=key).status_code == 202
    assert rows("SELECT size_bytes FROM original_files") == [(2 << 20,)]
    assert client.post("/api/upload", content=counted(50 << 20), headers=key).status_code == 413
    assert rows("SELECT count(*) FROM original_files") == [(1,)]


def test_a_body_is_counted_as_it_comes(monkeypatch) -> None:
    """An endless body is refused at the limit, not at its end."""
    monkeypatch.setattr(api_upload, "MOST_BYTES", 3 << 20)
    sent: list[int] = []

    class Request:
        async def stream(self):
            for number in range(20):
                sent.append(number)
                yield bytes(1 << 20)

    async def received() -> int:
        return sum([len(part) async for part in api_upload._limited(cast(Any, Request()))])

    with pytest.raises(api_upload._TooLarge):
        run(received())
    assert len(sent) == 4


def test_a_build_that_does_not_count_is_seen(client: TestClient, user: int, monkeypatch) -> None:
    monkeypatch.setattr(api_upload, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(api_upload, "MOST_BYTES", 1 << 40)
    key = bearer(upload_keys.make(user, "x"))
    assert (
        client.post("/api/upload", content=in_pieces(3 << 20), headers=key).status_code == 413
    )  # only at the end
    monkeypatch.setattr(api_upload, "MAX_BYTES", 1 << 40)
    assert client.post("/api/upload", content=in_pieces(3 << 20), headers=key).status_code == 202


def test_what_a_key_may_store_in_a_day(client: TestClient, user: int, other_user: int, monkeypatch) -> None:
    key, theirs = bearer(upload_keys.make(user, "x")), bearer(upload_keys.make(other_user, "y"))
    noise = random.Random(1).randbytes(2 << 20)
    monkeypatch.setattr(api_upload, "DAY_BYTES", 1 << 20)
    assert client.post("/api/upload", content=noise, headers=key).status_code == 202
    refused = client.post("/api/upload", content=RUN, headers=key)
    assert (refused.status_code, "within a day" in refused.json()["error"]) == (429, True)
    assert client.post("/api/upload", content=RUN, headers=theirs).status_code == 202
    with store.session() as session:
        session.execute(text("UPDATE imports SET created_at = now() - interval '25 hours'"))
    assert client.post("/api/upload", content=RUN, headers=key).status_code == 202


def test_nothing_is_taken_while_the_disk_is_short(client: TestClient, user: int, monkeypatch) -> None:
    key = bearer(upload_keys.make(user, "x"))
    monkeypatch.setattr(room, "free_bytes", lambda: room.RESERVE_BYTES - 1)
    refused = client.post("/api/upload", content=RUN, headers=key)
    assert (refused.status_code, refused.json()["error"]) == (507, room.PAUSED)
    assert rows("SELECT count(*) FROM original_files") == [(0,)]
    monkeypatch.setattr(room, "free_bytes", lambda: room.RESERVE_BYTES)
    assert client.post("/api/upload", content=RUN, headers=key).status_code == 202


def test_only_the_sum_of_a_key_is_kept(user: int) -> None:
    key = upload_keys.make(user, "phone")
    ((stored,),) = rows("SELECT token_hash FROM upload_tokens")
    assert bytes(stored) == upload_tokens.sum_of(key)
    assert key.encode() not in bytes(stored)
    for _ in range(upload_tokens.MOST - 1):
        upload_keys.make(user, "one more")
    with pytest.raises(ValueError, match="many"):
        upload_keys.make(user, "one more")

"""POST /api/upload: a key lets in files of its owner, and does nothing else."""

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import upload_keys
from milevault_core.store import upload_tokens
from milevault_core.web import api_upload
from tests.builders import gpx
from tests.builders.archive import zipped

RUN = gpx.gpx(gpx.track(gpx.points())).encode()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_upload, "WAIT_S", 0.0)  # no worker runs here


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


def test_a_form_a_zip_and_a_key_in_the_address(client: TestClient, user: int) -> None:
    key = upload_keys.make(user, "phone")
    answer = client.post(f"/api/upload?token={key}", files={"file": ("a.gpx", RUN), "more": ("b.gpx", RUN)})
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


def test_what_has_become_of_it(client: TestClient, user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from milevault_core import imports

    added = imports.add

    def add_and_work(*arguments):
        found = added(*arguments)
        for item in found:
            imports.process(item)
        return found

    monkeypatch.setattr(api_upload.imports, "add", add_and_work)
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


def test_only_the_sum_of_a_key_is_kept(user: int) -> None:
    key = upload_keys.make(user, "phone")
    ((stored,),) = rows("SELECT token_hash FROM upload_tokens")
    assert bytes(stored) == upload_tokens.sum_of(key)
    assert key.encode() not in bytes(stored)
    for _ in range(upload_tokens.MOST - 1):
        upload_keys.make(user, "one more")
    with pytest.raises(ValueError, match="many"):
        upload_keys.make(user, "one more")

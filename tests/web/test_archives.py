"""/upload/…: archives in pieces, only the user's own and only from our own page."""

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.web.archives import NONSENSE, PIECE
from tests.builders import gpx
from tests.builders.archive import zipped


def value(sql: str):
    with store.session() as session:
        return session.execute(text(sql)).scalar()


def as_user(client: TestClient, user_id: int) -> TestClient:
    client.cookies.set("mv_session", sessions.create(user_id))
    return client


def begin(client: TestClient, size: int, key: str = "k", **headers: str):
    return client.post(
        "/upload/begin", json={"name": "export.zip", "size": size, "key": key}, headers=headers
    )


def test_an_archive_goes_up_in_pieces_and_is_looked_through(client: TestClient, user: int) -> None:
    data = zipped({"a.gpx": gpx.gpx(gpx.track(gpx.points())).encode()})
    as_user(client, user)
    begun = begin(client, len(data)).json()
    assert (begun["received"], begun["piece"]) == (0, PIECE)
    answer = client.put(f"/upload/{begun['id']}/0", content=data)
    assert answer.json() == {"received": len(data)}
    assert value("SELECT state FROM uploads") == "looking"
    assert value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'look_through'") == 1
    assert (
        client.put(f"/upload/{begun['id']}/0", content=data).status_code == 404
    )  # complete: nothing more is accepted


def test_it_goes_on_where_it_stopped(client: TestClient, user: int) -> None:
    as_user(client, user)
    begun = begin(client, 2 * PIECE).json()
    client.put(f"/upload/{begun['id']}/0", content=bytes(PIECE))
    again = begin(client, 2 * PIECE).json()
    assert (again["id"], again["received"]) == (begun["id"], PIECE)
    assert begin(client, 2 * PIECE, key="another").json()["id"] != begun["id"]
    assert client.put(f"/upload/{begun['id']}/{2 * PIECE}", content=b"x").status_code == 409


def test_strangers_and_other_sites_get_nothing_done(client: TestClient, user: int, other_user: int) -> None:
    assert begin(client, 10).status_code == 401
    assert client.put("/upload/1/0", content=b"x").status_code == 401
    as_user(client, user)
    begun = begin(client, 10).json()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert begin(client, 10, **headers).status_code == 401
        assert client.put(f"/upload/{begun['id']}/0", content=b"x" * 10, headers=headers).status_code == 401
    client.cookies.clear()
    as_user(client, other_user)
    assert client.put(f"/upload/{begun['id']}/0", content=b"x" * 10).status_code == 404
    assert value("SELECT count(*) FROM upload_chunks") == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"name": "a"}', b'{"name": "a", "size": 0}',
                                  b'{"name": "a", "size": "x"}', b'{"name": "a", "size": 1e30}',
                                  b'{"name": "a", "size": 1e999}', b'{"name": "a", "size": NaN}',
                                  b'{"name": "a", "size": ' + b"9" * 5000 + b"}", b"[" * 9_999,
                                  b"x" * 20_000])  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(client: TestClient, user: int, body: bytes) -> None:
    answer = as_user(client, user).post("/upload/begin", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"] in (NONSENSE, "The file is empty.")


def test_a_piece_has_its_limit(client: TestClient, user: int) -> None:
    begun = begin(as_user(client, user), 99 * PIECE).json()
    assert client.put(f"/upload/{begun['id']}/0", content=bytes(PIECE + 1)).status_code == 413
    assert client.put(f"/upload/{2**63}/0", content=b"x").status_code == 404
    assert client.get(f"/upload/{begun['id']}/0").status_code in (404, 405, 200)
    assert value("SELECT count(*) FROM upload_chunks") == 0

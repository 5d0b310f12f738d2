"""Downloads: complete, and only the user's own."""

import gzip

import gpxpy
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.imports import files
from milevault_core.web.files import attachment
from tests.builders import gpx


def one(sql: str) -> int:
    with store.session() as session:
        return session.execute(text(sql)).scalar_one()


@pytest.fixture
def sent(user: int) -> bytes:
    """The bytes of a file that ann imported, still compressed as she sent it."""
    data = gzip.compress(gpx.gpx(gpx.track(gpx.points(n=60), name="Früh/lauf")).encode())
    for item in files.add(user, files.begin(user, "page"), "Früh lauf.gpx.gz", data):
        files.process(item)
    return data


def as_user(client: TestClient, user_id: int) -> TestClient:
    client.cookies.set("mv_session", sessions.create(user_id))
    return client


def test_the_original_comes_back_byte_for_byte(client: TestClient, user: int, sent: bytes) -> None:
    path = f"/files/original/{one('SELECT id FROM original_files')}"
    assert client.get(path).status_code == 401
    answer = as_user(client, user).get(path)
    assert answer.content == sent
    assert answer.headers["content-disposition"].startswith('attachment; filename="Fr_h lauf.gpx.gz"')
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-security-policy"] == "sandbox"


def test_an_activity_comes_as_gpx(client: TestClient, user: int, sent: bytes) -> None:
    path = f"/files/activity/{one('SELECT id FROM activities')}.gpx"
    assert client.get(path).status_code == 401
    answer = as_user(client, user).get(path)
    assert answer.headers["content-type"].startswith("application/gpx+xml")
    read = gpxpy.parse(answer.text)
    assert sum(1 for _ in read.walk()) == 60
    assert read.tracks[0].name == "Früh/lauf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="Fr_h-lauf.gpx"')


def test_another_users_is_like_one_that_never_was(client: TestClient, other_user: int, sent: bytes) -> None:
    as_user(client, other_user)
    for kind, table, end in (("original", "original_files", ""), ("activity", "activities", ".gpx")):
        numbers = (one(f"SELECT id FROM {table}"), 999_999, 2**31, 2**63, 10**30)
        answers = [client.get(f"/files/{kind}/{number}{end}") for number in numbers]
        assert {(a.status_code, a.text) for a in answers} == {(404, "There is no such file.")}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ride.fit", "ride.fit"),
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\ride.fit", "ride.fit"),
        ('a"b.fit', "a_b.fit"),
        ("a\r\nSet-Cookie: x=y.fit", "aSet-Cookie_ x=y.fit"),
        ("a;b%2F.fit", "a_b_2F.fit"),
        ("\u202egpx.exe", "gpx.exe"),
        ("...", "activity"),
        ("", "activity"),
        ("x" * 500, "x" * 120),
    ],
)
def test_names_of_attachments(name: str, shown: str) -> None:
    header = attachment(name, "activity")
    assert header.startswith(f"attachment; filename=\"{shown}\"; filename*=UTF-8''")
    header.encode("latin-1")
    assert not any(c in header for c in "\r\n\0")

"""Several activities in one zip: only the user's own."""

import io
import zipfile

from sqlalchemy import text
from starlette.testclient import TestClient

from bench.hour import hour_fit
from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.imports import files
from milevault_core.web.many_files import MOST


def bring(user: int, day: int) -> int:
    batch = files.begin(user, "page")
    (item,) = files.add(user, batch, "ride.fit", hour_fit(day, 120))
    return files.process(item)[0]


def names(answer) -> list[str]:
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_each_kind_comes_and_never_anothers(client: TestClient, user: int, other_user: int) -> None:
    mine, more, foreign = bring(user, 1), bring(user, 2), bring(other_user, 3)
    assert client.get(f"/files/activities.zip?kind=gpx&id={mine}").status_code == 401
    client.cookies.set("mv_session", sessions.create(user))
    for kind, end in (
        ("gpx", ".gpx"),
        ("tcx", ".tcx"),
        ("csv", ".csv"),
        ("png", ".png"),
        ("original", ".fit"),
    ):
        found = names(client.get(f"/files/activities.zip?kind={kind}&id={mine}&id={foreign}&id={more}"))
        assert len(found) == len(set(found)) == 2, kind
        assert all(name.endswith(end) for name in found)
        if kind != "original":
            assert client.get(f"/files/activity/{mine}.{kind}").status_code == 200
            assert client.get(f"/files/activity/{foreign}.{kind}").status_code == 404
    assert client.get(f"/files/activities.zip?kind=gpx&id={foreign}").status_code == 404
    for wrong in ("kind=exe&id=1", "kind=gpx", "kind=gpx&id=x", "kind=gpx&id=0"):
        assert client.get(f"/files/activities.zip?{wrong}").status_code == 404
    with store.session() as session:
        session.execute(text("UPDATE activities SET name = 'Run 10/12 km' WHERE id = :id"), {"id": mine})
    assert names(client.get(f"/files/activities.zip?kind=gpx&id={mine}")) == ["Run 10-12 km.gpx"]
    many = "&".join(f"id={n}" for n in range(1, MOST + 2))
    assert client.get(f"/files/activities.zip?kind=gpx&{many}").status_code == 413

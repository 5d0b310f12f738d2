"""Every route that takes an id answers a stranger as if the id did not exist; the owner gets something."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from milevault_core import store
from milevault_core.accounts import sessions
from milevault_core.store import queue
from milevault_core.web.routes import ROUTES
from tests import databases, walls_calls, walls_ids
from tests.walls_person import person
from tests.web.conftest import make_client

# Route path -> its addresses, with names from walls_ids in braces, and what is sent.
ADDRESSES: dict[str, tuple[list[str], bytes]] = {
    "/upload/{id:int}/{offset:int}": (["/upload/{upload_id}/0"], b"0123456789"),
    "/files/photo/{id:int}.jpg": (["/files/photo/{photo_id}.jpg"], b""),
    "/files/photo/{id:int}": (["/files/photo/{photo_id}"], b""),
    "/files/original/{id:int}": (["/files/original/{original_id}"], b""),
    "/files/activities.zip": (
        [f"/files/activities.zip?kind={kind}&id={{file_id}}" for kind in ("original", "gpx", "tcx", "csv")],
        b"",
    ),
    "/files/activity/{id:int}.{kind}": (
        [f"/files/activity/{{file_id}}.{kind}" for kind in ("gpx", "tcx", "csv")],
        b"",
    ),
    "/files/export/{id:int}.zip": (["/files/export/{export_id}.zip"], b""),
    "/files/route/{id}.gpx": (["/files/route/{route_id}.gpx"], b""),
}
WITHOUT_IDS = {
    "/healthz": "says whether the server lives",
    "/metrics": "counts of the server, with the operator's token",
    "/invite": "a secret of its own",
    "/reset": "a secret of its own",
    "/oidc/start": "before anybody is signed in, or for whoever is",
    "/oidc/callback": "a secret of its own, and one of the provider's",
    "/setup": "before anybody has an account",
    "/signin/finish": "a secret of its own",
    "/signin/end": "the session of the cookie",
    "/door.js": "the same for everybody",
    "/map/style.json": "the same for everybody",
    "/search.json": "words; what is found is store.queries.search's",
    "/upload.js": "the same for everybody",
    "/upload/begin": "a new upload of whoever is signed in",
    "/api/upload": "a new file of whose the token is",
}


@pytest.fixture(scope="module")
def two(lent_database: databases.Lent) -> Iterator[tuple[TestClient, TestClient, walls_ids.Ids]]:
    """The owner's browser, a stranger's browser, and what the owner has."""
    store.close()
    queue.app.cache_clear()
    with lent_database.to_a_test() as url:
        store.open(url)
        walls_ids.raise_first_ids()
        ann, bob = person("ann"), person("bob")
        walls_ids.import_files(ann.user_id)
        clients = []
        for one in (ann, bob):
            client = make_client()
            client.cookies.set("mv_session", sessions.create(one.user_id))
            clients.append(client)
        yield clients[0], clients[1], walls_ids.ids_of(ann.user_id, ann.route_id)
        store.close()
        queue.app.cache_clear()


def test_every_route_is_named() -> None:
    assert {route.path for route in ROUTES} == set(ADDRESSES) | set(WITHOUT_IDS)
    assert not [path for path in WITHOUT_IDS if "{" in path]


def answer(client: TestClient, path: str, ids: walls_ids.Ids) -> list[tuple[int, bytes]]:
    """Status and body of every address of a route; ids are removed from the body of a refusal."""
    method = "PUT" if path.startswith("/upload/") else "GET"
    addresses, body = ADDRESSES[path]
    found = [client.request(method, each.format(**ids), content=body) for each in addresses]
    return [(one.status_code, re.sub(rb"\d{6,}", b"#", one.content)) for one in found]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_stranger_is_answered_as_for_what_is_not_there(two, path: str) -> None:
    owner, stranger, ids = two
    before = digest()
    foreign = answer(stranger, path, ids)
    assert foreign == answer(stranger, path, walls_ids.missing_ids())
    assert {status for status, _ in foreign} == {404}
    assert digest() == before
    own = answer(owner, path, ids)
    assert {status for status, _ in own} == {200}
    assert all(body for _, body in own)


def digest() -> dict[str, tuple]:
    """The digest of every table but sessions and users: every request updates the session."""
    with store.session() as session:
        found = walls_calls.digest(session, 1)
    return {table: rows for table, rows in found.items() if table not in ("sessions", "users")}


@pytest.mark.parametrize("path", [path for path in ADDRESSES if path.startswith("/files/")])
def test_a_build_that_asks_nobody_is_seen(two, path: str) -> None:
    _, stranger, ids = two
    with walls_calls.without_the_user():
        assert {status for status, _ in answer(stranger, path, ids)} != {404}

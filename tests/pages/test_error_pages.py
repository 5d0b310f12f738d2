"""What a visitor sees of an error: that there was one, and no internals."""

from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import sessions
from tests.pages import server
from tests.pages.test_door_http import ask

INSIDE = (
    "Traceback",
    "psycopg",
    "sqlalchemy",
    "SELECT",
    "activities_gone",
    "does not exist",
    "site-packages",
)


def test_over_a_broken_database_nothing_of_the_inside_is_told(database_url: str, user: int) -> None:
    cookie = f"mv_session={sessions.create(user)}"
    with server.serving(database_url) as address:
        whole = server.visit(address, "activities", cookie)
        assert "Signed in as ann" in whole
        assert "exception {" not in whole
        with store.session() as session:
            session.execute(text("ALTER TABLE activities RENAME TO activities_gone"))
        broken = server.visit(address, "activities", cookie)
        assert "exception {" in broken, "the control: there is an error"
        assert [word for word in INSIDE if word in broken.partition("exception {")[2]] == []
        status, _, body = ask(f"{address}/files/activities.zip", Cookie=cookie)
        assert status >= 400
        assert [word for word in INSIDE if word in body.decode()] == []

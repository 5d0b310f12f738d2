"""A page asks the database a few times, not once a row: every page of the site map, with an athlete's data."""

import pytest

from bench.pages import EXCEPTIONS
from bench.pages import STATEMENTS as MOST
from milevault_core import store
from milevault_core.demo import make
from milevault_core.demo.athlete import sized
from milevault_core.derive import clean
from pages._addresses import SITE
from tests.statements import counted

SIGN_IN = 1  # who is signed in, which `open_page` knows without asking
ACTIVITIES = 16
# What pages that show one thing are opened with: what has the most to show.
OPENED_WITH = {
    "activity": "SELECT a.id FROM activities a LEFT JOIN route_members m ON m.activity_id = a.id "
    "WHERE a.user_id = $1 ORDER BY m.route IS NULL, a.point_count DESC LIMIT 1",
    "route": "SELECT route AS id FROM route_members WHERE user_id = $1 GROUP BY route ORDER BY count(*) DESC LIMIT 1",
    "compare": "SELECT id FROM activities WHERE user_id = $1 ORDER BY point_count DESC LIMIT 3",
}


@pytest.fixture
def athlete(user: int) -> int:
    (life,) = sized("S")
    make.some(user, make.begin(user, life), life, 0, ACTIVITIES)
    clean.clean(user)
    clean.clean(user, "routes")
    return user


def test_statements_of_every_page(athlete: int, open_page) -> None:
    sent_by, broken, most = {}, [], {}
    for _, _, file, address, _, _ in SITE:
        page = file.removesuffix(".py")
        ids = store.read(OPENED_WITH[address], (athlete,))["id"] if address in OPENED_WITH else []
        asked = {"id": [str(each) for each in ids]} if len(ids) else {}
        app = open_page(athlete, page, **asked)  # its modules, and what holds for the whole process
        open_page.forget()
        with counted() as sent:
            app.run()
        sent_by[page] = sent
        most[page], _ = EXCEPTIONS.get((address, "statements"), (MOST, ""))
        broken += [page] if app.exception else []
    assert not broken
    over = {page: sent for page, sent in sent_by.items() if len(sent) + SIGN_IN > most[page]}
    assert not over
    assert len(sent_by["activity"]) > 2  # they are really counted
    assert sent_by["dashboard"]

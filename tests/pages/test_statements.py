"""Every page of the site map, with an athlete's data, sends a few SQL statements, not one per row."""

from urllib.parse import parse_qs

import pytest

from bench import pages
from bench.pages import EXCEPTIONS
from bench.pages import STATEMENTS as MOST
from milevault_core.demo import make
from milevault_core.demo.athlete import sized
from milevault_core.derive import clean
from pages._addresses import SITE
from tests.statements import counted

SIGN_IN = 1  # the statement for who is signed in, which `open_page` does not need
ACTIVITIES = 16
ELSEWHERE = {
    # An activity on a route, so that the route section is shown too.
    "activity": "SELECT a.id FROM activities a LEFT JOIN route_members m ON m.activity_id = a.id "
    "WHERE a.user_id = $1 ORDER BY m.route IS NULL, a.point_count DESC LIMIT 1",
    "route": "SELECT route AS id FROM route_members WHERE user_id = $1 GROUP BY route ORDER BY count(*) DESC LIMIT 1",
}


@pytest.fixture
def athlete(user: int) -> int:
    (life,) = sized("S")
    make.some(user, make.begin(user, life), life, 0, ACTIVITIES)
    clean.clean(user)
    clean.clean(user, "routes")
    return user


def test_statements_of_every_page(athlete: int, open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_by, broken, most = {}, [], {}
    monkeypatch.setattr(pages, "OPENED_WITH", pages.OPENED_WITH | ELSEWHERE)
    opened_with = pages.examples(athlete)
    assert {address for address, queries in opened_with.items() if queries[0]} == set(pages.OPENED_WITH) - {
        "segment"
    }
    assert opened_with["compare"][0].count("id=") == pages.TOGETHER["compare"]
    for _, _, file, address, _, _ in SITE:
        page = file.removesuffix(".py")
        asked = parse_qs(opened_with[address][0])
        app = open_page(athlete, page, **asked)  # loads its modules and what is cached for the whole process
        open_page.forget()
        with counted() as sent:
            app.run()
        sent_by[page] = sent
        most[page], _ = EXCEPTIONS.get((address, "statements"), (MOST, ""))
        broken += [page] if app.exception else []
    assert not broken
    over = {page: sent for page, sent in sent_by.items() if len(sent) + SIGN_IN > most[page]}
    assert not over
    assert len(sent_by["activity"]) > 2  # statements are really counted
    assert sent_by["dashboard"]

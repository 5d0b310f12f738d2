"""Every page of the site map, opened with the ids of another user who has a canary in every text: it must not appear.
To its owner the text, which is also markup and a formula, is shown literally.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from milevault_core import config, store
from milevault_core.store import queue
from pages._addresses import SITE
from tests import databases, walls_ids
from tests.pages.shown import shown_html
from tests.pages.test_pages import everything
from tests.walls_person import person

CANARY = "QX7canary"
TURN, JOINER = "\u202e", "\u200d"  # reverses the reading direction; joins letters and emoji
EVIL = f"{CANARY} <img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) {TURN}r{JOINER}t"
# table, column: all text that comes from a user, a file or a service.
WORDED = (
    ("activities", "name"), ("activities", "description"), ("activities", "private_note"), ("activities", "tags"),
    ("activities", "device"), ("activities", "gear"), ("imports", "label"), ("import_items", "name"),
    ("import_items", "reason"), ("uploads", "name"), ("uploads", "reason"), ("original_files", "name"),
    ("gear_items", "label"), ("gear_services", "what"), ("route_segments", "name"), ("day_notes", "note"),
    ("weight_logs", "note"), ("trashed_activities", "name"), ("upload_tokens", "label"), ("named_routes", "place"),
    ("route_courses", "name"), ("garmin_connect_configs", "full_name"), ("set_aside", "reason"),
)  # fmt: skip
NUMBER = 77_777
# With any thousands separator, but not within a hex digest.
NUMBER_SHOWN = re.compile(r"(?<![0-9a-f])77(,|\s|\\+u202f)?777(?![0-9a-f])")
NUMBERED = (("activities", "calories"), ("activities", "ascent_m"))
# Pages on which the owner sees at least one of the texts.
SEEN = {
    "activities",
    "activity",
    "imports",
    "trash",
    "segments",
    "segment",
    "gear",
    "search",
    "day",
}
PAGES = [file.removesuffix(".py") for _, _, file, *_ in SITE]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()


@contextmanager
def opened_for_a_module(lent: databases.Lent) -> Iterator[None]:
    """Open a database for all tests of a module, with a key for sealing secrets."""
    store.close()
    queue.app.cache_clear()
    with pytest.MonkeyPatch.context() as patch, lent.to_a_test() as url:
        patch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
        config.settings.cache_clear()
        store.open(url)
        yield
        store.close()
        queue.app.cache_clear()


@pytest.fixture(scope="module")
def two(lent_database: databases.Lent) -> Iterator[tuple[int, int, walls_ids.Ids]]:
    """Ann, and Bob with his canaries; Bob's ids."""
    with opened_for_a_module(lent_database):
        walls_ids.raise_first_ids()
        ann, bob = person("ann"), person("bob")
        walls_ids.import_files(bob.user_id)
        ids = walls_ids.ids_of(bob.user_id, bob.route_id)
        with store.session() as session:
            for table, column in WORDED:
                session.execute(
                    text(f"UPDATE {table} SET {column} = :evil WHERE user_id = :u"),
                    {"evil": EVIL, "u": bob.user_id},
                )
            for table, column in NUMBERED:
                session.execute(
                    text(f"UPDATE {table} SET {column} = :number WHERE user_id = :u"),
                    {"number": NUMBER, "u": bob.user_id},
                )
        yield ann.user_id, bob.user_id, ids


def address_of(page: str, ids: walls_ids.Ids) -> dict[str, str]:
    """Parameters of a page that refer to something of Bob's."""
    number = {"route": "route_id", "segment": "segment_id", "gear": "gear_id"}.get(page, "file_id")
    found = {"id": str(ids[number])}
    match page:
        case "imports":
            found = {"import": str(ids["import_id"])}
        case "compare":
            found = {"id": str(ids["file_id"])}
        case "search":
            found = {"q": "onerror"}  # a word from the evil text that the page itself does not contain
        case "day" | "sleep" | "health":
            found = {"date": "2026-06-01"}
    return found


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_anybody_else(two, open_page, page: str) -> None:
    ann, bob, ids = two
    for of_whom in (bob, ann):  # what is cached from Bob's visit must not be shown to Ann
        app = open_page(of_whom, page, **address_of(page, ids))
        assert not app.exception, app.exception
    assert CANARY not in everything(app)
    assert not NUMBER_SHOWN.search(everything(app))


def unsafe(app: AppTest) -> list[str]:
    """Pieces of the page in which the text became markup."""
    found = [html for html in shown_html(app).values() if "<img src=x" in html or 'href="javascript:' in html]
    for kind in ("markdown", "caption", "title", "subheader", "warning", "info", "error", "success"):
        for one in getattr(app, kind, []):
            if CANARY in one.value and ("**bold**" in one.value or "[x](java" in one.value):
                found.append(one.value)
    return found


FIELDS = {
    "text_input",
    "text_area",
    "selectbox",
    "multiselect",
}  # fields to edit the text show it as stored


def turned(app: AppTest) -> list[str]:
    """Elements of the page that contain the character that reverses the reading direction, in any spelling."""
    spelled = [TURN, "".join(f"\\{byte:o}" for byte in TURN.encode()), "\\u202e", "&#x202e;", "&#8238;"]
    found: list[str] = []

    def walk(node) -> None:
        kind, said = getattr(node, "type", ""), f"{getattr(node, 'proto', '')}"
        if kind not in FIELDS and any(one in said for one in spelled):
            found.append(f"{kind} {said[:2000]}")
        for child in getattr(node, "children", {}).values():
            walk(child)

    for part in app._tree.children.values():
        walk(part)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_its_owner_reads_it_as_it_is(two, open_page, page: str) -> None:
    _, bob, ids = two
    app = open_page(bob, page, **address_of(page, ids))
    assert not app.exception, app.exception
    assert unsafe(app) == []
    assert turned(app) == []
    if page in SEEN:
        assert CANARY in everything(app), (
            "the canary must be seen by its owner, or the test above cannot fail"
        )
    if page in ("activity", "activities"):
        assert NUMBER_SHOWN.search(everything(app))

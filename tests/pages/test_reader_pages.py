"""The settings of dates and weeks, from the Profile page to the pages that show them."""

import pytest

from milevault_core.accounts import users
from tests.pages.shown import all_html
from tests.walls_person import person


def test_set_on_the_profile_page(user: int, open_page) -> None:
    page = open_page(user, "profile")
    next(r for r in page.radio if r.label == "Dates").set_value("iso")
    next(r for r in page.radio if r.label == "First day of the week").set_value("sunday")
    next(r for r in page.radio if r.label == "Clock").set_value("12h")
    next(t for t in page.text_input if t.label == "Currency").set_value("12,5")
    next(b for b in page.button if b.label == "Save").click().run()
    assert "such as €, $ or CHF" in page.error[0].value
    next(t for t in page.text_input if t.label == "Currency").set_value(" Kč ")
    next(b for b in page.button if b.label == "Save").click().run()
    account = users.by_username("ann")
    assert account is not None
    assert (account.date_format, account.week_start, account.clock) == ("iso", "sunday", "12h")
    assert account.currency == "Kč"


def test_pages_obey_them(database, open_page) -> None:
    ann = person("ann")
    page = open_page(ann.user_id, "day", reads=("iso", "sunday"), date="2026-06-01")
    assert page.title[0].value.replace("\\", "") == "Mon 2026-06-01"
    page = open_page(ann.user_id, "calendar", reads=("iso", "sunday"), month="2026-06")
    shown = all_html(page)
    assert shown.index(">Sun<") < shown.index(">Mon<")


@pytest.mark.parametrize(("page", "asked", "said"), [
    ("day", {"date": "2026-02-31"}, "“2026-02-31” is not a day. This is today."),
    ("day", {"date": "2026-02-28"}, ""),
    ("calendar", {"month": "2026-13"}, "“2026-13” is not a month. This is the current one."),
    ("calendar", {"year": "12"}, "“12” is not a year. This is the current one."),
    ("calendar", {"year": "2024"}, ""),
])  # fmt: skip
def test_a_date_that_is_none_is_said(
    user: int, open_page, page: str, asked: dict[str, str], said: str
) -> None:
    captions = [each.value.replace("\\", "") for each in open_page(user, page, **asked).caption]
    assert [each for each in captions if "is not a" in each] == ([said] if said else [])

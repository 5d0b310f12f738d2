"""A click takes effect, however soon the user leaves the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from milevault_core import store
from milevault_core.actions import trash
from tests.browser.life import visit, wait_for_jobs
from tests.patience import expect
from tests.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
RUNS = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'running'"


@contextmanager
def slow(url: str) -> Iterator[None]:
    """Lock the activities table, so that readers wait until the block ends."""
    with psycopg.connect(url) as connection:
        connection.execute("SET lock_timeout = '30s'")
        connection.execute("LOCK TABLE activities IN ACCESS EXCLUSIVE MODE")
        yield


def waits(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return bool(found and found[0])


def by_the_menu(page, address: str) -> None:
    page.locator("[data-testid=stSidebarNav]").get_by_role("link", name="Trends", exact=True).click()


def by_a_link(page, address: str) -> None:
    page.locator("[data-testid=stMain] a[href^='/day?']").first.click()


def by_loading_again(page, address: str) -> None:
    page.goto(f"{address}/profile", wait_until="commit")


WAYS = {
    by_the_menu: r"Trends · MileVault",
    by_a_link: r"\d{4} · MileVault",
    by_loading_again: "Profile · MileVault",
}


@pytest.mark.parametrize("leave", WAYS)
def test_a_deletion_is_done_though_the_page_is_left_at_once(page, site, served, leave) -> None:
    url, _ = served
    address, user_id = site
    visit(page, f"{address}/activities")
    page.locator("table.things tbody tr:not(.group) a.go").nth(3).click()
    page.wait_for_url("**/activity?id=*")
    number = int(re.findall(r"id=(\d+)", page.url)[0])
    button = page.get_by_role("button", name="Delete", exact=True)
    expect(button).to_be_visible()
    wait_for_jobs(page)
    # Otherwise the page would rerun by itself.
    expect(page.get_by_text("still being worked out")).to_have_count(0)
    page.wait_for_function(f"() => !({RUNS})()")
    with slow(url):
        button.click()
        page.wait_for_function(RUNS)
        wait_for(lambda: waits(url), "a script that reads")
        leave(page, address)
    expect(page).to_have_title(re.compile(WAYS[leave]))
    in_trash = "SELECT 1 AS n FROM trashed_activities WHERE user_id = $1 AND activity_id = $2"
    wait_for(lambda: len(store.read(in_trash, (user_id, number))), "the activity in the trash")
    expect(page).to_have_title(re.compile(WAYS[leave]))
    trash.restore(user_id, number)  # other tests rely on it
    wait_for_jobs(page)

"""Playwright's `expect`, but patient with a page that is being redrawn.

Streamlit keeps the elements of the last run until the new run ends, so a heading can be there twice for a moment, and
Playwright fails at once when a locator finds two elements. Here it tries again; two that stay still fail the test.
"""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import expect as expect_now

PATIENCE_S = 60
TWICE = "strict mode violation"


class _Expectation:
    """The assertions on one page or locator, each retried while it finds an element twice."""

    def __init__(self, what: Page | Locator, message: str | None) -> None:
        self.page = what if isinstance(what, Page) else what.page
        self.assertions = expect_now(what, message)

    def __getattr__(self, name: str) -> Callable[..., None]:
        check = getattr(self.assertions, name)

        def hold(*arguments: Any, **options: Any) -> None:
            end = time.monotonic() + options.get("timeout", PATIENCE_S * 1000) / 1000
            while True:
                try:
                    return check(*arguments, **options)
                except AssertionError as error:
                    if TWICE not in str(error) or time.monotonic() > end:
                        raise
                self.page.wait_for_timeout(100)

        return hold


def expect(what: Page | Locator, message: str | None = None) -> _Expectation:
    return _Expectation(what, message)

"""The patience of this folder's `expect`: it looks past a moment of two, and fails on two that stay."""

import pytest

from tests.patience import expect


def test_two_headings_for_a_moment(browser):
    page = browser.new_page()
    gone = "<script>setTimeout(() => document.querySelector('h1').remove(), 300)</script>"
    page.set_content("<h1>Old</h1><h1>New</h1>" + gone)
    expect(page.get_by_role("heading", level=1)).to_have_text("New")
    page.set_content("<h1>Old</h1><h1>New</h1>")
    with pytest.raises(AssertionError, match="strict mode violation"):
        expect(page.get_by_role("heading", level=1)).to_have_text("New", timeout=100)
    page.close()

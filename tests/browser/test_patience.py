"""Tests of the helpers in this folder: `expect` tolerates two matching elements for a moment but fails if both stay;
and what counts as an empty chart.
"""

import pytest

from tests.browser.life import _EMPTY
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


def test_a_chart_of_which_only_the_axes_are_drawn_is_empty(browser):
    page = browser.new_page()
    axes = '<g class="mark-rule role-axis-grid"><line/></g>'
    chart = (
        '<div data-testid="stVegaLiteChart">Hours<svg class="marks"><g class="mark-group">{}</g></svg></div>'
    )
    page.set_content(chart.format(axes))
    assert page.evaluate(_EMPTY) == ["Hours"]
    page.set_content(chart.format(axes + '<g class="mark-line role-mark marks"><path d="M0,0L1,1"/></g>'))
    assert not page.evaluate(_EMPTY)
    page.close()

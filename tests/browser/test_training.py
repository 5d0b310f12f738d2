"""Trends and the athlete's values in a real browser: choices are in the address and survive Back and reload; a new
threshold applies from its day on.
"""

import re

import pytest

from milevault_core import store
from tests.browser.life import drawn, open_list, visit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_what_is_chosen_in_trends_survives_back_and_reload(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/trends")
    page.get_by_text("Fitness and form", exact=True).click()
    page.wait_for_url(re.compile("show=Fitness"))
    expect(page.get_by_text("7-day load")).to_be_visible()
    of_all = page.locator(".figures .value").first.inner_text()
    open_list(page, "Sports")
    page.get_by_role("option", name="Running").click()
    page.wait_for_url(re.compile("sport=Running"))
    page.keyboard.press("Escape")
    expect(page.locator(".figures .value").first).not_to_have_text(of_all)
    drawn(page)
    chosen, figure = page.url, page.locator(".figures .value").first.inner_text()
    page.reload()
    drawn(page)
    assert page.url == chosen
    expect(page.locator(".figures .value").first).to_have_text(figure)
    page.get_by_role("link", name="7-day load").click()
    expect(page).to_have_title("What the numbers mean · MileVault")
    page.go_back()
    expect(page.get_by_text("7-day load")).to_be_visible()
    assert page.url == chosen
    expect(page.locator(".figures .value").first).to_have_text(figure)


def test_a_stretch_dragged_over_is_in_the_address_and_back_leads_out_of_it(page, site) -> None:
    address, _ = site
    whole = f"{address}/trends?show=form"
    visit(page, whole)
    chart = page.locator("[data-testid=stVegaLiteChart] svg.marks").first
    expect(chart).to_be_visible()
    drawn(page)
    before = page.url
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"dates=\d{4}-\d\d-\d\d&dates=\d{4}-\d\d-\d\d"))
    drawn(page)
    expect(page.get_by_text("7-day load")).to_be_visible()
    chosen = page.url
    page.reload()
    drawn(page)
    assert page.url == chosen
    expect(page.get_by_text("7-day load")).to_be_visible()
    page.go_back()
    page.wait_for_url(before)
    drawn(page)
    expect(page.get_by_text("7-day load")).to_be_visible()


def test_a_section_may_be_named_by_its_key(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/trends?show=form&span=all")
    expect(page.get_by_text("7-day load")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] svg.marks").first).to_be_visible()


def test_a_new_threshold_counts_from_its_day_on(page, site) -> None:
    address, user_id = site
    before = store.read(
        "SELECT count(*) AS n FROM athlete_values WHERE user_id = $1 AND origin = 'person'", (user_id,)
    )
    assert before["n"].iloc[0] == 0
    visit(page, f"{address}/athlete?zones_sport=Cycling&zones_kind=Power")
    page.get_by_role("combobox", name="Value").click()
    page.get_by_role("option", name="Threshold power (FTP)").click()
    typed = page.get_by_label("Threshold power (FTP) (W)")
    typed.fill("9000")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("must be between 20 W and 700 W", exact=False)).to_be_visible()
    typed.fill("301")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("301 W").first).to_be_visible()
    expect(
        page.get_by_text("316 W and more").or_(page.get_by_text("316 to ", exact=False)).first
    ).to_be_visible()
    saved = store.read(
        "SELECT valid_from, value FROM athlete_values WHERE user_id = $1 AND origin = 'person'", (user_id,)
    )
    assert saved["value"].tolist() == [301.0]
    # Last week's ride keeps the value it was computed with.
    inputs = store.read(
        "SELECT (t.inputs->'athlete'->>'threshold_power')::float8 AS watts FROM activities a JOIN activity_training t "
        "ON t.activity_id = a.id WHERE a.user_id = $1 AND a.sport = 'cycling' AND a.local_day < $2",
        (user_id, saved["valid_from"].iloc[0]),
    )
    assert len(inputs)
    assert not (inputs["watts"] == 301.0).any()

"""The gallery in a real browser: every part of the pages, in every state, drawn in both themes."""

import io

import pytest
from PIL import Image

from milevault_core.view.parts import colours
from tests.browser.life import signed_in, too_wide, visit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# Key of each part in the gallery: selector of its pieces (one per state), their number, and its (min, max) height.
PARTS = {
    "sign": ("svg[aria-label=MileVault]", 1, (30, 80)),
    "figures": (".figure", 5, (100, 600)),
    "said": (".said > *", 3, (15, 120)),
    "cards": (".card", 3, (150, 1100)),
    "things": ("table.things tbody tr", 3, (150, 600)),
    "no_things": (".nothing", 1, (15, 60)),
    "progress": (".progress > li", 3, (80, 500)),
    "notices": (".notices > li", 1, (30, 120)),
    "chips": (".chips > a", 3, (20, 120)),
    "keys": (".keys > li", 2, (15, 80)),
    "empty": (".way", 2, (80, 500)),
}
TOLD = [
    "▲ 42 min more than usual", "▼ 12 km less than usual", "as usual", "Nothing yet", "strokes/min", "Fitness 54",
    "Longest ride in a year", "Lengths <b>before</b> work", "November 2026", "2 activities · 2 h 10",
    "51 to 100 of 402", "Nothing to show.", "Behind by 980 km", "On track", "Reached on 3 November", "Decide",
    "Clear all", "Import files", "Look around", "Reading 40 of 100 files", "Waiting for a worker", "Delete for good",
]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_gallery_shows_every_part_in_every_state(browser, site, width: int, scheme: str) -> None:
    address, user_id = site
    is_dark = scheme == "dark"
    with signed_in(browser, address, user_id, width, 900, scheme) as (page, seen):
        visit(page, f"{address}/gallery")
        expect(page.locator(".st-key-empty .way")).to_have_count(2)  # the last part
        for one in (
            "Waiting for a worker",
            "Reading 40 of 100 files",
        ):  # Streamlit's progress bar appears once its script is loaded
            expect(page.get_by_text(one)).to_be_visible()
        told = [page.locator("[data-testid=stMain]").inner_text(), *page.locator(".root").all_inner_texts()]
        text = " ".join(" ".join(told).split())
        assert [one for one in TOLD if one not in text] == []
        for part, (pieces, many, (low, high)) in PARTS.items():
            place = page.locator(f".st-key-{part}")
            assert place.locator(pieces).count() >= many, part
            picture = taken(place)
            assert low <= picture.height <= high, f"{part} is {picture.height} pixels high"
            assert picture.width > 0.6 * width - 300, f"{part} is {picture.width} pixels wide"
            (most, ground), *drawn = most_common(picture)
            assert (sum(ground) < 3 * 60) is is_dark, f"{part} stands on {ground}"
            assert sum(pixels for pixels, _ in drawn) > 0.002 * most, f"nothing is drawn of {part}"
        there = {colour for _, colour in most_common(taken(page.locator(".st-key-colours")))}
        wanted = [two[is_dark] for two in colours.FAMILIES.values()] + list(colours.METRICS.values())
        assert [one for one in wanted if tuple(bytes.fromhex(one[1:])) not in there] == []
        assert too_wide(page) <= 0
        if width > 1000:
            expect(page.locator(".st-key-filters").get_by_label("Sports")).to_be_visible()
        page.get_by_role("button", name="Delete for good").first.click()
        expect(page.get_by_text("It cannot be brought back.")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Show the undo notice").click()
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.locator(".undo")).to_have_count(0)
        assert not seen.errors


def taken(locator) -> Image.Image:
    """The picture of a part as it is on the screen."""
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def most_common(picture: Image.Image) -> list[tuple[int, tuple[int, int, int]]]:
    """(pixel count, colour) of a picture, most common first."""
    return sorted(picture.getcolors(picture.width * picture.height), reverse=True)

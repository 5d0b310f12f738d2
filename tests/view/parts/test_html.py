"""The parts' HTML is well-formed, escaped, and has the expected links."""

import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from milevault_core.view.parts import cards, lines, sign, text
from milevault_core.view.parts.figures import Figure, bars, figures
from milevault_core.view.parts.things import Column, Group, Order, Page, Thing, Things, order, page, things

NAME, COLUMNS = Column("Name", "name", "asc", False), (Column("Distance", "distance"), Column("Note"))


def parsed(html: str) -> ElementTree.Element:
    """Parse as XML, which raises if it is not well-formed."""
    return ElementTree.fromstring(f"<x>{html}</x>")


def here(**changes: object) -> str:
    return text.address("/activities", {"q": "a&b"} | changes)


def table(rows: list[Thing], shown: Page | None = None, by: Order | None = None) -> ElementTree.Element:
    made = Things(
        "A list",
        NAME,
        COLUMNS,
        [Group("June", rows, "together")],
        by or Order(),
        shown or Page(1, 50, len(rows)),
    )
    return parsed(things(made, here))


def test_an_address_leaves_out_what_is_empty_and_repeats_lists() -> None:
    assert (
        text.address("/a", {"q": "x y", "sport": ["b", "c"], "page": "", "n": None})
        == "/a?q=x+y&sport=b&sport=c"
    )
    assert text.address("/a") == "/a"


def test_a_row_is_a_link_with_its_cells() -> None:
    root = table([Thing("/activity?id=7", "Ride", ("8 km", "–"), notes=(("trophy", "Longest"),))])
    link = root.find(".//tbody//a[@class='go']")
    assert link is not None
    assert (link.get("href"), link.text) == ("/activity?id=7", "Ride")
    assert [c.get("data-label") for c in root.findall(".//tbody//td")[1:]] == ["Distance", "Note"]
    assert "empty" in root.findall(".//tbody//td")[2].get("class", "")
    assert "Longest" in "".join(root.itertext())


def test_a_cell_may_lead_elsewhere_than_its_row() -> None:
    root = table(
        [Thing("/activity?id=7", "Ride", ("8 km", "–"), links={"Distance": "/a?b=1&c=2", "Note": "/n"})]
    )
    assert [(a.get("href"), a.text) for a in root.findall(".//tbody//td/a")] == [("/a?b=1&c=2", "8 km")]
    card = parsed(
        cards.cards([cards.Card("/activity?id=7", "Ride", "1 <June>", under_href="/day?date=2026-06-01")])
    )
    link = card.find(".//p[@class='under']/a")
    assert link is not None
    assert (link.get("href"), link.text) == ("/day?date=2026-06-01", "1 <June>")


def test_heads_sort_by_the_address_and_turn_round_on_the_second_click() -> None:
    rows = [Thing("/a", "Ride", ("8 km", ""))]
    first = table(rows, by=Order()).find(".//thead//th[2]/a")
    assert first is not None
    assert first.get("href") == "/activities?q=a%26b&sort=distance&order=desc"
    turned = table(rows, by=Order("distance", "desc"))
    assert turned.find(".//thead//th[2]/a").get("href", "").endswith("order=asc")  # type: ignore[union-attr]
    assert turned.find(".//thead//th[2]").get("aria-sort") == "descending"  # type: ignore[union-attr]
    assert turned.find(".//thead//th[3]/a") is None, "what has no order has no link"


def test_the_address_cannot_ask_for_what_is_not_there() -> None:
    assert order({"sort": "distance", "order": "asc"}, COLUMNS, Order("x")) == Order("distance", "asc")
    assert order({"sort": "distance", "order": "'"}, COLUMNS, Order("x")) == Order("distance", "desc")
    assert order({"sort": "elsewhere"}, COLUMNS, Order("x")) == Order("x")
    assert [page({"page": p}, 120).number for p in ("", "2", "99", "0", "-1", "²", "x", "9" * 30)] == [
        1,
        2,
        3,
        1,
        1,
        1,
        1,
        1,
    ]
    assert page({}, 0).pages == 1


def test_pages_before_and_after() -> None:
    rows = [Thing("/a", "Ride", ("8 km", ""))]
    assert table(rows).find(".//nav") is None
    middle = table(rows, Page(2, 50, 120)).find(".//nav")
    assert middle is not None
    assert [a.get("href") for a in middle.findall("a")] == [
        "/activities?q=a%26b",
        "/activities?q=a%26b&page=3",
    ]
    assert "51 to 100 of 120" in "".join(middle.itertext())


HTML = "<b>\"'&amp;</b><script>"


def test_nothing_of_a_persons_text_becomes_markup() -> None:
    made = [
        things(Things(HTML, NAME, COLUMNS, [Group(HTML, [Thing("/a?" + HTML, HTML, (HTML, HTML), HTML, HTML, HTML,
                                                               notes=((HTML, HTML),))], HTML)]), here),
        cards.cards([cards.Card("/a" + HTML, HTML, HTML, HTML, HTML, figures=((HTML, HTML),), notes=((HTML, HTML),))]),
        figures([Figure(HTML, HTML, HTML, "up", True, (1, 2), "/" + HTML)]),
        lines.progress([lines.Progress(HTML, 0.5, HTML, 0.5, HTML, False, "/" + HTML)]),
        lines.notices([lines.Notice(HTML, HTML, "/" + HTML, HTML)]),
        lines.chips([(HTML, "/" + HTML)], "/" + HTML),
        lines.ways([(HTML, HTML, HTML, "/" + HTML)]),
        text.link("/a", HTML, {"q": HTML}),
    ]  # fmt: skip
    for one in made:
        root = parsed(one)
        assert HTML in "".join(root.itertext())
        assert not root.findall(".//script")


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20))
def test_bars_stay_within_their_picture(values: list[float]) -> None:
    for rect in ElementTree.fromstring(bars(values)):
        assert 0 <= float(rect.get("y", "")) + float(rect.get("height", "")) <= 26.1
        assert 0 <= float(rect.get("x", "")) <= 120


def test_the_sign_is_one_picture_of_svg() -> None:
    for made in (sign.favicon(), sign.wordmark("#000000")):
        assert ElementTree.fromstring(made).tag.endswith("svg")


def test_a_long_unit_is_apart_from_its_number() -> None:
    for value in ("28 strokes/min", "2:11 /100 m"):
        made = parsed(figures([Figure("Cadence", value)]))
        number, unit = value.split(" ", 1)
        assert made.find(".//span[@class='unit']").text == unit
        assert "".join(made.find(".//dd[@class='value']").itertext()) == f"{number} {unit}"
    for value in ("31.2 km", "1 h 19", "6:33 /km", "2 703 m", "Tuesday and Friday"):
        assert parsed(figures([Figure("Any", value)])).find(".//span") is None


def test_a_sentence_in_a_list_may_wrap_and_a_date_may_not() -> None:
    columns = (Column("When", is_number=False), Column("Result", is_number=False))
    said = "Kept, but it contains no activity. These are the settings of a device."
    rows = [Thing("", "a.fit", ("28 Nov 2026, 23:14", said))]
    cells = parsed(things(Things("Files", NAME, columns, [Group("", rows)]), here)).findall(".//td")
    assert ["sentence" in cell.get("class").split() for cell in cells] == [False, False, True]

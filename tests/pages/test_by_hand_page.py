"""The page of an activity added by hand: no controls for charts that it does not have."""

from datetime import UTC, datetime

from milevault_core.imports import by_hand


def test_nothing_to_draw_offers_no_axis(user: int, open_page) -> None:
    made = by_hand.add(
        user, "running", datetime(2026, 5, 4, 8, tzinfo=UTC), 1800.0, 5000.0, {"name": "Park"}, {}
    )
    page = open_page(user, "activity", id=str(made))
    assert not page.exception
    assert page.title[0].value == "Park"
    assert "Along" not in {group.label for group in page.button_group}

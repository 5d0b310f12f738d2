"""The words of an activity: a person's edits beat what archives say, and archives beat files."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from milevault_core.sports import SPORTS

FIELDS = ("name", "description", "private_note", "sport", "sub_sport", "gear", "is_commute")
_LONGEST = {"name": 200, "sport": 40, "sub_sport": 40, "gear": 200}  # letters; the others 20,000


class Told(NamedTuple):
    """What is said of one recording: by archives (`about`) and by its file (`words`)."""

    about: Mapping
    words: Mapping


def settle(told: Sequence[Told], edits: Mapping[str, str]) -> dict[str, str | bool]:
    """The columns of `activities` for words; `told` in the order of rank, the primary recording first."""
    found: dict[str, str | bool] = {}
    for field in ("name", "description", "private_note", "gear"):
        candidates = [
            edits.get(field),
            *(t.about.get(field) for t in told),
            *(t.words.get(field) for t in told),
        ]
        found[field] = next((clean(field, str(c)) for c in candidates if c), "")
    found["is_commute"] = (
        edits["is_commute"] == "true"
        if "is_commute" in edits
        else any(t.about.get("is_commute") for t in told)
    )
    return found | _sport(told, edits)


def _sport(told: Sequence[Told], edits: Mapping[str, str]) -> dict[str, str | bool]:
    own = [t.words for t in told if t.words.get("sport")]
    # A file that does not know its sport (TCX has three) leaves it to another of the same workout.
    file = next((w for w in own if w["sport"] != "other"), own[0] if own else {})
    said = [(edits.get("sport"), edits.get("sub_sport"))]
    said += [(t.about.get("sport"), t.about.get("sub_sport")) for t in told]
    for sport, sub_sport in said:
        if sport in SPORTS:
            if sport == file.get("sport") and not sub_sport:
                break
            return {"sport": str(sport), "sub_sport": str(sub_sport or ""), "sport_name": ""}
    own_words: dict[str, str | bool] = {
        name: str(file.get(name, "")) for name in ("sport", "sub_sport", "sport_name")
    }
    return own_words | {"sport": own_words["sport"] or "other"}


def clean(field: str, value: str) -> str:
    """A person's or an archive's text as it is stored: trimmed, without NUL, of bounded length."""
    return value.replace("\0", "").strip()[: _LONGEST.get(field, 20_000)]


def combined(abouts: Sequence[Mapping]) -> dict:
    """What several archives say of the same bytes, field by field: the one that says most comes first, then by its
    text, so that the order they came in does not matter."""
    result: dict = {}
    for about in sorted(abouts, key=lambda a: (-len(a), repr(sorted(a.items(), key=repr)))):
        for field, value in about.items():
            if value not in (None, "") and field not in result:
                result[field] = value
    return result

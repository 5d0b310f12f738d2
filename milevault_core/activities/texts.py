"""Name, sport, gear and other texts of an activity: the user's edits beat archives, and archives beat files."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from milevault_core.formats.texts import straight
from milevault_core.sports import SPORTS

FIELDS = ("name", "description", "private_note", "sport", "sub_sport", "gear", "is_commute", "is_race", "is_left_out",
          "tags", "rpe")  # fmt: skip
DEFAULT_GEAR = "default_gear"  # among the edits, but not set by the user: used if nothing else names gear
FLAGS = ("is_commute", "is_race", "is_left_out")
_LONGEST = {"name": 200, "sport": 40, "sub_sport": 40, "gear": 200}  # characters; 20,000 for the others


class RecordingTexts(NamedTuple):
    """What archives (`about`) and the file itself (`words`) say about one recording."""

    about: Mapping[str, Any]
    words: Mapping[str, Any]


type Word = str | bool | float | None


def settle(told: Sequence[RecordingTexts], edits: Mapping[str, str]) -> dict[str, Word]:
    """The text columns of `activities`. `told` is in the order of rank, the primary recording first."""
    found: dict[str, Word] = {}
    for field in ("name", "description", "private_note", "gear"):
        candidates = [
            edits.get(field),
            *(t.about.get(field) for t in told),
            *(t.words.get(field) for t in told),
            *([edits.get(DEFAULT_GEAR)] if field == "gear" else []),
        ]
        found[field] = next((clean(field, str(c)) for c in candidates if c), "")
    for flag in FLAGS:
        said = edits.get(flag)
        found[flag] = said == "true" if said else any(t.about.get(flag) for t in told)
    found["tags"] = tags(edits.get("tags", ""))
    rpe = next((v for v in (edits.get("rpe"), *(t.about.get("rpe") for t in told)) if v), None)
    found["rpe"] = None if rpe is None else float(rpe)
    return found | _sport(told, edits)


def tags(text: str) -> str:
    """The user's tags as stored: separated by ", ", each once, sorted."""
    words = {" ".join(word.split())[:40] for word in straight(text).split(",")}
    return ", ".join(sorted((word for word in words if word), key=lambda word: (word.casefold(), word))[:30])


def check(field: str, value: str) -> str:
    """An edit as it is stored ("" removes it). Raises ValueError, with a sentence for the user, for an invalid one."""
    if field not in FIELDS:
        raise ValueError(f"not a field to edit: {field!r}")
    value = clean(field, value)
    if field in FLAGS and value not in ("", "true", "false"):
        raise ValueError("Say yes or no.")
    if field == "sport" and value and value not in SPORTS:
        raise ValueError("There is no such sport.")
    if field == "rpe" and value and value not in {str(n) for n in range(1, 11)}:
        raise ValueError("Effort is a number from 1 to 10.")
    return tags(value) if field == "tags" else value


def _sport(told: Sequence[RecordingTexts], edits: Mapping[str, str]) -> dict[str, Word]:
    own = [t.words for t in told if t.words.get("sport")]
    # If a file does not know its sport (TCX has only three), another file of the same workout decides.
    file = next((w for w in own if w["sport"] != "other"), own[0] if own else {})
    said = [(edits.get("sport"), edits.get("sub_sport"))]
    said += [(t.about.get("sport"), t.about.get("sub_sport")) for t in told]
    for sport, sub_sport in said:
        if sport in SPORTS:
            if sport == file.get("sport") and not sub_sport:
                break
            return {"sport": str(sport), "sub_sport": str(sub_sport or ""), "sport_name": ""}
    own_words: dict[str, Word] = {
        name: str(file.get(name, "")) for name in ("sport", "sub_sport", "sport_name")
    }
    return own_words | {"sport": own_words["sport"] or "other"}


def clean(field: str, value: str) -> str:
    """A user's or an archive's text as it is stored: trimmed, cut to a maximum length, without NUL or characters that
    reverse the direction of text."""
    return straight(value).strip()[: _LONGEST.get(field, 20_000)]


def combined(told: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Combine what several lists say about the same bytes: (product, what it says), from the latest import first.

    Strava's lists repeat everything each time, so only the latest counts; for Garmin the latest that says anything
    about a field counts. Among different products, and lists of unknown origin (""), the most complete one comes first,
    ties ordered by text, so that the order of imports does not matter."""
    by_product: dict[str, list[Mapping[str, Any]]] = {}
    for product, about in told:
        by_product.setdefault(product, []).append(about)
    abouts = by_product.pop("", [])
    abouts += by_product.pop("strava", [])[:1]
    abouts += [_fields(lists) for lists in by_product.values()]
    return _fields(sorted(abouts, key=lambda a: (-len(a), repr(sorted(a.items(), key=repr)))))


def _fields(abouts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each field from the first list that says something about it."""
    result: dict[str, Any] = {}
    for about in abouts:
        for field, value in about.items():
            if value not in (None, "") and field not in result:
                result[field] = value
    return result

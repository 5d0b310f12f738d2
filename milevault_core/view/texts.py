"""Names and sentences: what an activity is called, what became of a file, and text without markup."""

import re
from collections.abc import Sequence

from milevault_core.formats.texts import straight
from milevault_core.problems import THIN
from milevault_core.sports import SPORTS
from milevault_core.sports.nouns import noun, part_of_day
from milevault_core.view.dates import Zone, local
from milevault_core.view.format import number


def sport_label(sport: str, sport_name: str = "") -> str:
    """ "Running"; for a sport that is not in our list, the file's own word."""
    if sport_name and (sport == "other" or sport not in SPORTS):
        return sport_name
    return SPORTS.get(sport, SPORTS["other"]).label


def sport_icon(sport: str) -> str:
    """The sport's icon in the form Streamlit takes: ":material/directions_run:"."""
    return f":material/{SPORTS.get(sport, SPORTS['other']).icon}:"


def icon(sport: str) -> str:
    """The icon's bare name, as view/parts takes it: "directions_run"."""
    return SPORTS.get(sport, SPORTS["other"]).icon


def activity_name(name: str | None, sport: str, start_utc, zone: Zone) -> str:
    """The activity's own name, or "Morning run" by local time and sport."""
    at = local(start_utc, zone)
    return named(name, sport, None if at is None else at.hour)


def named(name: str | None, sport: str, hour: int | None) -> str:
    """Like `activity_name`, given the local hour of the start; None if it is not known."""
    if name and name.strip():
        return straight(name).strip()
    word = noun(sport)
    return word[0].upper() + word[1:] if hour is None else f"{part_of_day(hour)} {word}"


def count(n: int, one: str, many: str = "") -> str:
    """ "1 activity", "3 activities", "1 204 activities"."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def outcome(
    kind: str, activities: int = 1, days: int = 0, reason: str = "", problems: Sequence[str] = ()
) -> str:
    """What became of a file, in a sentence. kind: one of the outcomes of an import, or "not_read" (stopped or undone
    before the file was read). Raises ValueError for any other kind."""
    some = "" if activities == 1 else f" ({count(activities, 'activity', 'activities')})"
    reason = as_written_now(reason)
    why = _sentence(reason or as_written_now(" ".join(problems)))
    match kind:
        case "imported":
            return f"Imported{some}. {_sentence(reason)}".strip()
        case "partial":
            return f"Imported{some}, without the part that could not be read. {why}".strip()
        case "merged":
            return "Added to an activity that was already here, as another recording of it."
        case "duplicate":
            if not activities and why:
                return f"Not imported again. {why}"
            return "Already here: this file was imported before."
        case "not_activity":
            return f"Kept, but it contains no activity. {why}".strip()
        case "health":
            return f"Health data of {count(days, 'day')} imported." if days else "Health data imported."
        case "photo":
            return f"A photo, kept with its activity. {why}".strip()
        case "left_out":
            return f"Left out. {why}".strip()
        case "not_read":
            return why
        case "failed":
            return f"Could not be imported. {why}".strip()
    raise ValueError(f"unknown outcome {kind!r}")


# Thousands in a sentence, but not in what it quotes from a file.
_COMMAS = re.compile(r"""(?<![\w.,"“'])\d{1,3}(?:,\d{3})+(?![\w"”']|[.,]\w)""")


def as_written_now(stored: str) -> str:
    """A sentence stored by an earlier import, with thousands as they are written now: "12,345" -> "12 345"."""
    return _COMMAS.sub(lambda found: found[0].replace(",", THIN), stored)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else text + "."


_JOINER = "\u2060"  # zero width, no break
# Streamlit and GFM also replace things inside plain text after parsing the markdown: emoji and icon names, arrows and
# dashes, web and mail addresses. A joiner inside them prevents that.
_LATER = re.compile(
    r":(?=[\w+-]+:)|:(?=//)|(?<=www)(?=\.)|@(?=\w)|(?:^|(?<=\s))(?:<->?|->|--|[><~]=)(?=\s|$)", re.IGNORECASE
)
_BREAKING = re.compile(r"[^\S\u00a0\u202f]+")  # white space at which a line may break
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: object) -> str:
    """A user's own text, so that Streamlit's markdown shows exactly its characters in one line.

    Nothing in it becomes markup, HTML, a formula, a colour, an icon, an emoji or a link, or changes the text direction
    of what follows. Invisible joiners may be added; runs of white space become one space, except for the non-breaking
    spaces inside numbers.
    """
    line = _BREAKING.sub(" ", straight(str(text))).strip()
    return _SPECIAL.sub(r"\\\1", _LATER.sub(lambda m: m[0][:1] + _JOINER + m[0][1:], line))

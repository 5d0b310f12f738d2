"""The key that a sport's name is looked up by."""

import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae",
                         "Æ": "Ae", "œ": "oe", "Œ": "Oe"})  # fmt: skip


def _plain(text: str) -> str:
    """Text without diacritical marks, in any script, and without joiners."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))
    return unicodedata.normalize("NFC", bare)


def word_key(text: str) -> str:
    """ "TrailRun", "Trail Running", "trail-running_v2" -> "trail_run", "trail_running", "trail_running"; accents and
    the like are left out: "Course à pied" -> "course_a_pied"."""
    out: list[str] = []
    text = text.strip()[:100]
    if not text.isascii():
        text = _plain(text)
    for i, c in enumerate(text):
        if not c.isalnum():
            out.append("_")
            continue
        if c.isupper() and i and text[i - 1].islower():
            out.append("_")
        out.append(c.lower())
    words = [w for w in "".join(out).split("_") if w]
    while len(words) > 1 and words[-1] in {"v2", "ws"}:  # Garmin's generations and "winter sports"
        words.pop()
    return "_".join(words)

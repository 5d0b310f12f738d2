"""The user map: a text file with a line for each user of the first MileVault.

    Anna Miller = anna      is imported as anna
    test        = skip      is not imported, and neither are their files
    # a comment

Users who are not listed keep their name.
"""

from pathlib import Path

from milevault_core.accounts import rules

SKIP = "skip"


class BadMap(Exception):
    """The user map cannot be used; `str()` says which line and why."""


def read(file: Path) -> dict[str, str]:
    """old name -> new name, or "skip". Raises BadMap with a sentence."""
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        old, equals, new = (part.strip() for part in line.rpartition("="))
        if not equals or not old or not new:
            raise BadMap(f"{file}, line {number}: write it as  old name = new name  or  old name = skip.")
        if old in found:
            raise BadMap(f"{file}, line {number}: {old} is named twice.")
        try:
            found[old] = SKIP if new == SKIP else rules.username(new)
        except rules.Refused as refused:
            raise BadMap(f"{file}, line {number}: {refused}") from None
    return found


def check(mapping: dict[str, str], names: list[str], file: Path | None) -> None:
    """Raises BadMap if the file names a user who is not in the old database."""
    strangers = [old for old in mapping if old not in names]
    if strangers:
        raise BadMap(
            f"{file} names {', '.join(strangers)}, who are not in the old database. It has: {', '.join(names)}."
        )

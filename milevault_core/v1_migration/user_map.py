"""Who comes over as whom: a text file with a line for each user of the first MileVault.

    Anna Miller = anna      comes over as anna
    test        = skip      stays behind, with all its files
    # a comment

Whoever is not named comes over under the same name.
"""

from pathlib import Path

from milevault_core.accounts import rules

SKIP = "skip"


class BadMap(Exception):
    """The file cannot be used; `str()` says which line and why."""


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
    """Raises BadMap when the file names somebody the old database does not know."""
    strangers = [old for old in mapping if old not in names]
    if strangers:
        raise BadMap(
            f"{file} names {', '.join(strangers)}, who are not in the old database. It has: {', '.join(names)}."
        )

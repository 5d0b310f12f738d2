"""What can be wrong with a file: it cannot be used at all (BadFile), or part of it cannot (Problem)."""

from dataclasses import dataclass

THIN = "\u202f"  # narrow no-break space: between thousands


class BadFile(ValueError):
    """The file cannot be used; `str()` is one sentence for its owner."""


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be used as it was."""

    code: str  # stable, for tests and statistics: "truncated", "bad_checksum", "positions_dropped" …
    text: str  # one sentence for the user
    where: str = ""  # "byte 1234", "lap 3", "line 17"


# Problems which mean that part of the recorded data is lost. All others are remarks.
LOSSES = frozenset(
    ("truncated", "damaged", "part_unusable", "trailing_bytes", "unknown_local_type", "bad_chain", "repaired",
     "points_dropped", "cut_short", "incomplete", "mostly_damaged", "part_cut_off")
)  # fmt: skip


def thousands(count: int) -> str:
    """3000 -> "3 000", with a thin space, as in view/format."""
    return f"{count:,}".replace(",", THIN)


def were(count: int) -> str:
    """The verb that goes with a count."""
    return "was" if count == 1 else "were"


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 point", "3 000 points": for use in a problem's sentence."""
    return f"{thousands(count)} {one if count == 1 else many or one + 's'}"

"""Where our reader and another disagree on the sample files: each class, its count, who is right, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.formats.fit_compare import Difference

# These fields may differ only where the other reader has lost its place in the file.
CORE = frozenset(
    ["timestamp", "start_time", "position_lat", "position_long", "heart_rate", "cadence", "power", "distance",
     "raw 253", "raw 0", "raw 1", "raw 3", "raw 4", "raw 5", "raw 7"]
)  # fmt: skip
RECORD, EVENT, HR = 20, 21, 132
COMPRESSED = (
    "dtcooper-python-fitparse__antfs-dump.63.fit",
    "dtcooper-python-fitparse__compressed-speed-distance.fit",
)
MISALIGNED = "dtcooper-python-fitparse__coros-pace-2-cycling-misaligned-fields.fit"


@dataclass(frozen=True)
class Class:
    name: str
    count: int  # in the sample files that the test reads
    right: str
    why: str
    holds: Callable[[Difference], bool]


def _is_text_with_a_tail(d: Difference) -> bool:
    return isinstance(d.ours, str) and isinstance(d.theirs, tuple) and d.theirs[0] == d.ours


CLASSES = [
    Class(
        "text with a tail", 26, "ours",
        "A text ends at its first zero byte; garmin-fit-sdk returns what lay in the device's memory behind it too.",
        lambda d: d.reader == "garmin" and _is_text_with_a_tail(d) and not d.field.startswith("developer"),
    ),
    Class(
        "several texts in one field", 1, "theirs",
        "A developer field of an array of texts: garmin-fit-sdk returns all of them, we keep the first.",
        lambda d: d.reader == "garmin" and _is_text_with_a_tail(d) and d.field.startswith("developer"),
    ),
    Class(
        "developer value that was not measured", 25, "ours",
        "garmin-fit-sdk does not apply the base type's invalid value to developer fields: 255, 65535, 2147483647.",
        lambda d: d.reader == "garmin" and d.field.startswith("developer") and d.ours is None
        and d.theirs in (255, 65535, 2147483647),
    ),
    Class(
        "compressed timestamps", 4, "ours",
        "garmin-fit-sdk does not read messages with compressed timestamps; fitparse has as many as we have.",
        lambda d: d.reader == "garmin" and d.field == "messages" and d.file in COMPRESSED and d.ours > d.theirs,
    ),
    Class(
        "times of heart beats", 3627, "ours",
        "fitparse starts the 12-bit counter at 0 and not at the full time that the message before it carries.",
        lambda d: d.reader == "fitparse" and d.message == HR and d.field == "event_timestamp",
    ),
    Class(
        "gear 0", 37, "ours",
        "Gear numbers are of a type whose 0 means not measured; garmin-fit-sdk leaves them out as we do.",
        lambda d: d.reader == "fitparse" and d.message == EVENT and "gear" in d.field and d.ours is None
        and d.theirs == 0,
    ),
    Class(
        "a 4-byte number in one byte", 2, "ours",
        "fitparse 1.2 gives up at the first such field of a Coros; garmin-fit-sdk reads the file as we do.",
        lambda d: d.reader == "fitparse" and d.field == "messages" and d.file == MISALIGNED and d.ours > d.theirs,
    ),
]  # fmt: skip


def class_of(d: Difference) -> Class | None:
    found = [c for c in CLASSES if c.holds(d)]
    assert len(found) < 2, (d, found)
    return found[0] if found else None

"""The sections of the Records page, in order. Registers nothing itself.

A kind names its section by its key here; any other text becomes the title of a separate section at the end.
"""

import re

from milevault_core.records import KINDS, Kind

SECTIONS = {
    "times": "Best times",
    "longest": "Longest and highest",
    "power": "Power",
    "heart_rate": "Heart rate",
    "laps": "Fastest laps",
    "segments": "Segments and routes",
    "periods": "Most in a day, week, month, year",
    "streaks": "Streaks",
}
_LAST = {"other": "Other"}


def sections() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Address -> (title, kinds in order) of the sections that have kinds, in the order of the page."""
    found: dict[str, tuple[str, list[Kind]]] = {name: (title, []) for name, title in SECTIONS.items()}
    for kind in KINDS.values():
        if kind.section in _LAST:
            continue
        address = kind.section if kind.section in SECTIONS else re.sub(r"\W+", "_", kind.section.lower())
        found.setdefault(address, (kind.section, []))[1].append(kind)
    found |= {
        name: (title, [k for k in KINDS.values() if k.section == name]) for name, title in _LAST.items()
    }
    return {
        address: (title, tuple(k.name for k in sorted(kinds, key=lambda k: (k.order, k.name))))
        for address, (title, kinds) in found.items()
        if kinds
    }


def in_order() -> dict[str, int]:
    """Every kind's place on the page."""
    return {name: n for n, name in enumerate(name for _, kinds in sections().values() for name in kinds)}

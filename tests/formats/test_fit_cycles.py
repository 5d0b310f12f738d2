"""Noting messages many at a time gives the same as noting them one at a time."""

import random
from array import array
from pathlib import Path

import pytest

from milevault_core.formats.fit import scan
from milevault_core.formats.fit.cycles import note_cycles
from milevault_core.formats.fit.layout import Definition, Layout
from tests.builders.fit import START, Writer, file_id
from tests.formats.test_fit_oracles import BUILT
from tests.samples import sample_files

KINDS = {
    "a": (20, (253, "uint32", START), (3, "uint8", 100)),
    "b": (233, (2, "uint8", 1)),
    "c": (78, (0, "uint16", 800)),
    "d": (21, (253, "uint32", START), (0, "enum", 0), (1, "enum", 4)),
}


def written(order: str) -> bytes:
    w = file_id(Writer())
    for letter in order:
        number, *values = KINDS[letter]
        w.add(number, *values, local=1 + "abcd".index(letter))
    return w.file()


def chance(n: int) -> str:
    return "".join(random.Random(n).choices("abcd", [90, 5, 4, 1], k=2000))


ORDERS = {
    "one": "a" * 500, "two in turn": "ab" * 300, "three in turn": "aab" * 200, "four in turn": "abcb" * 200,
    "five in turn": "abcbd" * 100, "interrupted": ("a" * 60 + "d") * 20, "by chance": chance(1), "again": chance(2),
    "ends amid": "ab" * 100 + "a",
}  # fmt: skip
FILES: dict[str, bytes | str | Path] = ORDERS | BUILT
FILES |= {p.name: p for p in sample_files(".fit") if p.stat().st_size < 100_000}


def noted(data: bytes) -> list:
    parts, problems = scan.find_messages(data)
    return [[(x.definition.number, x.starts.tolist()) for x in p.layouts] for p in parts] + [problems]


@pytest.mark.parametrize("name", FILES)
def test_the_same_messages_are_found(name, monkeypatch):
    file = FILES[name]
    data = written(file) if isinstance(file, str) else file.read_bytes() if isinstance(file, Path) else file
    at_once = noted(data)
    monkeypatch.setattr(
        scan, "note_cycles", lambda body, position, local, most: (0, body.index(b"", position))
    )
    assert noted(data) == at_once


def test_a_flood_is_noted_no_further_than_asked():
    """A message takes eight bytes of memory, so a file of only one-byte messages must not be noted to its end."""
    flood = Layout(Definition(20, False, 1, (), ()))
    assert flood.starts == array("q")
    count, end = note_cycles(b"\0" * 1_000_000, 0, [flood, *[None] * 15], 1000)
    assert 1000 <= count == end == len(flood.starts) <= 1100
